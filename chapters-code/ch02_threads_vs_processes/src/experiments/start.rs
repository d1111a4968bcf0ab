//! What does it cost to start a worker?

use std::{env, io, time::Instant};

use anyhow::Result;
use ch02_threads_vs_processes::start;
use lab::{
    bench::Bench,
    os,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::{Unit, Value},
};
use tokio::runtime;

/// A thread, a task, this program, and the smallest program, each started many times.
pub fn start(bench: &Bench) -> Result<Experiment> {
    let program = env::current_exe()?;
    let runtime = runtime::Builder::new_current_thread().build()?;
    let (trivial, arguments) = start::trivial();
    let (threads, processes) = if bench.full { (1500, 40) } else { (500, 20) };
    Trial::new("start", "Starting a worker that has nothing to do")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "worker".to_owned(),
            caption: "From the order to start a worker until it has ended. Shorter is better."
                .to_owned(),
            reference: None,
        })
        .ratio("process_to_thread", "process", "thread")
        .ratio("thread_to_task", "thread", "task")
        .series("task", "a task", |notes| {
            times(20_000, notes, || start::task(&runtime))
        })
        .series("thread", "a thread", |notes| times(threads, notes, start::thread))
        .series("trivial", "a process, the smallest program", |notes| {
            times(processes, notes, || start::process(trivial, arguments))
        })
        .series("process", "a process, this program", |notes| {
            times(processes, notes, || start::process(&program, &[start::NOTHING]))
        })
        .run(bench)
}

/// Notes the median start as the time of the run, and how far the starts lie apart.
fn times(
    count: usize,
    notes: &mut Notes,
    mut start: impl FnMut() -> io::Result<()>,
) -> Result<()> {
    let cpu = || os::usage().map(|usage| usage.cpu);
    let before = cpu();
    let mut took = Vec::with_capacity(count);
    for _ in 0..count {
        let clock = Instant::now();
        start()?;
        took.push(clock.elapsed().as_secs_f64());
    }
    let cpu = before.zip(cpu()).map(|(before, after)| (after - before) / count as f64);
    took.sort_by(f64::total_cmp);
    let wall = Value::of(&took, Unit::Seconds).map_or(0.0, |value| value.median);
    notes.measured_itself(wall, cpu);
    notes.note("fastest", took[0], Unit::Seconds);
    notes.note("p95", took[count * 95 / 100], Unit::Seconds);
    notes.note("slowest", took[count - 1], Unit::Seconds);
    Ok(())
}
