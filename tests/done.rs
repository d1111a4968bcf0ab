//! The definition of done, for every exercise of the repository: the starter fails, the solution
//! passes each time, also with every CPU busy, and every wrong answer fails with its own message.
//!
//! `TIMES` says how often each answer is tried; twenty times if it is not there.

use std::{env, process::Command};

#[test]
#[ignore = "takes ten minutes: cargo test --test done -- --ignored"]
fn every_exercise_is_done() {
    let times = env::var("TIMES").unwrap_or_else(|_| "20".to_owned());
    let tool = env!("CARGO_BIN_EXE_workbook");
    let proof = Command::new(tool)
        .args(["exercises", "check", "--times", &times])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    let status = proof.expect("the tool starts");
    assert!(status.success(), "{status}; what is wrong is said above");
}
