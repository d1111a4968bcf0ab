//! Runs a check, under `cargo test` as well as for the workbook.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Mutex, PoisonError},
};

use crate::{
    failure::Failure,
    panics::{self, Panic},
    patience::Looker,
    receipt::{self, Outcome},
};

/// Runs the body of a check; `#[check]` calls it.
///
/// If the workbook grades, the outcome is handed in as a receipt. Otherwise a failed check panics
/// with its message, as tests do, and an inconclusive one says so and passes.
///
/// # Panics
/// Under `cargo test`, if the check fails.
pub fn graded(body: impl FnOnce()) {
    receipt::claim();
    // Checks count threads and remember failures, so under `cargo test` they take turns.
    static TURN: Mutex<()> = Mutex::new(());
    let is_next = Looker::host();
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    drop(is_next);
    let _waits_for_us = Looker::of_libtest();
    panics::watch();
    receipt::begin();
    let panicked = catch_unwind(AssertUnwindSafe(body)).err();
    let otherwise = panicked.as_deref().map_or(Outcome::Passed, |payload| {
        Outcome::Failed(of_panic(payload, panics::noted()))
    });
    let (outcome, handed_in) = receipt::end(otherwise);
    match (outcome, panicked) {
        _ if handed_in => (),
        (Outcome::Passed, _) => (),
        (Outcome::Inconclusive(why), _) => eprintln!("inconclusive: {why}"),
        (Outcome::Failed(failure), payload) => {
            // Going on with a panic prints nothing: the learner's own was shown when it happened.
            eprintln!("{failure}");
            resume_unwind(payload.unwrap_or_else(|| Box::new(failure.to_string())));
        }
    }
}

/// A panic that came out of the check. One that only says that another thread panicked stands for
/// the first one.
fn of_panic(payload: &(dyn Any + Send), first: Option<Panic>) -> Failure {
    let message = panics::message(payload);
    let is_echo =
        message == "a scoped thread panicked" || message.contains("Any { .. }");
    let first = first.filter(|first| is_echo || first.message == message);
    let at = first.as_ref().map(|first| first.at.clone());
    let message = first.map_or(message, |first| first.message);
    let idea = message
        .starts_with("not yet implemented")
        .then(|| "this part is for you to write".to_owned());
    Failure {
        expected: None,
        observed: Some(format!("it panicked: {message}")),
        idea,
        at,
    }
}

/// What a failing body says; `None` if it does not fail. Failures are noted in one place, so tests
/// that fail take turns, too.
#[cfg(test)]
pub(crate) fn said(body: impl FnOnce()) -> Option<String> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    panics::watch();
    let payload = catch_unwind(AssertUnwindSafe(body)).err()?;
    receipt::take_back();
    Some(panics::message(&*payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panic(message: &str, at: &str) -> Panic {
        Panic { message: message.to_owned(), at: at.to_owned() }
    }

    #[test]
    fn a_panic_that_tells_of_another_thread_stands_for_that_threads() {
        let first = panic("index out of bounds", "src/x.rs:3");
        let failure = of_panic(&"a scoped thread panicked", Some(first));
        assert_eq!(
            failure.to_string(),
            "it panicked: index out of bounds (src/x.rs:3)"
        );
    }

    #[test]
    fn a_panic_is_not_mistaken_for_an_earlier_one_that_was_caught() {
        let failure = of_panic(&"empty", Some(panic("caught", "src/x.rs:3")));
        assert_eq!(failure.to_string(), "it panicked: empty");
    }
}
