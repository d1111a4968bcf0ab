//! What the chapter's tree, dialogue and program do.
#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

mod advise;
mod report;
mod tree;
