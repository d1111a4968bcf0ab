//! `x += 1`, many times, by several workers at once.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::interpreter::Permit;

// ANCHOR: read_then_write
/// Reads, then writes, and between the two another worker may have its turn, as where the right
/// side of `x = x + f()` calls a function.
pub fn read_then_write(counter: &AtomicU64, times: u64, permit: &mut impl Permit) {
    for _ in 0..times {
        let seen = counter.load(Relaxed);
        permit.poll();
        counter.store(seen + 1, Relaxed);
    }
}
// ANCHOR_END: read_then_write

/// Reads and writes, and looks up only after that: no update is lost, as long as there is one lock
/// for all workers.
pub fn read_and_write(counter: &AtomicU64, times: u64, permit: &mut impl Permit) {
    for _ in 0..times {
        let seen = counter.load(Relaxed);
        counter.store(seen + 1, Relaxed);
        permit.poll();
    }
}

// ANCHOR: locked
/// Locks the counter for the update. Nobody else can even look at it meanwhile.
pub fn locked(counter: &Mutex<u64>, times: u64) {
    for _ in 0..times {
        *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }
}

/// Has the CPU do it in one step.
pub fn atomic(counter: &AtomicU64, times: u64) {
    for _ in 0..times {
        counter.fetch_add(1, Relaxed);
    }
}
// ANCHOR_END: locked
