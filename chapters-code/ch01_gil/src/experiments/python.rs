//! The same in Python, by the interpreter that is there, and by another one if there is one.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use lab::{
    bench::Bench,
    python::{answer, apart, number, times},
    record::Experiment,
    trial::{Notes, Trial},
    value::Unit,
};

/// Two programs that have nothing to do with each other: more than they do, nobody can.
const APART: &str = "apart";

/// What is timed: id, label, what it is compared with, arguments.
const TIMED: &[(&str, &str, &str, [&str; 2])] = &[
    (
        "count_serial",
        "two counts, one after the other",
        "count_serial",
        ["count", "serial"],
    ),
    ("count_threads", "two counts by threads", "count_serial", ["count", "threads"]),
    (
        "count_processes",
        "two counts by processes",
        "count_serial",
        ["count", "processes"],
    ),
    (
        "count_apart",
        "two counts by two programs apart",
        "count_serial",
        ["count", APART],
    ),
    (
        "wait_threads",
        "five waits each, two threads",
        "wait_threads",
        ["wait", "threads"],
    ),
    (
        "wait_processes",
        "five waits each, two processes",
        "wait_threads",
        ["wait", "processes"],
    ),
    (
        "hash_serial",
        "two times hashing, one after the other",
        "hash_serial",
        ["hash", "serial"],
    ),
    (
        "hash_threads",
        "two times hashing by threads",
        "hash_serial",
        ["hash", "threads"],
    ),
];

/// What is counted: id (and argument), label, unit.
const COUNTED: &[(&str, &str, Unit)] = &[
    ("hold", "time that a thread has the GIL at a time", Unit::Seconds),
    ("handoffs", "hand-offs of the GIL between two threads", Unit::PerSecond),
    ("lost", "updates lost by two threads", Unit::Count),
    ("alone", "requests of a thread, alone", Unit::PerSecond),
    ("beside", "requests of a thread beside one that counts", Unit::PerSecond),
];

/// Counting, waiting, hashing, asking a server, losing updates.
pub fn python(bench: &Bench) -> Result<Experiment> {
    let python = bench.python.as_deref().context("this experiment needs --python")?;
    let mut trial = Trial::new("python", "The same in Python")
        .ratio("count_threads_time", "count_threads", "count_serial")
        .ratio("processes_to_apart", "count_apart", "count_processes")
        .ratio("waits", "wait_threads", "wait_processes")
        .ratio_of("answer", "slowdown", "alone", "beside");
    let name = bench.other_python.as_deref().map(name).transpose()?;
    let other = bench.other_python.as_deref().zip(name.as_deref());
    for (prefix, python, name) in
        [Some(("", python, "")), other.map(|(exe, name)| ("other_", exe, name))]
            .into_iter()
            .flatten()
    {
        let label = |what: &str| match name {
            "" => what.to_owned(),
            name => format!("{name}: {what}"),
        };
        for (id, what, baseline, [experiment, workers]) in TIMED {
            let run = move |notes: &mut Notes| {
                let run = |workers: &str| {
                    let mut original = original(python);
                    answer(original.args([experiment, "--workers", workers]))
                };
                if *workers == APART {
                    return apart(|| run("alone"), notes);
                }
                times(&run(workers)?, notes)
            };
            trial = trial.series(format!("{prefix}{id}"), label(what), run);
            trial = trial.against(format!("{prefix}{baseline}"));
        }
        for (id, what, unit) in COUNTED {
            let run = move |notes: &mut Notes| {
                let answer = answer(original(python).arg(id))?;
                notes.note("answer", number(&answer, "answer")?, *unit);
                Ok(())
            };
            trial = trial.series(format!("{prefix}{id}"), label(what), run);
        }
    }
    trial.run(bench)
}

/// How an interpreter introduces itself, such as `CPython 3.14.0, without a GIL`.
fn name(python: &Path) -> Result<String> {
    const ASK: &str = "import platform as p, sys; \
        gil = getattr(sys, '_is_gil_enabled', lambda: True)(); \
        print(p.python_implementation(), p.python_version() + ',', \
        'with a GIL' if gil else 'without a GIL')";
    let output = Command::new(python).args(["-c", ASK]).output();
    let output = output.with_context(|| format!("cannot run {}", python.display()))?;
    ensure!(output.status.success(), "{} is no Python", python.display());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn original(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python/original.py"));
    command
}
