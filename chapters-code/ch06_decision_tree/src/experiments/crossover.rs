//! Threads and tasks that wait, from ten to five thousand of them: what do threads cost more?

use std::{collections::BTreeMap, env, ffi::OsString, process::Command, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use ch04_async_fetch::{
    s2_threads, s3_tasks,
    server::{Line, Server},
};
use lab::{
    bench::Bench,
    os,
    record::{Chart, ChartKind, Experiment, Sample, Series},
    trial::{Notes, Trial},
    value::{Unit, Value},
};
use serde::{Deserialize, Serialize};

use super::CROWD;

/// How many wait at once: at first, and in a full run.
const FEW: [usize; 3] = [10, 50, 200];
const ALL: [usize; 5] = [10, 50, 200, 1000, 5000];

/// What is compared: its name, and what it is noted as; the wall time if as nothing.
const COMPARED: [(&str, Option<&str>); 3] =
    [("time", None), ("memory", Some("resident")), ("CPU", Some("cpu_each"))];

/// The value that compares, of each point.
const RATIO: &str = "threads_to_tasks";

/// What a program with a crowd in it tells.
#[derive(Serialize, Deserialize)]
struct Told {
    wall: f64,
    cpu: Option<f64>,
    answered: usize,
    /// The first failure.
    error: Option<String>,
    /// Resident memory that was added at the most, in bytes.
    resident: Option<u64>,
}

/// So many requests at once to a server that takes its time: by a thread each, and by a task each.
pub fn crossover(bench: &Bench) -> Result<Experiment> {
    let wait = bench.settings.count("wait");
    let counts: &[usize] = if bench.full { &ALL } else { &FEW };
    let mut trial = Trial::new("crossover", "Waits, by threads and by tasks")
        .settings(bench.settings.only(&["wait"]))
        .without_memory()
        .chart(Chart {
            kind: ChartKind::LogLog,
            measure: RATIO.to_owned(),
            y_label: "threads / tasks".to_owned(),
            x_label: "waits at once".to_owned(),
            caption:
                "What threads cost, as a multiple of what tasks cost, by how many wait \
                      at once. Above the dotted line, threads cost more."
                    .to_owned(),
            reference: Some(("even".to_owned(), "as much".to_owned())),
        });
    // What this system does not allow is left out, and no claim about it is judged.
    for count in counts.iter().copied().filter(|count| *count <= room()) {
        for kind in ["threads", "tasks"] {
            let label = format!("{count} {kind}");
            trial = trial.point(kind, count as f64, label, move |notes| {
                crowd(kind, count, wait, notes)
            });
        }
    }
    let mut experiment = trial.run(bench)?;
    experiment.values.insert("even".to_owned(), Value::exact(1.0, Unit::Ratio));
    for (name, of) in COMPARED {
        compare(&mut experiment, counts, name, of);
    }
    Ok(experiment)
}

/// How many waits the limits of the system allow, with a tenth left to others.
fn room() -> usize {
    let limits = os::thread_limits().into_iter().chain(os::connection_limits());
    limits.map(|limit| (limit.room / 10 * 9) as usize).min().unwrap_or(usize::MAX)
}

/// Has another program wait, so that its memory is its own, and notes what that cost.
fn crowd(kind: &str, count: usize, wait: usize, notes: &mut Notes) -> Result<()> {
    let _ = os::most_descriptors().and_then(os::allow_descriptors);
    // A new server each time: the system remembers closed connections for a minute, and looks
    // through those to the same server for every new one.
    let server = Server::start(Line::WIDE)?;
    let url = format!("http://{}/after/{wait}", server.address());
    let output = Command::new(env::current_exe()?)
        .args([CROWD, kind, &count.to_string(), &url])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{count} {kind}: {}; {said}", output.status);
    let told: Told = serde_json::from_slice(&output.stdout)?;
    if let (0, Some(error)) = (told.answered, told.error) {
        bail!("all of {count} {kind} failed: {error}");
    }
    notes.measured_itself(told.wall, told.cpu);
    notes.count("answered", told.answered as f64);
    notes.count("most", server.counts().most as f64);
    notes.note("to_wait", told.wall / (wait as f64 / 1000.0), Unit::Ratio);
    if let Some(cpu) = told.cpu {
        notes.note("cpu_each", cpu / count as f64, Unit::Seconds);
    }
    if let Some(resident) = told.resident {
        notes.note("resident", resident as f64, Unit::Bytes);
        notes.note("each", resident as f64 / count as f64, Unit::Bytes);
    }
    Ok(())
}

/// Adds a line of points: what threads took / what tasks took, round by round.
fn compare(
    experiment: &mut Experiment,
    counts: &[usize],
    name: &str,
    of: Option<&str>,
) {
    for count in counts {
        let numbers = |kind: &str| -> Vec<f64> {
            let samples = experiment.series(&format!("{kind}_{count}"));
            let samples = samples.map_or(&[][..], |series| &series.samples);
            let number = |sample: &Sample| match of {
                Some(of) => sample.counts.get(of).copied(),
                None => Some(sample.wall),
            };
            samples.iter().filter_map(number).collect()
        };
        let (threads, tasks) = (numbers("threads"), numbers("tasks"));
        let rounds = threads.iter().zip(&tasks).map(|(threads, tasks)| threads / tasks);
        let rounds: Vec<f64> = rounds.collect();
        // Where something was not measured, there is nothing to compare.
        let Some(value) = Value::of(&rounds, Unit::Ratio) else { continue };
        let sample = |ratio| Sample {
            counts: BTreeMap::from([(RATIO.to_owned(), ratio)]),
            ..Sample::default()
        };
        experiment.series.push(Series {
            id: format!("{}_{count}", name.to_lowercase()),
            label: format!("{name}, {count} at once"),
            line: Some(name.to_owned()),
            x: Some(*count as f64),
            samples: rounds.into_iter().map(sample).collect(),
            values: BTreeMap::from([(RATIO.to_owned(), value)]),
            spans: Vec::new(),
        });
    }
}

/// That other program: waits for so many answers at once, and tells what it cost.
pub fn wait(arguments: &[OsString]) -> Result<()> {
    let text = |at: usize| arguments.get(at).and_then(|it| it.to_str());
    let count = text(1).and_then(|it| it.parse::<usize>().ok());
    let (Some(kind), Some(count), Some(url)) = (text(0), count, text(2)) else {
        bail!("expected: kind, count, address");
    };
    let _ = os::most_descriptors().and_then(os::allow_descriptors);
    let urls = vec![url.to_owned(); count];
    let cpu = || os::usage().map(|usage| usage.cpu);
    let (before, cpu_before) = (os::peak_memory(), cpu());
    let clock = Instant::now();
    let pages = match kind {
        "threads" => s2_threads::run(&urls, count),
        "tasks" => s3_tasks::run(&urls, count),
        other => bail!("nobody waits by {other}"),
    }?;
    let wall = clock.elapsed().as_secs_f64();
    let peak = before.zip(os::peak_memory());
    let told = Told {
        wall,
        cpu: cpu_before.zip(cpu()).map(|(before, after)| after - before),
        answered: pages.iter().filter(|page| page.page.is_ok()).count(),
        error: pages.iter().find_map(|page| page.page.clone().err()),
        resident: peak.map(|(before, after)| after.rss - before.rss),
    };
    println!("{}", serde_json::to_string(&told).context("no JSON")?);
    Ok(())
}
