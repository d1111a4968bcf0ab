//! A queue that nobody is told about: whoever wants an item looks again and again.

use std::collections::VecDeque;

use crate::sync::{Mutex, lock};

// ANCHOR: queue
/// A queue for as many items as there is memory.
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new() -> Queue<T> {
        Queue { items: Mutex::new(VecDeque::new()) }
    }

    /// Puts an item at the end.
    pub fn put(&self, item: T) {
        lock(&self.items).push_back(item);
    }

    /// Takes the item at the front, if there is one at this moment.
    pub fn try_take(&self) -> Option<T> {
        lock(&self.items).pop_front()
    }
}
// ANCHOR_END: queue

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Queue::new()
    }
}
