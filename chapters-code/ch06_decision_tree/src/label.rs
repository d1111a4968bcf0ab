//! What a program can be found to do with its time.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What a program does with its time, for the most part.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// It computes: more or faster CPUs would help.
    CpuBound,
    /// It waits for a network, a disk or a pipe.
    IoBound,
    /// It waits for time to pass, or for work that does not come.
    Sleeping,
    /// Its threads wait for each other.
    LockBound,
    /// Its threads wait for the lock of a Python interpreter.
    GilBound,
    /// It computes, and its CPUs wait for memory.
    MemoryBound,
    /// It could run, and other programs have the CPUs.
    Starved,
    /// It could run, and has used up what its control group allows.
    Throttled,
    /// Several of these, none of them most of the time.
    Mixed,
    /// There was too little to see.
    Unknown,
}

impl Label {
    /// All of them.
    pub const ALL: [Label; 10] = [
        Label::CpuBound,
        Label::IoBound,
        Label::Sleeping,
        Label::LockBound,
        Label::GilBound,
        Label::MemoryBound,
        Label::Starved,
        Label::Throttled,
        Label::Mixed,
        Label::Unknown,
    ];

    /// Its name, such as `cpu-bound`: the same in JSON, in records and on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Label::CpuBound => "cpu-bound",
            Label::IoBound => "io-bound",
            Label::Sleeping => "sleeping",
            Label::LockBound => "lock-bound",
            Label::GilBound => "gil-bound",
            Label::MemoryBound => "memory-bound",
            Label::Starved => "starved",
            Label::Throttled => "throttled",
            Label::Mixed => "mixed",
            Label::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Label {
    /// What people call it, such as `CPU-bound`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Label::CpuBound => "CPU-bound",
            Label::IoBound => "I/O-bound",
            Label::GilBound => "GIL-bound",
            other => other.id(),
        })
    }
}

/// How sure a verdict is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The evidence fits two labels about as well, or much of it could not be seen.
    Low,
    /// It fits this label better than any other.
    Medium,
    /// Nothing that was seen speaks for another one.
    High,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_one_name_in_json_and_on_the_command_line() {
        for label in Label::ALL {
            let json = serde_json::to_string(&label).unwrap();
            assert_eq!(json, format!("\"{}\"", label.id()));
            assert_eq!(Label::from_str(label.id(), false), Ok(label));
        }
    }
}
