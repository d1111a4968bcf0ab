//! How many are at it at a time, and who.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, ThreadId},
};

/// Counts jobs that are in progress: a job enters at its start, and leaves when its guard is
/// dropped.
///
/// Whether a peak comes about can depend on the scheduler; with a [`Rendezvous`](crate::Rendezvous)
/// in each job, it does not.
#[derive(Debug, Default)]
pub struct InFlight(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    now: usize,
    peak: usize,
    total: usize,
    threads: HashSet<ThreadId>,
}

/// A job in progress.
#[derive(Debug)]
#[must_use = "the job is over when this is dropped"]
pub struct Entered<'a>(&'a InFlight);

impl InFlight {
    /// Nothing in progress.
    pub fn new() -> InFlight {
        InFlight::default()
    }

    /// A job begins, on this thread. Drop the guard when it ends.
    pub fn enter(&self) -> Entered<'_> {
        let mut counts = self.counts();
        counts.now += 1;
        counts.total += 1;
        counts.peak = counts.peak.max(counts.now);
        counts.threads.insert(thread::current().id());
        Entered(self)
    }

    /// How many are in progress.
    pub fn now(&self) -> usize {
        self.counts().now
    }

    /// The most that ever were in progress together.
    pub fn peak(&self) -> usize {
        self.counts().peak
    }

    /// How many ever began.
    pub fn total(&self) -> usize {
        self.counts().total
    }

    /// How many threads did them: unlike [`InFlight::peak`], it tells a thread a job from a pool
    /// whatever the scheduler does.
    pub fn threads(&self) -> usize {
        self.counts().threads.len()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.counts().now -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_stays_when_jobs_leave() {
        let in_flight = InFlight::new();
        let (first, second) = (in_flight.enter(), in_flight.enter());
        drop(first);
        drop(second);
        let _third = in_flight.enter();
        let counts = (in_flight.now(), in_flight.peak(), in_flight.total());
        assert_eq!(counts, (1, 2, 3));
    }

    #[test]
    fn a_thread_that_does_several_jobs_counts_once() {
        let in_flight = InFlight::new();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..5).for_each(|_| drop(in_flight.enter())));
            }
        });
        assert_eq!((in_flight.threads(), in_flight.total()), (2, 10));
    }

    #[test]
    fn a_job_that_panics_is_not_in_progress_any_more() {
        let in_flight = InFlight::new();
        let job = || {
            let _entered = in_flight.enter();
            crate::accident("staged");
        };
        thread::scope(|scope| scope.spawn(job).join().expect_err("it panicked"));
        assert_eq!(in_flight.now(), 0);
    }
}
