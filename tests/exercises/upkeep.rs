//! `exercises derive` and `exercises check`.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::bench::{Bench, MANIFEST, ORDERED, STARTER};

const TEST: &str = "exercises/ch05_image_pool/tests/ordered.rs";
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
fn a_sealed_file_that_makes_no_sense_is_named_with_its_line() {
    let bench = Bench::new();
    bench.write(SEALED, "fn a() {}\n//@ end\n");
    bench.run(&["exercises", "derive"]).complained(2, &["ordered.rs:2:"]);
}

/// Completes the exercise `ordered`: a page, and as many wrong answers as there must be.
fn complete(bench: &Bench) {
    bench.write("book/ch05_image_pool.md", "{{exercises ch05}}\n");
    bench.write("rustfmt.toml", "");
    let mut sealed = String::new();
    let mut wrong = String::new();
    for (name, answer) in [("odd", 43), ("even", 44), ("large", 45)] {
        sealed.push_str(&format!("    //@ wrong {name}\n    {answer}\n"));
        wrong.push_str(&format!(
            "[[exercise.wrong]]\nname = \"{name}\"\nthinks = \"So.\"\n\
             fails = \"it_is_the_answer\"\nsays = \"{answer}\"\n"
        ));
    }
    bench.edit(SEALED, "    //@ wrong odd\n    43\n", &sealed);
    let manifest = bench.text(MANIFEST);
    let (entry, _) = manifest.split_once("[[exercise.wrong]]").expect("a wrong answer");
    bench.write(MANIFEST, &format!("{entry}{wrong}"));
}

#[test]
fn a_check_that_calls_itself_inconclusive_must_be_one_that_may() {
    let bench = Bench::new();
    complete(&bench);
    bench.edit(TEST, "7 =>", "42 =>");
    let proof = ["exercises", "check", "ch05.ordered", "--times", "1"];
    bench.run(&proof).said(0, &["1 exercise: proven"]);
    bench.edit(MANIFEST, "may_be_inconclusive = true\n", "");
    bench.run(&proof).complained(
        1,
        &[
            "the solution passes at `it_is_the_answer` 0 of 1 times",
            "it was called inconclusive, and that cannot be",
        ],
    );
}

#[test]
fn a_check_that_times_must_say_that_it_may_be_inconclusive() {
    let bench = Bench::new();
    complete(&bench);
    let call = "    // faster_than(serial, answer)\n    graded(|answer| answer == 42";
    bench.edit(TEST, "    graded(|answer| answer == 42", call);
    let proof = ["exercises", "check", "ch05.ordered", "--times", "1"];
    bench.run(&proof).said(0, &["1 exercise: proven"]);
    bench.edit(MANIFEST, "may_be_inconclusive = true\n", "");
    let ran = bench.run(&proof);
    ran.complained(1, &["`it_is_the_answer` may be inconclusive; say so"]);
    assert!(!ran.errors.contains("it_is_more_than_nothing"), "{}", ran.errors);
}

#[test]
fn two_proofs_at_once_take_turns() {
    let bench = Bench::new();
    complete(&bench);
    let lock = bench.root().join("target/exercises/proof.lock");
    fs::create_dir_all(lock.parent().expect("a parent")).expect("a folder");
    let lock = fs::File::create(lock).expect("a file");
    lock.lock().expect("a lock");
    let proof = ["exercises", "check", "ch05.ordered", "--times", "1"];
    let mut proof = bench.command(&proof);
    proof.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = proof.spawn().expect("the program starts");
    let errors = BufReader::new(child.stderr.take().expect("its errors"));
    let mut errors = errors.lines().map_while(Result::ok);
    let first = errors.next().expect("a line");
    assert!(first.starts_with("waiting for another program"), "{first}");
    drop(lock);
    let rest: Vec<String> = errors.collect();
    assert!(rest.iter().any(|line| line.starts_with("building")), "{rest:?}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
