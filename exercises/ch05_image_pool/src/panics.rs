//! One job panics, and the others do not notice.
//!
//! Below, a job that panics ends its thread, and then the whole function panics: all results are
//! lost. Turn the panic into one failed entry.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    thread,
};

/// What a panic had to say.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Does `work` for each job on `workers` threads; at place `i` is what became of `jobs[i]`: its
/// result, or what it said when it panicked.
///
/// The thread of a job that panicked takes the next job.
pub fn all(
    jobs: &[u64],
    workers: usize,
    work: &(dyn Fn(u64) -> u64 + Sync),
) -> Vec<Result<u64, String>> {
    let queue = Mutex::new(jobs.iter().enumerate());
    let next = || queue.lock().unwrap().next(); // and unlocked again
    let results = Mutex::new(vec![Ok(0); jobs.len()]);
    let worker = || {
        while let Some((place, job)) = next() {
            let result = Ok(work(*job));
            results.lock().unwrap()[place] = result;
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(worker);
        }
    });
    results.into_inner().unwrap()
}
