//! What an exercise needs besides its programs: files, hints, names that agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    sync::LazyLock,
};

use anyhow::Result;
use regex::Regex;

use super::{
    catalogue::{self, Exercise, HINTS, Wrong},
    sealed::{Sealed, Variant},
    surplus::{self, SCENE},
    terminal::counted,
};
use crate::problem::{Problem, line_at, nearest, within};

/// Fewer wrong answers than this do not show what a test can tell.
const WRONG: usize = 3;
/// A test that is longer is not read.
const TEST_LINES: usize = 60;

/// What a check calls that has no verdict on some machines.
const NO_VERDICT: [&str; 2] = ["faster_than(", "inconclusive("];

/// What is missing or does not agree of the exercises called by one of `names`, and what is left
/// over in their chapters; of all exercises and chapters if there are no names.
///
/// # Errors
/// As [`catalogue::chosen`].
pub fn problems(root: &Path, names: &[String]) -> Result<Vec<Problem>> {
    let (all, chosen) = (catalogue::all(root)?, catalogue::chosen(root, names)?);
    let mut problems: Vec<Problem> =
        chosen.iter().flat_map(|it| of_exercise(root, it)).collect();
    let mut chapters = catalogue::crates(root)?;
    let is_chosen = |chapter: &String| chosen.iter().any(|it| it.chapter == *chapter);
    chapters.retain(|chapter| names.is_empty() || is_chosen(chapter));
    problems.extend(chapters.iter().flat_map(|it| surplus::of(root, it, &all)));
    Ok(problems)
}

fn of_exercise(root: &Path, exercise: &Exercise) -> Vec<Problem> {
    let mut problems = Vec::new();
    entry(exercise, &mut problems);
    match exercise.sealed() {
        Ok(sealed) => variants(root, exercise, &sealed, &mut problems),
        Err(_) if !exercise.sealed_file().is_file() => {
            let what = "is not there; write the solution, with the starter and the wrong answers \
                        marked in it, as  cargo run -- exercises derive --help  shows";
            problems.push(Problem::file(within(root, &exercise.sealed_file()), what));
        }
        Err(problem) => {
            let file = within(root, &problem.file);
            problems.push(Problem { file, ..problem });
        }
    }
    test(root, exercise, &mut problems);
    let page = Path::new("book").join(format!("{}.md", exercise.chapter));
    let card = format!("{{{{exercise {}}}}}", exercise.id());
    let cards = format!("{{{{exercises {}}}}}", exercise.chapter_id());
    let text = fs::read_to_string(root.join(&page)).unwrap_or_default();
    if !text.contains(&card) && !text.contains(&cards) {
        let what = format!("has neither {cards} nor {card}; put one of them there");
        problems.push(Problem::file(page, what));
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
fn entry(exercise: &Exercise, problems: &mut Vec<Problem>) {
    let (id, entry) = (exercise.id(), &exercise.entry);
    let mut lacks = |what: String| {
        let what = format!("{id}: {what}");
        problems.push(Problem::line(exercise.manifest(), exercise.line, what));
    };
    if entry.hints.len() != HINTS {
        lacks(format!(
            "{}; expected {HINTS}: a direction, a step, and nearly the code",
            counted(entry.hints.len(), "hint")
        ));
    }
    if entry.wrong.len() < WRONG {
        lacks(format!(
            "{}; expected {WRONG} or more: each an [[exercise.wrong]] here, and a part \
             `//@ wrong NAME` of sealed/{}.rs",
            counted(entry.wrong.len(), "wrong answer"),
            entry.id
        ));
    }
    if entry.minutes == 0 {
        lacks("`minutes` is 0; say how long a learner takes".to_owned());
    }
    if exercise.points() == 0 {
        lacks("no check is worth anything; give them `points`".to_owned());
    }
    let texts = [
        ("title", vec![&entry.title]),
        ("task", vec![&entry.task]),
        ("objectives", entry.objectives.iter().collect()),
        ("hints", entry.hints.iter().collect()),
        ("what its checks say", entry.checks.iter().map(|it| &it.says).collect()),
    ];
    for (name, texts) in texts {
        let is_missing = texts.iter().any(|text| text.trim().is_empty());
        if is_missing || texts.is_empty() && name == "objectives" {
            lacks(format!("{name}: a text is missing; write it"));
        }
    }
    for check in &entry.checks {
        // One with a slip in the name of its check is told of below.
        let is_failed = |it: &Wrong| {
            let names = entry.checks.iter().map(|check| check.name.as_str());
            nearest(&it.fails, names) == Some(&check.name)
        };
        if !entry.wrong.iter().any(is_failed) {
            lacks(format!(
                "no wrong answer fails `{0}`, so nobody knows whether it can tell; add an \
                 [[exercise.wrong]] with fails = \"{0}\", and a part `//@ wrong NAME` of \
                 sealed/{1}.rs; or leave the check out",
                check.name, entry.id
            ));
        }
    }
    let mut messages: BTreeMap<&str, &str> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for wrong in &entry.wrong {
        if !names.insert(&wrong.name) {
            lacks(format!("two wrong answers `{}`; keep one", wrong.name));
        }
        let mut checks = entry.checks.iter().map(|check| check.name.as_str());
        if !checks.clone().any(|check| check == wrong.fails) {
            let meant = match nearest(&wrong.fails, checks.clone()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => {
                    format!(
                        "there is: {}",
                        checks.by_ref().collect::<Vec<_>>().join(", ")
                    )
                }
            };
            lacks(format!(
                "wrong answer `{}` fails `{}`, which is no check; {meant}",
                wrong.name, wrong.fails
            ));
        }
        if wrong.says.trim().is_empty() {
            lacks(format!(
                "wrong answer `{}` has no message; in `says`, put a part of what its check tells",
                wrong.name
            ));
        }
        if let Some(other) = messages.insert(&wrong.says, &wrong.name) {
            lacks(format!(
                "wrong answer `{}` has the message of `{other}`; have the test tell them apart, \
                 or keep one",
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
    let held = sealed.wrong();
    let (only_declared, only_held) = apart(&declared, &held);
    for (name, meant) in only_declared {
        lacks(match meant {
            Some(meant) => format!(
                "wrong answer `{meant}` is `{name}` in exercises.toml; give them one name"
            ),
            None => format!(
                "no wrong answer `{name}`, which exercises.toml has; write a part \
                 `//@ wrong {name}`"
            ),
        });
    }
    for name in only_held {
        lacks(format!(
            "wrong answer `{name}` is not in exercises.toml; describe it there, with what it \
             fails and what that says"
        ));
    }
    if !sealed.has_starter() {
        lacks("the starter is the solution; mark a part with `//@ starter`".to_owned());
    }
    // Nobody reads the wrong answers but in the sealed file.
    for variant in [Variant::Starter, Variant::Solution] {
        if !is_formatted(root, &sealed.derive(&variant)) {
            lacks(format!(
                "the {variant} is not as rustfmt would write it; write its parts so"
            ));
        }
    }
    if fs::read_to_string(exercise.source()).ok()
        != Some(sealed.derive(&Variant::Starter))
    {
        let what = "is not the starter; run `cargo run -- exercises derive`";
        problems.push(Problem::file(exercise.path(), what));
    }
}

/// The test: it is short, formatted, and about this exercise.
fn test(root: &Path, exercise: &Exercise, problems: &mut Vec<Problem>) {
    /// What a test says about a learner's file.
    static SOURCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\bsrc/(\w+)\.rs\b").expect("a pattern"));
    let file = within(root, &exercise.test());
    let Ok(test) = fs::read_to_string(exercise.test()) else {
        let what = "is not there, or is no text; write what is graded";
        return problems.push(Problem::file(file, what));
    };
    let lines = test.lines().count();
    if lines >= TEST_LINES {
        let what =
            format!("{lines} lines; a test has fewer than {TEST_LINES}. {SCENE}");
        problems.push(Problem::file(&file, what));
    }
    if !is_formatted(root, &test) {
        let what = "is not as rustfmt would write it; run `cargo fmt --all`";
        problems.push(Problem::file(&file, what));
    }
    problems.extend(undeclared(exercise, &test).map(|name| {
        let what = format!(
            "`{name}` may be inconclusive; say so in exercises.toml, or it is not believed: \
             may_be_inconclusive = true"
        );
        Problem::file(&file, what)
    }));
    let own = exercise.entry.id.as_str();
    let mut others = BTreeSet::new();
    for found in SOURCE.captures_iter(&test) {
        let (line, name) = (line_at(&test, found.get_match().start()), &found[1]);
        if name != own && others.insert(name.to_owned()) {
            let what = format!("it is about src/{name}.rs; expected src/{own}.rs");
            problems.push(Problem::line(&file, line, what));
        }
    }
    if others.is_empty() && !test.contains(&format!("\"../src/{own}.rs\"")) {
        let what = format!(
            "does not look at the exercise; write `#[path = \"../src/{own}.rs\"] mod {own};`"
        );
        problems.push(Problem::file(&file, what));
    }
}

/// Two sets of names that should be one: those that only the first has, each with the one that may
/// be meant by it in the second, and those of the second that remain.
pub fn apart<'a>(
    first: &BTreeSet<&'a str>,
    second: &BTreeSet<&'a str>,
) -> (Vec<(&'a str, Option<&'a str>)>, BTreeSet<&'a str>) {
    let mut rest: BTreeSet<&str> = second.difference(first).copied().collect();
    let paired = first.difference(second).map(|name| {
        let meant = nearest(name, rest.iter().copied());
        rest.retain(|it| Some(*it) != meant);
        (*name, meant)
    });
    (paired.collect(), rest)
}

/// Whether rustfmt would leave `source` as it is; also if there is no rustfmt.
fn is_formatted(root: &Path, source: &str) -> bool {
    let mut rustfmt = Command::new("rustfmt");
    // From standard input it does not go looking for modules. It ignores `--check` there.
    rustfmt.args(["--quiet", "--edition", "2024"]);
    if root.join("rustfmt.toml").is_file() {
        rustfmt.arg("--config-path").arg(root);
    }
    rustfmt.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut rustfmt) = rustfmt.spawn() else { return true };
    // It reads all before it writes; if it is gone, its status says why.
    if let Some(mut stdin) = rustfmt.stdin.take() {
        drop(stdin.write_all(source.as_bytes()));
    }
    match rustfmt.wait_with_output() {
        Ok(formatted) if formatted.status.success() => {
            formatted.stdout == source.as_bytes()
        }
        // It cannot read the source; or rustup knows it, but it is not installed.
        _ => !Command::new("rustfmt")
            .arg("--version")
            .output()
            .is_ok_and(|it| it.status.success()),
    }
}
