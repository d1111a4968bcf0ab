//! Buffers to use again.
//!
//! Memory that the system hands out must be filled with zeros and mapped, page by page, when
//! it is first touched. For two buffers of 26 MB a photo that is a fifth of all our CPU time.
//! So each thread keeps its last two.

use std::cell::RefCell;

/// As many as a job needs at a time: one for the picture, one for the turned picture.
const KEPT: usize = 2;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer of `len` bytes, filled with whatever was in it before.
#[must_use]
pub fn take(len: usize) -> Vec<u8> {
    let mut buffer = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
    if buffer.capacity() < len {
        // Gone before its successor comes, so that both never exist at once.
        drop(buffer);
        return vec![0; len];
    }
    buffer.resize(len, 0);
    buffer
}

/// Keeps a buffer for the next [`take`] of this thread.
pub fn give_back(buffer: Vec<u8>) {
    SPARE.with_borrow_mut(|spare| {
        if spare.len() < KEPT {
            spare.push(buffer);
        }
    });
}

/// Returns this thread's buffers to the system.
pub fn clear() {
    SPARE.with_borrow_mut(Vec::clear);
}
