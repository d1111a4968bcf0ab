//! Threads that pull from a shared queue: whoever is free takes the next job.

use std::io;
use std::ops::ControlFlow;
use std::thread;

use crossbeam::queue::SegQueue;

use crate::job::{Job, Outcome, shrink};

/// Does the jobs on `workers` threads, and hands each outcome to `done` as soon as it is known.
///
/// When `done` breaks, the jobs in hand are finished, and no more are taken.
///
/// # Errors
/// If the system starts not even one thread. With fewer than asked for, it only takes longer.
// ANCHOR: run
pub fn run(
    jobs: &[Job],
    workers: usize,
    done: &(dyn Fn(Outcome) -> ControlFlow<()> + Sync),
) -> io::Result<()> {
    let queue = SegQueue::new();
    jobs.iter().for_each(|job| queue.push(job));
    let work = || {
        while let Some(job) = queue.pop() {
            if done(shrink(job)).is_break() {
                while queue.pop().is_some() {}
            }
        }
    };
    thread::scope(|scope| {
        for number in 0..workers.min(jobs.len()) {
            let started = thread::Builder::new().spawn_scoped(scope, work);
            if number == 0 {
                started?;
            }
        }
        Ok(())
    })
}
// ANCHOR_END: run
