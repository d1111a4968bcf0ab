//! What a check says when something is not as it should be.

use std::{fmt, panic::panic_any};

use serde::Serialize;

use crate::{panics, receipt};

/// A longer value is cut off in a message.
const LONGEST: usize = 160;

/// Why a check did not pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    /// What a right answer does.
    pub(crate) expected: Option<String>,
    /// What this one did, as a sentence.
    pub(crate) observed: Option<String>,
    /// Which idea to look at.
    pub(crate) idea: Option<String>,
    /// The line of the learner's code, where there is one.
    pub(crate) at: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = self.expected.iter().map(|it| format!("expected {it}"));
        let parts: Vec<String> = expected.chain(self.observed.clone()).collect();
        f.write_str(&parts.join("; "))?;
        if let Some(idea) = &self.idea {
            write!(f, ": {idea}")?;
        }
        self.at.iter().try_for_each(|at| write!(f, " ({at})"))
    }
}

/// Ends the check: it failed.
///
/// It reads "expected `expected`; `observed`: `idea`", so `expected` is a noun or "each result to
/// be …", and `observed` and `idea` are sentences without a full stop. It may be called on any
/// thread; the first failure counts, also if the learner's code swallows the panic.
pub fn fail(
    expected: impl fmt::Display,
    observed: impl fmt::Display,
    idea: impl fmt::Display,
) -> ! {
    give_up(Failure {
        expected: Some(expected.to_string()),
        observed: Some(observed.to_string()),
        idea: Some(idea.to_string()),
        at: None,
    })
}

/// Ends the check: it is about time, and the machine is too noisy or too small to judge by.
pub fn inconclusive(why: impl fmt::Display) -> ! {
    let why = why.to_string();
    receipt::inconclusive(&why);
    panics::say_nothing();
    panic_any(why)
}

pub(crate) fn give_up(failure: Failure) -> ! {
    let message = failure.to_string();
    receipt::failed(failure);
    panics::say_nothing();
    panic_any(message)
}

/// Fails unless `observed` is `expected`; `what` names it: "the results".
pub fn equal<T: PartialEq + fmt::Debug>(
    what: &str,
    observed: T,
    expected: T,
    idea: impl fmt::Display,
) {
    if observed != expected {
        let expected = format!("{what} to be {}", shown(&expected));
        fail(expected, format_args!("observed {}", shown(&observed)), idea);
    }
}

/// Fails if there are more than `most`; `what` names them: "threads".
pub fn at_most(what: &str, observed: usize, most: usize, idea: impl fmt::Display) {
    if observed > most {
        let expected = format_args!("at most {most} {what}");
        fail(expected, format_args!("there were {observed}"), idea);
    }
}

/// Fails if there are fewer than `least`; `what` names them: "jobs".
pub fn at_least(what: &str, observed: usize, least: usize, idea: impl fmt::Display) {
    if observed < least {
        let expected = format_args!("at least {least} {what}");
        fail(expected, format_args!("there were {observed}"), idea);
    }
}

/// A value as it is written in code, cut off if it is long.
fn shown(value: &impl fmt::Debug) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_reads_as_one_sentence() {
        let failure = Failure {
            expected: Some("3 jobs at a time".to_owned()),
            observed: Some("12 jobs ran, never more than 1 at a time".to_owned()),
            idea: Some("they are started one after the other".to_owned()),
            at: None,
        };
        assert_eq!(
            failure.to_string(),
            "expected 3 jobs at a time; 12 jobs ran, never more than 1 at a time: they are started \
             one after the other"
        );
    }

    #[test]
    fn a_long_value_is_cut_off_between_two_characters() {
        let text = shown(&"ä".repeat(500));
        assert_eq!(text.chars().count(), LONGEST + 1);
        assert!(text.ends_with('…'));
    }
}
