//! Sales that a till has lost.
//!
//! Several cashiers sell through one till: `sold = sold + price()`. While `price` looks a price up,
//! another cashier may have a turn. Have the till lose no sale, and keep nobody waiting for a price.
//!
//! The check tries many orders of events. Use `AtomicUsize` and `Mutex` of `crate::sync`: they are
//! as in `std::sync`.

use std::sync::atomic::Ordering::Relaxed;

//@ solution
use crate::sync::AtomicUsize;
//@ wrong locks_twice, wrong locks_for_the_price
use crate::sync::Mutex;
//@ wrong unseen
use std::sync::atomic::AtomicUsize;
//@ end

/// Knows what was sold.
pub struct Till {
    //@ solution
    sold: AtomicUsize,
    //@ wrong locks_twice, wrong locks_for_the_price
    sold: Mutex<usize>,
    //@ end
}

impl Till {
    /// Nothing is sold yet.
    pub fn new() -> Till {
        //@ solution
        Till { sold: AtomicUsize::new(0) }
        //@ wrong locks_twice, wrong locks_for_the_price
        Till { sold: Mutex::new(0) }
        //@ end
    }

    /// Sells something: looks up its price, and adds that.
    pub fn sell(&self, price: impl FnOnce() -> usize) {
        //@ starter
        let sold = self.sold.load(Relaxed);
        self.sold.store(sold + price(), Relaxed);
        //@ solution
        let price = price();
        self.sold.fetch_add(price, Relaxed);
        //@ wrong price_first, wrong unseen
        let price = price();
        let sold = self.sold.load(Relaxed);
        self.sold.store(sold + price, Relaxed);
        //@ wrong tries_once
        let price = price();
        let sold = self.sold.load(Relaxed);
        let _ = self.sold.compare_exchange(sold, sold + price, Relaxed, Relaxed);
        //@ wrong locks_twice
        let price = price();
        let sold = *self.sold.lock().unwrap();
        *self.sold.lock().unwrap() = sold + price;
        //@ wrong locks_for_the_price
        let mut sold = self.sold.lock().unwrap();
        *sold += price();
        //@ end
    }

    /// The sum of all prices.
    pub fn sold(&self) -> usize {
        //@ solution
        self.sold.load(Relaxed)
        //@ wrong locks_twice, wrong locks_for_the_price
        *self.sold.lock().unwrap()
        //@ end
    }
}
