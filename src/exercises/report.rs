//! What `check` tells: a line for each check, why one failed, and the next command.

use std::path::Path;

use anyhow::Result;

use super::{
    attempt::Attempt,
    catalogue::{self, Check, Exercise, HINTS},
    list, panicked, store,
    terminal::{BAD, FAINT, GOOD, OPEN, STRONG, counted, say, styled},
    verdict::{Outcome, Verdict},
};
use crate::problem::shown;

/// Of what a program printed, so many lines are shown.
const LINES: usize = 10;
/// And of a line so many characters.
const LINE: usize = 200;

/// Which exercise comes.
pub fn heading(exercise: &Exercise) {
    let title = styled(STRONG, exercise.id());
    say(format_args!("{title}  {}", exercise.entry.title));
}

/// A line for a check, and why it failed.
pub fn verdict(exercise: &Exercise, check: &Check, verdict: &Verdict) {
    let (style, word) = match verdict.outcome {
        Outcome::Passed => (GOOD, "✓ passed"),
        Outcome::Failed => (BAD, "✗ failed"),
        Outcome::Inconclusive => (OPEN, "? not judged"),
    };
    say(format_args!("  {}: {}", styled(style, word), check.says));
    if verdict.outcome != Outcome::Passed {
        why(exercise, verdict);
    }
}

fn why(exercise: &Exercise, verdict: &Verdict) {
    for line in panicked::told(exercise, verdict).lines() {
        say(format_args!("      {line}"));
    }
    let mut printed = printed(&verdict.output);
    if panicked::is_unwritten(verdict) {
        printed.retain(|line| !panicked::is_said_of_todo(line));
    }
    if !printed.is_empty() {
        say("      It printed:");
    }
    for line in printed.iter().take(LINES) {
        say(format_args!("      {}", styled(FAINT, format_args!("| {line}"))));
    }
    if printed.len() > LINES {
        say(format_args!("      {}", styled(FAINT, "| …")));
    }
}

/// The lines that the learner's program printed, without the test runner's own, and without what
/// would move the cursor.
fn printed(output: &str) -> Vec<String> {
    let lines = output.lines().filter_map(|line| {
        let line =
            match line.strip_prefix("test ").and_then(|it| it.split_once(" ... ")) {
                Some((_, rest)) => rest,
                None => line,
            };
        let is_the_runners = line.starts_with("running 1 test")
            || line.starts_with("test result: ")
            || matches!(line, "ok" | "FAILED");
        let shown: String =
            line.chars().filter(|c| !c.is_control()).take(LINE).collect();
        (!is_the_runners && !shown.trim().is_empty()).then_some(shown)
    });
    lines.collect()
}

/// What was reached, and the next step: a command, but for what is done anyway where saves
/// `are_seen`.
///
/// # Errors
/// Exercises or progress that cannot be read.
pub fn next(
    root: &Path,
    exercise: &Exercise,
    attempt: &Attempt,
    are_seen: bool,
) -> Result<()> {
    let id = exercise.id();
    let summary = format!(
        "{} of {} passed, {} of {}",
        attempt.count(Outcome::Passed),
        counted(exercise.entry.checks.len(), "check"),
        attempt.points(exercise),
        counted(exercise.points(), "point"),
    );
    match attempt.outcome() {
        Outcome::Passed => {
            let open = match attempt.count(Outcome::Inconclusive) {
                0 => String::new(),
                open => format!("; {open} could not be judged here"),
            };
            say(format_args!("{}: {summary}{open}", styled(GOOD, "Passed")));
            say(format_args!("Compare with ours:  cargo run -- solution {id}"));
            let progress = store::read(root)?;
            match list::next(&catalogue::all(root)?, &progress, Some(&id)) {
                Some(next) => say(format_args!("Next:  {}", list::invitation(next))),
                None => say("That was the last one: all are done."),
            }
        }
        Outcome::Failed => {
            let path = shown(&exercise.path());
            let what = match attempt {
                Attempt::IsMissing => &format!("{path} is not there"),
                Attempt::DoesNotCompile { .. } => {
                    "it does not compile; the compiler has said why, above"
                }
                Attempt::Checked(_) => &summary,
            };
            say(format_args!("{}: {what}", styled(BAD, "Not yet")));
            match attempt {
                Attempt::IsMissing => {
                    say(format_args!("Begin again:  cargo run -- reset {id}"));
                    return Ok(());
                }
                Attempt::DoesNotCompile { only_in_test: true } => say(format_args!(
                    "All its errors are in the test, which stays as it is: it uses what you \
                     wrote by the name and the signature that the exercise began with.\n\
                     To have these again, and yours kept:  cargo run -- reset {id}"
                )),
                Attempt::DoesNotCompile { .. } | Attempt::Checked(_) => {}
            }
            match are_seen {
                true => say(format_args!("Edit {path}, and save it")),
                false => {
                    say(format_args!("Edit {path}, then:  cargo run -- check {id}"))
                }
            }
            let asks = match attempt.is_unwritten() {
                true => "Where to begin?",
                false => "Stuck?",
            };
            say(format_args!("{asks}  {}", help(root, exercise)?));
        }
        Outcome::Inconclusive => {
            say(format_args!("{}: {summary}", styled(OPEN, "Not judged")));
            match are_seen {
                true => say("Close what else is running, and save it again"),
                false => say(format_args!(
                    "Close what else is running, then:  cargo run -- check {id}"
                )),
            }
        }
    }
    Ok(())
}

/// A hint as long as there is one that was not seen.
fn help(root: &Path, exercise: &Exercise) -> Result<String> {
    let id = exercise.id();
    let seen = store::read(root)?.of(&id).hints;
    Ok(match (seen as usize) < HINTS {
        true => format!("cargo run -- hint {id}"),
        false => format!("cargo run -- solution {id} --give-up"),
    })
}

/// What became of several exercises.
pub fn chapter(outcomes: &[Outcome]) {
    let passed = outcomes.iter().filter(|it| **it == Outcome::Passed).count();
    let style = if passed == outcomes.len() { GOOD } else { BAD };
    let all = counted(outcomes.len(), "exercise");
    say(format_args!("\n{}", styled(style, format_args!("{passed} of {all} passed"))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_was_printed_the_runners_lines_and_escapes_are_left_out() {
        let output = "\nrunning 1 test\ntest jobs_overlap ... job 1\njob \x1b[2J2\nok\n\n\
                      test result: ok. 1 passed\n";
        assert_eq!(printed(output), ["job 1", "job [2J2"]);
    }
}
