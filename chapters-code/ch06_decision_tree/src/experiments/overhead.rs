//! What it costs a program to be watched.

use std::{
    env,
    ffi::{OsStr, OsString},
    hint::black_box,
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use ch06_decision_tree::busy;
use lab::{bench::Bench, os, record::Experiment, trial::Trial};

use super::WORK;

/// About a second of work.
const STEPS: u64 = 1_000_000_000;

/// The same work in a program of its own: alone, and under the profiler.
pub fn overhead(bench: &Bench) -> Result<Experiment> {
    let this = env::current_exe()?;
    let trial = Trial::new("overhead", "A program alone, and watched by the profiler")
        .without_memory();
    // Elsewhere, nobody looks at it while it runs.
    if os::thread_schedule().is_none() {
        return trial.run(bench);
    }
    let folder = bench.scratch("overhead", |_| Ok(()))?;
    let profile = [
        OsStr::new("profile"),
        OsStr::new("--output"),
        folder.join("report").as_os_str(),
        OsStr::new("--"),
        this.as_os_str(),
    ]
    .map(OsStr::to_owned);
    let (this, profile) = (&this, &profile);
    trial
        .ratio("watched_to_alone", "watched", "alone")
        .series("alone", "alone", |notes| {
            notes.measured_itself(ran(Command::new(this).arg(WORK))?, None);
            Ok(())
        })
        .series("watched", "under the profiler", |notes| {
            let mut command = Command::new(this);
            notes.measured_itself(ran(command.args(profile).arg(WORK))?, None);
            Ok(())
        })
        .run(bench)
}

/// How long it took the program itself, in seconds.
fn ran(command: &mut Command) -> Result<f64> {
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {}; {said}", output.status);
    let told = String::from_utf8_lossy(&output.stdout);
    told.trim().parse().with_context(|| format!("{command:?} told {told:?}"))
}

/// That program: works, and tells how long it took.
pub fn work(_: &[OsString]) -> Result<()> {
    let clock = Instant::now();
    black_box(busy::work(black_box(STEPS)));
    println!("{}", clock.elapsed().as_secs_f64());
    Ok(())
}
