//! Evidence of programs that the learner has not seen.

#[path = "scenes/hidden.rs"]
mod hidden;
#[path = "../src/label.rs"]
mod label;

use harness::{at_least, check, fail, variant};
use hidden::{Hidden, all, ten};
use label::label;

/// A program, what it was called, and whether that was sure.
fn called(it: &Hidden) -> String {
    let verdict = label(&it.evidence);
    let surely = if verdict.is_sure { "surely" } else { "perhaps" };
    format!("a program that {} was called {surely} {:?}", it.does, verdict.label)
}

#[check]
fn eight_of_ten_are_right() {
    let programs = ten(&mut variant());
    let is_wrong = |it: &&Hidden| label(&it.evidence).label != it.label;
    let wrong: Vec<&Hidden> = programs.iter().filter(is_wrong).collect();
    let right = programs.len() - wrong.len();
    if right < 8 {
        let observed = format!("right answers: {right}; {}", called(wrong[0]));
        fail("8 of 10 to be right", observed, wrong[0].overlooked);
    }
}

#[check]
fn none_is_surely_wrong() {
    for it in all(&mut variant()) {
        let verdict = label(&it.evidence);
        if verdict.is_sure && verdict.label != it.label {
            let expected = format!("{:?}, or at least a doubt", it.label);
            fail(expected, called(&it), it.overlooked);
        }
    }
}

#[check]
fn it_is_sure_where_nothing_speaks_against_it() {
    let programs = ten(&mut variant());
    let is_sure = |it: &&Hidden| label(&it.evidence).is_sure;
    let sure = programs.iter().filter(is_sure).count();
    let idea = "whoever is never sure is never wrong, and helps nobody";
    at_least("sure answers", sure, 4, idea);
}
