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
    //@ solution
    let results = Mutex::new(vec![Ok(0); jobs.len()]);
    //@ wrong left_out
    let results = Mutex::new(vec![None; jobs.len()]);
    //@ wrong thread_lost, wrong poisoned
    let results = Mutex::new(vec![Err("it panicked".to_owned()); jobs.len()]);
    //@ end
    let worker = || {
        //@ solution
        while let Some((place, job)) = next() {
        //@ wrong poisoned
        while let Some((place, job)) = queue.lock().unwrap().next() {
        //@ end
            //@ starter, wrong thread_lost, wrong poisoned
            let result = Ok(work(*job));
            //@ solution
            let result = catch_unwind(AssertUnwindSafe(|| work(*job)));
            let result = result.map_err(|panic| message(&*panic));
            //@ wrong left_out
            let result = catch_unwind(AssertUnwindSafe(|| work(*job))).ok();
            //@ wrong default
            let result = catch_unwind(AssertUnwindSafe(|| work(*job)));
            let result = Ok(result.unwrap_or_default());
            //@ wrong tries_again
            let mut result = catch_unwind(AssertUnwindSafe(|| work(*job)));
            for _ in 0..2 {
                result = result.or_else(|_| catch_unwind(AssertUnwindSafe(|| work(*job))));
            }
            let result = result.map_err(|panic| message(&*panic));
            //@ wrong debug
            let result = catch_unwind(AssertUnwindSafe(|| work(*job)));
            let result = result.map_err(|panic| format!("{panic:?}"));
            //@ end
            results.lock().unwrap()[place] = result;
        }
    };
    thread::scope(|scope| {
        //@ solution
        for _ in 0..workers {
            scope.spawn(worker);
        }
        //@ wrong thread_a_job
        drop(worker);
        let threads: Vec<_> =
            jobs.iter().map(|job| scope.spawn(move || work(*job))).collect();
        for (place, thread) in threads.into_iter().enumerate() {
            let result = thread.join().map_err(|panic| message(&*panic));
            results.lock().unwrap()[place] = result;
        }
        //@ wrong thread_lost, wrong poisoned
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        for thread in threads {
            let _ = thread.join();
        }
        //@ end
    });
    //@ solution
    results.into_inner().unwrap()
    //@ wrong left_out
    results.into_inner().unwrap().into_iter().flatten().map(Ok).collect()
    //@ end
}
