//! A queue that hands over all it has: whoever takes comes back with several items, and locks once.
//!
//! Write `put` and `work_off`. They wait as on the page, with `filled` and `freed`.

use std::mem;

//@ solution
use crate::sync::{Condvar, Mutex}; // as those of `std`, and many orders are tried
//@ wrong unseen
use std::sync::{Condvar, Mutex};
//@ end

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
        //@ starter
        todo!("wait while all places are taken")
        //@ solution
        let mut items = self.items.lock().unwrap();
        while items.len() == self.capacity {
            items = self.freed.wait(items).unwrap();
        }
        items.push(item);
        self.filled.notify_one();
        //@ wrong if_it_is_full
        let mut items = self.items.lock().unwrap();
        if items.len() == self.capacity {
            items = self.freed.wait(items).unwrap();
        }
        items.push(item);
        self.filled.notify_one();
        //@ wrong rings_early
        self.filled.notify_one();
        let mut items = self.items.lock().unwrap();
        while items.len() == self.capacity {
            items = self.freed.wait(items).unwrap();
        }
        items.push(item);
        //@ end
    }

    /// Waits until there is an item, takes all that are there, and does `work` with each, in their
    /// order. Meanwhile others can put.
    pub fn work_off(&self, work: impl FnMut(T)) {
        //@ starter
        todo!("wait while there is no item")
        //@ solution
        let mut items = self.items.lock().unwrap();
        while items.is_empty() {
            items = self.filled.wait(items).unwrap();
        }
        let batch = mem::take(&mut *items);
        drop(items);
        self.freed.notify_all();
        batch.into_iter().for_each(work);
        //@ wrong if_it_is_empty
        let mut items = self.items.lock().unwrap();
        if items.is_empty() {
            items = self.filled.wait(items).unwrap();
        }
        let batch = mem::take(&mut *items);
        drop(items);
        self.freed.notify_all();
        batch.into_iter().for_each(work);
        //@ wrong wakes_one
        let mut items = self.items.lock().unwrap();
        while items.is_empty() {
            items = self.filled.wait(items).unwrap();
        }
        let batch = mem::take(&mut *items);
        drop(items);
        self.freed.notify_one();
        batch.into_iter().for_each(work);
        //@ wrong works_with_the_lock
        let mut items = self.items.lock().unwrap();
        while items.is_empty() {
            items = self.filled.wait(items).unwrap();
        }
        items.drain(..).for_each(work);
        self.freed.notify_all();
        //@ end
    }
}
