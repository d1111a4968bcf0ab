//! A queue that wakes whoever waits for an item.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex, lock, wait};

// ANCHOR: queue
/// A queue for as many items as there is memory.
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    /// There is an item.
    filled: Condvar,
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new() -> Queue<T> {
        Queue { items: Mutex::new(VecDeque::new()), filled: Condvar::new() }
    }

    /// Puts an item at the end, and wakes somebody who waits for one.
    pub fn put(&self, item: T) {
        lock(&self.items).push_back(item);
        self.filled.notify_one();
    }

    /// Takes the item at the front, and waits until there is one.
    pub fn take(&self) -> T {
        let mut items = lock(&self.items);
        loop {
            match items.pop_front() {
                Some(item) => return item,
                None => items = wait(&self.filled, items),
            }
        }
    }
}
// ANCHOR_END: queue

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Queue::new()
    }
}
