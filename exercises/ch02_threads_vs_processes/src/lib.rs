//! The exercises of chapter 2: what does a worker cost, and what does isolation buy?
//!
//! Each is a file beside this one that you edit, and a program of its own, so that one that does not
//! compile yet does not stop the others. `cargo run -- list` says what there is, and
//! `cargo run -- check ch02.pids` checks the first one.
