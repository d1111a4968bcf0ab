//! What the lock is built from. The tests that try every order of events put `loom`'s own here.

pub use std::sync::{
    Condvar, Mutex, MutexGuard,
    atomic::{AtomicBool, Ordering::Relaxed},
};
use std::{sync::PoisonError, time::Duration};

/// Locks; a panic elsewhere cannot have left the state half-changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a signal.
pub fn wait<'a, T>(signal: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    signal.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a signal, and not longer than `patience`. Says whether that was over.
pub fn wait_for<'a, T>(
    signal: &Condvar,
    guard: MutexGuard<'a, T>,
    patience: Duration,
) -> (MutexGuard<'a, T>, bool) {
    let (guard, waited) =
        signal.wait_timeout(guard, patience).unwrap_or_else(PoisonError::into_inner);
    (guard, waited.timed_out())
}
