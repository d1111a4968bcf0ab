//! What is graded about `src/leases.rs`: each check tries every order of events.

use harness::{check, die_with, equal, model as sync, variant};
use leases::Jobs;
use scene::{every_order, others_come};

#[path = "../src/leases.rs"]
mod leases;
#[path = "leases/scene.rs"]
mod scene;

#[check]
fn a_job_whose_consumer_dies_is_done_by_another() {
    every_order("a lease is over, and counts as if it were not", || {
        let all = variant().between(8..=12);
        let (jobs, mut done) = (Jobs::new(0..all), Vec::new());
        for (turn, lease) in (0..all + 2).map_while(|turn| Some((turn, jobs.take()?))) {
            if turn == all / 2 {
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
    });
}

#[check]
fn nobody_goes_home_while_a_job_may_come_back() {
    let nobody = "it came back, and nobody was told";
    every_order(nobody, || {
        let idea = "whoever came to the list just then went home without it";
        equal("how often it was done", others_come(1, 0, false), 1, idea);
    });
    every_order(nobody, || {
        let idea = "whoever is woken looks again: the job may be gone, and come back";
        equal("how often it was done", others_come(2, 1, false), 1, idea);
    });
}

#[check]
fn everybody_goes_home_when_the_last_job_is_done() {
    let early = "whoever is told before the change looks too soon";
    every_order(early, || assert_eq!(others_come(1, 0, true), 0));
    let all = "it is over for all who wait, so all have to be told";
    every_order(all, || assert_eq!(others_come(2, 0, true), 0));
}
