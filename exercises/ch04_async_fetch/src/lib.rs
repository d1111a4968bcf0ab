//! The exercises of chapter 4: how many waits fit in one thread?
//!
//! Each is a file beside this one that you edit, and a program of its own, so that one that does not
//! compile yet does not stop the others. `cargo run -- list` says what there is, and
//! `cargo run -- check ch04.together` checks the first one.
