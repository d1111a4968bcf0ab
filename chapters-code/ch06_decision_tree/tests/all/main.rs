//! What the chapter's code promises, tested from outside.

#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

#[cfg(target_os = "linux")]
mod profile;
