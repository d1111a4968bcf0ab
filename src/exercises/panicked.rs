//! A check that ended in a panic of the learner's own file: what to look at.

use std::{fs, sync::LazyLock};

use regex::Regex;

use super::{catalogue::Exercise, verdict::Verdict};
use crate::problem::shown;

/// What `todo!` says, in a verdict of the harness.
const UNWRITTEN: &str = "it panicked: not yet implemented";

/// What a scope of threads says when one of them panicked, which it has said itself.
const ECHO: &str = "a scoped thread panicked";

/// Whether the check came to a part that nobody has written yet.
pub fn is_unwritten(verdict: &Verdict) -> bool {
    verdict.message.contains(UNWRITTEN)
}

/// Whether a line that was printed is what Rust says of a `todo!`.
pub fn is_said_of_todo(line: &str) -> bool {
    let begins = ["not yet implemented", "note: run with `RUST_BACKTRACE"];
    line.contains(" panicked at ") || begins.iter().any(|it| line.starts_with(it))
}

/// What is said of a check that did not pass: its message; if that is a panic in the learner's file,
/// with the place, and in which function that is.
pub fn told(exercise: &Exercise, verdict: &Verdict) -> String {
    let source = fs::read_to_string(exercise.source()).unwrap_or_default();
    told_of(&source, &shown(&exercise.path()), &exercise.entry.id, verdict)
}

fn told_of(source: &str, path: &str, id: &str, verdict: &Verdict) -> String {
    let line = line(verdict, id);
    if is_unwritten(verdict) {
        let marked =
            |line: &str| line.contains("todo!(") || line.contains("unimplemented!(");
        let line = line.or_else(|| Some(source.lines().position(marked)? + 1));
        let place = line.map(|line| format!(": {}", place(source, path, line)));
        return format!("nothing is written there yet{}", place.unwrap_or_default());
    }
    let mut told = verdict.message.clone();
    if let Some(line) = line {
        let place = place(source, path, line);
        told.push_str(&format!("\nNo check expects a panic; this one was at {place}"));
    }
    told
}

/// The line of `src/ID.rs` where it panicked first, as the harness has it, or as it was printed.
fn line(verdict: &Verdict, id: &str) -> Option<usize> {
    static TOLD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\bit panicked: (?s:.*) \(src/(\w+)\.rs:([0-9]+)\)")
            .expect("a pattern")
    });
    static PRINTED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"panicked at [^\n]*\bsrc[/\\](\w+)\.rs:([0-9]+):[0-9]+:\n([^\n]*)")
            .expect("a pattern")
    });
    let of = |pattern: &Regex, text: &str| {
        let mut found = pattern.captures_iter(text).filter(|found| {
            &found[1] == id && found.get(3).is_none_or(|said| said.as_str() != ECHO)
        });
        found.next()?[2].parse().ok()
    };
    of(&TOLD, &verdict.message).or_else(|| of(&PRINTED, &verdict.output))
}

/// `src/total.rs:3, in total`.
fn place(source: &str, path: &str, line: usize) -> String {
    static FUNCTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:pub(?:\([^)]*\))? +)?(?:const +|async +)*fn +(\w+)")
            .expect("a pattern")
    });
    let lines: Vec<&str> = source.lines().take(line).collect();
    let function = lines.iter().rev().find_map(|line| FUNCTION.captures(line));
    let function = function.map(|found| format!(", in `{}`", &found[1]));
    format!("{path}:{line}{}", function.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::exercises::verdict::Outcome;

    const SOURCE: &str = "impl Queue {\n    pub fn put(&self) {\n        \
         let first = |it| it;\n        todo!(\"wait\")\n    }\n}\n";

    fn told(message: &str, output: &str) -> String {
        let verdict = Verdict {
            outcome: Outcome::Failed,
            message: message.to_owned(),
            output: output.to_owned(),
            took: Duration::ZERO,
        };
        told_of(SOURCE, "exercises/ch03_a/src/queue.rs", "queue", &verdict)
    }

    #[test]
    fn what_is_not_written_is_told_with_its_place_whoever_knows_it() {
        let told_so =
            "nothing is written there yet: exercises/ch03_a/src/queue.rs:4, in `put`";
        let message = "it panicked: not yet implemented: wait";
        assert_eq!(told(&format!("{message}: write it (src/queue.rs:4)"), ""), told_so);
        assert_eq!(told(message, ""), told_so);
        let model = format!(
            "expected an end; {message}\nThis order shows it:\n (src/queue.rs:4)"
        );
        assert_eq!(told(&model, ""), told_so);
    }

    #[test]
    fn a_panic_in_the_learners_file_is_told_with_its_function() {
        let place = "No check expects a panic; this one was at exercises/ch03_a/src/queue.rs:3, in `put`";
        let message = "it panicked: index out of bounds\nof it (src/queue.rs:3)";
        assert_eq!(told(message, ""), format!("{message}\n{place}"));
        let printed = "one\nthread 'a' (7) panicked at exercises/ch03_a/tests/../src/queue.rs:3:9:\nempty\n";
        assert_eq!(
            told("not done after 10 s", printed),
            format!("not done after 10 s\n{place}")
        );
    }

    #[test]
    fn a_panic_elsewhere_is_no_place_to_look_at() {
        let message = "it panicked: staged (tests/queue.rs:3)";
        let printed = "panicked at tests/queue.rs:3:1:\none\npanicked at src/queues.rs:1:1:\ntwo\n\
                       panicked at src/queue.rs:2:1:\na scoped thread panicked\n";
        assert_eq!(told(message, printed), message);
        assert_eq!(
            told("expected 1; 2 (src/queue.rs:3)", ""),
            "expected 1; 2 (src/queue.rs:3)"
        );
    }
}
