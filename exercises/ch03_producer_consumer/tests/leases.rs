//! What is graded about `src/leases.rs`.

use harness::{check, die_with, equal, fail, over, start, variant};
use leases::Jobs;

#[path = "../src/leases.rs"]
mod leases;

#[check]
fn a_job_whose_consumer_dies_is_done_by_another() {
    let mut variant = variant();
    let (all, fatal) = (variant.between(8..=12), variant.between(2..=6));
    let (jobs, mut done) = (Jobs::new(0..all), Vec::new());
    for (turn, lease) in (0..=all).map_while(|turn| Some((turn, jobs.take()?))) {
        if turn == fatal {
            die_with(lease);
        } else {
            done.push(*lease.job());
            lease.done();
        }
    }
    let idea = match done.len() < all {
        true => "a job that was taken, and is not done, has to go back",
        false => "a job that is done does not go back",
    };
    done.sort_unstable();
    equal("the jobs that were done", done, (0..all).collect(), idea);
}

#[check]
fn nobody_goes_home_while_a_job_may_come_back() {
    let jobs: &Jobs<_> = Box::leak(Box::new(Jobs::new(["the only job"])));
    let lease = jobs.take().expect("there is a job");
    let others = [(); 2].map(|()| start(|| jobs.take()));
    let early = over(&others);
    die_with(lease);
    let idea = match (early, over(&others)) {
        (0, 1) => return,
        (0, 0) => "it came back, and nobody was told",
        (0, _) => "whoever is woken looks again: the job may be gone",
        _ => "an empty list is not the end: a job is out",
    };
    let observed = format!("{early} went home before, {} in all", over(&others));
    fail("one of two to get the job that comes back", observed, idea);
}

#[check]
fn everybody_goes_home_when_the_last_job_is_done() {
    let jobs: &Jobs<_> = Box::leak(Box::new(Jobs::new(["the only job"])));
    let (lease, all) = (jobs.take().expect("a job"), variant().between(3..=5));
    let others: Vec<_> = (0..all).map(|_| start(|| jobs.take().is_none())).collect();
    over(&others); // they wait
    lease.done();
    let idea = match over(&others) {
        0 => "the last job is done, and nobody tells those who wait",
        _ => "it is over for all who wait, so all have to be told",
    };
    equal("how many went home", over(&others), all, idea);
}
