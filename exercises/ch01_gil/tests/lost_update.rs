//! No sale is lost, in any order of events that is tried.

#[path = "../src/lost_update.rs"]
mod lost_update;

use std::sync::Arc;

use harness::model::{self as sync, explained, model, saw, sees, step, thread};
use harness::{check, fail, variant};
use lost_update::Till;

const SOURCE: &str = include_str!("../src/lost_update.rs");

/// Looks up a price.
fn price(price: usize) -> impl FnOnce() -> usize {
    move || {
        step(format_args!("looks up a price: {price}"));
        price
    }
}

#[check]
fn no_sale_is_lost() {
    sees(SOURCE);
    let mut variant = variant();
    let prices = [variant.between(2..=9), variant.between(20..=90)];
    model(move || {
        let till = Arc::new(Till::new());
        let cashier = thread::each(&till, [prices[0]], |till, it| till.sell(price(it)));
        till.sell(price(prices[1]));
        thread::ended(cashier);
        let (sold, all) = (till.sold(), prices[0] + prices[1]);
        if sold != all {
            let expected = format!("{all} in the till, for sales of {prices:?}");
            let idea = if saw("writes nothing") {
                "an exchange that fails writes nothing, and has to be tried again"
            } else if saw("lets go of the lock") {
                "the lock was let go between reading the sum and writing it"
            } else {
                "another sale came in between reading the sum and writing it"
            };
            fail(expected, format_args!("{sold} is there"), idea);
        }
    });
}

#[check]
fn others_sell_while_a_price_is_looked_up() {
    explained(SOURCE, "the till is locked while a price is looked up", || {
        let till = Arc::new(Till::new());
        till.sell(|| {
            step("looks up a price, until another cashier has sold something");
            thread::ended(thread::each(&till, [1], |till, it| till.sell(price(it))));
            2
        });
    });
}
