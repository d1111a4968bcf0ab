//! A lock and a signal that note their steps.

use std::{
    ops::{Deref, DerefMut},
    panic::Location,
    sync::{Arc, LockResult, atomic::Ordering::Relaxed},
};

use super::steps::{self, LOCK, WOKEN};

/// As `std::sync::Mutex`.
#[derive(Debug, Default)]
pub struct Mutex<T>(loom::sync::Mutex<T>);

/// As `std::sync::MutexGuard`.
#[derive(Debug)]
pub struct Guard<'a, T> {
    /// `None` while it waits for a signal.
    guard: Option<loom::sync::MutexGuard<'a, T>>,
    lock: &'a Mutex<T>,
    taken: &'static Location<'static>,
}

/// As `std::sync::Condvar`. Nobody is woken without a reason, unless there is a [`false_alarm`]; of
/// several who wait, a signal for one wakes the first.
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
        let guard = Some(self.wait_for(taken));
        steps::note("takes the lock", taken);
        Ok(Guard { guard, lock: self, taken })
    }

    fn wait_for(
        &self,
        at: &'static Location<'static>,
    ) -> loom::sync::MutexGuard<'_, T> {
        let guard = steps::wait(LOCK, at, || self.0.lock());
        guard.unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// From now on, in some orders, one wait ends without a signal, as the system may let it: whoever
/// wakes up has to look again. Takes a thread of the model.
pub fn false_alarm() {
    let alarm = Arc::new(loom::sync::atomic::AtomicBool::new(false));
    steps::expect_alarm(Arc::clone(&alarm));
    loom::thread::spawn(move || alarm.store(true, Relaxed));
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
        let lock = guard.lock;
        let (locked, how) = if steps::is_alarmed() {
            drop(locked);
            let how = "was woken by nobody, as may happen, and has the lock again";
            (lock.wait_for(taken), how)
        } else {
            let locked = steps::listen(self.address(), taken, || self.0.wait(locked));
            (locked.unwrap_or_else(std::sync::PoisonError::into_inner), WOKEN)
        };
        steps::note(how, taken);
        Ok(Guard { guard: Some(locked), lock, taken })
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
        steps::signal(self.address(), true, Location::caller());
        self.0.notify_one();
    }

    /// As in `std`.
    #[track_caller]
    pub fn notify_all(&self) {
        steps::signal(self.address(), false, Location::caller());
        self.0.notify_all();
    }

    /// Which one it is: nobody moves it while somebody waits.
    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
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
