//! What is lost when a worker panics or is killed.

use std::{collections::HashSet, panic};

use anyhow::Result;
use ch05_image_pool::{
    folder::Pool,
    job::{Failure, Fault, STAGED},
};
use lab::{bench::Bench, record::Experiment, trial::Trial};

use super::set::{Set, outcomes};

/// A job that panics in a thread; a worker process that is killed once; one job that kills every
/// worker that tries it.
pub fn misfortune(bench: &Bench) -> Result<Experiment> {
    let set = Set::of(bench, 12, 900, 600)?;
    let workers = bench.settings.count("workers");
    let mut trial = Trial::new("misfortune", "A job panics, a worker is killed")
        .settings(bench.settings.only(&["workers"]))
        .timeline();
    for (id, label, pool, fault) in [
        ("panic", "a job panics in a thread", Pool::Threads, Fault::Panic),
        ("killed", "a worker process is killed", Pool::Processes, Fault::KillOnce),
        ("kills", "a job kills whoever tries it", Pool::Processes, Fault::KillAlways),
    ] {
        let set = &set;
        trial = trial.series(id, label, move |notes| {
            let jobs = set.with_fault(fault, id)?;
            let outcomes = outcomes(pool, &jobs, workers, notes)?;
            let done = outcomes.iter().filter(|outcome| outcome.result.is_ok());
            let told: HashSet<usize> =
                outcomes.iter().map(|outcome| outcome.id).collect();
            let failed: Vec<&Failure> = outcomes
                .iter()
                .filter_map(|outcome| outcome.result.as_ref().err())
                .collect();
            let at_work: HashSet<u32> =
                outcomes.iter().map(|outcome| outcome.worker.pid).collect();
            notes.count("done", done.count() as f64);
            notes.count("failed", failed.len() as f64);
            notes.count("lost", (jobs.len() - told.len()) as f64);
            notes.count("twice", (outcomes.len() - told.len()) as f64);
            notes.count("processes", at_work.len() as f64);
            Ok(())
        });
    }
    without_staged_panics(|| trial.run(bench))
}

/// The message of a panic that was asked for would only frighten.
fn without_staged_panics<T>(work: impl FnOnce() -> T) -> T {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str() != Some(STAGED) {
            hook(panic);
        }
    }));
    let result = work();
    drop(panic::take_hook());
    result
}
