//! The exercises of chapter 6: which tool for my program?
//!
//! Each is a file beside this one that you edit, and a program of its own, so that one that does not
//! compile yet does not stop the others. `cargo run -- list` says what there is, and
//! `cargo run -- check ch06.report` checks the first one.
