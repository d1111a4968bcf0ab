//! What the chapter's code promises, tested from outside.

#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

use std::path::Path;

mod advise;
mod altered;
mod crossover;
mod examples;
mod new_template;
#[cfg(target_os = "linux")]
mod profile;
#[cfg(target_os = "linux")]
mod profile_signals;
mod report;
mod tree;
mod zoo;

/// The chapter's program.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ch06_decision_tree"))
}
