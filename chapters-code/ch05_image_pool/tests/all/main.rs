//! What the chapter's code promises, tested from outside.

#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

mod blur;
mod fixtures;
mod photo;
mod pools;
mod report;
mod tool;
