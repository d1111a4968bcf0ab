//! `exercises derive` and `exercises check`.

use std::{env, fs, path::Path, process::Command};

use workbook::{exercises::complete, problem::Problem};

use crate::bench::{Bench, ORDERED, STARTER};

const SEALED: &str = "exercises/ch05_image_pool/sealed/ordered.rs";

/// The sealed file with another starter.
fn edit(bench: &Bench) -> String {
    let sealed = bench.text(SEALED).replace("    0\n", "    1\n");
    bench.write(SEALED, &sealed);
    STARTER.replace('0', "1")
}

fn commit(bench: &Bench) {
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "--all"],
        &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "a"],
    ] {
        let git =
            Command::new("git").args(arguments).current_dir(bench.root()).status();
        assert!(git.expect("git").success(), "{arguments:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_derived() {
    let bench = Bench::new();
    fs::remove_file(bench.root().join(ORDERED)).expect("a file");
    bench.run(&["exercises", "derive"]).said(0, &["ordered.rs is written"]);
    assert_eq!(bench.text(ORDERED), STARTER);
    assert_eq!(bench.run(&["exercises", "derive"]).out, "");
}

#[test]
fn what_differs_is_only_said_if_that_was_asked_for() {
    let bench = Bench::new();
    edit(&bench);
    let ran = bench.run(&["exercises", "derive", "--check"]);
    ran.said(1, &[ORDERED, SEALED]);
    assert_eq!(bench.text(ORDERED), STARTER);
    bench.run(&["exercises", "derive", "--check", "ch05.bounded"]).said(0, &[]);
}

#[test]
fn a_committed_starter_is_written_over() {
    let bench = Bench::new();
    commit(&bench);
    let starter = edit(&bench);
    bench.run(&["exercises", "derive"]).said(0, &["is written"]);
    assert_eq!(bench.text(ORDERED), starter);
}

#[test]
fn somebodys_work_is_written_over_only_by_force_and_kept() {
    let bench = Bench::new();
    bench.write(ORDERED, "mine");
    commit(&bench);
    let starter = edit(&bench);
    let ran = bench.run(&["exercises", "derive"]);
    ran.complained(1, &[ORDERED, "exercises derive --force ch05.ordered"]);
    assert_eq!(bench.text(ORDERED), "mine");
    bench
        .run(&["exercises", "derive", "--force", "ch05.ordered"])
        .said(0, &["kept as"]);
    assert_eq!(bench.text(ORDERED), starter);
    assert_eq!(bench.text(".workbook/saved/ch05.ordered-1.rs"), "mine");
}

#[test]
fn what_was_derived_is_derived_again_without_a_commit() {
    let bench = Bench::new();
    commit(&bench);
    edit(&bench);
    bench.run(&["exercises", "derive"]).said(0, &["is written"]);
    bench.write(SEALED, &bench.text(SEALED).replace("    1\n", "    2\n"));
    bench.run(&["exercises", "derive"]).said(0, &["is written"]);
    assert_eq!(bench.text(ORDERED), STARTER.replace('0', "2"));
}

#[test]
fn a_change_by_hand_to_what_was_derived_is_not_written_over_in_silence() {
    let bench = Bench::new();
    commit(&bench);
    edit(&bench);
    bench.run(&["exercises", "derive"]).said(0, &["is written"]);
    let by_hand = STARTER.replace('0', "1 + 0");
    bench.write(ORDERED, &by_hand);
    let ran = bench.run(&["exercises", "derive"]);
    ran.complained(
        1,
        &[ORDERED, "was changed by hand", SEALED, "--force ch05.ordered"],
    );
    assert_eq!(bench.text(ORDERED), by_hand);
    let ran = bench.run(&["exercises", "derive", "--force", "ch05.ordered"]);
    ran.said(0, &["kept as .workbook/saved/ch05.ordered-2.rs"]);
    assert_eq!(bench.text(".workbook/saved/ch05.ordered-2.rs"), by_hand);
}

#[test]
fn a_sealed_file_that_makes_no_sense_is_named_with_its_line() {
    let bench = Bench::new();
    bench.write(SEALED, "fn a() {}\n//@ end\n");
    bench.run(&["exercises", "derive"]).complained(2, &["ordered.rs:2:"]);
}

#[test]
fn nothing_is_missing_of_any_exercise_of_this_repository_and_nothing_is_too_much() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let problems = complete::problems(root, &[]).expect("exercises");
    // A learner's own files are no starters any more.
    let is_ci = env::var_os("CI").is_some();
    let is_ours = |it: &&Problem| is_ci || !it.what.starts_with("is not the starter");
    let problems = problems.iter().filter(is_ours).map(ToString::to_string);
    let problems: Vec<String> = problems.collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
