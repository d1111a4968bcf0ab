//! Is a payment right, whoever else pays while its shop is asked?

use std::{rc::Rc, time::Duration};

use harness::{Server, check, equal, must_end, virtual_time};
use tokio::{task::JoinSet, task::LocalSet, time::timeout};

#[path = "../src/account.rs"]
mod account;

const ASKING: Duration = Duration::from_millis(50);
const AGREE: i64 = 12;

/// Pays 3 coins each. Returns what is left, how many paid, and how many asked together.
async fn pay(coins: i64, limit: Duration) -> [i64; 3] {
    let (account, shop) = (Rc::new(account::Account::new(coins)), Server::new());
    let mut tasks = JoinSet::new();
    for turn in 0..2 * AGREE {
        let (own, asks) = (Rc::clone(&account), shop.fetch(turn < AGREE, ASKING));
        let pays = async move { timeout(limit, own.pay(3, asks)).await == Ok(true) };
        tasks.spawn_local(pays);
    }
    let paid = tasks.join_all().await.into_iter().filter(|paid| *paid).count();
    [account.coins(), paid as i64, shop.peak() as i64]
}

fn paid(coins: i64, limit: Duration) -> [i64; 3] {
    let pays = move || virtual_time(LocalSet::new().run_until(pay(coins, limit)));
    must_end("all payments", "who holds a guard of `std` across an await blocks", pays)
}

#[check]
fn no_payment_is_lost() {
    let ([left, paid, _], rest) = (paid(100, Duration::MAX), 100 - 3 * AGREE);
    equal("what is left at least", left.min(rest), rest, "a shop has to agree first");
    let idea = "what was seen before an await is old after it: others paid meanwhile";
    equal("the coins left", left, rest, idea);
    equal("how many are told that they paid", paid, AGREE, "`pay` says who paid");
}

#[check]
fn nobody_pays_with_coins_that_are_gone() {
    let [left, paid, _] = paid(10, Duration::MAX);
    equal("what is left of 10 coins", left, 1, "look again after the await");
    equal("how many paid with 10 coins", paid, 3, "who finds too few has not paid");
}

#[check]
fn all_shops_are_asked_together() {
    let idea = "who holds a lock across an await lets everybody else wait for it";
    equal("the shops asked together", paid(100, Duration::MAX)[2], 2 * AGREE, idea);
}

#[check]
fn a_payment_that_is_given_up_costs_nothing() {
    let idea = "a task may end at an await: what it took before that is gone";
    equal("the coins left", paid(100, ASKING / 2)[0], 100, idea);
}
