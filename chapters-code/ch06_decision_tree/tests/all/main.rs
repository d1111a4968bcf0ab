//! What the chapter's code promises, tested from outside.

#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

mod examples;
mod new_template;
mod report;

use std::path::Path;

/// The chapter's program.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ch06_decision_tree"))
}
