//! What is graded about `src/supervisor.rs`.

use harness::{worker::Worker, *};
use std::{io, sync::Mutex};
#[path = "../src/supervisor.rs"]
mod supervisor;
#[test]
fn worker() {
    worker::run(|_| worker::serve(|job| usize::from(job[0]).pow(2)));
}

/// What is told if job 4 kills its worker, or each. Job 5 waits for that, and later ones meet it.
fn told(jobs: usize, kills: usize) -> (Vec<(usize, Option<usize>)>, Together) {
    let (killed, later) = (Latch::new(kills), Together::new(2, "later jobs"));
    let (told, alive) = (Mutex::new(Vec::new()), InFlight::new());
    let midway = |it: &mut Worker, job: usize| {
        let so_far = killed.counted();
        _ = (so_far >= kills || job == 5 && killed.wait()).then(|| later.enter());
        _ = (job == 4 && so_far < 2 * kills - 1).then(|| (killed.count(), it.kill()));
    };
    let start = || {
        let (mut process, mut lives) = (Worker::start("")?, Some(alive.enter()));
        Ok(move |job: usize| {
            let idea =
                if job == 4 { "it is gone: ask another" } else { "fill its place" };
            at_least("worker", lives.iter().count(), 1, idea);
            let answer = process.ask(&[job as u8], |it| midway(it, job));
            lives = lives.take().filter(|_| answer.is_ok());
            answer?.parse().map_err(io::Error::other)
        })
    };
    let done = |job, answer| told.lock().unwrap().push((job, answer));
    let all = supervisor::all(&Vec::from_iter(0..jobs), 2, start, done);
    equal("the outcome", all.map_err(|it| it.kind()), Ok(()), "a loss is no error");
    at_most("workers lost to a job", killed.counted(), 2, "give it up in time");
    at_most("workers at a time", alive.peak(), 2, "one in reserve is one too many");
    at_most("workers started", alive.total(), 2 + 2 * kills, "one does job after job");
    (told.into_inner().unwrap(), later)
}

#[check]
fn each_job_is_answered_once() {
    let jobs = variant().between(10..=14);
    let told = told(jobs, 1).0;
    let lost = Vec::from_iter((0..jobs).filter(|n| !told.contains(&(*n, Some(n * n)))));
    equal("the jobs without an answer", lost, vec![], "who does it now?");
    equal("the times that something was told", told.len(), jobs, "once for each job");
}

#[check]
fn a_job_that_kills_every_worker_is_given_up() {
    let lost = told(12, 2).0.into_iter().filter(|it| it.1.is_none());
    equal("what is given up", lost.collect(), vec![(4, None)], "say so, and only once");
}

#[check]
fn as_many_workers_go_on() {
    told(12, 1).1.expect("the place of who is gone is empty", "it locks the queue");
}
