//! A sheet for people: plain lines, as wide as they need to be.

use std::fmt::Write;

use super::{
    sheet::{Checked, Ended, Graded, Sheet, State},
    submission::Layout,
};
use crate::exercises::terminal::{counted, on_lines, on_one_line};

/// Of a message, so many lines are shown: it may be what the learner's program panicked with.
const LINES: usize = 20;
/// Of them, so many are its last, which have the place and the idea.
const LAST: usize = 3;
/// And of a line so many characters.
const LINE: usize = 1000;

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
        for line in shortened(message) {
            let _ = writeln!(text, "      {line}");
        }
    }
}

/// A message's lines, or the first and the last of them, and what is left out.
fn shortened(message: &str) -> Vec<String> {
    let cut = |line: &&str| match line.char_indices().nth(LINE) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => (*line).to_owned(),
    };
    let lines: Vec<&str> = message.lines().collect();
    if lines.len() <= LINES {
        return lines.iter().map(cut).collect();
    }
    let (first, rest) = lines.split_at(LINES - 1 - LAST);
    let (middle, last) = rest.split_at(rest.len() - LAST);
    let left_out = format!("… {} more; --json has them", counted(middle.len(), "line"));
    let first = first.iter().map(cut);
    first.chain([left_out]).chain(last.iter().map(cut)).collect()
}

fn indented(text: &mut String, lines: &str) {
    for line in lines.lines() {
        let _ = writeln!(text, "    {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_shown_by_its_ends() {
        let message = |lines: usize| {
            let all: Vec<String> = (1..=lines).map(|it| format!("l{it}")).collect();
            all.join("\n")
        };
        assert_eq!(shortened(&message(LINES)).join("\n"), message(LINES));
        let long = shortened(&message(100));
        assert_eq!(long.len(), LINES);
        let ends = ["l1", "l16", "… 81 lines more; --json has them", "l98", "l100"];
        assert_eq!([0, 15, 16, 17, 19].map(|at| long[at].as_str()), ends);
        let wide = shortened(&"ä".repeat(LINE + 1));
        assert_eq!(wide, [format!("{}…", "ä".repeat(LINE))]);
    }
}
