//! What is said of a submission: the one thing that all formats show. As JSON it is described by
//! `exercises/grade.schema.json`.

use serde::Serialize;

use super::submission::Layout;
use crate::exercises::{
    catalogue::{Check, Exercise},
    terminal::escaped,
    verdict::{Outcome, Verdict},
};

/// The version of the JSON. Another one is needed as soon as a field is added, lost, or means
/// something else.
const SCHEMA: u32 = 2;

/// What is said of a submission.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    /// The version of these fields.
    pub schema: u32,
    /// The version of the workbook that graded.
    pub workbook: &'static str,
    /// The submission's folder.
    pub submission: String,
    /// Whose parameters the exercises had; the middle ones if nobody was named.
    pub learner: Option<String>,
    /// Which layout was found; none if it could not be graded.
    pub layout: Option<Layout>,
    /// What whoever grades should know.
    pub notes: Vec<String>,
    /// The exercises, in the order of chapters.
    pub exercises: Vec<Graded>,
    /// All of them together.
    pub totals: Totals,
}

/// What is said of an exercise.
#[derive(Clone, Debug, Serialize)]
pub struct Graded {
    /// Such as `ch05.ordered`.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What became of it.
    pub state: State,
    /// Why it was refused or not graded.
    pub reason: Option<String>,
    /// The points of the checks that passed.
    pub points: u32,
    /// Those of all checks.
    pub of: u32,
    /// Those of the checks that were inconclusive: neither won nor lost.
    pub inconclusive: u32,
    /// Each check, in the order of `exercises.toml`.
    pub checks: Vec<Checked>,
    /// What the compiler said, if it does not compile.
    pub compiler: Option<String>,
    /// How many hints were seen, if the submission tells.
    pub hints: Option<u32>,
    /// Whether the solution was asked for before a pass, if the submission tells.
    pub gave_up: Option<bool>,
}

/// What became of an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All checks passed.
    Passed,
    /// One failed.
    Failed,
    /// None failed, but one could not be judged on this machine.
    Inconclusive,
    /// The compiler refused it, or was not done in time.
    DoesNotCompile,
    /// It is the starter.
    NotBegun,
    /// There is no file.
    NotHandedIn,
    /// The submission is not one that is graded.
    Refused,
    /// Something went wrong that is not the submission's fault.
    NotGraded,
}

/// What is said of a check.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// Its function in the test.
    pub name: String,
    /// It in words.
    pub says: String,
    /// What it is worth if it passed; otherwise nothing.
    pub points: u32,
    /// What it is worth.
    pub of: u32,
    /// How it ended.
    pub outcome: Ended,
    /// Why it did not pass.
    pub message: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// What is graded is so.
    Passed,
    /// It is not.
    Failed,
    /// It is about time, and the machine was too noisy or too small to judge by.
    Inconclusive,
    /// It was not run.
    NotRun,
}

/// All exercises together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// The points of the checks that passed.
    pub points: u32,
    /// Those of all checks.
    pub of: u32,
    /// Those of the checks that were inconclusive.
    pub inconclusive: u32,
    /// The points in per cent of those that could be judged, to one decimal; none if nothing could.
    pub percent: Option<f64>,
    /// How many exercises there are.
    pub exercises: u32,
    /// How many of them passed.
    pub passed: u32,
}

impl Sheet {
    /// A sheet, with what its exercises come to.
    pub fn new(
        submission: String,
        learner: Option<String>,
        layout: Option<Layout>,
        notes: Vec<String>,
        exercises: Vec<Graded>,
    ) -> Sheet {
        let mut totals = Totals::default();
        let mut judged = 0;
        for one in &exercises {
            judged += one.judged();
            totals.points += one.points;
            totals.of += one.of;
            totals.inconclusive += one.inconclusive;
            totals.exercises += 1;
            totals.passed += u32::from(one.state == State::Passed);
        }
        let percent = || 1000.0 * f64::from(totals.points) / f64::from(judged);
        totals.percent = (judged > 0).then(|| percent().round() / 10.0);
        let workbook = env!("CARGO_PKG_VERSION");
        Sheet {
            schema: SCHEMA,
            workbook,
            submission,
            learner,
            layout,
            notes,
            exercises,
            totals,
        }
    }

    /// It as JSON, with escapes in the place of characters that a terminal would go by.
    ///
    /// # Errors
    /// None: it is written to memory.
    pub fn json(&self) -> serde_json::Result<String> {
        let text = serde_json::to_string_pretty(self)?;
        // Those that are not shown are all in strings, but for the ends of lines.
        let escape = |c| match c {
            '\n' => String::from(c),
            c => format!("\\u{:04x}", u32::from(c)),
        };
        Ok(escaped(&text, escape) + "\n")
    }

    /// The sheet of a submission that could not be graded, and why not.
    pub fn not_graded(
        submission: String,
        learner: String,
        exercises: &[Exercise],
        why: &str,
    ) -> Sheet {
        let not_graded = |exercise| Graded {
            reason: Some(why.to_owned()),
            ..Graded::not_run(exercise, State::NotGraded)
        };
        let exercises = exercises.iter().map(not_graded).collect();
        let notes = vec![format!("it is not graded: {why}")];
        Sheet::new(submission, Some(learner), None, notes, exercises)
    }

    /// Why an exercise was refused or not graded, unless a note says it of more than this one.
    pub fn own_reason<'a>(&self, graded: &'a Graded) -> Option<&'a str> {
        let reason = graded.reason.as_deref();
        reason.filter(|why| !self.notes.iter().any(|note| note.ends_with(why)))
    }

    /// Whether nothing of it was graded since the submission is not one that is.
    pub fn is_refused(&self) -> bool {
        self.exercises.iter().all(|one| one.state == State::Refused)
    }

    /// The exit status: 0 if all passed (what is inconclusive has not failed), 1 if not, 2 if
    /// something could not be graded.
    pub fn status(&self) -> u8 {
        if self.exercises.iter().any(|one| !one.state.is_graded()) {
            2
        } else if self.exercises.iter().all(|one| one.state.has_not_failed()) {
            0
        } else {
            1
        }
    }
}

impl State {
    /// Whether nothing that was handed in is wrong, nor missing.
    pub fn has_not_failed(self) -> bool {
        matches!(self, State::Passed | State::Inconclusive)
    }

    /// Whether something is known of it.
    pub fn is_graded(self) -> bool {
        !matches!(self, State::Refused | State::NotGraded)
    }

    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            State::Passed => "passed",
            State::Failed => "failed",
            State::Inconclusive => "inconclusive",
            State::DoesNotCompile => "does not compile",
            State::NotBegun => "not begun",
            State::NotHandedIn => "not handed in",
            State::Refused => "refused",
            State::NotGraded => "not graded",
        }
    }
}

impl Graded {
    /// An exercise whose checks were not run.
    pub fn not_run(exercise: &Exercise, state: State) -> Graded {
        let checks = exercise.entry.checks.iter().map(Checked::not_run);
        Graded::checked(exercise, state, checks.collect())
    }

    /// An exercise whose checks were run.
    pub fn run(exercise: &Exercise, checks: Vec<Checked>) -> Graded {
        let has = |outcome| checks.iter().any(|check| check.outcome == outcome);
        let state = if has(Ended::NotRun) {
            State::NotGraded
        } else if has(Ended::Failed) {
            State::Failed
        } else if has(Ended::Inconclusive) {
            State::Inconclusive
        } else {
            State::Passed
        };
        Graded::checked(exercise, state, checks)
    }

    /// The points of the checks that could be judged: whose outcome is not the fault of this machine.
    fn judged(&self) -> u32 {
        let could_be = |check: &&Checked| match check.outcome {
            Ended::Passed | Ended::Failed => true,
            Ended::Inconclusive => false,
            Ended::NotRun => self.state != State::NotGraded,
        };
        self.checks.iter().filter(could_be).map(|check| check.of).sum()
    }

    fn checked(exercise: &Exercise, state: State, checks: Vec<Checked>) -> Graded {
        let open = checks.iter().filter(|it| it.outcome == Ended::Inconclusive);
        Graded {
            id: exercise.id(),
            title: exercise.entry.title.clone(),
            state,
            reason: None,
            points: checks.iter().map(|check| check.points).sum(),
            of: exercise.points(),
            inconclusive: open.map(|check| check.of).sum(),
            checks,
            compiler: None,
            hints: None,
            gave_up: None,
        }
    }
}

impl Checked {
    /// A check with its verdict.
    pub fn new(check: &Check, verdict: &Verdict) -> Checked {
        let outcome = match verdict.outcome {
            Outcome::Passed => Ended::Passed,
            Outcome::Failed => Ended::Failed,
            Outcome::Inconclusive => Ended::Inconclusive,
        };
        let has_passed = outcome == Ended::Passed;
        Checked {
            points: if has_passed { check.points } else { 0 },
            outcome,
            message: (!has_passed).then(|| verdict.message.clone()),
            seconds: Some((verdict.took.as_secs_f64() * 1000.0).round() / 1000.0),
            ..Checked::not_run(check)
        }
    }

    /// A check that was not run.
    pub fn not_run(check: &Check) -> Checked {
        Checked {
            name: check.name.clone(),
            says: check.says.clone(),
            points: 0,
            of: check.points,
            outcome: Ended::NotRun,
            message: None,
            seconds: None,
        }
    }
}
