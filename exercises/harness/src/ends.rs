//! Work that may have no end.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::mpsc::{self, Receiver, TryRecvError},
    thread::{self, JoinHandle},
};

use crate::{accident, settle};

/// Work on a thread of its own.
#[derive(Debug)]
pub struct Started<T> {
    thread: JoinHandle<T>,
    /// Its other end is gone when the work is over.
    over: Receiver<()>,
}

/// Starts `work` on a thread of its own, so that the check goes on if it has no end.
pub fn start<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Started<T> {
    let (at_work, over) = mpsc::channel();
    let thread = thread::spawn(move || {
        let _at_work = at_work;
        work()
    });
    Started { thread, over }
}

/// How many are over when nobody has anything to do any more ([`settle`]): the others wait.
pub fn over<T>(started: &[Started<T>]) -> usize {
    settle();
    started.iter().filter(|work| work.is_over()).count()
}

/// Somebody panics with `held` in hand, so that it is dropped. The panic is staged ([`accident`]).
pub fn die_with<T>(held: T) {
    let dies = move || {
        let _held = held;
        accident("died")
    };
    let _ = catch_unwind(AssertUnwindSafe(dies));
}

impl<T> Started<T> {
    /// Its result; `None` if it is not over when nobody has anything to do any more.
    ///
    /// # Panics
    /// As the work does.
    pub fn end(self) -> Option<T> {
        settle();
        let is_over = self.is_over();
        is_over.then(|| self.thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    }

    fn is_over(&self) -> bool {
        self.over.try_recv() == Err(TryRecvError::Disconnected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_ends_has_a_result() {
        assert_eq!(start(|| 7).end(), Some(7));
    }

    #[test]
    fn those_who_wait_for_ever_are_told_from_those_who_are_over() {
        let forever = || {
            start(|| {
                loop {
                    thread::park();
                }
            })
        };
        assert_eq!(over(&[start(|| ()), forever(), start(|| ())]), 2);
        assert_eq!(forever().end(), None);
    }

    #[test]
    fn a_panic_of_the_work_is_passed_on() {
        let broken = start(|| accident("staged"));
        let end = catch_unwind(AssertUnwindSafe(|| broken.end()));
        let payload = end.expect_err("it panicked");
        assert_eq!(payload.downcast_ref::<String>().expect("a text"), "staged");
    }

    #[test]
    fn what_somebody_dies_with_is_dropped_during_the_panic() {
        struct Held(mpsc::Sender<bool>);
        impl Drop for Held {
            fn drop(&mut self) {
                self.0.send(thread::panicking()).expect("somebody listens");
            }
        }
        let (tell, told) = mpsc::channel();
        die_with(Held(tell));
        assert_eq!(told.recv(), Ok(true));
    }
}
