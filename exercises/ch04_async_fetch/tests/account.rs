//! Is a payment right, whoever else pays while its shop is asked?

use harness::{Server, check, equal, fail, must_end, variant, virtual_time};
use std::{panic::catch_unwind, rc::Rc, time::Duration};
use tokio::{task::JoinSet, task::LocalSet, time::timeout};

#[path = "../src/account.rs"]
mod account;

const ASKING: Duration = Duration::from_millis(50);

/// Half of the shops agree. What is left, who paid, who asked together, what is kept; and the right.
async fn pay(all: i64, limit: Duration) -> ([i64; 4], [i64; 3]) {
    let [agree, cost] = [10..=14, 2..=4].map(|it| variant().between(it) as i64);
    let (ours, shop) = (Rc::new(account::Account::new(all)), Server::new());
    let (mut tasks, pay) = (JoinSet::new(), agree.min(all / cost));
    for turn in 0..2 * agree {
        let (own, asks) = (Rc::clone(&ours), shop.fetch(turn < agree, ASKING));
        let pays = async move { timeout(limit, own.pay(cost, asks)).await == Ok(true) };
        tasks.spawn_local(pays);
    }
    let paid = tasks.join_all().await.into_iter().filter(|paid| *paid).count() as i64;
    let (left, _) = (ours.coins(), ours.pay(ours.coins(), async { true }).await);
    ([left, paid, shop.peak() as i64, ours.coins()], [all - cost * pay, pay, agree * 2])
}

fn paid(coins: i64, limit: Duration) -> ([i64; 4], [i64; 3]) {
    let pays = move || virtual_time(LocalSet::new().run_until(pay(coins, limit)));
    let idea = "what one holds across an await is not free when others come";
    let ended = catch_unwind(|| must_end("all payments", idea, pays));
    ended.unwrap_or_else(|_| fail("all payments to end", "one panicked", idea))
}

#[check]
fn no_payment_is_lost() {
    let ([left, paid, ..], [rest, pay, _]) = paid(120, Duration::MAX);
    equal("what is left at least", left.min(rest), rest, "a shop has to agree first");
    equal("coins left", left, rest, "what was seen before an await is old after it");
    equal("how many are told that they paid", paid, pay, "`pay` says who paid");
}

#[check]
fn nobody_pays_with_coins_that_are_gone() {
    let ([left, paid, ..], [rest, pay, _]) = paid(12, Duration::MAX);
    equal("what is left of 12", left, rest, "look again after the await: enough?");
    equal("how many paid with 12 coins", paid, pay, "who finds too few has not paid");
}

#[check]
fn all_shops_are_asked_together() {
    let ([_, _, asked, _], [.., shops]) = paid(120, Duration::MAX);
    equal("shops asked together", asked, shops, "a lock across an await holds up all");
}

#[check]
fn a_payment_that_is_given_up_costs_nothing() {
    let ([left, .., kept], _) = paid(120, ASKING / 2);
    equal("coins left, and kept", (left, kept), (120, 0), "a task may end at an await");
}
