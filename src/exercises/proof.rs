//! The definition of done: for every exercise, the starter fails, the solution passes each time,
//! also with every CPU busy, and every wrong answer fails with its own message.

use std::{
    collections::BTreeMap,
    hint::black_box,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    catalogue::{self, Check, Exercise, UNBELIEVED, Wrong},
    cell::Circumstances,
    complete,
    overlay::{self, Answer, Built},
    sealed::Variant,
    stop,
    terminal::counted,
    verdict::{Outcome, Verdict},
};
use crate::problem::Problem;

/// Which exercises are proven, and how often.
#[derive(Clone, Debug, Args)]
pub struct ProofArgs {
    /// Such as ch05 or ch05.ordered; all if none is named
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// How often each answer is checked, and each solution once more so often with every CPU busy
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
}

/// One answer and one check, which is run so often.
struct Trial<'a> {
    exercise: &'a Exercise,
    variant: Variant,
    check: &'a Check,
    program: &'a Path,
    busy: bool,
}

/// What became of a trial: how often it went as it must, and what it said when it did not.
#[derive(Default)]
struct Tally {
    right: u32,
    /// How often of these it could not be judged, and why not at first.
    open: u32,
    why: Option<String>,
    /// The first thing that was said when it did not go as it must.
    wrong: Option<String>,
}

/// Checks the exercises as their author: is everything there, and can their tests tell?
///
/// # Errors
/// Exercises that cannot be read or built; no exercise of that name.
pub fn check(root: &Path, args: &ProofArgs) -> Result<ExitCode> {
    stop::at_ctrl_c("")?;
    let exercises = match &args.ids[..] {
        [] => catalogue::all(root)?,
        ids => {
            let named = ids.iter().map(|id| catalogue::named(root, id));
            named.collect::<Result<Vec<_>>>()?.concat()
        }
    };
    let mut problems: Vec<Problem> =
        exercises.iter().flat_map(|it| complete::problems(root, it)).collect();
    if problems.is_empty() {
        problems = proven(root, &exercises, args.times)?;
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    let (code, said) = match problems.len() {
        0 => {
            let all = counted(exercises.len(), "exercise");
            (ExitCode::SUCCESS, format!("{all}: proven"))
        }
        some => (ExitCode::FAILURE, counted(some, "problem")),
    };
    drop(writeln!(io::stdout(), "{said}"));
    Ok(code)
}

/// What the programs do that they must not.
fn proven(root: &Path, exercises: &[Exercise], times: u32) -> Result<Vec<Problem>> {
    let answers = answers(exercises)?;
    let folder = root.join("target/exercises/proof");
    let _lock = overlay::lock(&folder)?;
    eprintln!("building {} answers", answers.len());
    let built = overlay::build(root, &folder, &answers)?;
    let mut problems = Vec::new();
    let mut programs: BTreeMap<String, PathBuf> = BTreeMap::new();
    for answer in &answers {
        match &built[&answer.name] {
            Built::Program(program) => {
                programs.insert(answer.name.clone(), program.clone());
            }
            Built::Broken(said) => {
                let what = format!("{} does not compile:\n{said}", answer.name);
                problems.push(Problem::file(answer.exercise.path(), what));
            }
        }
    }
    for exercise in exercises {
        let program = programs.get(&name(exercise, &Variant::Solution));
        problems.extend(program.map(|it| names(exercise, it)).transpose()?.flatten());
    }
    if !problems.is_empty() {
        return Ok(problems);
    }
    let trials: Vec<Trial<'_>> =
        exercises.iter().flat_map(|it| trials(it, &programs)).collect();
    let tallies = run(&trials, times)?;
    for (trial, tally) in trials.iter().zip(&tallies).filter(|it| it.1.open > 0) {
        let busy = if trial.busy { ", with every CPU busy" } else { "" };
        eprintln!(
            "{}: `{}` was not judged {} of {times} times{busy}, such as: {}",
            trial.exercise.id(),
            trial.check.name,
            tally.open,
            tally.why.as_deref().unwrap_or_default(),
        );
    }
    Ok(exercises.iter().flat_map(|it| judged(it, &trials, &tallies, times)).collect())
}

/// The target of one variant of an exercise.
fn name(exercise: &Exercise, variant: &Variant) -> String {
    format!("{}-{variant}", exercise.id()).replace(['.', ' '], "-")
}

fn variants(exercise: &Exercise) -> impl Iterator<Item = Variant> {
    let wrong = exercise.entry.wrong.iter().map(|it| Variant::Wrong(it.name.clone()));
    [Variant::Starter, Variant::Solution].into_iter().chain(wrong)
}

fn answers(exercises: &[Exercise]) -> Result<Vec<Answer<'_>>> {
    let mut answers = Vec::new();
    for exercise in exercises {
        let sealed = exercise.sealed()?;
        answers.extend(variants(exercise).map(|variant| Answer {
            name: name(exercise, &variant),
            exercise,
            source: sealed.derive(&variant),
        }));
    }
    Ok(answers)
}

/// Whether the checks of a test are those of the entry.
fn names(exercise: &Exercise, program: &Path) -> Result<Option<Problem>> {
    let listed = Command::new(program)
        .args(["--list", "--ignored", "--format", "terse"])
        .output()
        .with_context(|| format!("{} cannot be run", program.display()))?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mut there: Vec<&str> =
        listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let mut declared: Vec<&str> =
        exercise.entry.checks.iter().map(|check| check.name.as_str()).collect();
    there.sort_unstable();
    declared.sort_unstable();
    Ok((there != declared).then(|| {
        let what = format!(
            "its checks are {}; exercises.toml says {}",
            there.join(", "),
            declared.join(", ")
        );
        Problem::file(exercise.test(), what)
    }))
}

fn trials<'a>(
    exercise: &'a Exercise,
    programs: &'a BTreeMap<String, PathBuf>,
) -> Vec<Trial<'a>> {
    let trial = |variant: Variant, check: &'a Check, busy| Trial {
        program: &programs[&name(exercise, &variant)],
        exercise,
        variant,
        check,
        busy,
    };
    let mut trials = Vec::new();
    for check in &exercise.entry.checks {
        trials.push(trial(Variant::Starter, check, false));
        trials.push(trial(Variant::Solution, check, false));
        trials.push(trial(Variant::Solution, check, true));
    }
    for wrong in &exercise.entry.wrong {
        let fails = exercise.entry.checks.iter().find(|it| it.name == wrong.fails);
        let variant = Variant::Wrong(wrong.name.clone());
        trials.extend(fails.map(|check| trial(variant, check, false)));
    }
    trials
}

impl Trial<'_> {
    fn wrong(&self) -> Option<&Wrong> {
        let Variant::Wrong(name) = &self.variant else { return None };
        self.exercise.entry.wrong.iter().find(|it| it.name == *name)
    }

    /// Whether it went as it must. A starter is judged by all its checks together.
    fn is_right(&self, verdict: &Verdict) -> bool {
        if verdict.message.starts_with(UNBELIEVED) {
            return false;
        }
        match self.wrong() {
            Some(wrong) => {
                verdict.outcome == Outcome::Failed
                    && verdict.message.contains(&wrong.says)
            }
            None if self.variant == Variant::Starter => {
                verdict.outcome == Outcome::Failed
            }
            None => verdict.outcome != Outcome::Failed,
        }
    }
}

/// Runs all trials: first those that need no busy CPUs, several at once since many of them wait.
fn run(trials: &[Trial<'_>], times: u32) -> Result<Vec<Tally>> {
    let style = ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len} {eta}")?;
    let bar =
        ProgressBar::new(trials.len() as u64 * u64::from(times)).with_style(style);
    let tallies: Vec<Mutex<Tally>> = trials.iter().map(|_| Mutex::default()).collect();
    for busy in [false, true] {
        bar.set_message(if busy { "with every CPU busy" } else { "checking" });
        let _hogs = busy.then(Hogs::start);
        let mut queue = Vec::new();
        for (trial, tally) in trials.iter().zip(&tallies) {
            // A starter that fails once has failed.
            let times = if trial.variant == Variant::Starter { 1 } else { times };
            queue.extend(
                (0..times).map(|_| (trial, tally)).filter(|it| it.0.busy == busy),
            );
        }
        bar.set_length(
            bar.length().unwrap_or(0).min(queue.len() as u64 + bar.position()),
        );
        side_by_side(&queue, &bar)?;
    }
    bar.finish_and_clear();
    let tallies = tallies
        .into_iter()
        .map(|it| it.into_inner().unwrap_or_else(|it| it.into_inner()));
    Ok(tallies.collect())
}

fn side_by_side(
    queue: &[(&Trial<'_>, &Mutex<Tally>)],
    bar: &ProgressBar,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some((trial, tally)) = queue.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let verdict = trial.check.run(trial.program, &Circumstances::default())?;
            let mut tally = tally.lock().unwrap_or_else(|it| it.into_inner());
            if trial.is_right(&verdict) {
                tally.right += 1;
                if verdict.outcome == Outcome::Inconclusive {
                    tally.open += 1;
                    tally.why.get_or_insert(verdict.message);
                }
            } else if tally.wrong.is_none() {
                tally.wrong =
                    Some(format!("{:?}: {}", verdict.outcome, verdict.message));
            }
            bar.inc(1);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> =
            (0..2 * lab::machine::usable_cpus()).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|it| it.join().expect("no worker panics"))
    })
}

/// What an exercise's trials say about it.
fn judged(
    exercise: &Exercise,
    trials: &[Trial<'_>],
    tallies: &[Tally],
    times: u32,
) -> Vec<Problem> {
    let own =
        || trials.iter().zip(tallies).filter(|it| it.0.exercise.id() == exercise.id());
    let mut problems = Vec::new();
    if !own().any(|(trial, tally)| trial.variant == Variant::Starter && tally.right > 0)
    {
        problems.push(Problem::file(exercise.path(), "the starter passes"));
    }
    for (trial, tally) in own().filter(|it| it.0.variant != Variant::Starter) {
        if tally.right < times {
            let busy = if trial.busy { ", with every CPU busy" } else { "" };
            let must = trial
                .wrong()
                .map_or("passes".to_owned(), |it| format!("fails with `{}`", it.says));
            let what = format!(
                "the {} {must} at `{}` {} of {times} times{busy}; else: {}",
                trial.variant,
                trial.check.name,
                tally.right,
                tally.wrong.as_deref().unwrap_or("it was not checked"),
            );
            problems.push(Problem::file(exercise.sealed_file(), what));
        }
    }
    problems
}

/// Keeps every CPU busy while it lives.
struct Hogs {
    over: std::sync::Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Hogs {
    fn start() -> Hogs {
        let over = std::sync::Arc::new(AtomicBool::new(false));
        let hog = |_| {
            let over = over.clone();
            thread::spawn(move || {
                let mut number = 0_u64;
                while !over.load(Ordering::Relaxed) {
                    number = black_box(number.wrapping_mul(3) + 1);
                }
            })
        };
        Hogs { threads: (0..lab::machine::usable_cpus()).map(hog).collect(), over }
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for hog in self.threads.drain(..) {
            let _ = hog.join();
        }
    }
}
