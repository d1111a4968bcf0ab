//! What is graded about `src/grain.rs`.

use std::{ops::Range, sync::Mutex};

use grain::total;
use harness::{Together, at_least, at_most, check, equal, faster_than, variant};

#[path = "../src/grain.rs"]
mod grain;

/// How many rows, which cannot be divided evenly, and workers there are.
fn scene() -> (usize, usize) {
    (4001 + 2 * variant().between(1..=400), variant().between(2..=4))
}

/// Some work for each row, less than handing it over, and a checksum.
fn blur(rows: Range<usize>) -> u64 {
    rows.map(|row| (0..30).fold(row as u64, |it, n| it.rotate_left(5) ^ n) >> 20).sum()
}

/// The jobs that the learner's code makes.
fn jobs(rows: usize, workers: usize) -> Vec<Range<usize>> {
    let jobs = Mutex::new(Vec::new());
    total(rows, workers, &|rows| (jobs.lock().unwrap().push(rows), 0).1);
    jobs.into_inner().unwrap()
}

#[check]
fn every_row_is_in_one_job() {
    let (rows, workers) = scene();
    let blurred = jobs(rows, workers).into_iter().map(|rows| rows.len()).sum();
    equal("the number of rows", blurred, rows, "the last job may be smaller");
    equal("the sum", total(rows, workers, &blur), blur(0..rows), "each job adds to it");
}

#[check]
fn jobs_are_neither_tiny_nor_huge() {
    let (rows, workers) = scene();
    let [all, few, many] = [rows, rows / 8, rows * 8].map(|it| jobs(it, workers).len());
    at_least("jobs", all, 4 * workers, "who is done first waits for a long job");
    at_least("jobs", few, 4 * workers, "if there are fewer rows, a job has fewer");
    at_most("jobs", all.max(many), 32 * workers, "each is handed over, for a few rows");
}

#[check]
fn jobs_run_side_by_side() {
    let (rows, workers) = scene();
    let together = Together::new(workers, "jobs");
    total(rows, workers, &|rows| (together.enter(), rows.len() as u64).1);
    together.expect("one thread does them all", "the rest of the pool waits: a lock?");
    at_most("threads", together.threads(), workers, "the pool has its own number");
}

#[check]
fn it_is_faster_than_one_after_the_other() {
    let (rows, idea) = (1_500_000, "what do the jobs wait for?");
    at_most("jobs", jobs(rows, 2).len(), 64, "make them larger, and then time them");
    faster_than(|| blur(0..rows), || total(rows, 2, &blur), 1.6, idea);
}
