//! The receipt: what a check hands in when the workbook grades it.
//!
//! The workbook runs a check as a program of its own and sends it a token. Only a line with that
//! token counts, so nothing that the learner's code prints can pass for it, and a program that ends
//! early has none. Where standard input can be taken away, it is a socket, and the receipt goes back
//! on that: then it takes more than the token, which can be found in the program's memory.

use std::{
    env,
    fs::File,
    io::{self, BufRead, BufReader, Write},
    process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use serde::Serialize;

use crate::{deadline, failure::Failure, model_runs};

/// Set by the workbook when it grades.
const GRADED: &str = "WORKBOOK_CHECK";

/// More characters of a sentence are not handed in.
const LONGEST: usize = 4000;

static CHECK: Mutex<Check> = Mutex::new(Check { desk: None, outcome: None });

/// The check that is running.
struct Check {
    /// Until the receipt is handed in.
    desk: Option<Desk>,
    /// What is known before its end.
    outcome: Option<Outcome>,
}

/// Where a receipt is handed in.
struct Desk {
    token: String,
    /// If there is none, it is printed.
    socket: Option<File>,
}

impl Desk {
    fn open() -> io::Result<Desk> {
        let mut token = String::new();
        let socket = lab::os::take_stdin()?;
        match &socket {
            // Nothing but the token is sent.
            Some(socket) => BufReader::new(socket).read_line(&mut token)?,
            None => io::stdin().read_line(&mut token)?,
        };
        Ok(Desk { token: token.trim().to_owned(), socket })
    }

    fn hand_in(self, outcome: &Outcome) -> io::Result<()> {
        let line = format!("@receipt {} {}\n", self.token, json(outcome));
        // Locked first, so that what others print does not come in between.
        let mut stdout = io::stdout().lock();
        stdout.flush()?;
        match self.socket {
            Some(mut socket) => socket.write_all(line.as_bytes()),
            None => {
                stdout.write_all(format!("\n{line}").as_bytes())?;
                stdout.flush()
            }
        }
    }
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed(Failure),
    Inconclusive(String),
}

#[derive(Serialize)]
struct Receipt<'a> {
    outcome: &'a str,
    #[serde(flatten)]
    failure: &'a Failure,
}

/// There is one check in a program that is graded, and only that hands in.
pub(crate) fn claim() {
    static CLAIMED: AtomicBool = AtomicBool::new(false);
    if env::var_os(GRADED).is_some() && CLAIMED.swap(true, Relaxed) {
        let observed = Some("it called `harness::graded` itself".to_owned());
        failed(Failure { observed, ..Failure::default() });
    }
}

/// Begins a check: takes the token, before the learner's code could.
pub(crate) fn begin() {
    let desk = env::var_os(GRADED)
        .map(|_| Desk::open().expect("the workbook sends a token on standard input"));
    if desk.is_none() {
        deadline::watch();
    }
    *check() = Check { desk, outcome: None };
}

/// Notes a failure. If the workbook grades, that is the end of the program: the learner's code may
/// be about to swallow the panic, or to wait for the thread that panics.
pub(crate) fn failed(failure: Failure) {
    settle(Outcome::Failed(failure));
}

/// Notes that no verdict is possible.
pub(crate) fn inconclusive(why: &str) {
    settle(Outcome::Inconclusive(why.to_owned()));
}

fn settle(outcome: Outcome) {
    let mut check = check();
    let outcome = check.outcome.get_or_insert(outcome).clone();
    if check.desk.is_some() && !model_runs() {
        hand_in(&mut check, &outcome);
        // Still locked: nobody else hands anything in.
        process::exit(0);
    }
}

/// Takes a failure back, to say more about it.
#[cfg(any(test, feature = "model"))]
pub(crate) fn take_back() -> Option<Failure> {
    match check().outcome.take() {
        Some(Outcome::Failed(failure)) => Some(failure),
        _ => None,
    }
}

/// Ends the check: what was noted before counts, `otherwise` if nothing was. Returns it, and whether
/// it was handed in.
pub(crate) fn end(otherwise: Outcome) -> (Outcome, bool) {
    let mut check = check();
    let outcome = check.outcome.take().unwrap_or(otherwise);
    let handed_in = hand_in(&mut check, &outcome);
    deadline::stop();
    (outcome, handed_in)
}

fn hand_in(check: &mut Check, outcome: &Outcome) -> bool {
    let Some(desk) = check.desk.take() else {
        return false;
    };
    // If it cannot be written, nobody reads it.
    let _ = desk.hand_in(outcome);
    true
}

fn json(outcome: &Outcome) -> String {
    // A panic may say anything, and a long line is not read as a receipt.
    let cut = |text: &Option<String>| {
        text.as_ref().map(|it| it.chars().take(LONGEST).collect())
    };
    let nothing = Failure::default();
    let why = |why: &String| Failure { observed: Some(why.clone()), ..nothing.clone() };
    let receipt = match outcome {
        Outcome::Passed => ("passed", nothing),
        Outcome::Failed(failure) => {
            let (observed, idea) = (cut(&failure.observed), cut(&failure.idea));
            ("failed", Failure { observed, idea, ..failure.clone() })
        }
        Outcome::Inconclusive(reason) => ("inconclusive", why(reason)),
    };
    let receipt = Receipt { outcome: receipt.0, failure: &receipt.1 };
    serde_json::to_string(&receipt).expect("text is JSON")
}

fn check() -> MutexGuard<'static, Check> {
    CHECK.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_names_all_its_fields() {
        assert_eq!(
            json(&Outcome::Passed),
            r#"{"outcome":"passed","expected":null,"observed":null,"idea":null,"at":null}"#
        );
        let observed = Some("x".repeat(1 << 20));
        let long = json(&Outcome::Failed(Failure { observed, ..Failure::default() }));
        assert!(long.len() < 2 * LONGEST, "{}", long.len());
        let noisy = json(&Outcome::Inconclusive("a \"noisy\"\nmachine".to_owned()));
        assert!(noisy.contains(r#""inconclusive""#), "{noisy}");
        assert!(noisy.contains(r#""observed":"a \"noisy\"\nmachine""#), "{noisy}");
    }
}
