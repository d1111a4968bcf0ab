//! A queue with two ends, for many producers and many consumers. It closes when the last producer
//! is gone, or the last consumer: nobody has to remember.

use std::iter;

use crate::{
    closable::Queue,
    sync::{Arc, AtomicUsize, SeqCst},
};

// ANCHOR: ends
/// The end that a producer has. A clone of it is for one more producer.
pub struct Sender<T>(Arc<Shared<T>>);

/// The end that a consumer has. A clone of it is for one more consumer.
pub struct Receiver<T>(Arc<Shared<T>>);

struct Shared<T> {
    queue: Queue<T>,
    senders: AtomicUsize,
    receivers: AtomicUsize,
}
// ANCHOR_END: ends

/// The two ends of a new queue with `capacity` places.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared {
        queue: Queue::new(capacity),
        senders: AtomicUsize::new(1),
        receivers: AtomicUsize::new(1),
    });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

impl<T> Sender<T> {
    /// Waits for a free place, and puts an item there.
    ///
    /// # Errors
    /// The item, if there is no receiver any more.
    pub fn send(&self, item: T) -> Result<(), T> {
        self.0.queue.put(item)
    }

    /// How many items wait at this moment.
    pub fn depth(&self) -> usize {
        self.0.queue.depth()
    }
}

impl<T> Receiver<T> {
    /// Waits for an item. `None` if there is none, and no sender any more.
    pub fn receive(&self) -> Option<T> {
        self.0.queue.take()
    }

    /// All items that come, until there is no sender any more.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        iter::from_fn(|| self.receive())
    }
}

// ANCHOR: clone
impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.senders.fetch_add(1, SeqCst);
        Sender(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if self.0.senders.fetch_sub(1, SeqCst) == 1 {
            self.0.queue.close();
        }
    }
}
// ANCHOR_END: clone

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.0.receivers.fetch_add(1, SeqCst);
        Receiver(Arc::clone(&self.0))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if self.0.receivers.fetch_sub(1, SeqCst) == 1 {
            self.0.queue.close();
        }
    }
}
