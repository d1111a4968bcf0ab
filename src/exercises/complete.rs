//! What an exercise needs besides its programs: files, hints, names that agree.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use super::{
    catalogue::{Exercise, HINTS},
    sealed::{Sealed, Variant},
};
use crate::problem::{Problem, within};

/// Fewer wrong answers than this do not show what a test can tell.
const WRONG: usize = 3;
/// A test that is longer is not read.
const TEST_LINES: usize = 60;

/// What a check calls that has no verdict on some machines.
const NO_VERDICT: [&str; 2] = ["faster_than(", "inconclusive("];

/// What is missing or does not agree.
pub fn problems(root: &Path, exercise: &Exercise) -> Vec<Problem> {
    let mut problems = Vec::new();
    entry(root, exercise, &mut problems);
    match exercise.sealed() {
        Ok(sealed) => variants(root, exercise, &sealed, &mut problems),
        Err(problem) => problems.push(problem),
    }
    match fs::read_to_string(exercise.test()) {
        Ok(test) if test.lines().count() >= TEST_LINES => {
            let what = format!(
                "{} lines; a test is shorter than {TEST_LINES}",
                test.lines().count()
            );
            problems.push(Problem::file(within(root, &exercise.test()), what));
        }
        Ok(test) => {
            let undeclared = undeclared(exercise, &test).map(|name| {
                let what = format!(
                    "`{name}` may be inconclusive; say so in exercises.toml, or it is not \
                     believed: may_be_inconclusive = true"
                );
                Problem::file(within(root, &exercise.test()), what)
            });
            problems.extend(undeclared);
        }
        Err(error) => {
            problems.push(Problem::file(within(root, &exercise.test()), error))
        }
    }
    let page = Path::new("book").join(format!("{}.md", exercise.chapter));
    let card = format!("{{{{exercise {}}}}}", exercise.id());
    let cards = format!("{{{{exercises {}}}}}", exercise.chapter_id());
    let text = fs::read_to_string(root.join(&page)).unwrap_or_default();
    if !text.contains(&card) && !text.contains(&cards) {
        problems.push(Problem::file(page, format!("has neither {cards} nor {card}")));
    }
    problems
}

/// The checks that call what has no verdict on some machines, and do not say so.
fn undeclared<'a>(
    exercise: &'a Exercise,
    test: &'a str,
) -> impl Iterator<Item = &'a str> {
    let checks = exercise.entry.checks.iter().filter(|it| !it.may_be_inconclusive);
    let names = checks.map(|check| check.name.as_str());
    names.filter(|name| {
        let body = test.split_once(&format!("fn {name}(")).map_or("", |it| it.1);
        // Until the next one.
        let body = body.split("\n#[").next().unwrap_or_default();
        NO_VERDICT.iter().any(|call| body.contains(call))
    })
}

/// What `exercises.toml` says.
fn entry(root: &Path, exercise: &Exercise, problems: &mut Vec<Problem>) {
    let file = within(root, &exercise.folder().join("exercises.toml"));
    let (id, entry) = (exercise.id(), &exercise.entry);
    let mut lacks =
        |what: String| problems.push(Problem::file(&file, format!("{id}: {what}")));
    if entry.hints.len() != HINTS {
        lacks(format!("{} hints; expected {HINTS}", entry.hints.len()));
    }
    if entry.wrong.len() < WRONG {
        lacks(format!("{} wrong answers; expected {WRONG} or more", entry.wrong.len()));
    }
    if entry.minutes == 0 || exercise.points() == 0 {
        lacks("takes no minutes, or is worth no points".to_owned());
    }
    let texts = [&entry.title, &entry.task]
        .into_iter()
        .chain(&entry.objectives)
        .chain(&entry.hints);
    if texts.into_iter().any(|text| text.trim().is_empty())
        || entry.objectives.is_empty()
    {
        lacks("the title, the task, an objective or a hint is empty".to_owned());
    }
    let mut messages = BTreeSet::new();
    for wrong in &entry.wrong {
        if !entry.checks.iter().any(|check| check.name == wrong.fails) {
            lacks(format!(
                "wrong answer `{}` fails `{}`, which is no check",
                wrong.name, wrong.fails
            ));
        }
        if wrong.says.trim().is_empty() {
            lacks(format!("wrong answer `{}` has no message", wrong.name));
        }
        if !messages.insert((&wrong.fails, &wrong.says)) {
            lacks(format!(
                "wrong answer `{}` has another's message: it says nothing of its own",
                wrong.name
            ));
        }
    }
}

/// The variants: they are those of the entry, formatted, and the starter is the learner's file.
fn variants(
    root: &Path,
    exercise: &Exercise,
    sealed: &Sealed,
    problems: &mut Vec<Problem>,
) {
    let file = within(root, &exercise.sealed_file());
    let mut lacks = |what: String| problems.push(Problem::file(&file, what));
    let declared: BTreeSet<&str> =
        exercise.entry.wrong.iter().map(|it| it.name.as_str()).collect();
    for name in declared.symmetric_difference(&sealed.wrong()) {
        lacks(format!(
            "wrong answer `{name}` is here or in exercises.toml, but not in both"
        ));
    }
    if !sealed.has_starter() {
        lacks("the starter is the solution; mark a part with `//@ starter`".to_owned());
    }
    // Nobody reads the wrong answers but in the sealed file.
    for variant in [Variant::Starter, Variant::Solution] {
        if !is_formatted(root, &sealed.derive(&variant)) {
            lacks(format!("the variant `{variant}` is not as rustfmt would write it"));
        }
    }
    if fs::read_to_string(exercise.source()).ok()
        != Some(sealed.derive(&Variant::Starter))
    {
        let what = "is not the starter; run `cargo run -- exercises derive`";
        problems.push(Problem::file(exercise.path(), what));
    }
}

/// Whether rustfmt would leave `source` as it is; also if there is no rustfmt.
fn is_formatted(root: &Path, source: &str) -> bool {
    let Ok(folder) = tempfile::tempdir() else { return true };
    let file = folder.path().join("variant.rs");
    if fs::write(&file, source).is_err() {
        return true;
    }
    let rustfmt = Command::new("rustfmt")
        .args(["--check", "--quiet", "--edition", "2024", "--config-path"])
        .args([root, &file])
        .output();
    rustfmt.is_ok_and(|said| said.status.success())
        || Command::new("rustfmt").arg("--version").output().is_err()
}
