//! Thousands that wait at once, by threads and by tasks, and which limit of the system binds.

use std::{env, ffi::OsString, process::Command, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use ch04_async_fetch::{s2_threads, s3_tasks};
use lab::{
    bench::Bench,
    os::{self, Limit},
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::{Unit, Value},
};
use serde::{Deserialize, Serialize};

use super::{CROWD, remote::Remote};

/// How many are many, and not yet a crowd.
const MANY: usize = 1000;

/// How many descriptors the refused ones may have, and how many pages they ask for.
const DESCRIPTORS: usize = 256;
const ASKED: usize = 400;

/// A crowd that fetches the same page, in a program of its own.
struct Crowd {
    kind: &'static str,
    count: usize,
    path: String,
    /// How long the server takes at the least, in seconds; 0 if it is not the server that decides.
    delay: f64,
    /// How many descriptors it may have; 0 for as many as the system allows.
    descriptors: usize,
}

/// What that program tells.
#[derive(Serialize, Deserialize)]
struct Told {
    wall: f64,
    cpu: Option<f64>,
    answered: usize,
    /// The first failure.
    error: Option<String>,
    /// Resident memory that was added at the most, in bytes.
    resident: Option<u64>,
    /// Address space that was added at the most, in bytes.
    space: Option<u64>,
}

/// A thousand by tasks and by threads, and then a crowd by tasks, from a server that takes its
/// time.
pub fn crowd(bench: &Bench) -> Result<Experiment> {
    let (asked, wait) =
        (bench.settings.count("crowd"), bench.settings.count("crowd-delay"));
    let many = MANY.min(asked);
    let mut crowds =
        vec![("many_tasks", "tasks", many), ("many_threads", "threads", many)];
    if asked > MANY {
        crowds.push(("tasks", "tasks", asked));
    }
    let mut trial = Trial::new("crowd", "Thousands that wait at once")
        .settings(bench.settings.only(&["crowd", "crowd-delay"]))
        .without_memory();
    for (id, kind, asked) in crowds {
        let (count, label) = room(asked, kind);
        let (path, delay) = (format!("after/{wait}"), wait as f64 / 1000.0);
        let crowd = Crowd { kind, count, path, delay, descriptors: 0 };
        trial = trial.series(id, label, move |notes| crowd.run(notes));
    }
    Ok(with_limits(trial.run(bench)?))
}

/// A crowd by tasks and by threads, from a server that lets nobody go until all have come.
pub fn held(bench: &Bench) -> Result<Experiment> {
    let asked = bench.settings.count("crowd");
    let mut trial = Trial::new("held", "Ten thousand, until the last has come")
        .settings(bench.settings.only(&["crowd"]))
        .without_memory()
        .ratio("wall_threads_to_tasks", "threads", "tasks")
        .ratio_of("cpu_each", "cpu_threads_to_tasks", "threads", "tasks")
        .ratio_of("resident", "memory_threads_to_tasks", "threads", "tasks")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "resident".to_owned(),
            y_label: "memory".to_owned(),
            x_label: "who waits".to_owned(),
            caption:
                "Memory that a crowd adds to its program, with all of it in flight."
                    .to_owned(),
            reference: None,
        });
    for kind in ["tasks", "threads"] {
        let (count, label) = room(asked, kind);
        let path = format!("gate/{count}");
        let crowd = Crowd { kind, count, path, delay: 0.0, descriptors: 0 };
        trial = trial.series(kind, label, move |notes| {
            crowd.run(notes)?;
            // What the system did not allow shows nothing of the claim.
            if count == asked {
                notes.count("all_at_once", count as f64);
            }
            Ok(())
        });
    }
    trial.run(bench)
}

/// Adds how much room the limits of the system leave.
fn with_limits(mut experiment: Experiment) -> Experiment {
    let mut put = |name: String, limit: &Limit| {
        let room = Value::exact(limit.room as f64, Unit::Count);
        experiment.values.insert(name, room);
    };
    for limit in os::thread_limits().iter().chain(&os::connection_limits()) {
        put(format!("room_{}", limit.name.replace(['.', '-'], "_")), limit);
    }
    if let Some(limit) = os::connection_limits().first() {
        put("room_connections".to_owned(), limit);
    }
    experiment
}

/// How many of `asked` the system allows, and what they are called; with the limit, if it allows no
/// more. A tenth of the room is left to others.
fn room(asked: usize, kind: &str) -> (usize, String) {
    let mut limits = os::connection_limits();
    if kind == "threads" {
        limits.extend(os::thread_limits());
    }
    let allows = |limit: &Limit| ((limit.room / 10 * 9) as usize).max(1);
    match limits.into_iter().min_by_key(|limit| limit.room) {
        Some(limit) if asked > allows(&limit) => {
            let count = allows(&limit);
            (count, format!("{count} {kind}, as {} allows", limit.name))
        }
        _ => (asked, format!("{asked} {kind}")),
    }
}

/// More pages at once than there are descriptors for.
pub fn refused(bench: &Bench) -> Result<Experiment> {
    let trial = Trial::new("refused", "More connections than the system allows")
        .without_memory();
    // Where there is no such limit, there is nothing to see.
    if os::most_descriptors().is_none() {
        return trial.run(bench);
    }
    let of = |kind| {
        let (count, path, delay) = (ASKED, "after/300".to_owned(), 0.3);
        let crowd = Crowd { kind, count, path, delay, descriptors: DESCRIPTORS };
        move |notes: &mut Notes| {
            notes.count("asked", ASKED as f64);
            notes.count("descriptors", DESCRIPTORS as f64);
            crowd.run(notes)
        }
    };
    trial
        .series("tasks", "tasks of one thread", of("tasks"))
        .series("threads", "threads", of("threads"))
        .run(bench)
}

impl Crowd {
    /// Has another program fetch, and notes what that cost and what the server saw.
    fn run(&self, notes: &mut Notes) -> Result<()> {
        // A new server each time: the system remembers closed connections for a minute, and looks
        // through those to the same server for every new one.
        let server = Remote::start()?;
        let url = format!("http://{}/{}", server.address, self.path);
        let numbers = [self.count, self.descriptors].map(|number| number.to_string());
        let output = Command::new(env::current_exe()?)
            .args([CROWD, self.kind])
            .args(numbers)
            .arg(url)
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let status = output.status;
        ensure!(status.success(), "{} {}: {status}; {said}", self.count, self.kind);
        let told: Told = serde_json::from_slice(&output.stdout)?;
        let failed = self.count - told.answered;
        if let Some(error) = told.error.as_ref().filter(|_| self.descriptors == 0) {
            bail!("{failed} of {} {} failed: {error}", self.count, self.kind);
        }
        notes.measured_itself(told.wall, told.cpu);
        notes.items(told.answered);
        notes.count("answered", told.answered as f64);
        notes.count("failed", failed as f64);
        notes.count("most", server.counts()?.most as f64);
        if self.delay > 0.0 {
            notes.note("to_ideal", told.wall / self.delay, Unit::Ratio);
        }
        if let Some(number) = told.error.as_deref().and_then(errno) {
            notes.count("errno", number);
        }
        if let Some(cpu) = told.cpu {
            notes.note("cpu_each", cpu / told.answered.max(1) as f64, Unit::Seconds);
        }
        if let Some((resident, space)) = told.resident.zip(told.space) {
            notes.note("resident", resident as f64, Unit::Bytes);
            notes.note("each", resident as f64 / self.count as f64, Unit::Bytes);
            notes.note("space", space as f64, Unit::Bytes);
        }
        Ok(())
    }
}

/// The system's number for an error, of which the text ends in `(os error 24)`.
fn errno(text: &str) -> Option<f64> {
    text.rsplit_once("(os error ")?.1.split(')').next()?.parse().ok()
}

/// That other program: fetches so many pages at once, and tells what it cost.
pub fn fetch(arguments: &[OsString]) -> Result<()> {
    let text = |at: usize| arguments.get(at).and_then(|it| it.to_str());
    let number = |at| text(at).and_then(|it| it.parse::<u64>().ok());
    let (Some(kind), Some(count), Some(descriptors), Some(url)) =
        (text(0), number(1), number(2), text(3))
    else {
        bail!("expected: kind, count, descriptors, address");
    };
    let wanted =
        if descriptors > 0 { Some(descriptors) } else { os::most_descriptors() };
    let _ = wanted.and_then(os::allow_descriptors);
    let urls = vec![url.to_owned(); count as usize];
    let cpu = || os::usage().map(|usage| usage.cpu);
    let (before, cpu_before) = (os::peak_memory(), cpu());
    let clock = Instant::now();
    let pages = match kind {
        "threads" => s2_threads::run(&urls, urls.len()),
        "tasks" => s3_tasks::run(&urls, urls.len()),
        other => bail!("nobody fetches by {other}"),
    }?;
    let wall = clock.elapsed().as_secs_f64();
    let peak = before.zip(os::peak_memory());
    let told = Told {
        wall,
        cpu: cpu_before.zip(cpu()).map(|(before, after)| after - before),
        answered: pages.iter().filter(|page| page.page.is_ok()).count(),
        error: pages.iter().find_map(|page| page.page.clone().err()),
        resident: peak.map(|(before, after)| after.rss - before.rss),
        space: peak.map(|(before, after)| after.space - before.space),
    };
    println!("{}", serde_json::to_string(&told).context("no JSON")?);
    Ok(())
}
