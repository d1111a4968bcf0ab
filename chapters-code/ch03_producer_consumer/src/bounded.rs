//! A queue with so many places: whoever puts has to wait for one that is free.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex, lock, wait};

// ANCHOR: queue
/// A queue for at most `capacity` items.
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    capacity: usize,
    /// There is an item.
    filled: Condvar,
    /// There is a free place.
    freed: Condvar,
}

impl<T> Queue<T> {
    /// An empty queue with `capacity` places. Without a place nothing would ever
    /// pass, so there is one at least.
    pub fn new(capacity: usize) -> Queue<T> {
        Queue {
            items: Mutex::new(VecDeque::new()),
            capacity: capacity.max(1),
            filled: Condvar::new(),
            freed: Condvar::new(),
        }
    }

    /// Waits for a free place, and puts an item there.
    pub fn put(&self, item: T) {
        let mut items = lock(&self.items);
        while items.len() == self.capacity {
            items = wait(&self.freed, items);
        }
        items.push_back(item);
        self.filled.notify_one();
    }

    /// Takes the item at the front, and waits until there is one.
    pub fn take(&self) -> T {
        let mut items = lock(&self.items);
        loop {
            match items.pop_front() {
                Some(item) => {
                    self.freed.notify_one();
                    return item;
                }
                None => items = wait(&self.filled, items),
            }
        }
    }
}
// ANCHOR_END: queue

impl<T> Queue<T> {
    /// How many items are in it at this moment.
    pub fn depth(&self) -> usize {
        lock(&self.items).len()
    }
}
