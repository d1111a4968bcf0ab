//! A queue that can be closed: then nothing more goes in, and whoever waits is told.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex, lock, wait};

// ANCHOR: queue
/// A queue for at most `capacity` items, until it is closed.
pub struct Queue<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    /// There is an item, or there will be none.
    filled: Condvar,
    /// There is a free place, or none is needed any more.
    freed: Condvar,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
    /// How many wait for an item, and how many for a place. On Linux, a signal
    /// that nobody waits for is a call to the system all the same.
    takers: usize,
    putters: usize,
}

impl<T> Queue<T> {
    /// Waits for a free place, and puts an item there. Gives it back if the queue
    /// is closed.
    ///
    /// # Errors
    /// The item, if the queue is closed.
    pub fn put(&self, item: T) -> Result<(), T> {
        let mut state = lock(&self.state);
        while state.items.len() == self.capacity && !state.closed {
            state.putters += 1;
            state = wait(&self.freed, state);
            state.putters -= 1;
        }
        if state.closed {
            return Err(item);
        }
        state.items.push_back(item);
        let somebody_waits = state.takers > 0;
        // Let go first: whoever is woken needs the lock at once.
        drop(state);
        if somebody_waits {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Takes the item at the front, and waits until there is one. `None` when the
    /// queue is closed and empty: nothing will come any more.
    pub fn take(&self) -> Option<T> {
        let mut state = lock(&self.state);
        while state.items.is_empty() && !state.closed {
            state.takers += 1;
            state = wait(&self.filled, state);
            state.takers -= 1;
        }
        let item = state.items.pop_front();
        let somebody_waits = state.putters > 0;
        drop(state);
        if somebody_waits {
            self.freed.notify_one();
        }
        item
    }

    /// Says that nothing more will be put, to everybody.
    pub fn close(&self) {
        lock(&self.state).closed = true;
        self.filled.notify_all();
        self.freed.notify_all();
    }
}
// ANCHOR_END: queue

impl<T> Queue<T> {
    /// An empty queue with `capacity` places, one at least.
    pub fn new(capacity: usize) -> Queue<T> {
        let state =
            State { items: VecDeque::new(), closed: false, takers: 0, putters: 0 };
        Queue {
            state: Mutex::new(state),
            capacity: capacity.max(1),
            filled: Condvar::new(),
            freed: Condvar::new(),
        }
    }

    /// How many wait for an item at this moment.
    pub fn waiting(&self) -> usize {
        lock(&self.state).takers
    }

    /// How many items are in it at this moment.
    pub fn depth(&self) -> usize {
        lock(&self.state).items.len()
    }
}
