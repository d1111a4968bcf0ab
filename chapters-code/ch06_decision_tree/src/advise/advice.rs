//! The advice to which the answers lead, as text and as JSON.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::lines::wrap;
use crate::quote::for_shell;
use crate::shelf::{self, Chapter};
use crate::tree::{Answer, Given, Known, Leaf, Step, Taken, Walk};

/// The version of the JSON that `--json` prints.
const SCHEMA: u32 = 1;

/// How the program is called again.
const AGAIN: &str = "cargo run -p ch06_decision_tree -- advise";

/// Prints where the answers lead. `said` is why there are no more of them, if there could be.
pub fn print(
    walk: &Walk<'_>,
    known: &Known,
    answers: &[String],
    said: Option<&str>,
    as_json: bool,
) -> ExitCode {
    let again = again(known, answers);
    let text = match (as_json, walk.step) {
        (true, _) => format!("{}\n", in_json(walk, &again)),
        (false, Step::Take(leaf)) => advice(walk, leaf, &again),
        (false, Step::Ask(_)) => String::new(),
    };
    // Who listens no more has what they wanted.
    let written = io::stdout().write_all(text.as_bytes());
    if written.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        return ExitCode::FAILURE;
    }
    let Step::Ask(question) = walk.step else { return ExitCode::SUCCESS };
    let said = said.unwrap_or("the answers end too early");
    let there: Vec<&str> =
        question.answers.iter().map(|answer| answer.id.as_str()).collect();
    eprintln!(
        "error: {said}; the next question is `{}`: {}\nGo on with: {again}{}…, where … is one of: {}",
        question.id,
        question.asks,
        if answers.is_empty() { " --answers " } else { "," },
        there.join(", "),
    );
    ExitCode::FAILURE
}

/// The command that leads here without a question.
fn again(known: &Known, answers: &[String]) -> String {
    let mut line = AGAIN.to_owned();
    if let Some(label) = &known.label {
        line += &format!(" --label {label}");
    }
    if let Some(what) = &known.waits_for {
        line += &format!(" --waits-for {}", for_shell(what.as_ref()));
    }
    if let Some(cpus) = known.cpus {
        line += &format!(" --cpus {cpus}");
    }
    if let Some(percent) = known.busy {
        line += &format!(" --busy {percent}");
    }
    if !answers.is_empty() {
        line += &format!(" --answers {}", for_shell(answers.join(",").as_ref()));
    }
    line
}

fn advice(walk: &Walk<'_>, leaf: &Leaf, again: &str) -> String {
    let mut text = format!("\n{}\n\n", leaf.tool);
    let mut put = |name: &str, what: &str| {
        text += &format!("  {name:<10}{}\n", wrap(what, &" ".repeat(12)).trim_start());
    };
    put("Why", &leaf.why);
    put("First", &leaf.first);
    put("Read", &read(&leaf.chapter));
    if let Some(template) = &leaf.template {
        let command = "cargo run -p ch06_decision_tree -- new-template";
        put("Template", &format!("{command} {template} DIR"));
    }
    for evidence in &leaf.evidence {
        let value = shelf::measured(&evidence.path);
        let value = value.map(|value| format!("{value}, ")).unwrap_or_default();
        put("Measured", &format!("{}: {value}{}", evidence.says, evidence.path));
    }
    text += "\nHow you came here\n\n";
    for taken in &walk.taken {
        let by = if taken.given == Given::Measured { " (measured)" } else { "" };
        let line = format!("{} {}{by}", taken.question.asks, answered(taken));
        text += &format!("{}\n", wrap(&line, "  "));
    }
    text + &format!("\nThe same without a question:\n  {again}\n")
}

fn answered(taken: &Taken<'_>) -> String {
    let Answer { id, says, .. } = taken.answer;
    match (taken.number, says.as_str()) {
        (Some(number), _) => number.to_string(),
        (None, "") => id.clone(),
        (None, says) => says.to_owned(),
    }
}

/// Where to read about it.
fn read(id: &str) -> String {
    let number = id.trim_start_matches("ch").trim_start_matches('0');
    match Chapter::find(id) {
        Some(chapter) => format!("chapter {number}, {}", chapter.page()),
        None => format!("chapter {number}"),
    }
}

fn in_json(walk: &Walk<'_>, again: &str) -> Value {
    let taken = |taken: &Taken<'_>| {
        json!({
            "question": taken.question.id,
            "answer": taken.answer.id,
            "number": taken.number,
            "given": taken.given,
        })
    };
    let path: Vec<Value> = walk.taken.iter().map(taken).collect();
    let (leaf, next) = match walk.step {
        Step::Take(leaf) => (json!(leaf), Value::Null),
        Step::Ask(question) => {
            let ids = question.answers.iter().map(|answer| &answer.id);
            let answers: Vec<&String> = ids.collect();
            let (id, asks) = (&question.id, &question.asks);
            (Value::Null, json!({ "question": id, "asks": asks, "answers": answers }))
        }
    };
    json!({ "schema": SCHEMA, "path": path, "leaf": leaf, "next": next, "again": again })
}
