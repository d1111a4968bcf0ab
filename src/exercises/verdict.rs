//! What is said of one check.

use std::time::Duration;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What is graded is so.
    Passed,
    /// It is not, or the program did not live to say.
    Failed,
    /// It is about time, and the machine was too noisy or too small to judge by.
    Inconclusive,
}

/// What is said of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it ended.
    pub outcome: Outcome,
    /// What was expected and observed, which idea to look at, or how the program ended; empty if
    /// it passed.
    pub message: String,
    /// The beginning of what the program printed.
    pub output: String,
    /// How long it took.
    pub took: Duration,
}
