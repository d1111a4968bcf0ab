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
    let size = 1;
    let jobs: Vec<Range<usize>> =
        (0..rows).step_by(size).map(|first| first..rows.min(first + size)).collect();
    let pool = ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let jobs = jobs.par_iter().with_max_len(1);
    pool.install(|| jobs.map(|rows| blur(rows.clone())).sum())
}
