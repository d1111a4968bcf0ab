//! A rayon pool: the list is split, and idle threads steal from busy ones.

use std::io;
use std::ops::ControlFlow;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::job::{Job, Outcome, shrink};

/// Does the jobs on `workers` threads, and hands each outcome to `done` as soon as it is known.
///
/// When `done` breaks, the jobs in hand are finished, and no more are taken.
///
/// # Errors
/// If the system does not start so many threads.
// ANCHOR: run
pub fn run(
    jobs: &[Job],
    workers: usize,
    done: &(dyn Fn(Outcome) -> ControlFlow<()> + Sync),
) -> io::Result<()> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(workers)
        .build()
        .map_err(io::Error::other)?;
    // Rayon would hand out several jobs at a time, which is wise for small ones.
    // With ours, one thread would be left with the rest at the end.
    let jobs = jobs.par_iter().with_max_len(1);
    let _ = pool.install(|| jobs.try_for_each(|job| done(shrink(job))));
    Ok(())
}
// ANCHOR_END: run
