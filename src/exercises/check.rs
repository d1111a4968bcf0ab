//! `check`: builds what the learner wrote, runs its checks, and says what to do next.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::runtime;

use super::{
    attempt::{Attempt, Step},
    catalogue::{self, Exercise},
    cell::{Circumstances, Outdated, Version},
    report, stop, store,
    terminal::{note, on_one_line},
    verdict::Outcome,
};
use crate::watch;

/// What `workbook check` was asked for.
#[derive(clap::Args, Debug)]
pub struct CheckArgs {
    /// An exercise, such as ch05.ordered, or a chapter, such as ch05: all of its exercises
    #[arg(value_name = "ID")]
    pub name: String,
    /// Check again whenever the exercise is saved, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// Who you are, if your instructor gave you an id: some numbers of the exercises are drawn
    /// from it. It is remembered
    #[arg(long, value_name = "ID")]
    pub learner: Option<String>,
}

/// The most characters of a learner's id.
const ID: usize = 100;

/// A learner's id without the spaces around it.
///
/// # Errors
/// One that is empty, long, or has characters that no terminal shows; the id itself is not repeated.
pub fn learner_id(id: &str) -> Result<String> {
    let id = id.trim();
    let fault = match id.chars().count() {
        0 => "this one is empty".to_owned(),
        long if long > ID => format!("this one has {long}"),
        _ if on_one_line(id) != id => {
            "this one has characters that are not shown".to_owned()
        }
        _ => return Ok(id.to_owned()),
    };
    bail!("a learner's id is a name of 1 to {ID} characters on one line; {fault}")
}

/// Checks the exercises, and again on every save if that was asked for.
///
/// Exit status 0 if none failed, as for `grade`; 1 if one did or does not compile; 130 after Ctrl-C.
///
/// # Errors
/// No such exercise, no cargo, or progress that cannot be noted.
pub fn check(root: &Path, args: &CheckArgs) -> Result<ExitCode> {
    let exercises = catalogue::named(root, &args.name)?;
    // The program that is being checked ends when this one is gone.
    stop::at_ctrl_c("")?;
    let learner = match &args.learner {
        None => remembered(root)?,
        Some(id) => {
            let id = learner_id(id).context("--learner")?;
            store::update(root, |progress| progress.learner = Some(id))?.learner
        }
    };
    let under =
        Circumstances { learner: learner.as_deref(), ..Circumstances::default() };
    let mut seen: Vec<u64> = exercises.iter().map(saved).collect();
    let done = check_all(root, &exercises, &under, args.watch)?;
    if !args.watch {
        return Ok(done);
    }
    loop {
        let changed = wait_for_save(&exercises, &mut seen)?;
        check_all(root, &changed, &under, args.watch)?;
    }
}

/// Who was named before.
fn remembered(root: &Path) -> Result<Option<String>> {
    let learner = store::read(root)?.learner.map(|id| learner_id(&id)).transpose();
    let file = store::FILE;
    learner.with_context(|| format!("{file} (name yourself again with --learner)"))
}

fn check_all(
    root: &Path,
    exercises: &[Exercise],
    under: &Circumstances<'_>,
    are_watched: bool,
) -> Result<ExitCode> {
    let mut outcomes = Vec::new();
    for exercise in exercises {
        let version = are_watched.then(|| Version::now(files(exercise).to_vec()));
        let under = Circumstances { of: version.as_ref(), ..under.clone() };
        report::heading(exercise);
        let bar = bar(exercise);
        let attempt = Attempt::make(root, exercise, &under, |step| {
            show(exercise, &bar, step);
        });
        bar.finish_and_clear();
        let attempt = match attempt {
            Err(error) if error.is::<Outdated>() => {
                note("saved meanwhile, so this check is over");
                continue;
            }
            attempt => attempt?,
        };
        attempt.record(root, exercise)?;
        report::next(root, exercise, &attempt, are_watched)?;
        outcomes.push(attempt.outcome());
    }
    if let [_, _, ..] = exercises {
        report::chapter(&outcomes);
    }
    let has_failed = outcomes.contains(&Outcome::Failed);
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Tells a verdict as soon as it is there: the next check may take until its deadline.
fn show(exercise: &Exercise, bar: &ProgressBar, step: Step<'_>) {
    match step {
        Step::Begins(check) => {
            if bar.position() == 0 {
                // Cargo has shown how long the build took.
                bar.reset_elapsed();
                bar.enable_steady_tick(Duration::from_millis(120));
            }
            bar.inc(1);
            bar.set_message(check.says.clone());
        }
        Step::Ends(check, verdict) => {
            bar.suspend(|| report::verdict(exercise, check, verdict));
        }
    }
}

/// Shows which check is running, where there is a terminal to show it.
fn bar(exercise: &Exercise) -> ProgressBar {
    let bar = ProgressBar::new(exercise.entry.checks.len() as u64);
    // Only a broken template fails, and a plain bar would do as well.
    let style =
        ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}

/// What a save of an exercise changes.
fn saved(exercise: &Exercise) -> u64 {
    watch::fingerprint(&files(exercise))
}

fn files(exercise: &Exercise) -> [PathBuf; 2] {
    [exercise.source(), exercise.test()]
}

/// Waits until some of the exercises are saved, and returns which.
fn wait_for_save(exercises: &[Exercise], seen: &mut [u64]) -> Result<Vec<Exercise>> {
    let is_new = |seen: &[u64]| {
        let pairs = exercises.iter().zip(seen);
        pairs.filter(|(exercise, seen)| saved(exercise) != **seen).count() > 0
    };
    let all: Vec<PathBuf> = exercises.iter().flat_map(files).collect();
    note("\nChecks again when you save; Ctrl-C ends it.");
    // What was saved while the checks ran is checked at once.
    let before = watch::fingerprint(&all);
    if !is_new(seen) {
        let runtime = runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.context("no clock to wait with")?;
        runtime.block_on(watch::change(all, before));
    }
    let mut changed = Vec::new();
    for (exercise, seen) in exercises.iter().zip(seen) {
        let now = saved(exercise);
        if now != *seen {
            *seen = now;
            changed.push(exercise.clone());
        }
    }
    Ok(changed)
}
