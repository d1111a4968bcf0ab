//! A sheet for people: plain lines, as wide as they need to be.

use std::fmt::Write;

use super::{
    sheet::{Checked, Ended, Graded, Sheet, State},
    submission::Layout,
};
use crate::exercises::terminal::{on_lines, on_one_line};

/// The sheet as text.
pub fn text(sheet: &Sheet) -> String {
    let mut text = String::new();
    let line = &mut text;
    // A `String` takes everything.
    let layout = sheet.layout.map_or("not recognised", Layout::words);
    let _ = write!(line, "{}: {layout}", on_one_line(&sheet.submission));
    if let Some(learner) = &sheet.learner {
        let _ = write!(line, ", learner {}", on_one_line(learner));
    }
    text.push('\n');
    for note in &sheet.notes {
        let _ = writeln!(text, "note: {}", on_one_line(note));
    }
    let width = sheet.exercises.iter().map(|one| one.id.len()).max().unwrap_or(0);
    for graded in &sheet.exercises {
        exercise(&mut text, graded, sheet.own_reason(graded), width);
    }
    let totals = &sheet.totals;
    let _ = write!(
        text,
        "{} of {} points; {} of {} exercises passed",
        totals.points, totals.of, totals.passed, totals.exercises
    );
    if totals.inconclusive > 0 {
        let _ = write!(
            text,
            "; {} points could not be judged on this machine",
            totals.inconclusive
        );
    }
    if sheet.exercises.iter().all(|one| one.hints.is_none()) {
        text.push_str("; the submission does not tell which hints were seen");
    }
    text.push('\n');
    on_lines(&text)
}

fn exercise(text: &mut String, graded: &Graded, reason: Option<&str>, width: usize) {
    let Graded { id, points, of, hints, .. } = graded;
    let state = graded.state.words();
    let _ = write!(text, "{id:width$}  {state:<16}  {points:>2} of {of:>2}");
    match hints {
        None | Some(0) => {}
        Some(1) => text.push_str("  1 hint"),
        Some(hints) => {
            let _ = write!(text, "  {hints} hints");
        }
    }
    if graded.gave_up == Some(true) {
        text.push_str("  gave up");
    }
    text.push('\n');
    if let Some(reason) = reason {
        indented(text, reason);
    }
    if let Some(compiler) = &graded.compiler {
        indented(text, compiler);
    }
    if !matches!(graded.state, State::Passed) {
        graded.checks.iter().for_each(|checked| check(text, checked));
    }
}

/// A check that was run and did not pass.
fn check(text: &mut String, check: &Checked) {
    let how = match check.outcome {
        Ended::Passed | Ended::NotRun => return,
        Ended::Failed => "failed",
        Ended::Inconclusive => "inconclusive",
    };
    let Checked { says, of, .. } = check;
    let _ = writeln!(text, "    {how} ({of}): {says}");
    if let Some(message) = &check.message {
        for line in message.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
}

fn indented(text: &mut String, lines: &str) {
    for line in lines.lines() {
        let _ = writeln!(text, "    {line}");
    }
}
