//! The first programs of everybody: sleeps, sums, and pi.

use std::{
    collections::HashSet,
    io,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Result, ensure};
use ch02_threads_vs_processes::{
    job::Job,
    late,
    ways::{self, Done},
};
use lab::{
    bench::Bench,
    machine::usable_cpus,
    os,
    record::{Chart, ChartKind, Experiment},
    trace::{Rows, Span, State},
    trial::{Notes, Trial},
    value::Unit,
};

/// What the sum of the squares below ten million is, as a source prints it.
const PRINTED: u128 = 333_333_283_333_335_000_000;

/// For how many squares it does.
const PRINTED_BELOW: u64 = 10_000_000;

/// How often the squares are added up, so that a run is long enough to measure.
const TIMES: u32 = 48;

type Way = fn(&[Job], usize) -> io::Result<Vec<Done>>;

/// Runs the jobs one way, and notes who did what when.
fn run(
    way: Way,
    jobs: &[Job],
    workers: usize,
    kind: &str,
    notes: &mut Notes,
) -> Result<Vec<Done>> {
    let start = SystemTime::now();
    let done = way(jobs, workers)?;
    ensure!(done.len() == jobs.len(), "{} of {} done", done.len(), jobs.len());
    notes.items(done.len());
    let mut by_start: Vec<&Done> = done.iter().collect();
    by_start.sort_by_key(|done| done.started);
    let mut rows = Rows::default();
    let span = |done: &Done| {
        let since =
            done.started.duration_since(start).unwrap_or_default().as_secs_f64();
        let (what, state) = match jobs[done.number] {
            Job::Nap(time) => {
                (format!("a nap of {} ms", time.as_millis()), State::Blocked)
            }
            Job::Ask(_) => ("a question".to_owned(), State::Blocked),
            Job::Squares(..) => ("squares".to_owned(), State::Working),
            Job::Darts(..) => ("darts".to_owned(), State::Working),
        };
        Span {
            worker: rows.name(kind, &done.worker),
            what,
            state,
            start: since,
            end: since + done.took.as_secs_f64(),
        }
    };
    notes.spans(by_start.into_iter().map(span).collect());
    Ok(done)
}

/// The sources' second, scaled.
fn seconds(bench: &Bench, count: u32) -> Duration {
    Duration::from_secs_f64(bench.settings.number("nap") / 1000.0) * count
}

/// Two sleeps side by side, on one CPU.
pub fn naps(bench: &Bench) -> Result<Experiment> {
    let trial = Trial::new("naps", "Two sleeps, on one CPU");
    // Where the system pins nobody, there is nothing to compare.
    if os::pin_to_one_cpu().is_none() {
        return trial.run(bench);
    }
    let nap = Job::Nap(seconds(bench, 5));
    let two = [nap; 2];
    let mut trial = trial
        .settings(bench.settings.only(&["nap"]))
        .timeline()
        .ratio("threads_to_one", "threads", "one")
        .ratio("processes_to_one", "processes", "one")
        .ratio("tasks_to_one", "tasks", "one")
        .series("one", "one sleep", move |notes| {
            let _pinned = os::pin_to_one_cpu();
            run(ways::sequential, &[nap], 1, "thread", notes).map(drop)
        });
    for (id, label, way, kind) in [
        ("sequential", "two, one after the other", ways::sequential as Way, "thread"),
        ("threads", "two threads", ways::threads, "thread"),
        ("processes", "two processes", ways::processes, "process"),
        ("tasks", "two tasks of one thread", ways::tasks, "task"),
    ] {
        trial = trial.series(id, label, move |notes| {
            let _pinned = os::pin_to_one_cpu();
            run(way, &two, 2, kind, notes).map(drop)
        });
    }
    trial.run(bench)
}

/// A pool over sleeps of 5, 4, 3, 2 and 1: what the number of workers decides.
pub fn turns(bench: &Bench) -> Result<Experiment> {
    let jobs = [5, 4, 3, 2, 1].map(|count| Job::Nap(seconds(bench, count)));
    let longest = seconds(bench, 5).as_secs_f64();
    let mut trial = Trial::new("turns", "A pool over sleeps of 5, 4, 3, 2 and 1")
        .settings(bench.settings.only(&["nap"]))
        .timeline();
    for (id, label, way, workers, kind) in [
        ("sequential", "one after the other", ways::sequential as Way, 1, "thread"),
        ("threads_2", "two threads", ways::threads, 2, "thread"),
        ("threads_5", "five threads", ways::threads, 5, "thread"),
        ("processes_2", "two processes", ways::processes, 2, "process"),
        ("processes_5", "five processes", ways::processes, 5, "process"),
    ] {
        trial = trial.series(id, label, move |notes| {
            let clock = Instant::now();
            run(way, &jobs, workers, kind, notes)?;
            let wall = clock.elapsed().as_secs_f64();
            notes.note("to_longest", wall / longest, Unit::Ratio);
            Ok(())
        });
    }
    trial.run(bench)
}

/// Three questions to a server that takes its time.
pub fn waits(bench: &Bench) -> Result<Experiment> {
    let jobs = [Job::Ask(late::serve(seconds(bench, 7))?); 3];
    let mut trial = Trial::new("waits", "Three questions to a slow server")
        .settings(bench.settings.only(&["nap"]))
        .baseline("sequential")
        .ratio("threads_to_processes", "threads", "processes");
    for (id, label, way) in [
        ("sequential", "one after the other", ways::sequential as Way),
        ("threads", "three threads", ways::threads),
        ("processes", "three processes", ways::processes),
    ] {
        trial = trial.series(id, label, move |notes| {
            run(way, &jobs, 3, "worker", notes).map(drop)
        });
    }
    trial.run(bench)
}

/// Two sums of squares.
pub fn sums(bench: &Bench) -> Result<Experiment> {
    let below = bench.settings.count("squares") as u64;
    let jobs = [Job::Squares(below, TIMES); 2];
    let mut trial = Trial::new("sums", "Two sums of squares")
        .settings(bench.settings.only(&["squares"]))
        .timeline()
        .baseline("sequential");
    for (id, label, way, kind) in [
        ("sequential", "one after the other", ways::sequential as Way, "thread"),
        ("threads", "two threads", ways::threads, "thread"),
        ("tasks", "two tasks of one thread", ways::tasks, "task"),
        ("processes", "two processes", ways::processes, "process"),
    ] {
        trial = trial.series(id, label, move |notes| {
            let done = run(way, &jobs, 2, kind, notes)?;
            let sums: HashSet<u128> = done.iter().map(|done| done.answer).collect();
            ensure!(sums.len() == 1, "different sums: {sums:?}");
            if below == PRINTED_BELOW {
                let right = done.iter().filter(|done| done.answer == PRINTED);
                notes.count("right", right.count() as f64);
            }
            Ok(())
        });
    }
    let copy = |_| ways::sequential(&jobs, 1).map(drop).map_err(Into::into);
    trial.ceiling(jobs.len().min(usable_cpus()), copy).run(bench)
}

/// Pi by throwing darts, in four parts.
pub fn pi(bench: &Bench) -> Result<Experiment> {
    let darts = bench.settings.count("darts") as u64;
    let jobs = [0, 1, 2, 3].map(|seed| Job::Darts(darts, seed));
    let mut trial = Trial::new("pi", "Pi by throwing darts, in four parts")
        .settings(bench.settings.only(&["darts"]))
        .baseline("sequential")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "who throws".to_owned(),
            caption: "Time for four times as many darts, by who throws them."
                .to_owned(),
            reference: None,
        });
    for (id, label, way) in [
        ("sequential", "one after the other", ways::sequential as Way),
        ("threads", "four threads", ways::threads),
        ("tasks", "four tasks of one thread", ways::tasks),
        ("processes", "four processes", ways::processes),
    ] {
        trial = trial.series(id, label, move |notes| {
            let done = run(way, &jobs, 4, "worker", notes)?;
            let hits: u128 = done.iter().map(|done| done.answer).sum();
            let pi = hits as f64 / darts as f64;
            ensure!((3.0..3.3).contains(&pi), "pi is not {pi}");
            Ok(())
        });
    }
    let copy = |_| ways::sequential(&jobs, 1).map(drop).map_err(Into::into);
    trial.ceiling(jobs.len().min(usable_cpus()), copy).run(bench)
}
