//! How much is a job?
//!
//! Below, each row of some pictures is a job of its own. A row takes less than a microsecond, and
//! handing it over takes about as long. Make larger jobs, but not too large: whoever has done its
//! last one waits for the others.

use std::ops::Range;

use rayon::{ThreadPoolBuilder, prelude::*};

/// Blurs `rows` rows on `workers` threads; the sum of what `blur` says.
///
/// Each call of `blur` is a job: some rows. There are at least 4 jobs for every worker, and at most
/// 32. Each row is in one of them.
pub fn total(
    rows: usize,
    workers: usize,
    blur: &(dyn Fn(Range<usize>) -> u64 + Sync),
) -> u64 {
    //@ starter, wrong row_a_job, wrong timed_too_soon
    let size = 1;
    //@ solution, wrong serial, wrong locked
    let size = rows.div_ceil(8 * workers);
    //@ wrong job_a_worker
    let size = rows.div_ceil(workers);
    //@ wrong hundred_rows
    let size = 100;
    //@ wrong remainder
    let size = rows / (8 * workers);
    //@ end
    //@ solution
    let jobs: Vec<Range<usize>> =
        (0..rows).step_by(size).map(|first| first..rows.min(first + size)).collect();
    //@ wrong remainder
    let jobs: Vec<Range<usize>> =
        (0..8 * workers).map(|job| job * size..(job + 1) * size).collect();
    //@ end
    //@ solution
    let pool = ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let jobs = jobs.par_iter().with_max_len(1);
    pool.install(|| jobs.map(|rows| blur(rows.clone())).sum())
    //@ wrong serial
    jobs.into_iter().map(blur).sum()
    //@ wrong locked
    let pool = ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let total = std::sync::Mutex::new(0);
    let jobs = jobs.par_iter().with_max_len(1);
    pool.install(|| {
        jobs.for_each(|rows| {
            let mut total = total.lock().unwrap();
            *total += blur(rows.clone());
        });
    });
    total.into_inner().unwrap()
    //@ wrong compares
    let pool = ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let jobs = jobs.par_iter().with_max_len(1);
    let total = pool.install(|| jobs.map(|rows| blur(rows.clone())).sum());
    assert_eq!(total, blur(0..rows)); // to be sure
    total
    //@ wrong thread_a_job
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            jobs.into_iter().map(|rows| scope.spawn(move || blur(rows))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
    //@ end
}
