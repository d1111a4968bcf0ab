//! Python beside Rust: what its workers cost, and what the sources say of them.

use anyhow::{Context, Result};
use lab::{
    bench::Bench,
    python::{self, Scripts},
    record::Experiment,
    trial::Trial,
    value::Unit,
};

/// What is timed by the original: id, label, arguments.
const TIMED: &[(&str, &str, &[&str])] = &[
    ("start_thread", "start a thread", &["start", "--how", "thread"]),
    ("start_fork", "start a process, by fork", &["start", "--how", "fork"]),
    ("start_spawn", "start a process, by spawn", &["start", "--how", "spawn"]),
    ("sums_sequential", "two sums, one after the other", &["sums"]),
    ("sums_processes", "two sums, two processes", &["sums", "--workers", "2"]),
    ("naps_2", "five sleeps, two workers", &["naps", "--workers", "2"]),
    ("naps_5", "five sleeps, five workers", &["naps", "--workers", "5"]),
];

/// What is counted: id, label, arguments, and the numbers that it counts.
const COUNTED: &[Counted] = &[
    (
        "unguarded",
        "exit status, no main guard",
        &["unguarded"],
        &[("fork", Unit::Count), ("spawn", Unit::Count), ("forkserver", Unit::Count)],
    ),
    (
        "built_on",
        "workers of older modules",
        &["built_on"],
        &[("threads", Unit::Count), ("processes", Unit::Count)],
    ),
    (
        "killed",
        "one worker is killed",
        &["killed"],
        &[("done", Unit::Count), ("lost", Unit::Count), ("others", Unit::Count)],
    ),
    ("sleep_threads", "ten threads asleep", &["sleepers", "--how", "thread"], &MEMORY),
    ("sleep_fork", "ten asleep, forked", &["sleepers", "--how", "fork"], &MEMORY),
    ("sleep_spawn", "ten asleep, spawned", &["sleepers", "--how", "spawn"], &MEMORY),
];

type Counted = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, Unit)],
);

/// Of ten workers: what one adds in PSS, its RSS, PSS of all with the parent, PSS / RSS of the
/// workers.
const MEMORY: [(&str, Unit); 4] = [
    ("each", Unit::Bytes),
    ("each_rss", Unit::Bytes),
    ("all", Unit::Bytes),
    ("pss_to_rss", Unit::Ratio),
];

/// The original: what is timed.
pub fn original(bench: &Bench) -> Result<Experiment> {
    let scripts = scripts(bench)?;
    let unit = (bench.settings.number("nap") / 1000.0).to_string();
    let below = bench.settings.count("squares").to_string();
    let mut trial = Trial::new("python", "The same in Python")
        .settings(bench.settings.only(&["nap", "squares"]))
        .ratio("fork_to_thread", "start_fork", "start_thread")
        .ratio("sums_speedup", "sums_sequential", "sums_processes")
        .ratio("sums_to_apart", "sums_apart", "sums_processes");
    for (id, label, arguments) in TIMED {
        let (scripts, unit, below) = (&scripts, &unit, &below);
        trial = trial.series(*id, *label, move |notes| {
            let mut command = scripts.command("original.py");
            command.args(*arguments).args(["--unit", unit, "--below", below]);
            python::times(&python::answer(&mut command)?, notes)
        });
    }
    trial = trial.series("sums_apart", "two sums, two programs apart", |notes| {
        let sum = || {
            let mut command = scripts.command("original.py");
            python::answer(command.args(["sum", "--below", &below]))
        };
        python::apart(sum, notes)
    });
    trial.run(bench)
}

/// The sources' claims about Python: what is counted.
pub fn ledger(bench: &Bench) -> Result<Experiment> {
    let scripts = scripts(bench)?;
    let mut trial = Trial::new(
        "ledger",
        "What the sources say about Python's processes",
    )
    .ratio_of("each", "memory_ratio", "sleep_fork", "sleep_threads");
    for (id, label, arguments, numbers) in COUNTED {
        let scripts = &scripts;
        trial = trial.series(*id, *label, move |notes| {
            let answer = python::answer(scripts.command("ledger.py").args(*arguments))?;
            for (name, unit) in *numbers {
                // What the system does not have or does not tell is null.
                if !answer[*name].is_null() {
                    notes.note(name, python::number(&answer, name)?, *unit);
                }
            }
            Ok(())
        });
    }
    trial.run(bench)
}

fn scripts(bench: &Bench) -> Result<Scripts> {
    let scripts = Scripts::of(bench, env!("CARGO_MANIFEST_DIR"));
    scripts.context("this experiment needs --python")
}
