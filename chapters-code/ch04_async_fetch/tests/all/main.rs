//! What the chapter's code promises, tested from outside.

#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

mod deposit;
mod disk;
mod report;
mod ring;
mod server;
mod tick;
mod ways;

/// The chapter's program: the tests' own has no workers in it.
fn program() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_BIN_EXE_ch04_async_fetch"))
}
