//! How large should a job be? The rows of some pictures, blurred one row, a few rows, or a whole
//! picture a job.
//!
//! A row takes about a microsecond. Whether that is a job or not depends on what it costs to hand
//! it over: a queue between threads is cheap, a pipe between processes is not. To be fair to the
//! pipe, no picture travels through it: both sides know the pictures, and only row numbers and a
//! checksum are sent.

use std::{
    env, io,
    ops::{ControlFlow, Range},
    process::Command,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
};

use ch02_threads_vs_processes::crew::{self, Errand};
use crossbeam::queue::SegQueue;
use serde::{Deserialize, Serialize};

/// The argument that makes this program a worker for rows: its `main` must then call [`worker`].
pub const WORKER: &str = "row-worker";

/// Width and height of a picture, in pixels.
pub const SIDE: usize = 256;

/// How many pictures there are.
pub const PICTURES: usize = 512;

/// Half the window of a box blur, in pixels.
const REACH: usize = 15;

/// Some rows of the pictures, which are counted through: picture 1 begins with row 256.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rows(pub Range<usize>);

impl Errand for Rows {
    type Answer = u64;
}

/// All rows, `rows` a job.
pub fn jobs(rows: usize) -> Vec<Rows> {
    let all = PICTURES * SIDE;
    (0..all).step_by(rows).map(|first| Rows(first..all.min(first + rows))).collect()
}

/// Blurs the rows and adds up their samples.
pub fn blur(rows: &Rows) -> u64 {
    rows.0.clone().map(|row| blur_row(&PICTURE[row % SIDE])).sum()
}

/// Three box blurs of one row, and the sum of its samples.
fn blur_row(row: &[u8; SIDE]) -> u64 {
    let mut row = *row;
    for _ in 0..3 {
        row = box_blur(&row);
    }
    row.iter().map(|&sample| u64::from(sample)).sum()
}

/// The window slides: one sample enters, one leaves. Outside, the border goes on.
fn box_blur(row: &[u8; SIDE]) -> [u8; SIDE] {
    let at = |x: usize| u32::from(row[x.saturating_sub(REACH).min(SIDE - 1)]);
    let mut sum: u32 = (0..2 * REACH + 1).map(at).sum();
    let mut blurred = [0; SIDE];
    for (x, sample) in blurred.iter_mut().enumerate() {
        *sample = (sum / (2 * REACH as u32 + 1)) as u8;
        sum = sum + at(x + 2 * REACH + 1) - at(x);
    }
    blurred
}

/// One picture stands for all: its rows are 256 different ones.
static PICTURE: LazyLock<Vec<[u8; SIDE]>> = LazyLock::new(|| {
    let sample = |row: usize, x: usize| (row * 31 + x * x * 7 + row * x) as u8;
    (0..SIDE).map(|row| std::array::from_fn(|x| sample(row, x))).collect()
});

/// The jobs one after the other; the sum of all answers.
pub fn sequential(jobs: &[Rows]) -> u64 {
    jobs.iter().map(blur).sum()
}

/// The jobs on `workers` threads that pull from a queue; the sum of all answers.
pub fn threads(jobs: &[Rows], workers: usize) -> u64 {
    let queue = SegQueue::new();
    jobs.iter().for_each(|job| queue.push(job));
    let total = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(rows) = queue.pop() {
                    total.fetch_add(blur(rows), Relaxed);
                }
            });
        }
    });
    total.into_inner()
}

/// The jobs in `workers` processes, through pipes; the sum of all answers.
///
/// # Errors
/// If the worker processes cannot be started, or one is lost twice.
pub fn processes(jobs: &[Rows], workers: usize) -> io::Result<u64> {
    let program = env::current_exe()?;
    let command = || {
        let mut command = Command::new(&program);
        command.arg(WORKER);
        command
    };
    let total = AtomicU64::new(0);
    let lost = AtomicU64::new(0);
    crew::run(&command, workers, jobs, &|_, answer| {
        match answer {
            Ok(sum) => total.fetch_add(sum, Relaxed),
            Err(_) => lost.fetch_add(1, Relaxed),
        };
        ControlFlow::Continue(())
    })?;
    match lost.into_inner() {
        0 => Ok(total.into_inner()),
        lost => Err(io::Error::other(format!("{lost} jobs were lost"))),
    }
}

/// The other end of [`processes`].
///
/// # Errors
/// If a pipe breaks in the middle of a message.
pub fn worker() -> io::Result<()> {
    crew::serve(|_, rows: Rows| blur(&rows), || ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_exactly_one_job_whatever_the_grain() {
        for rows in [1, 7, 16, 256, 100_000] {
            let all: Vec<usize> =
                jobs(rows).into_iter().flat_map(|rows| rows.0).collect();
            assert_eq!(all, (0..PICTURES * SIDE).collect::<Vec<_>>());
        }
    }

    #[test]
    fn threads_find_the_same_sum_as_one_after_the_other() {
        let jobs = jobs(64);
        assert_eq!(threads(&jobs, 3), sequential(&jobs));
    }

    #[test]
    fn a_blurred_row_keeps_its_brightness_and_loses_its_contrast() {
        let mut row = [100; SIDE];
        assert_eq!(blur_row(&row), 100 * SIDE as u64);
        row[SIDE / 2] = 255;
        let blurred = box_blur(&row);
        assert!(blurred.iter().all(|&sample| (100..=105).contains(&sample)));
    }
}
