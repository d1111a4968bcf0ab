//! Is a payment right, whoever else pays while its shop is asked?

use std::{panic::resume_unwind, rc::Rc, time::Duration};

use harness::{Server, check, equal, must_end, variant, virtual_time};
use tokio::{task::LocalSet, task::spawn_local, time::timeout};

#[path = "../src/account.rs"]
mod account;

const ASKING: Duration = Duration::from_millis(50);

/// Pays 3 coins each. Returns what is left, and how many shops were asked together.
async fn pay(coins: i64, limit: Duration) -> (i64, i64) {
    let (account, shop) = (Rc::new(account::Account::new(coins)), Server::new());
    let pay = |_| {
        let (account, asked) = (Rc::clone(&account), shop.fetch(true, ASKING));
        spawn_local(async move { timeout(limit, account.pay(3, asked)).await })
    };
    for task in (0..payments()).map(pay).collect::<Vec<_>>() {
        let _ = task.await.map_err(|error| resume_unwind(error.into_panic()));
    }
    (account.coins(), shop.peak() as i64)
}

fn paid(coins: i64, limit: Duration) -> (i64, i64) {
    let idea = "who holds a guard of `std` across an await blocks everybody";
    must_end("all payments", idea, move || {
        virtual_time(LocalSet::new().run_until(pay(coins, limit)))
    })
}

fn payments() -> i64 {
    variant().between(8..=16) as i64
}

#[check]
fn no_payment_is_lost() {
    let idea = "what was seen before an await is old after it: others paid meanwhile";
    equal("the coins left", paid(100, Duration::MAX).0, 100 - 3 * payments(), idea);
}

#[check]
fn nobody_pays_with_coins_that_are_gone() {
    let idea = "there were enough before the await: look again after it";
    equal("what is left of 10 coins", paid(10, Duration::MAX).0, 1, idea);
}

#[check]
fn all_shops_are_asked_together() {
    let idea = "who holds a lock across an await lets everybody else wait for it";
    equal("the shops asked together", paid(100, Duration::MAX).1, payments(), idea);
}

#[check]
fn a_payment_that_is_given_up_costs_nothing() {
    let idea = "a task may end at an await: what it took before that is gone";
    equal("the coins left", paid(100, ASKING / 2).0, 100, idea);
}
