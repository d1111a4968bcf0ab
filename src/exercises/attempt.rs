//! One attempt at an exercise: it is built, each of its checks is run, and what was reached is
//! noted.

use std::path::Path;

use anyhow::Result;

use super::{
    build::{Built, build},
    catalogue::{Check, Exercise},
    cell::Circumstances,
    day::today,
    panicked, store,
    verdict::{Outcome, Verdict},
};

/// What became of an attempt.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// There is no file to be checked.
    IsMissing,
    /// It does not compile; the compiler has said why.
    DoesNotCompile {
        /// Whether what was written is fine by itself, but not as its test uses it.
        only_in_test: bool,
    },
    /// What is said of each check, in the order of `exercises.toml`.
    Checked(Vec<Verdict>),
}

/// What is happening.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// This check runs now.
    Begins(&'a Check),
    /// This is said of it.
    Ends(&'a Check, &'a Verdict),
}

impl Attempt {
    /// Builds the exercise and runs its checks; `see` is told each step, for whoever waits.
    ///
    /// # Errors
    /// What is no fault of the learner's: no cargo, a program that cannot be started.
    pub fn make(
        root: &Path,
        exercise: &Exercise,
        under: &Circumstances<'_>,
        see: impl Fn(Step<'_>),
    ) -> Result<Attempt> {
        if !exercise.source().exists() {
            return Ok(Attempt::IsMissing);
        }
        let binary = match build(root, exercise)? {
            Built::Program(binary) => binary,
            Built::Broken { only_in_test } => {
                return Ok(Attempt::DoesNotCompile { only_in_test });
            }
        };
        let verdicts = exercise.entry.checks.iter().map(|check| {
            see(Step::Begins(check));
            let verdict = check.run(&binary, under)?;
            see(Step::Ends(check, &verdict));
            Ok(verdict)
        });
        Ok(Attempt::Checked(verdicts.collect::<Result<_>>()?))
    }

    /// How it ended as a whole: failed if one check failed, and inconclusive if none could be
    /// judged. One that this machine cannot judge is no reason not to go on.
    pub fn outcome(&self) -> Outcome {
        let Attempt::Checked(verdicts) = self else { return Outcome::Failed };
        let has = |outcome| verdicts.iter().any(|verdict| verdict.outcome == outcome);
        if has(Outcome::Failed) {
            Outcome::Failed
        } else if has(Outcome::Passed) {
            Outcome::Passed
        } else {
            Outcome::Inconclusive
        }
    }

    /// What the checks that passed are worth together.
    pub fn points(&self, exercise: &Exercise) -> u32 {
        let Attempt::Checked(verdicts) = self else { return 0 };
        let checks = exercise.entry.checks.iter().zip(verdicts);
        let passed = checks.filter(|(_, verdict)| verdict.outcome == Outcome::Passed);
        passed.map(|(check, _)| check.points).sum()
    }

    /// How many checks ended so.
    pub fn count(&self, outcome: Outcome) -> usize {
        let Attempt::Checked(verdicts) = self else { return 0 };
        verdicts.iter().filter(|verdict| verdict.outcome == outcome).count()
    }

    /// Whether some check came to a part that nobody has written yet.
    pub fn is_unwritten(&self) -> bool {
        let Attempt::Checked(verdicts) = self else { return false };
        verdicts.iter().any(panicked::is_unwritten)
    }

    /// Notes what was reached, if it is more than before.
    ///
    /// # Errors
    /// As [`store::update`].
    pub fn record(&self, root: &Path, exercise: &Exercise) -> Result<()> {
        let points = self.points(exercise);
        let has_passed = self.outcome() == Outcome::Passed;
        if points == 0 && !has_passed {
            return Ok(());
        }
        store::update(root, |progress| {
            let facts = progress.of_mut(&exercise.id());
            facts.points = facts.points.max(points);
            if has_passed {
                facts.passed.get_or_insert_with(today);
            }
        })?;
        Ok(())
    }
}
