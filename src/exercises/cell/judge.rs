//! From what the supervisor saw to a verdict.

use serde::Deserialize;

use super::{
    supervisor::MOST_FILES,
    wire::{End, Job, Limits, Seen, Stopped},
    words::{own_output, printable, signal, size, time},
};
use crate::exercises::verdict::{Outcome, Verdict};

/// What the harness writes at the end of a check.
#[derive(Debug, Deserialize)]
struct Receipt {
    outcome: Told,
    expected: Option<String>,
    observed: Option<String>,
    idea: Option<String>,
    at: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Told {
    Passed,
    Failed,
    Inconclusive,
}

/// The verdict on a check.
pub fn verdict(seen: &Seen, job: &Job) -> Verdict {
    let trouble = trouble(seen, job);
    let (outcome, message) = match (told(&seen.receipts), trouble) {
        (None, Some(trouble)) => (Outcome::Failed, trouble),
        (None, None) => (Outcome::Failed, unfinished(seen, job)),
        (Some((Outcome::Failed, message)), None) => (Outcome::Failed, message),
        (Some((Outcome::Failed, message)), Some(trouble)) => {
            (Outcome::Failed, format!("{message}; besides, {trouble}"))
        }
        (Some((Outcome::Passed, _)), Some(trouble)) => {
            (Outcome::Failed, format!("what is checked was right, but {trouble}"))
        }
        (Some((Outcome::Inconclusive, _)), Some(trouble)) => (Outcome::Failed, trouble),
        (Some(told), None) => told,
    };
    Verdict {
        outcome,
        message: printable(&message),
        output: printable(own_output(&seen.output, &job.name)),
        took: seen.took,
    }
}

/// What the receipts say: a process that forked may write several, and the worst one counts.
fn told(receipts: &[String]) -> Option<(Outcome, String)> {
    let mut worst = None;
    for receipt in receipts {
        let (outcome, message) = match serde_json::from_str::<Receipt>(receipt) {
            Ok(receipt) => receipt.tell(),
            Err(error) => (
                Outcome::Failed,
                format!("the harness wrote no proper verdict: {error}"),
            ),
        };
        match (outcome, &worst) {
            (Outcome::Failed, _) => return Some((outcome, message)),
            (Outcome::Inconclusive, _) | (_, None) => worst = Some((outcome, message)),
            (Outcome::Passed, Some(_)) => {}
        }
    }
    worst
}

impl Receipt {
    fn tell(self) -> (Outcome, String) {
        let outcome = match self.outcome {
            Told::Passed => return (Outcome::Passed, String::new()),
            Told::Failed => Outcome::Failed,
            Told::Inconclusive => Outcome::Inconclusive,
        };
        let expected = self.expected.map(|it| format!("expected {it}"));
        let parts: Vec<String> = expected.into_iter().chain(self.observed).collect();
        let parts = parts.join("; ");
        let idea = self.idea.filter(|it| !it.is_empty());
        let parts: Vec<String> =
            [parts].into_iter().filter(|it| !it.is_empty()).chain(idea).collect();
        let at = self.at.map(|at| format!(" ({at})")).unwrap_or_default();
        (outcome, format!("{}{at}", parts.join(": ")))
    }
}

/// Why the program may not pass, whatever its receipt says: it had to be ended, or did not end as
/// it should, or left something running.
fn trouble(seen: &Seen, job: &Job) -> Option<String> {
    let has_failed = matches!(told(&seen.receipts), Some((Outcome::Failed, _)));
    let trouble = match (seen.stopped, seen.end) {
        (Some(stopped), _) => stop(stopped, seen, &job.limits),
        (None, Some(End::Signal(by))) => match &seen.out_of_memory {
            Some(line) => format!("{} ({line})", too_much(&job.limits)),
            None => format!("the program was ended by {}", signal(by)),
        },
        // What libtest ends with if a test failed.
        (None, Some(End::Code(code))) if code != 0 && !has_failed => {
            format!("the program ended with exit code {code}{}", before(seen))
        }
        _ if seen.left > 0 => {
            return Some(format!(
                "{} after the check{}",
                left_running(seen.left),
                ended(seen)
            ));
        }
        _ => return None,
    };
    let left = if seen.left > 0 { left(seen.left) } else { String::new() };
    Some(format!("{trouble}{left}"))
}

fn before(seen: &Seen) -> &'static str {
    if seen.receipts.is_empty() { " before the check was over" } else { "" }
}

/// There is no receipt, and no trouble either.
fn unfinished(seen: &Seen, job: &Job) -> String {
    // The first thing that libtest prints.
    if seen.output.starts_with("\nrunning 0 tests") {
        return format!("the test program has no check {}", job.name);
    }
    "the program ended (exit code 0) before the check was over: only the check itself may \
     end it"
        .to_owned()
}

fn stop(stopped: Stopped, seen: &Seen, limits: &Limits) -> String {
    match stopped {
        Stopped::Deadline => {
            let threads = if seen.threads.is_empty() { "" } else { ": " };
            let what = if seen.receipts.is_empty() {
                "not done"
            } else {
                "the check was over, but the program had not ended"
            };
            format!("{what} after {}{threads}{}", time(limits.deadline), seen.threads)
        }
        Stopped::Memory => too_much(limits),
        Stopped::Processes => {
            format!("it started more than {} processes", limits.processes)
        }
        Stopped::Threads => "it started more threads than a check may have".to_owned(),
        Stopped::Files => {
            format!(
                "it filled its folder: it may have {} in {MOST_FILES} files, and no folders \
                 without end",
                size(limits.memory)
            )
        }
    }
}

fn too_much(limits: &Limits) -> String {
    format!("it took more memory than the {} of a check", size(limits.memory))
}

/// Says, behind something else, that processes were left.
pub(super) fn left(count: usize) -> String {
    format!("; {}, and ended", left_running(count))
}

fn left_running(count: usize) -> String {
    match count {
        1 => "1 process was left running".to_owned(),
        _ => format!("{count} processes were left running"),
    }
}

fn ended(seen: &Seen) -> String {
    let were = if seen.left == 1 { "it was" } else { "they were" };
    match seen.immortal {
        0 => format!("; {were} ended"),
        immortal => format!("; {immortal} could not be ended"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(change: impl FnOnce(&mut Seen)) -> (Outcome, String) {
        let job = Job {
            binary: "ordered".into(),
            name: "in_order".to_owned(),
            token: String::new(),
            learner: None,
            scratch: "s".into(),
            limits: Limits::default(),
        };
        let mut seen = Seen { end: Some(End::Code(0)), ..Seen::default() };
        change(&mut seen);
        let verdict = verdict(&seen, &job);
        (verdict.outcome, verdict.message)
    }

    const PASSED: &str = r#"{"outcome": "passed"}"#;
    const FAILED: &str = r#"{"outcome": "failed", "expected": "2 at a time",
        "observed": "1 ran", "idea": "one after the other", "at": "src/a.rs:3"}"#;

    fn told(receipts: &[&str], seen: &mut Seen) {
        seen.receipts = receipts.iter().map(|it| (*it).to_owned()).collect();
    }

    #[test]
    fn a_receipt_is_told_in_one_sentence() {
        let (outcome, message) = judged(|seen| told(&[FAILED], seen));
        assert_eq!(outcome, Outcome::Failed);
        assert_eq!(
            message,
            "expected 2 at a time; 1 ran: one after the other (src/a.rs:3)"
        );
        let short = r#"{"outcome": "inconclusive", "observed": "one CPU"}"#;
        let inconclusive = judged(|seen| told(&[short], seen));
        assert_eq!(inconclusive, (Outcome::Inconclusive, "one CPU".to_owned()));
        assert_eq!(
            judged(|seen| told(&[PASSED], seen)),
            (Outcome::Passed, String::new())
        );
    }

    #[test]
    fn the_worst_of_several_receipts_counts() {
        let (outcome, _) = judged(|seen| told(&[PASSED, FAILED, PASSED], seen));
        assert_eq!(outcome, Outcome::Failed);
        let (outcome, message) = judged(|seen| told(&[PASSED, "{}"], seen));
        assert_eq!(outcome, Outcome::Failed);
        assert!(
            message.starts_with("the harness wrote no proper verdict"),
            "{message}"
        );
    }

    #[test]
    fn whoever_passed_must_end_properly_too() {
        for end in [End::Code(3), End::Signal(11)] {
            let (outcome, message) = judged(|seen| {
                told(&[PASSED], seen);
                seen.end = Some(end);
            });
            assert_eq!(outcome, Outcome::Failed, "{message}");
            assert!(message.starts_with("what is checked was right, but"), "{message}");
        }
        let (outcome, message) = judged(|seen| {
            told(&[PASSED], seen);
            seen.left = 2;
        });
        assert_eq!(outcome, Outcome::Failed);
        assert!(
            message.ends_with(
                "2 processes were left running after the check; they were ended"
            ),
            "{message}"
        );
    }

    #[test]
    fn a_failed_check_keeps_its_message_whatever_libtest_ends_with() {
        let (_, message) = judged(|seen| {
            told(&[FAILED], seen);
            seen.end = Some(End::Code(101));
        });
        assert!(message.ends_with("one after the other (src/a.rs:3)"), "{message}");
    }

    #[test]
    fn a_deadline_is_told_with_the_threads_that_were_there() {
        let (outcome, message) = judged(|seen| {
            seen.end = None;
            seen.stopped = Some(Stopped::Deadline);
            seen.threads = "1 thread sleeps".to_owned();
        });
        assert_eq!(outcome, Outcome::Failed);
        assert_eq!(message, "not done after 10 s: 1 thread sleeps");
    }
}
