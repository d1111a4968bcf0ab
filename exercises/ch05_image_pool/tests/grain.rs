//! What is graded about `src/grain.rs`.

use std::{ops::Range, sync::Mutex, thread::available_parallelism};

use grain::total;
use harness::{Together, at_least, at_most, check, equal, faster_than, variant};

#[path = "../src/grain.rs"]
mod grain;

/// How many rows, which cannot be divided evenly, and workers there are.
fn scene() -> (usize, usize) {
    (4001 + 2 * variant().between(1..=400), variant().between(2..=4))
}

/// Some work for each row, and a checksum.
fn blur(rows: Range<usize>) -> u64 {
    rows.map(|row| (0..900).fold(row as u64, |it, n| it.rotate_left(5) ^ n) >> 20).sum()
}

/// The jobs that the learner's code makes.
fn jobs() -> Vec<Range<usize>> {
    let ((rows, workers), jobs) = (scene(), Mutex::new(Vec::new()));
    total(rows, workers, &|rows| (jobs.lock().unwrap().push(rows), 0).1);
    jobs.into_inner().unwrap()
}

#[check]
fn every_row_is_in_one_job() {
    let (rows, workers) = scene();
    let blurred = jobs().into_iter().map(|rows| rows.len()).sum();
    equal("the number of rows", blurred, rows, "the last job may be smaller");
    equal("the sum", total(rows, workers, &blur), blur(0..rows), "each job adds to it");
}

#[check]
fn jobs_are_neither_tiny_nor_huge() {
    let (jobs, workers) = (jobs().len(), scene().1);
    at_most("jobs", jobs, 32 * workers, "each is handed over, for a few rows");
    at_least("jobs", jobs, 4 * workers, "who is done first waits for a long job");
}

#[check]
fn jobs_run_side_by_side() {
    let (rows, workers) = scene();
    let together = Together::new(workers, "jobs");
    total(rows, workers, &|rows| {
        let _in_progress = together.enter();
        rows.len() as u64
    });
    together.expect("one thread does them all", "the rest of the pool waits: a lock?");
}

#[check]
fn it_is_faster_than_one_after_the_other() {
    let (rows, cpus) = (24_000, available_parallelism().map_or(1, usize::from));
    let learner = || total(rows, cpus, &blur);
    faster_than(|| blur(0..rows), learner, 1.6, "what do the jobs wait for?");
}
