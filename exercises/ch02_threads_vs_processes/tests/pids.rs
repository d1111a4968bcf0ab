//! What is graded about `src/pids.rs`.

use harness::{Gathering, Leaks, at_least, at_most, check, equal, variant, worker};
use std::process::{self, Command};
#[path = "../src/pids.rs"]
mod pids;

/// A job, which waits for the others. The first one fails, and the second one breaks its process.
struct Photo<'a>(usize, &'a Gathering);

impl pids::Job for Photo<'_> {
    fn work(&self) -> bool {
        (self.1.enter(self.0), self.0 > 1).1
    }
    fn command(&self) -> Command {
        worker::command(self.1.invitation(self.0))
    }
}

#[test]
fn worker() {
    let breaks = |it: &str| Gathering::accept(it).is_err() || it.starts_with("1 ");
    let exit = |it: &str| process::exit(i32::from(it.starts_with("0 ")));
    worker::run(|it| if breaks(it) { process::abort() } else { exit(it) });
}

/// How some jobs met, each in a process of its own, and what came of them.
fn run() -> (Gathering, Option<Vec<bool>>) {
    let meeting = Gathering::new(variant().between(3..=6), "jobs");
    let photos = (0..meeting.wanted()).map(|job| Photo(job, &meeting));
    let results = meeting.hold("`wait` sleeps", || pids::all(&Vec::from_iter(photos)));
    let hand = "whoever lends a hand does that job on this side of the wall";
    let (ours, all) = (meeting.here(), meeting.wanted());
    let idea = if ours == all { "threads have one process" } else { hand };
    equal("the number of jobs in our own process", ours, 0, idea);
    (meeting, results.ok())
}

#[check]
fn each_job_has_a_process_of_its_own() {
    let (meeting, _) = run();
    at_least("processes", meeting.ids().len(), meeting.wanted(), "some job has none");
}

#[check]
fn the_processes_run_side_by_side() {
    run().0.expect("some are waited for before all have been started");
}

#[check]
fn a_job_that_fails_fails_alone() {
    let (before, (meeting, results)) = (Leaks::watch(), run());
    let wanted = Vec::from_iter((0..meeting.wanted()).map(|job| job > 1));
    let ended = "place `i` is for process `i`, and whoever has ended may have failed";
    let idea = if results.is_some() { ended } else { "one failure hides the others" };
    before.expect_none("after the last job", "it is there until it is waited for");
    equal("what came of the jobs", results, Some(wanted), idea);
    at_most("processes", meeting.began(), meeting.wanted(), "it has failed: say so");
}
