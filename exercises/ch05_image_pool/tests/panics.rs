//! What is graded about `src/panics.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use harness::{InFlight, Together, accident, at_most, check, equal, fail, variant};

#[path = "../src/panics.rs"]
mod panics;

/// How many workers there are, and which job panics.
fn scene() -> (usize, u64) {
    (variant().between(2..=4), variant().between(6..=8) as u64)
}

/// What became of 16 jobs that do `work`, and of which one panics.
fn all(work: impl Fn(u64) + Sync) -> Vec<Result<u64, String>> {
    let ((workers, unlucky), jobs) = (scene(), Vec::from_iter(0..16));
    let job = |job| {
        work(job);
        if job == unlucky {
            accident(&format!("photo {job} is broken"));
        }
        job * job
    };
    let entries = catch_unwind(AssertUnwindSafe(|| panics::all(&jobs, workers, &job)));
    entries.unwrap_or_else(|_| fail("16 entries", "one panic ended it all", "catch it"))
}

#[check]
fn there_are_fifteen_results_and_one_error() {
    let ((_, unlucky), entries) = (scene(), all(|_| ()));
    let errors = entries.iter().filter(|it| it.is_err()).count();
    let idea = match (entries.len(), errors) {
        (16, 0) => "a panic was swallowed: who will ever know?",
        (16, 2..) => "one job takes others along: what did it hold?",
        _ => "a job that has no entry is lost without a word",
    };
    equal("entries and errors", (entries.len(), errors), (16, 1), idea);
    let wanted = (0..16).map(|job| (job != unlucky).then_some(job * job)).collect();
    let results = entries.into_iter().map(Result::ok).collect::<Vec<_>>();
    equal("the results", results, wanted, "each has its place");
}

#[check]
fn the_error_says_what_the_panic_said() {
    let ((_, unlucky), entries) = (scene(), all(|_| ()));
    let said = entries.into_iter().find_map(Result::err).unwrap_or_default();
    equal("the error", said, format!("photo {unlucky} is broken"), "a panic brings it");
}

#[check]
fn its_thread_takes_the_next_job() {
    let ((workers, unlucky), idea) = (scene(), "catch it around the job, no later");
    let (jobs, later) = (InFlight::new(), Together::new(workers, "later jobs"));
    all(|job| drop((jobs.enter(), (job > unlucky).then(|| later.enter()))));
    later.expect(idea, idea);
    at_most("jobs begun", jobs.total(), 16, "what panicked once is not tried again");
    at_most("threads", jobs.threads(), workers, "no other thread takes its place");
}
