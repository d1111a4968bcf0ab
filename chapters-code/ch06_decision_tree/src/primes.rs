//! Can a single job use two CPUs? "How many primes are there below a million?" is one question
//! with one answer, and nobody says that it must be found by one thread.
//!
//! The same count in three ways: on one thread, in equal parts, and in halves of halves. And, to
//! compare threads with processes, as many jobs that need nothing from each other.

use std::env;
use std::io;
use std::ops::{ControlFlow, Range};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use ch02_threads_vs_processes::crew::{self, Errand};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The argument that makes this program a worker: its `main` must then call [`worker`].
pub const WORKER: &str = "prime-worker";

/// So many numbers are too few to be worth splitting.
const FEW: u32 = 4096;

const NO_PANIC: &str = "to count cannot panic";

/// Counts the primes of the range on one thread.
// ANCHOR: sequential
#[must_use]
pub fn sequential(range: Range<u32>) -> usize {
    range.filter(|number| is_prime(*number)).count()
}

fn is_prime(number: u32) -> bool {
    let mut divisors = (2..).take_while(|by| by * by <= number);
    number >= 2 && divisors.all(|by| !number.is_multiple_of(by))
}
// ANCHOR_END: sequential

/// Cuts the range into equal parts, a thread each.
// ANCHOR: threads
#[must_use]
pub fn threads(range: Range<u32>, threads: usize) -> usize {
    thread::scope(|scope| {
        let parts = parts(range, threads).into_iter();
        let running: Vec<_> =
            parts.map(|part| scope.spawn(|| sequential(part))).collect();
        running.into_iter().map(|thread| thread.join().expect(NO_PANIC)).sum()
    })
}
// ANCHOR_END: threads

/// Cuts the range in halves, and those again. Rayon gives a half to another thread if one is idle.
// ANCHOR: join
#[must_use]
pub fn join(range: Range<u32>) -> usize {
    if range.end - range.start <= FEW {
        return sequential(range);
    }
    let middle = range.start + (range.end - range.start) / 2;
    let (low, high) = (range.start..middle, middle..range.end);
    let (low, high) = rayon::join(|| join(low), || join(high));
    low + high
}
// ANCHOR_END: join

/// The range in so many parts, of about the same size.
#[must_use]
pub fn parts(range: Range<u32>, parts: usize) -> Vec<Range<u32>> {
    let size = (range.end - range.start).div_ceil(parts as u32).max(1);
    let starts = range.clone().step_by(size as usize);
    starts.map(|start| start..range.end.min(start + size)).collect()
}

/// Many jobs instead of one: a range each, on the threads of rayon's pool.
#[must_use]
pub fn jobs_on_threads(jobs: &[Part]) -> usize {
    jobs.par_iter().with_max_len(1).map(|job| sequential(job.0.clone())).sum()
}

/// The same jobs in `workers` processes, through pipes.
///
/// # Errors
/// If the worker processes cannot be started, or a job is lost.
pub fn jobs_in_processes(jobs: &[Part], workers: usize) -> io::Result<usize> {
    let program = env::current_exe()?;
    let command = || {
        let mut command = Command::new(&program);
        command.arg(WORKER);
        command
    };
    let (total, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
    crew::run(&command, workers, jobs, &|_, answer| {
        match answer {
            Ok(count) => total.fetch_add(count, Relaxed),
            Err(_) => lost.fetch_add(1, Relaxed),
        };
        ControlFlow::Continue(())
    })?;
    match lost.into_inner() {
        0 => Ok(total.into_inner()),
        lost => Err(io::Error::other(format!("{lost} jobs were lost"))),
    }
}

/// The other end of [`jobs_in_processes`].
///
/// # Errors
/// If a pipe breaks in the middle of a message.
pub fn worker() -> io::Result<()> {
    crew::serve(|_, job: Part| sequential(job.0), || ())
}

/// A range that somebody is to count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part(pub Range<u32>);

impl Errand for Part {
    type Answer = usize;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twenty_five_primes_below_a_hundred() {
        assert_eq!(sequential(0..100), 25);
        assert_eq!(sequential(0..2), 0);
    }

    #[test]
    fn whoever_counts_finds_as_many() {
        let range = 0..100_000;
        assert_eq!(join(range.clone()), 9592);
        for number in [1, 2, 3, 7] {
            assert_eq!(threads(range.clone(), number), 9592);
        }
        let jobs: Vec<Part> = parts(range, 16).into_iter().map(Part).collect();
        assert_eq!(jobs_on_threads(&jobs), 9592);
    }

    #[test]
    fn every_number_is_in_one_part() {
        for number in [1, 3, 7, 200] {
            let all: Vec<u32> = parts(5..105, number).into_iter().flatten().collect();
            assert_eq!(all, (5..105).collect::<Vec<_>>());
        }
    }
}
