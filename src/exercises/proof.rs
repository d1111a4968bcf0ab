//! The definition of done: for every exercise, the starter fails, the solution passes each time,
//! also with every CPU busy, and every wrong answer fails with its own message.

use std::{
    collections::{BTreeMap, BTreeSet},
    hint::black_box,
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
    terminal::{counted, note, say},
    verdict::{Outcome, Verdict},
};
use crate::problem::{Problem, Problems, shown, within};

/// Which exercises are proven, and how often.
#[derive(Clone, Debug, Args)]
pub struct ProofArgs {
    /// Such as ch05 or ch05.ordered; all if none is named
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// How often each answer is checked, and each solution once more so often with every CPU busy;
    /// and each once with the parameters of so many learners, up to four
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
}

/// One answer and one check.
struct Trial<'a> {
    exercise: &'a Exercise,
    variant: Variant,
    check: &'a Check,
    program: &'a Path,
    under: Under,
}

/// Under what an answer is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    Quiet,
    Busy,
    /// With the parameters of this learner.
    Learner(&'static str),
}

/// Any names will do; these draw many parameters among them.
const LEARNERS: [&str; 4] = ["ada", "bob", "cleo", "dan"];

/// What became of a trial: how often it went as it must, and what it said when it did not.
#[derive(Default)]
struct Tally {
    right: u32,
    /// How often of these it could not be judged, and why not at first.
    open: u32,
    why: Option<String>,
    /// The first verdict on it when it did not go as it must.
    wrong: Option<Verdict>,
}

/// Checks the exercises as their author: is everything there, and can their tests tell?
///
/// # Errors
/// Exercises that cannot be read or built; no exercise of that name.
pub fn check(root: &Path, args: &ProofArgs) -> Result<ExitCode> {
    stop::at_ctrl_c("")?;
    let exercises = catalogue::chosen(root, &args.ids)?;
    let (mut problems, mut open) = (complete::problems(root, &args.ids)?, 0);
    if problems.is_empty() {
        (problems, open) = proven(root, &exercises, args.times)?;
    }
    let code = match Problems::none_of(problems) {
        Ok(()) => {
            let but = match open {
                0 => String::new(),
                some => format!(
                    ", but for {} that this machine could not judge",
                    counted(some, "answer")
                ),
            };
            say(format_args!("{}: proven{but}", counted(exercises.len(), "exercise")));
            ExitCode::SUCCESS
        }
        Err(problems) => {
            note(&problems);
            say(counted(problems.all().len(), "problem"));
            ExitCode::FAILURE
        }
    };
    Ok(code)
}

/// What the programs do that they must not; and for how many answers to a check nothing is known,
/// since none of their trials could be judged.
fn proven(
    root: &Path,
    exercises: &[Exercise],
    times: u32,
) -> Result<(Vec<Problem>, usize)> {
    let answers = answers(exercises)?;
    let folder = root.join("target/exercises/proof");
    let _lock = overlay::lock(&folder)?;
    eprintln!("building {} answers", answers.len());
    let built = overlay::build(root, &folder, &answers)?;
    let mut problems = Vec::new();
    let mut programs: BTreeMap<String, PathBuf> = BTreeMap::new();
    for exercise in exercises {
        for variant in variants(exercise) {
            let name = name(exercise, &variant);
            match &built[&name] {
                Built::Program(program) => drop(programs.insert(name, program.clone())),
                Built::Broken(said) => {
                    let what = format!(
                        "{} does not compile; mend it, or the test:\n{}",
                        described(&variant),
                        said.trim_end()
                    );
                    let file = within(root, &exercise.sealed_file());
                    problems.push(Problem::file(file, what));
                }
            }
        }
        if let Some(program) = programs.get(&name(exercise, &Variant::Solution)) {
            names(root, exercise, program, &mut problems)?;
        }
    }
    if !problems.is_empty() {
        return Ok((problems, 0));
    }
    let trials: Vec<Trial<'_>> =
        exercises.iter().flat_map(|it| trials(it, &programs, times)).collect();
    let tallies = run(&trials, times)?;
    for (trial, tally) in trials.iter().zip(&tallies).filter(|it| it.1.open > 0) {
        note(format_args!(
            "{}: `{}` was not judged {}, such as: {}",
            trial.exercise.id(),
            trial.check.name,
            trial.counted(tally.open, times),
            tally.why.as_deref().unwrap_or_default(),
        ));
    }
    let open = |(_, tally): &(&Trial<'_>, &Tally)| {
        tally.open > 0 && tally.open == tally.right && tally.wrong.is_none()
    };
    let what = |it: (&Trial<'_>, &Tally)| {
        (it.0.exercise.id(), it.0.variant.clone(), it.0.check.name.clone())
    };
    let (open, known): (Vec<_>, Vec<_>) = trials.iter().zip(&tallies).partition(open);
    let known: BTreeSet<_> = known.into_iter().map(what).collect();
    let open: BTreeSet<_> = open.into_iter().map(what).collect();
    let open = open.difference(&known).count();
    let problems =
        exercises.iter().map(|it| judged(root, it, &trials, &tallies, times));
    Ok((problems.flatten().collect(), open))
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

/// Notes where the checks of a test are not those of the entry.
fn names(
    root: &Path,
    exercise: &Exercise,
    program: &Path,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    let listed = Command::new(program)
        .args(["--list", "--ignored", "--format", "terse"])
        .output()
        .with_context(|| format!("{} cannot be run", program.display()))?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let there: BTreeSet<&str> =
        listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let declared: BTreeSet<&str> =
        exercise.entry.checks.iter().map(|check| check.name.as_str()).collect();
    let (test, id) = (within(root, &exercise.test()), exercise.id());
    let (only_declared, only_there) = complete::apart(&declared, &there);
    for (name, meant) in only_declared {
        let meant = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write it there, with #[check], or take it out here".to_owned(),
        };
        let test = shown(&test);
        let what = format!("{id}: check `{name}` is not in {test}; {meant}");
        problems.push(Problem::line(exercise.manifest(), exercise.line, what));
    }
    for name in only_there {
        let what = format!(
            "check `{name}` is not in exercises.toml; add an [[exercise.check]] to {id} there"
        );
        problems.push(Problem::file(&test, what));
    }
    Ok(())
}

fn trials<'a>(
    exercise: &'a Exercise,
    programs: &'a BTreeMap<String, PathBuf>,
    times: u32,
) -> Vec<Trial<'a>> {
    let trial = |variant: Variant, check: &'a Check, under| Trial {
        program: &programs[&name(exercise, &variant)],
        exercise,
        variant,
        check,
        under,
    };
    let learners = || LEARNERS.iter().take(times as usize).map(|it| Under::Learner(it));
    let mut trials = Vec::new();
    for check in &exercise.entry.checks {
        trials.push(trial(Variant::Starter, check, Under::Quiet));
        for under in [Under::Quiet, Under::Busy].into_iter().chain(learners()) {
            trials.push(trial(Variant::Solution, check, under));
        }
    }
    for wrong in &exercise.entry.wrong {
        let fails = exercise.entry.checks.iter().find(|it| it.name == wrong.fails);
        // A check that is not there is told elsewhere.
        let Some(check) = fails else { continue };
        for under in [Under::Quiet].into_iter().chain(learners()) {
            trials.push(trial(Variant::Wrong(wrong.name.clone()), check, under));
        }
    }
    trials
}

impl Trial<'_> {
    fn wrong(&self) -> Option<&Wrong> {
        let Variant::Wrong(name) = &self.variant else { return None };
        self.exercise.entry.wrong.iter().find(|it| it.name == *name)
    }

    /// Another wrong answer that is known by what this one said.
    fn other(&self, message: &str) -> Option<&Wrong> {
        let own = self.wrong()?;
        let mut others = self.exercise.entry.wrong.iter();
        others.find(|it| it.name != own.name && message.contains(&it.says))
    }

    /// How often it is run, if answers are checked `times` times.
    fn often(&self, times: u32) -> u32 {
        match (&self.variant, self.under) {
            // A starter that fails once has failed.
            (Variant::Starter, _) | (_, Under::Learner(_)) => 1,
            _ => times,
        }
    }

    /// "3 of 20 times, with every CPU busy".
    fn counted(&self, count: u32, times: u32) -> String {
        let count = format!("{count} of {} times", self.often(times));
        match self.under {
            Under::Quiet => count,
            Under::Busy => format!("{count}, with every CPU busy"),
            Under::Learner(name) => format!("{count}, with the parameters of {name}"),
        }
    }

    /// What is wrong with it, and what mends that.
    fn reproach(&self, verdict: &Verdict, count: &str) -> String {
        let (who, check) = (described(&self.variant), &self.check.name);
        let said = &verdict.message;
        let Some(wrong) = self.wrong() else {
            return format!(
                "{who} fails `{check}` {count}; mend it, or the test, which may count on \
                 luck. It said: {said}"
            );
        };
        match verdict.outcome {
            Outcome::Passed => format!(
                "{who} passes `{check}` {count}; expected it to fail with `{}`: have the test \
                 notice it",
                wrong.says
            ),
            Outcome::Inconclusive => format!(
                "{who} is not judged by `{check}` {count}; expected it to fail with `{}`, on any \
                 machine. It said: {said}",
                wrong.says
            ),
            Outcome::Failed if said.contains(&wrong.says) => {
                let other = self.other(said).map_or("another one", |it| &it.name);
                format!(
                    "{who} fails `{check}` with a message that `{other}` would be known by too; \
                     have the test tell them apart. It said: {said}"
                )
            }
            Outcome::Failed => {
                let other = self.other(said).map(|it| {
                    format!(
                        " That is what `{}` says; have the test tell them apart.",
                        it.name
                    )
                });
                format!(
                    "{who} fails `{check}` with another message {count}; expected `{}`. It said: \
                     {said}{}",
                    wrong.says,
                    other.unwrap_or_default()
                )
            }
        }
    }

    /// Whether it went as it must. A starter is judged by all its checks together. A message may hold
    /// numbers, so it is only known for the parameters of nobody in particular.
    fn is_right(&self, verdict: &Verdict) -> bool {
        if verdict.message.starts_with(UNBELIEVED) {
            return false;
        }
        let is_open =
            verdict.outcome == Outcome::Inconclusive && self.check.may_be_inconclusive;
        match self.wrong() {
            Some(_) if is_open => true,
            Some(_) if self.under != Under::Quiet => verdict.outcome == Outcome::Failed,
            Some(wrong) => {
                verdict.outcome == Outcome::Failed
                    && verdict.message.contains(&wrong.says)
                    && self.other(&verdict.message).is_none()
            }
            None if self.variant == Variant::Starter => {
                verdict.outcome == Outcome::Failed
            }
            None => verdict.outcome != Outcome::Failed,
        }
    }
}

/// How a phase of the trials runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// One at a time, since they time something.
    Alone,
    /// Several at once, since many of them wait.
    Together,
    /// Several at once, with every CPU busy.
    Busy,
}

impl Phase {
    fn of(trial: &Trial<'_>) -> Phase {
        match trial {
            Trial { under: Under::Busy, .. } => Phase::Busy,
            Trial { check, .. } if check.may_be_inconclusive => Phase::Alone,
            _ => Phase::Together,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Phase::Alone => "timing",
            Phase::Together => "checking",
            Phase::Busy => "with every CPU busy",
        }
    }

    fn at_once(self) -> usize {
        if self == Phase::Alone { 1 } else { 2 * lab::machine::usable_cpus() }
    }
}

fn run(trials: &[Trial<'_>], times: u32) -> Result<Vec<Tally>> {
    let tallies: Vec<Mutex<Tally>> = trials.iter().map(|_| Mutex::default()).collect();
    let all: Vec<_> = trials
        .iter()
        .zip(&tallies)
        .flat_map(|it| (0..it.0.often(times)).map(move |_| it))
        .collect();
    let style = ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len} {eta}")?;
    let bar = ProgressBar::new(all.len() as u64).with_style(style);
    for phase in [Phase::Alone, Phase::Together, Phase::Busy] {
        bar.set_message(phase.words());
        let _hogs = (phase == Phase::Busy).then(Hogs::start);
        let of_phase = |it: &&(&Trial<'_>, _)| Phase::of(it.0) == phase;
        let queue: Vec<_> = all.iter().filter(of_phase).copied().collect();
        side_by_side(&queue, phase.at_once(), &bar)?;
    }
    bar.finish_and_clear();
    let tallies = tallies
        .into_iter()
        .map(|it| it.into_inner().unwrap_or_else(|it| it.into_inner()));
    Ok(tallies.collect())
}

fn side_by_side(
    queue: &[(&Trial<'_>, &Mutex<Tally>)],
    at_once: usize,
    bar: &ProgressBar,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some((trial, tally)) = queue.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let learner = match trial.under {
                Under::Learner(name) => Some(name),
                Under::Quiet | Under::Busy => None,
            };
            let under = Circumstances { learner, ..Circumstances::default() };
            let verdict = trial.check.run(trial.program, &under)?;
            let mut tally = tally.lock().unwrap_or_else(|it| it.into_inner());
            if trial.is_right(&verdict) {
                tally.right += 1;
                if verdict.outcome == Outcome::Inconclusive {
                    tally.open += 1;
                    tally.why.get_or_insert(verdict.message);
                }
            } else if tally.wrong.is_none() {
                tally.wrong = Some(verdict);
            }
            bar.inc(1);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|it| it.join().expect("no worker panics"))
    })
}

/// What an exercise's trials say about it.
fn judged(
    root: &Path,
    exercise: &Exercise,
    trials: &[Trial<'_>],
    tallies: &[Tally],
    times: u32,
) -> Vec<Problem> {
    let own =
        || trials.iter().zip(tallies).filter(|it| it.0.exercise.id() == exercise.id());
    let file = within(root, &exercise.sealed_file());
    let mut problems = Vec::new();
    if !own().any(|(trial, tally)| trial.variant == Variant::Starter && tally.right > 0)
    {
        let what =
            "the starter fails no check; leave out of it what the learner is to write";
        problems.push(Problem::file(&file, what));
    }
    let mut told = BTreeSet::new();
    for (trial, tally) in own().filter(|it| it.0.variant != Variant::Starter) {
        let Some(verdict) = &tally.wrong else { continue };
        // What goes wrong on a quiet machine goes wrong on a busy one.
        if told.insert((&trial.variant, &trial.check.name)) {
            let count = trial.counted(trial.often(times) - tally.right, times);
            problems.push(Problem::file(&file, trial.reproach(verdict, &count)));
        }
    }
    problems
}

fn described(variant: &Variant) -> String {
    match variant {
        Variant::Wrong(name) => format!("wrong answer `{name}`"),
        variant => format!("the {variant}"),
    }
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
