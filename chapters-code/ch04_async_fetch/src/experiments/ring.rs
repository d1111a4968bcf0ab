//! What does it cost to pass on to the next one, and to begin?

use std::{
    io,
    time::{Duration, Instant},
};

use anyhow::Result;
use ch02_threads_vs_processes::start as starting;
use ch04_async_fetch::ring;
use lab::{
    bench::Bench,
    os,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
};
use tokio::runtime;

/// How many places the ring has.
const PLACES: usize = 10;

/// How many threads and tasks are started.
const THREADS: usize = 1000;
const TASKS: usize = 50_000;

type Ring = fn(usize, usize) -> io::Result<Duration>;

/// A token that goes round: id, label, laps, ring.
const RINGS: [(&str, &str, usize, Ring); 4] = [
    ("tasks", "tasks, by channel", 20_000, ring::tasks),
    ("threads", "threads, by channel", 2_000, ring::threads),
    ("tasks_connected", "tasks, by connection", 1_000, ring::tasks_connected),
    ("threads_connected", "threads, by connection", 1_000, ring::threads_connected),
];

/// A ring of tasks and one of threads, joined by channels and by connections, on one CPU.
pub fn ring(bench: &Bench) -> Result<Experiment> {
    let mut trial = Trial::new("ring", "Passing on to the next one")
        .without_memory()
        .ratio("by_channel", "threads", "tasks")
        .ratio("by_connection", "threads_connected", "tasks_connected")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "who passes on".to_owned(),
            caption: "Time from one place of the ring to the next.".to_owned(),
            reference: None,
        });
    for (id, label, laps, ring) in RINGS {
        trial = trial.series(id, label, move |notes: &mut Notes| {
            // Only one place has the token. On several CPUs one would measure how they wake up.
            let _pinned = os::pin_to_one_cpu();
            let took = ring(PLACES, laps)?;
            let each = took.as_secs_f64() / (PLACES * laps) as f64;
            notes.measured_itself(each, None);
            Ok(())
        });
    }
    trial.run(bench)
}

/// A thread and a task that have nothing to do, from beginning to end.
pub fn start(bench: &Bench) -> Result<Experiment> {
    let runtime = runtime::Builder::new_current_thread().build()?;
    Trial::new("start", "Starting somebody who has nothing to do")
        .without_memory()
        .ratio("thread_to_task", "thread", "task")
        .series("thread", "a thread", |notes| each(THREADS, notes, starting::thread))
        .series("task", "a task", |notes| {
            each(TASKS, notes, || starting::task(&runtime))
        })
        .run(bench)
}

/// Notes the time of one of `count`.
fn each(
    count: usize,
    notes: &mut Notes,
    mut start: impl FnMut() -> io::Result<()>,
) -> Result<()> {
    let clock = Instant::now();
    for _ in 0..count {
        start()?;
    }
    notes.measured_itself(clock.elapsed().as_secs_f64() / count as f64, None);
    Ok(())
}
