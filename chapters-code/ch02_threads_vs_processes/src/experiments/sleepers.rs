//! What does it cost to keep a worker that sleeps?

use std::{cell::RefCell, env, ffi::OsString, process, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use ch02_threads_vs_processes::sleepers;
use lab::{
    bench::Bench,
    os::{self, Memory},
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::{Unit, Value},
};
use serde::{Deserialize, Serialize};
use tokio::runtime;

use super::SLEEPERS;

/// Many threads, some processes, very many tasks, each in a program of its own.
pub fn sleepers(bench: &Bench) -> Result<Experiment> {
    let of = |name| bench.settings.count(name);
    let stack = of("stack") << 20;
    let (threads, stopped_by) = room(of("threads"));
    let threads_label = match &stopped_by {
        None => format!("a thread, of {threads}"),
        Some(limit) => format!("a thread, of {threads} as {limit} allows"),
    };
    let (processes, tasks) = (of("processes"), of("tasks"));
    let run = |kind: &'static str, count: usize| {
        move |notes: &mut Notes| watched(kind, count, stack, notes).map(drop)
    };
    let asked = of("threads");
    // What the system said when it gave no more.
    let refused = RefCell::new(None);
    let trial = Trial::new("sleepers", "Workers that sleep")
        .settings(bench.settings.only(&["threads", "processes", "tasks", "stack"]))
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "each".to_owned(),
            y_label: "memory of one".to_owned(),
            x_label: "worker".to_owned(),
            caption: "Memory that one sleeping worker adds, shared pages divided among those \
                      who share them."
                .to_owned(),
            reference: None,
        })
        .series("tasks", format!("a task, of {tasks}"), run("tasks", tasks))
        .series("threads", threads_label, |notes| {
            notes.count("asked", asked as f64);
            *refused.borrow_mut() = watched("threads", threads, stack, notes)?;
            Ok(())
        })
        .series(
            "processes",
            format!("a process, of {processes}"),
            run("processes", processes),
        );
    let trial = trial.ratio_of("each", "process_to_thread", "processes", "threads");
    let mut experiment = trial.run(bench)?;
    for series in experiment.series.iter_mut().filter(|one| one.id == "threads") {
        let started = series.value("started").map_or(0.0, |value| value.min);
        if let Some(why) = refused.borrow().as_deref() {
            series.label = format!("a thread, of {started} and not {threads}: {why}");
        }
        // A few threads are too few to tell what one of them adds.
        if started < 100.0 {
            experiment.values.remove("process_to_thread");
        }
    }
    for limit in os::thread_limits() {
        let name = format!("room_{}", limit.name.replace(['.', '-'], "_"));
        experiment.values.insert(name, Value::exact(limit.room as f64, Unit::Count));
    }
    Ok(experiment)
}

/// How many of `threads` the system allows, and the limit that allows no more. A tenth of the room
/// is left to others.
fn room(threads: usize) -> (usize, Option<String>) {
    match os::thread_limits().into_iter().next() {
        Some(limit) if (threads as u64) > limit.room / 10 * 9 => {
            (((limit.room / 10 * 9) as usize).max(1), Some(limit.name))
        }
        _ => (threads, None),
    }
}

/// What the program that has the sleepers tells.
#[derive(Serialize, Deserialize)]
struct Watched {
    count: usize,
    /// Why there are no more.
    refused: Option<String>,
    seconds: f64,
    before: Option<Memory>,
    during: Option<Memory>,
}

/// Has another program put `count` workers to sleep, and notes what it saw. Returns why there are
/// fewer, if there are.
fn watched(
    kind: &str,
    count: usize,
    stack: usize,
    notes: &mut Notes,
) -> Result<Option<String>> {
    let output = process::Command::new(env::current_exe()?)
        .args([SLEEPERS, kind, &count.to_string(), &stack.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let status = output.status;
    ensure!(status.success(), "{count} sleeping {kind}: {status}; {}", said.trim());
    let watched: Watched = serde_json::from_slice(&output.stdout)?;
    notes.measured_itself(watched.seconds, None);
    notes.count("started", watched.count as f64);
    if let Some((before, during)) = watched.before.zip(watched.during) {
        let added =
            |of: fn(&Memory) -> u64| of(&during).saturating_sub(of(&before)) as f64;
        let pss = added(|memory| memory.pss);
        notes.note("each", pss / watched.count.max(1) as f64, Unit::Bytes);
        notes.note("all", pss, Unit::Bytes);
        notes.note("resident", added(|memory| memory.rss), Unit::Bytes);
        notes.note("space", added(|memory| memory.space), Unit::Bytes);
    }
    Ok(watched.refused)
}

/// That other program: memory before, the workers, memory while they sleep.
pub fn watch(arguments: &[OsString]) -> Result<()> {
    let text = |number: usize| arguments.get(number).and_then(|it| it.to_str());
    let number = |at| text(at).and_then(|it| it.parse::<usize>().ok());
    let (Some(kind), Some(count), Some(stack)) = (text(0), number(1), number(2)) else {
        bail!("expected: kind, count, stack");
    };
    let program = env::current_exe()?;
    let runtime = runtime::Builder::new_current_thread().enable_time().build()?;
    let before = os::tree_memory();
    let clock = Instant::now();
    let (mut asleep, mut refused) = (count, None);
    // Kept until the memory has been looked at.
    let (threads, processes);
    match kind {
        "threads" => {
            threads = sleepers::threads(count, stack);
            asleep = threads.count();
            refused = threads.refused.as_ref().map(ToString::to_string);
            ensure!(asleep > 0, "no thread at all: {refused:?}");
        }
        "processes" => {
            processes = sleepers::processes(&program, count)?;
            let _ = &processes;
        }
        "tasks" => sleepers::tasks(&runtime, count),
        other => bail!("no sleeping {other}"),
    }
    let seconds = clock.elapsed().as_secs_f64();
    let during = os::tree_memory();
    let watched = Watched { count: asleep, refused, seconds, before, during };
    println!("{}", serde_json::to_string(&watched).context("no JSON")?);
    Ok(())
}
