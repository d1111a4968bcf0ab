//! What it costs a program to be watched.

use std::{
    env,
    ffi::{OsStr, OsString},
    hint::black_box,
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use ch06_decision_tree::{busy, zoo::compute};
use lab::{
    bench::Bench,
    machine::usable_cpus,
    os,
    record::Experiment,
    trial::{Notes, Trial},
};

use super::WORK;

/// About a second of work for a CPU.
const STEPS: u64 = 1_000_000_000;

/// How many threads there are where there are many.
const MANY: usize = 1000;

/// The same work in a program of its own: alone, and under the profiler; with one thread, and with
/// so many that they have work for all CPUs, and the profiler has a lot to look at.
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
    let mut trial = trial.ratio("watched_to_alone", "watched", "alone").ratio(
        "many_watched_to_alone",
        "many_watched",
        "many_alone",
    );
    for (id, label, threads) in
        [("alone", "one thread", 1), ("many_alone", "a thousand threads", MANY)]
    {
        let work = move |mut command: Command, notes: &mut Notes| {
            command.arg(WORK).arg(threads.to_string());
            notes.measured_itself(ran(&mut command)?, None);
            Ok(())
        };
        let watched = move |notes: &mut Notes| {
            let mut command = Command::new(this);
            command.args(profile);
            work(command, notes)
        };
        let alone = move |notes: &mut Notes| work(Command::new(this), notes);
        trial = trial.series(id, format!("{label}, alone"), alone).series(
            id.replace("alone", "watched"),
            format!("{label}, watched"),
            watched,
        );
    }
    trial.run(bench)
}

/// How long it took the program itself, in seconds.
fn ran(command: &mut Command) -> Result<f64> {
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {}; {said}", output.status);
    let told = String::from_utf8_lossy(&output.stdout);
    told.trim().parse().with_context(|| format!("{command:?} told {told:?}"))
}

/// That program: works on so many threads, and tells how long it took.
pub fn work(arguments: &[OsString]) -> Result<()> {
    let threads =
        arguments.first().and_then(|it| it.to_str()).context("how many threads?")?;
    let threads: usize = threads.parse()?;
    let steps = STEPS * usable_cpus().min(threads) as u64 / threads as u64;
    let clock = Instant::now();
    compute::on_threads(threads, || Ok(black_box(busy::work(black_box(steps)))))?;
    println!("{}", clock.elapsed().as_secs_f64());
    Ok(())
}
