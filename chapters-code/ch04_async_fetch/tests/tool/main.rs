//! What the tool promises, tested from outside, against a server that does everything wrong.

#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

mod faults;
mod fixtures;
mod https;
mod limits;
mod pages;
mod resume;
mod rows;
mod save;
mod start;
