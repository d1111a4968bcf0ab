//! A lock and a signal that note their steps.

use std::{
    ops::{Deref, DerefMut},
    panic::Location,
    sync::LockResult,
};

use super::steps;

/// What waiting threads wait for.
const LOCK: &str = "a lock";
const SIGNAL: &str = "a signal";

/// As `std::sync::Mutex`.
#[derive(Debug, Default)]
pub struct Mutex<T>(loom::sync::Mutex<T>);

/// As `std::sync::MutexGuard`.
#[derive(Debug)]
pub struct Guard<'a, T> {
    /// `None` while it waits for a signal.
    guard: Option<loom::sync::MutexGuard<'a, T>>,
    taken: &'static Location<'static>,
}

/// As `std::sync::Condvar`. It is never woken without a reason.
#[derive(Debug, Default)]
pub struct Condvar(loom::sync::Condvar);

impl<T> Mutex<T> {
    /// As in `std`.
    pub fn new(value: T) -> Mutex<T> {
        Mutex(loom::sync::Mutex::new(value))
    }

    /// As in `std`.
    ///
    /// # Errors
    /// Never: a panic ends the model.
    #[track_caller]
    pub fn lock(&self) -> LockResult<Guard<'_, T>> {
        let taken = Location::caller();
        let guard = steps::wait(LOCK, taken, || self.0.lock());
        let guard = Some(guard.unwrap_or_else(std::sync::PoisonError::into_inner));
        steps::note("takes the lock", taken);
        Ok(Guard { guard, taken })
    }
}

impl Condvar {
    /// As in `std`.
    pub fn new() -> Condvar {
        Condvar(loom::sync::Condvar::new())
    }

    /// As in `std`.
    ///
    /// # Errors
    /// Never: a panic ends the model.
    #[track_caller]
    pub fn wait<'a, T>(&self, mut guard: Guard<'a, T>) -> LockResult<Guard<'a, T>> {
        let taken = Location::caller();
        let Some(locked) = guard.guard.take() else { return Ok(guard) };
        steps::note("lets go of the lock, and waits for a signal", taken);
        let locked = steps::wait(SIGNAL, taken, || self.0.wait(locked));
        let locked = Some(locked.unwrap_or_else(std::sync::PoisonError::into_inner));
        steps::note("was woken, and has the lock again", taken);
        Ok(Guard { guard: locked, taken })
    }

    /// As in `std`.
    ///
    /// # Errors
    /// Never: a panic ends the model.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: Guard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<Guard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// As in `std`.
    #[track_caller]
    pub fn notify_one(&self) {
        steps::note(&signals("one"), Location::caller());
        self.0.notify_one();
    }

    /// As in `std`.
    #[track_caller]
    pub fn notify_all(&self) {
        steps::note(&signals("all"), Location::caller());
        self.0.notify_all();
    }
}

fn signals(whom: &str) -> String {
    let nobody =
        if steps::waiting_for(SIGNAL) == 0 { ", and nobody waits" } else { "" };
    format!("signals {whom}{nobody}")
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.guard.as_ref().expect("it is locked while it can be reached")
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.guard.as_mut().expect("it is locked while it can be reached")
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if self.guard.is_some() {
            steps::note("lets go of the lock", self.taken);
        }
    }
}
