//! What the chapter's code promises, tested from outside.

#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

mod crew;
mod misfortune;
mod parcel;
mod report;
mod sleepers;
mod walls;
mod ways;

/// The chapter's program: the tests' own has no workers in it.
fn program() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_BIN_EXE_ch02_threads_vs_processes"))
}
