//! Is a payment right, whoever else pays while its shop is asked?

use harness::{Server, check, equal, fail, must_end, variant, virtual_time};
use std::{panic::catch_unwind, rc::Rc, time::Duration};
use tokio::{task::JoinSet, task::LocalSet, time::timeout};

#[path = "../src/account.rs"]
mod account;

const ASKING: Duration = Duration::from_millis(50);

/// Half of the shops agree. What is left, how many paid, how many asked together; and what is right.
async fn pay(coins: i64, limit: Duration) -> [[i64; 3]; 2] {
    let [agree, cost] = [10..=14, 2..=4].map(|it| variant().between(it) as i64);
    let (account, shop) = (Rc::new(account::Account::new(coins)), Server::new());
    let (mut tasks, pay) = (JoinSet::new(), agree.min(coins / cost));
    for turn in 0..2 * agree {
        let (own, asks) = (Rc::clone(&account), shop.fetch(turn < agree, ASKING));
        let pays = async move { timeout(limit, own.pay(cost, asks)).await == Ok(true) };
        tasks.spawn_local(pays);
    }
    let paid = tasks.join_all().await.into_iter().filter(|paid| *paid).count() as i64;
    [[account.coins(), paid, shop.peak() as i64], [coins - pay * cost, pay, 2 * agree]]
}

fn paid(coins: i64, limit: Duration) -> [[i64; 3]; 2] {
    let pays = move || virtual_time(LocalSet::new().run_until(pay(coins, limit)));
    let blocks = "who holds a guard of `std` across an await blocks";
    let held = "what one holds across an await is not free when others come";
    let ended = catch_unwind(|| must_end("all payments", blocks, pays));
    ended.unwrap_or_else(|_| fail("all payments to end", "one panicked", held))
}

#[check]
fn no_payment_is_lost() {
    let [[left, paid, _], [rest, pay, _]] = paid(100, Duration::MAX);
    equal("what is left at least", left.min(rest), rest, "a shop has to agree first");
    let idea = "what was seen before an await is old after it: others paid meanwhile";
    equal("the coins left", left, rest, idea);
    equal("how many are told that they paid", paid, pay, "`pay` says who paid");
}

#[check]
fn nobody_pays_with_coins_that_are_gone() {
    let [[left, paid, _], [rest, pay, _]] = paid(10, Duration::MAX);
    equal("what is left of 10 coins", left, rest, "look again after the await");
    equal("how many paid with 10 coins", paid, pay, "who finds too few has not paid");
}

#[check]
fn all_shops_are_asked_together() {
    let [[.., asked], [.., shops]] = paid(100, Duration::MAX);
    equal("shops asked together", asked, shops, "a lock across an await holds up all");
}

#[check]
fn a_payment_that_is_given_up_costs_nothing() {
    equal("coins left", paid(100, ASKING / 2)[0][0], 100, "a task may end at an await");
}
