//! What is graded about `src/ordered.rs`.

use harness::{Slowest, Together, asleep, at_most, check, equal, variant};
use ordered::in_order;

#[path = "../src/ordered.rs"]
mod ordered;

/// The jobs, in no order, and how many workers there are.
fn scene() -> (Vec<u64>, usize) {
    let (workers, jobs) = (variant().between(2..=4), variant().between(10..=14));
    ((0..jobs as u64).map(|place| place * 5 % 17).collect(), workers)
}

#[check]
fn every_result_is_at_its_jobs_place() {
    let (jobs, workers) = scene();
    let work = |job: &u64| (job + 1) * 7919 % 1009; // in no order that one could sort it into
    let wanted: Vec<u64> = jobs.iter().map(work).collect();
    let first = Slowest::new(jobs.len(), "jobs");
    let results = in_order(&jobs, workers, &|job| {
        first.job(job == 0);
        work(&job)
    });
    let sorted = |mut list: Vec<u64>| (list.sort_unstable(), list).1;
    let by_value: Vec<u64> = sorted(jobs).iter().map(work).collect();
    let idea = match sorted(results.clone()) {
        them if them != sorted(wanted.clone()) => "each job has one result",
        them if them == results => "sorted results are in no order of jobs",
        _ if results == by_value => "they are in the order of their jobs' values",
        _ => "they are in the order in which they were done",
    };
    equal("the results", results, wanted, idea);
}

#[check]
fn jobs_run_side_by_side() {
    let (jobs, workers) = scene();
    let (together, look) = (Together::new(workers, "jobs"), std::sync::Once::new());
    let sleep = || asleep("who waits for the workers is told of their ends");
    in_order(&jobs, workers, &|job| (together.enter(), look.call_once(sleep), job).2);
    let locked = "a thread that has a job keeps the others from taking one";
    together.expect("they are started one after the other", locked);
    at_most("jobs begun", together.total(), jobs.len(), "each job is for one thread");
    let helps = together.threads() == workers + 1;
    let idea = if helps { "only the pool works" } else { "a thread does several jobs" };
    at_most("threads", together.threads(), workers, idea);
}

#[check]
fn a_slow_job_holds_up_no_other() {
    let (jobs, workers) = scene();
    let first = Slowest::new(jobs.len(), "jobs");
    in_order(&jobs, workers, &|job| {
        first.job(job == 0);
        job
    });
    first.expect("some jobs wait for a thread that is busy");
}
