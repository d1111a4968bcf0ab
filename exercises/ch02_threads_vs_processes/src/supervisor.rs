//! A supervisor that loses nothing.
//!
//! Below, a thread stands beside each worker process, and gives it job after job. When a worker is
//! killed, its job is lost with it, and so is each later one that its thread takes. Lose none.

use std::{io, sync::Mutex, thread};

/// Does all jobs, with `workers` processes at a time. `start` starts one, and returns what asks it
/// to do a job and waits for the answer: an error if the process is gone. It is not asked again.
///
/// Calls `done` once for each job: with its answer, or with `None` if it has cost two workers, since
/// it would cost a third.
///
/// # Errors
/// If a worker does not start.
pub fn all<Ask: FnMut(usize) -> io::Result<usize>>(
    jobs: &[usize],
    workers: usize,
    start: impl Fn() -> io::Result<Ask> + Sync,
    done: impl Fn(usize, Option<usize>) + Sync,
) -> io::Result<()> {
    let queue = Mutex::new(jobs.iter().copied());
    let next = || queue.lock().unwrap().next(); // and unlocked again
    let supervise = || -> io::Result<()> {
        let mut ask = start()?;
        while let Some(job) = next() {
            done(job, ask(job).ok());
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(supervise)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap())
    })
}
