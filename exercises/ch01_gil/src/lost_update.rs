//! Sales that a till has lost.
//!
//! Several cashiers sell through one till: `sold = sold + price()`. While `price` looks a price up,
//! another cashier may have a turn. Have the till lose no sale, and keep nobody waiting for a price.
//!
//! The check tries many orders of events. Use `AtomicUsize` and `Mutex` of `crate::sync`: they are
//! as in `std::sync`.

use std::sync::atomic::Ordering::Relaxed;

use crate::sync::AtomicUsize;

/// Knows what was sold.
pub struct Till {
    sold: AtomicUsize,
}

impl Till {
    /// Nothing is sold yet.
    pub fn new() -> Till {
        Till { sold: AtomicUsize::new(0) }
    }

    /// Sells something: looks up its price, and adds that.
    pub fn sell(&self, price: impl FnOnce() -> usize) {
        let sold = self.sold.load(Relaxed);
        self.sold.store(sold + price(), Relaxed);
    }

    /// The sum of all prices.
    pub fn sold(&self) -> usize {
        self.sold.load(Relaxed)
    }
}
