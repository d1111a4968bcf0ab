//! A queue that hands over all it has: whoever takes comes back with several items, and locks once.
//!
//! Write `put` and `work_off`. They wait as on the page, with `filled` and `freed`.

use std::mem;

use crate::sync::{Condvar, Mutex}; // as those of `std`, and many orders are tried

/// A queue for at most `capacity` items.
pub struct Queue<T> {
    items: Mutex<Vec<T>>,
    capacity: usize,
    /// There is an item.
    filled: Condvar,
    /// There is a free place.
    freed: Condvar,
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new(capacity: usize) -> Queue<T> {
        let (filled, freed) = (Condvar::new(), Condvar::new());
        Queue { items: Mutex::new(Vec::new()), capacity, filled, freed }
    }

    /// Waits for a free place, and puts an item there.
    pub fn put(&self, item: T) {
        todo!("wait while all places are taken")
    }

    /// Waits until there is an item, takes all that are there, and does `work` with each, in their
    /// order. Meanwhile others can put.
    pub fn work_off(&self, work: impl FnMut(T)) {
        todo!("wait while there is no item")
    }
}
