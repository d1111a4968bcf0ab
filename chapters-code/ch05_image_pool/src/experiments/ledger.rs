//! Python beside Rust: the original over the same photos, and what the sources say about pools.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use lab::{
    bench::Bench,
    python::{answer, times},
    record::Experiment,
    trial::{Notes, Trial},
    value::Unit,
};

use super::set::Set;

/// The chapter's experiment as a Python programmer would write it.
#[derive(Clone, Copy)]
pub struct Original<'a> {
    /// The interpreter.
    pub python: &'a Path,
    /// How many threads or processes work at once.
    pub workers: usize,
}

impl Original<'_> {
    /// The photos over one of Python's pools. It measures itself, so that the start of the
    /// interpreter and its imports do not count.
    pub fn shrink(
        &self,
        pool: &str,
        set: &Set,
        photos: usize,
        notes: &mut Notes,
    ) -> Result<()> {
        let mut command = self.script("original.py");
        command.args(["--pool", pool]).arg(format!("--workers={}", self.workers));
        photos_by(command, set, photos, notes)
    }

    /// The photos by libvips, one after the other, on one thread.
    pub fn vips(&self, set: &Set, photos: usize, notes: &mut Notes) -> Result<()> {
        photos_by(self.script("vips.py"), set, photos, notes)
    }

    fn script(&self, name: &str) -> Command {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/python"));
        let mut command = Command::new(self.python);
        command.arg(folder.join(name));
        command
    }
}

fn photos_by(
    mut command: Command,
    set: &Set,
    photos: usize,
    notes: &mut Notes,
) -> Result<()> {
    let settings = set.settings();
    command.arg("--input").arg(set.input());
    command.arg("--output").arg(set.output().join("python"));
    command.arg(format!("--sigma={}", settings.sigma));
    command.arg(format!("--max-side={}", settings.max_side));
    command.arg(format!("--quality={}", settings.quality));
    let answer = answer(&mut command)?;
    ensure!(answer["images"] == photos, "Python did {} of {photos}", answer["images"]);
    notes.items(photos);
    times(&answer, notes)
}

/// Hashing, tiny tasks, sums and π by Python's pools, and what they do with failures.
pub fn ledger(bench: &Bench) -> Result<Experiment> {
    let python = bench.python.as_deref().context("this experiment needs --python")?;
    let workers = bench.settings.count("workers");
    let original = Original { python, workers };
    let mut trial = Trial::new("python", "What the sources say about Python's pools")
        .settings(bench.settings.only(&["workers"]))
        .ratio("sums_threads_time", "sums_threads", "sums_sequential")
        .ratio("pi_async_time", "pi_async", "pi_sequential");
    for (id, label, baseline, args) in TIMED {
        let original = &original;
        trial = trial
            .series(*id, *label, move |notes| {
                let mut command = original.script("ledger.py");
                let workers = original.workers.to_string();
                times(
                    &answer(command.args(["--workers", &workers]).args(*args))?,
                    notes,
                )
            })
            .against(*baseline);
    }
    for (id, label, unit) in COUNTED {
        let original = &original;
        trial = trial.series(*id, *label, move |notes| {
            let answer = answer(original.script("ledger.py").arg(id))?;
            let number =
                answer.as_object().and_then(|all| all.values().next()?.as_f64());
            notes.note(
                "answer",
                number.with_context(|| format!("{id}: {answer}"))?,
                *unit,
            );
            Ok(())
        });
    }
    let mut experiment = trial.run(bench)?;
    let memory =
        |id| experiment.series(id)?.values.get("added").map(|value| value.median);
    if let Some((with, without)) = memory("pi_processes").zip(memory("pi_sequential")) {
        let ratio = lab::value::Value::of(&[with / without], Unit::Ratio);
        experiment.values.extend(ratio.map(|ratio| ("pi_memory".to_owned(), ratio)));
    }
    Ok(experiment)
}

/// What is timed: id, label, what it is compared with, arguments.
const TIMED: &[(&str, &str, &str, &[&str])] = &[
    (
        "hash_sequential",
        "1,024 hashes of 1 MiB, one after the other",
        "hash_sequential",
        &["hash"],
    ),
    (
        "hash_threads",
        "the same by threads",
        "hash_sequential",
        &["hash", "--pool", "threads"],
    ),
    (
        "tiny_sequential",
        "10,000 factorials, one after the other",
        "tiny_sequential",
        &["chunks"],
    ),
    (
        "tiny_one",
        "by processes, sent one by one",
        "tiny_sequential",
        &["chunks", "--pool", "processes"],
    ),
    (
        "many_sequential",
        "300,000 factorials, one after the other",
        "many_sequential",
        &["chunks", "--times", "30"],
    ),
    (
        "many_thousand",
        "by processes, sent by the thousand",
        "many_sequential",
        &["chunks", "--times", "30", "--pool", "processes", "--chunk", "1000"],
    ),
    (
        "sums_sequential",
        "two sums of squares, one after the other",
        "sums_sequential",
        &["sums"],
    ),
    (
        "sums_threads",
        "the same by threads",
        "sums_sequential",
        &["sums", "--pool", "threads"],
    ),
    (
        "sums_processes",
        "by processes",
        "sums_sequential",
        &["sums", "--pool", "processes"],
    ),
    (
        "pi_sequential",
        "pi in four tasks, one after the other",
        "pi_sequential",
        &["pi"],
    ),
    ("pi_threads", "by threads", "pi_sequential", &["pi", "--pool", "threads"]),
    ("pi_async", "by async tasks", "pi_sequential", &["pi", "--pool", "async"]),
    (
        "pi_processes",
        "by four processes",
        "pi_sequential",
        &["pi", "--pool", "processes", "--workers", "4"],
    ),
];

/// What is counted: id (and argument), label, unit.
const COUNTED: &[(&str, &str, Unit)] = &[
    ("eager", "inputs that map took before its first result", Unit::Count),
    ("silent", "exit status when a failure is never read", Unit::Count),
    ("template", "results of 12 that are left when one fails", Unit::Count),
    ("peer", "speed that a counting thread keeps beside a blur", Unit::Share),
];
