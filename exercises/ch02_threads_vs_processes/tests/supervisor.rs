//! What is graded about `src/supervisor.rs`.

#[path = "../src/supervisor.rs"]
mod supervisor;

use harness::{worker::Worker, *};
use std::{io, sync::Mutex};

#[test]
fn worker() {
    worker::run(|_| worker::serve(|job| usize::from(job[0]).pow(2)));
}

/// What is told if job 4 kills its first workers. Jobs that begin later meet.
fn told(jobs: usize, kills: usize) -> (Vec<(usize, Option<usize>)>, Together) {
    let (killed, later) = (Latch::new(1), Together::new(2, "later jobs"));
    let (told, before) = (Mutex::new(Vec::new()), Worker::started());
    let midway = |process: &mut Worker, job: usize| {
        drop((killed.counted() > 0).then(|| later.enter()));
        if job == 4 && killed.counted() < kills {
            killed.count();
            at_most("workers lost to a job", killed.counted(), 2, "give it up in time");
            process.kill();
        } else if job == 5 {
            killed.wait(); // so that it is in progress then
        }
    };
    let ask = |process: &mut Worker, job: usize| {
        let answer = process.ask(&[job as u8], |process| midway(process, job));
        answer?.parse().map_err(io::Error::other)
    };
    let start = || Worker::start("").map(|mut it| move |job| ask(&mut it, job));
    let done = |job, answer| told.lock().unwrap().push((job, answer));
    supervisor::all(&Vec::from_iter(0..jobs), 2, start, done).unwrap();
    let (started, most) = (Worker::started() - before, 2 + killed.counted());
    at_most("workers started", started, most, "a new one for each that is gone");
    (told.into_inner().unwrap(), later)
}

#[check]
fn each_job_is_answered_once() {
    let jobs = variant().between(10..=14);
    let told = told(jobs, 1).0;
    let lost = (0..jobs).filter(|job| !told.contains(&(*job, Some(job * job))));
    let lost = Vec::from_iter(lost);
    equal("the jobs without an answer", lost, vec![], "what is gone does nothing more");
    equal("the times that something was told", told.len(), jobs, "once for each job");
}

#[check]
fn a_job_that_kills_every_worker_is_given_up() {
    let lost = told(12, usize::MAX).0.into_iter().filter(|it| it.1.is_none());
    equal("no answer", lost.collect(), vec![(4, None)], "all else can be done");
}

#[check]
fn as_many_workers_go_on() {
    told(12, 1).1.expect("the place of the one that is gone is empty", "one waits");
}
