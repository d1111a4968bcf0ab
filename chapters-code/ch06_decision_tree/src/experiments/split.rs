//! One job on many CPUs, many jobs by threads and by processes, and two jobs on one CPU.

use std::{hint::black_box, time::Duration};

use anyhow::{Result, ensure};
use ch06_decision_tree::{
    latency,
    primes::{self, Part},
};
use lab::{
    bench::Bench,
    machine::usable_cpus,
    os,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::Unit,
};

/// So far the primes are counted, and there are so many.
const END: u32 = 2_000_000;
const PRIMES: usize = 148_933;

/// The job that stands in line before visitors, and how many of them come how often.
const JOB: u32 = 1_000_000;
const VISITORS: u32 = 100;
const EVERY: Duration = Duration::from_millis(2);

/// A single job: on one thread, cut into a part a CPU, and cut in halves again and again.
pub fn split(bench: &Bench) -> Result<Experiment> {
    let cpus = usable_cpus();
    Trial::new("split", "How many primes are there below two million?")
        .baseline("sequential")
        .ceiling(cpus, |_| found(primes::sequential(0..END)))
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "who counts".to_owned(),
            caption: "Time to count the primes, by who counts. Shorter is faster."
                .to_owned(),
            reference: None,
        })
        .series("sequential", "one thread", |_| found(primes::sequential(0..END)))
        .series("threads", "a part for each CPU", |_| {
            found(primes::threads(0..END, cpus))
        })
        .series("join", "halves of halves, by rayon", |_| found(primes::join(0..END)))
        .run(bench)
}

/// The same primes as many jobs: on threads, and in processes.
pub fn parity(bench: &Bench) -> Result<Experiment> {
    let cpus = usable_cpus();
    let jobs: Vec<Part> = primes::parts(0..END, 64).into_iter().map(Part).collect();
    let jobs = &jobs;
    Trial::new("parity", "Sixty-four jobs that compute, by threads and by processes")
        .baseline("sequential")
        .ratio("processes_to_threads", "processes", "threads")
        .series("sequential", "one after the other", |_| {
            found(jobs.iter().map(|job| primes::sequential(job.0.clone())).sum())
        })
        .series("threads", "threads", |_| found(primes::jobs_on_threads(jobs)))
        .series("processes", "processes", |_| {
            found(primes::jobs_in_processes(jobs, cpus)?)
        })
        .run(bench)
}

fn found(primes: usize) -> Result<()> {
    ensure!(primes == PRIMES, "{primes} primes were found, and there are {PRIMES}");
    Ok(())
}

/// One CPU: two jobs at once, and a long one with visitors.
pub fn one_core(bench: &Bench) -> Result<Experiment> {
    let trial = Trial::new("one_core", "Two threads on one CPU").without_memory();
    // Where the system pins nobody, there is nothing to compare.
    let Some(_pinned) = os::pin_to_one_cpu() else { return trial.run(bench) };
    let job = || {
        black_box(primes::sequential(0..black_box(JOB)));
    };
    trial
        .ratio("speedup", "one_by_one", "two_threads")
        .ratio_of("p99", "latency_gain", "in_line", "beside")
        .series("one_by_one", "two jobs, one after the other", |_| {
            job();
            job();
            Ok(())
        })
        .series("two_threads", "two jobs, two threads", |_| {
            std::thread::scope(|scope| {
                scope.spawn(job);
                scope.spawn(job);
            });
            Ok(())
        })
        .series("in_line", "visitors after a long job", |notes| {
            waited(&latency::in_line(job, VISITORS, EVERY), notes);
            Ok(())
        })
        .series("beside", "visitors beside a long job", |notes| {
            waited(&latency::beside(job, VISITORS, EVERY), notes);
            Ok(())
        })
        .run(bench)
}

fn waited(waits: &[Duration], notes: &mut Notes) {
    // The nearest rank: so many of a hundred waited no longer.
    let of_hundred = |part: usize| waits[(waits.len() * part).div_ceil(100) - 1];
    notes.note("p50", of_hundred(50).as_secs_f64(), Unit::Seconds);
    notes.note("p99", of_hundred(99).as_secs_f64(), Unit::Seconds);
}
