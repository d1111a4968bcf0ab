//! One after the other: what all else is compared with.

use std::io;
use std::ops::ControlFlow;

use crate::job::{Job, Outcome, shrink};

/// Does the jobs in order on this thread, and hands each outcome to `done`, which may stop it.
///
/// # Errors
/// None: every way has the same signature.
// ANCHOR: run
pub fn run(
    jobs: &[Job],
    _workers: usize,
    done: &(dyn Fn(Outcome) -> ControlFlow<()> + Sync),
) -> io::Result<()> {
    let _ = jobs.iter().try_for_each(|job| done(shrink(job)));
    Ok(())
}
// ANCHOR_END: run
