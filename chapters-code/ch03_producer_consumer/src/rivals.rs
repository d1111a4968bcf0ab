//! The queues that one would use, and ours, behind one face: a function that puts an item and one
//! that takes the next.

use std::sync::{Arc, mpsc};

use crate::channel::channel;

/// Puts an item; waits for a free place. A clone of it is for one more producer.
pub type Put<T> = Arc<dyn Fn(T) + Send + Sync>;

/// Takes the next item; waits for one. `None` when there will be none.
pub type Take<T> = Box<dyn FnMut() -> Option<T> + Send>;

/// A kind of queue: makes one with so many places.
pub type Kind<T> = fn(usize) -> (Put<T>, Take<T>);

// ANCHOR: kinds
/// Ours.
pub fn ours<T: Send + 'static>(capacity: usize) -> (Put<T>, Take<T>) {
    let (sender, receiver) = channel(capacity);
    (
        Arc::new(move |item| drop(sender.send(item))),
        Box::new(move || receiver.receive()),
    )
}

/// The standard library's.
pub fn std<T: Send + 'static>(capacity: usize) -> (Put<T>, Take<T>) {
    let (sender, receiver) = mpsc::sync_channel(capacity);
    (
        Arc::new(move |item| drop(sender.send(item))),
        Box::new(move || receiver.recv().ok()),
    )
}

/// Crossbeam's.
pub fn crossbeam<T: Send + 'static>(capacity: usize) -> (Put<T>, Take<T>) {
    let (sender, receiver) = crossbeam::channel::bounded(capacity);
    (
        Arc::new(move |item| drop(sender.send(item))),
        Box::new(move || receiver.recv().ok()),
    )
}

/// Tokio's, with threads at both ends instead of tasks.
pub fn tokio<T: Send + 'static>(capacity: usize) -> (Put<T>, Take<T>) {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(capacity);
    (
        Arc::new(move |item| drop(sender.blocking_send(item))),
        Box::new(move || receiver.blocking_recv()),
    )
}
// ANCHOR_END: kinds
