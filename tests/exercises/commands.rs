//! `hint`, `solution`, `reset`, `list`, and progress.

use std::process::Stdio;

use serde_json::Value;

use crate::bench::{Bench, ORDERED, PROGRESS, SOLVED, STARTER};

const SAVED: &str = ".workbook/saved/ch05.ordered";

#[test]
fn a_wrong_name_says_which_may_be_meant_and_where_all_are() {
    let bench = Bench::new();
    let list = "all of them:  cargo run -- list";
    for command in ["check", "hint", "solution", "reset"] {
        for name in ["ch05.oredred", "ordered", "oredred"] {
            let ran = bench.run(&[command, name]);
            let none = format!("no exercise `{name}`; did you mean `ch05.ordered`? ");
            ran.complained(2, &[&none, list]);
            assert!(!ran.errors.contains("bounded"), "{}", ran.errors);
        }
    }
    let none = "no exercise `quite.another`; all of them";
    bench.run(&["check", "quite.another"]).complained(2, &[none]);
    bench.run(&["hint", "ch05"]).complained(2, &["choose one of: ch05.ordered"]);
}

#[test]
fn each_hint_goes_one_step_further_and_is_noted() {
    let bench = Bench::new();
    let hint = || bench.run(&["hint", "ch05.ordered"]);
    hint().said(0, &["Hint 1 of 3", "Think.", "2 hints left"]);
    hint().said(0, &["Hint 2 of 3", "It is a number.", "1 hint left"]);
    assert_eq!(bench.text(PROGRESS), "schema = 1\n\n\"ch05.ordered\".hints = 2\n");
    hint().said(0, &["Hint 3 of 3", "It is 42.", "solution ch05.ordered --give-up"]);
    hint().said(0, &["Hint 3 of 3", "It is 42."]);
    assert!(bench.text(PROGRESS).contains("hints = 3"));
}

#[test]
fn an_earlier_hint_is_read_again_without_going_further() {
    let bench = Bench::new();
    let hint = |level| bench.run(&["hint", "ch05.ordered", "--level", level]);
    hint("2").said(0, &["Hint 2 of 3"]);
    hint("1").said(0, &["Hint 1 of 3"]);
    assert!(bench.text(PROGRESS).contains("hints = 2"));
    assert_eq!(hint("4").code, Some(2));
}

#[test]
fn the_solution_is_refused_before_a_pass_with_the_two_ways_to_it() {
    let bench = Bench::new();
    let ran = bench.run(&["solution", "ch05.ordered"]);
    ran.complained(
        1,
        &["cargo run -- check ch05.ordered", "solution ch05.ordered --give-up"],
    );
    assert_eq!(ran.out, "");
    assert!(!bench.is_there(PROGRESS), "nobody gave up");
}

#[test]
fn the_solution_is_shown_after_a_pass() {
    let bench = Bench::new();
    bench.note_a_pass("ch05.ordered");
    let before = bench.text(PROGRESS);
    let ran = bench.run(&["solution", "ch05.ordered", "--give-up"]);
    ran.complained(0, &["beside yours", ORDERED]);
    assert_eq!(ran.out, SOLVED);
    assert_eq!(bench.text(PROGRESS), before, "nobody gave up");
}

#[test]
fn giving_up_shows_the_solution_and_is_noted() {
    let bench = Bench::new();
    let ran = bench.run(&["solution", "ch05.ordered", "--give-up"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), SOLVED));
    let progress = bench.text(PROGRESS);
    assert!(progress.contains("\"ch05.ordered\".gave_up = 20"), "{progress}");
    assert_eq!(bench.run(&["solution", "ch05.ordered"]).out, SOLVED);
}

#[test]
fn a_reset_brings_the_starter_back_and_keeps_every_version() {
    let bench = Bench::new();
    let reset = || bench.run(&["reset", "ch05.ordered"]);
    reset().said(0, &["is the starter already"]);
    assert!(!bench.is_there(&format!("{SAVED}-1.rs")));
    for (version, text) in [(1, "one"), (2, "two")] {
        bench.write(ORDERED, text);
        let saved = format!("{SAVED}-{version}.rs");
        reset().said(0, &[&saved]);
        assert_eq!(bench.text(ORDERED), STARTER);
        assert_eq!(bench.text(&saved), text);
    }
    assert_eq!(bench.text(&format!("{SAVED}-1.rs")), "one");
}

#[test]
fn the_list_tells_how_far_the_learner_is() {
    let bench = Bench::new();
    let state = |id: &str| {
        let ran = bench.run(&["list"]);
        let line = ran.out.lines().find(|line| line.starts_with(id)).map(str::to_owned);
        let line = line.unwrap_or_else(|| panic!("no {id} in {}", ran.out));
        let words: Vec<&str> = line.split_whitespace().collect();
        words[words.iter().position(|word| *word == "of").expect("points") + 2..]
            .join(" ")
    };
    assert_eq!(state("ch05.ordered"), "not begun");
    bench.write(ORDERED, "mine");
    assert_eq!(state("ch05.ordered"), "begun");
    bench.run(&["solution", "ch05.ordered", "--give-up"]);
    assert_eq!(state("ch05.ordered"), "solution seen");
    let progress = bench.text(PROGRESS);
    bench.write(PROGRESS, &format!("{progress}\"ch05.ordered\".passed = 2026-11-22\n"));
    assert_eq!(state("ch05.ordered"), "passed after the solution");
    bench.note_a_pass("ch05.ordered");
    assert_eq!(state("ch05.ordered"), "passed");
    assert_eq!(state("ch05.bounded"), "not begun");
    bench
        .run(&["list"])
        .said(0, &["1 of 2 passed, 5 of 10 points, 30 minutes", "Next:  ch05.bounded"]);
}

#[test]
fn the_list_is_there_for_programs_too() {
    let bench = Bench::new();
    bench.note_a_pass("ch05.ordered");
    let list: Value = serde_json::from_str(&bench.run(&["list", "--json"]).out)
        .expect("JSON and nothing else");
    assert_eq!(list["schema"], 1);
    assert_eq!(list["exercises"][0]["id"], "ch05.ordered");
    assert_eq!(list["exercises"][0]["state"], "passed");
    assert_eq!(list["exercises"][1]["state"], "not_begun");
    assert_eq!((&list["points"], &list["points_of"]), (&5.into(), &10.into()));
    assert_eq!(list["next"], "ch05.bounded");
}

#[test]
fn damaged_progress_is_set_aside_with_a_message_and_its_facts_go_on() {
    let bench = Bench::new();
    bench.note_a_pass("ch05.ordered");
    let damaged = format!("{}<<<<<<< HEAD\n", bench.text(PROGRESS));
    bench.write(PROGRESS, &damaged);
    let ran = bench.run(&["hint", "ch05.bounded"]);
    ran.complained(0, &["progress.toml is damaged (line 5", "progress.toml.damaged-1"]);
    assert_eq!(bench.text(&format!("{PROGRESS}.damaged-1")), damaged);
    let again = bench.run(&["list"]);
    again.said(0, &["1 of 2 passed, 5 of 10 points"]);
    assert_eq!(again.errors, "", "it is said once");
}

#[test]
fn of_progress_that_two_machines_have_written_nothing_is_said_unless_they_contradict() {
    let bench = Bench::new();
    bench.note_a_pass("ch05.ordered");
    let merged = format!("{}\"ch05.ordered\".points = 3\n", bench.text(PROGRESS));
    bench.write(PROGRESS, &merged);
    let ran = bench.run(&["list"]);
    ran.said(0, &["1 of 2 passed, 5 of 10 points"]);
    assert_eq!((ran.errors.as_str(), bench.text(PROGRESS)), ("", merged.clone()));
    let learners = "learner = \"ada\"\nlearner = \"bob\"\n";
    let merged = merged.replace("schema = 1\n", &format!("schema = 1\n{learners}"));
    for (text, begins) in [
        (
            merged.clone(),
            ".workbook/progress.toml: it names the learners ada and bob; it is kept as \
             .workbook/progress.toml.damaged-1, and goes on as ada's; to choose:  cargo run -- \
             check EXERCISE --learner ID\n",
        ),
        (
            format!("{merged}<<<<<<< HEAD\n"),
            ".workbook/progress.toml is damaged (line ",
        ),
    ] {
        bench.write(PROGRESS, &text);
        let ran = bench.run(&["list"]);
        assert_eq!(ran.code, Some(0));
        assert!(ran.errors.starts_with(begins), "{}", ran.errors);
        for part in ["the learners ada and bob", "as ada's", "--learner ID\n"] {
            assert!(ran.errors.contains(part), "{part} in {}", ran.errors);
        }
        assert_eq!(ran.errors.lines().count(), 1);
        assert_eq!(bench.run(&["list"]).errors, "", "it is said once");
    }
    assert_eq!(bench.text(&format!("{PROGRESS}.damaged-1")), merged);
}

#[test]
fn commands_at_once_lose_nothing_of_each_other() {
    let bench = Bench::new();
    let ids = ["ch05.ordered", "ch05.bounded", "ch05.ordered", "ch05.bounded"];
    let children = ids.map(|id| {
        let mut command = bench.command(&["hint", id]);
        command.stdout(Stdio::null()).spawn().expect("the program starts")
    });
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(
        bench.text(PROGRESS),
        "schema = 1\n\n\"ch05.bounded\".hints = 2\n\n\"ch05.ordered\".hints = 2\n"
    );
}
