//! A trial for queues.
//!
//! The trial below has one thread, so it tries one order of events, and a queue passes it that
//! loses items when two put at a time. Write a better one. It is run in many orders of events, with a
//! queue that is right, and with some that are not.
//!
//! `queue.put(item)` puts a number; `queue.take()` waits until there is one. Let two threads put two
//! items each, and let two take two each: one thread can do both, as long as some order makes a
//! taker wait. Then say what every order must have in common.

use std::sync::Arc;

use crate::given::{Queue, thread::spawn}; // like `std::thread::spawn`

/// Panics if an item is lost, or comes out twice, or comes to a taker before one that the same
/// thread has put earlier.
pub fn trial(queue: Arc<impl Queue>) {
    queue.put(1);
    queue.put(2);
    assert_eq!([queue.take(), queue.take()], [1, 2]);
}
