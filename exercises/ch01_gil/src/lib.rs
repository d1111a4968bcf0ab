//! The exercises of chapter 1: why do two threads take as long as one?
//!
//! Each is a file beside this one that you edit, and a program of its own, so that one that does not
//! compile yet does not stop the others. `cargo run -- list` says what there is, and
//! `cargo run -- check ch01.let_go` checks the first one.
