//! No sale is lost, in any order of events.

#[path = "../src/lost_update.rs"]
mod lost_update;
/// In place of `std::sync`.
mod sync {
    pub use harness::model::{AtomicUsize, Mutex};
}

use std::sync::Arc;

use harness::{check, fail, model, model::sees, model::step, model::thread, variant};
use lost_update::Till;

/// Looks up a price.
fn price(price: usize) -> impl FnOnce() -> usize {
    move || {
        step(format_args!("looks up a price: {price}"));
        price
    }
}

#[check]
fn no_sale_is_lost() {
    sees(include_str!("../src/lost_update.rs"));
    let mut variant = variant();
    let prices = [variant.between(2..=9), variant.between(20..=90)];
    model(move || {
        let till = Arc::new(Till::new());
        let other = Arc::clone(&till);
        let cashier = thread::spawn(move || other.sell(price(prices[0])));
        till.sell(price(prices[1]));
        cashier.join().expect("a cashier comes to the end");
        let (sold, all) = (till.sold(), prices[0] + prices[1]);
        if sold != all {
            let expected = format!("{all} in the till, for sales of {prices:?}");
            let idea = "another sale came in between reading the sum and writing it";
            fail(expected, format_args!("{sold} is there"), idea);
        }
    });
}

#[check]
fn others_sell_while_a_price_is_looked_up() {
    sees(include_str!("../src/lost_update.rs"));
    model(|| {
        let till = Arc::new(Till::new());
        let other = Arc::clone(&till);
        till.sell(move || {
            step("looks up a price, until another cashier has sold something");
            let cashier = thread::spawn(move || other.sell(price(1)));
            cashier.join().expect("a cashier comes to the end");
            2
        });
    });
}
