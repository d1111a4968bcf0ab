//! Threads that pull from a shared queue: whoever is free takes the next job.

use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use crossbeam::queue::SegQueue;

use crate::job::{Job, Outcome, shrink};

/// Does the jobs on `workers` threads, and hands each outcome to `done` as soon as it is known.
///
/// When `done` breaks, the jobs in hand are finished, and no more are taken.
///
/// # Errors
/// If the system starts no more threads; those that run finish the jobs.
// ANCHOR: run
pub fn run(
    jobs: &[Job],
    workers: usize,
    done: &(dyn Fn(Outcome) -> ControlFlow<()> + Sync),
) -> io::Result<()> {
    let queue = SegQueue::new();
    jobs.iter().for_each(|job| queue.push(job));
    let stop = AtomicBool::new(false);
    let work = || {
        while !stop.load(Relaxed)
            && let Some(job) = queue.pop()
        {
            if done(shrink(job)).is_break() {
                stop.store(true, Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for number in 0..workers.min(jobs.len()) {
            let builder = thread::Builder::new().name(format!("worker {number}"));
            builder.spawn_scoped(scope, work)?;
        }
        Ok(())
    })
}
// ANCHOR_END: run
