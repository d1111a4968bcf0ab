//! What is graded about `src/leases.rs`: each check tries many orders of events.

use std::sync::Arc;

use harness::model::{self as sync, explained, model, quietly, saw, sees, thread};
use harness::{check, die_with, equal, fail, variant};
use leases::{Jobs, Lease};

#[path = "../src/leases.rs"]
mod leases;

const SOURCE: &str = include_str!("../src/leases.rs");

/// Others come while the only job is out, and all but the last of them die with it. Then our lease
/// comes to its `end`: the others do the job so many `times`.
fn come(others: usize, end: fn(Lease<'_, ()>), times: usize, idea: &'static str) {
    sees(SOURCE);
    model(move || {
        let jobs = Arc::new(Jobs::new([()]));
        let lease = quietly(|| jobs.take().unwrap());
        let threads = thread::each(&jobs, 1..=others, move |jobs, other| {
            match jobs.take() {
                Some(lease) if other == others => (lease.done(), 1).1,
                Some(lease) => (die_with(lease), 0).1,
                None if saw("main ") => 0, // it has begun to end its lease
                None => fail("all to wait", "one went home", "an empty list is no end"),
            }
        });
        end(lease);
        equal("the times it is done", thread::ended(threads).iter().sum(), times, idea);
    });
}

#[check]
fn a_job_whose_consumer_dies_is_done_by_another() {
    explained(SOURCE, "a lease is over, and counts as if it were not", || {
        let all = variant().between(8..=12);
        let (jobs, job) = (Jobs::new(0..all), |it: Lease<_>| (*it.job(), it.done()).0);
        die_with(jobs.take());
        let mut done = Vec::from_iter((0..=all).map_while(|_| jobs.take().map(job)));
        done.sort_unstable();
        let idea = match done.len() < all {
            true => "a job that was taken, and is not done, has to go back",
            false => "a job that is done does not go back",
        };
        equal("the jobs that were done", done, (0..all).collect(), idea);
    });
}

#[check]
fn nobody_goes_home_while_a_job_may_come_back() {
    come(1, |_dropped| (), 1, "somebody came just then, and went home without it");
    come(2, |_dropped| (), 1, "the job may be gone, and come back: look again");
}

#[check]
fn everybody_goes_home_when_the_last_job_is_done() {
    (1..=2).for_each(|others| come(others, |it| it.done(), 0, "it was done before"));
}
