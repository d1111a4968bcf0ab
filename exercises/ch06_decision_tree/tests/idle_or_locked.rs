//! Looks at the threads of programs of which it is known what they wait for.

#[path = "../src/idle_or_locked.rs"]
mod idle_or_locked;
#[path = "scenes/threads.rs"]
mod threads;

use harness::{check, fail, variant};
use idle_or_locked::{Answer, waits_for};
use threads::programs;

/// Asks about all programs for which this is the answer.
fn judge(answer: Answer) {
    for program in programs(&mut variant()) {
        let said = waits_for(&program.looks);
        if program.answer == answer && said != answer {
            let expected = format!("{answer:?} for {}", program.is);
            fail(expected, format_args!("the answer was {said:?}"), program.overlooked);
        }
    }
}

#[check]
fn a_lock_is_told() {
    judge(Answer::Lock);
}

#[check]
fn a_lack_of_work_is_told() {
    judge(Answer::Work);
}

#[check]
fn where_nobody_can_know_it_says_so() {
    judge(Answer::CannotTell);
}
