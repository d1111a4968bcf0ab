//! A process for each job.
//!
//! Below, each job has a thread. If one of them takes its process down, it takes down all the
//! others, and whoever waits for them. Give each job a process of its own.

use std::{io, process::Command, thread};

/// A photo to convert, in one of two ways.
pub trait Job: Sync {
    /// Does the job here, in the calling thread; whether it went well.
    fn work(&self) -> bool;

    /// A program that does the job, and succeeds if it went well.
    fn command(&self) -> Command;
}

/// Does all jobs at the same time, each in a process of its own. At place `i` is whether `jobs[i]`
/// went well. No process is left behind.
///
/// # Errors
/// If a process does not start.
pub fn all(jobs: &[impl Job]) -> io::Result<Vec<bool>> {
    thread::scope(|scope| {
        let start = |job| scope.spawn(move || Job::work(job));
        let threads: Vec<_> = jobs.iter().map(start).collect();
        Ok(threads.into_iter().map(|thread| thread.join().unwrap_or(false)).collect())
    })
}
