//! The dialogue, as somebody at a terminal has it, and as a script does.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use ch06_decision_tree::{
    advise::{Ended, ask},
    tree::{Known, Tree},
};
use serde_json::Value;

/// How a dialogue with these lines ends, and what was shown.
fn dialogue(known: &Known, lines: &str) -> (Ended, String) {
    let mut shown = Vec::new();
    let ended = ask(Tree::book(), known, &mut lines.as_bytes(), &mut shown).unwrap();
    (ended, String::from_utf8(shown).unwrap())
}

fn answers(answers: &[&str]) -> Vec<String> {
    answers.iter().map(|&answer| answer.to_owned()).collect()
}

#[test]
fn answers_are_given_by_number_or_by_name() {
    let (ended, shown) = dialogue(&Known::default(), "2\nnetwork\n200\nfree\n2\n");
    let given = answers(&["waits", "network", "200", "free", "blocking"]);
    assert_eq!(ended, Ended::Advice(given));
    assert!(shown.contains("\n   2  waits "), "{shown}");
    assert!(shown.contains("How many waits? "), "{shown}");
}

#[test]
fn one_goes_back_and_answers_otherwise() {
    let (ended, shown) = dialogue(&Known::default(), "b\n2\n1\nb\nb\nstarved\n");
    assert_eq!(ended, Ended::Advice(answers(&["starved"])));
    assert!(shown.contains("This is the first question."), "{shown}");
}

#[test]
fn an_answer_that_is_not_there_is_asked_for_again() {
    let (ended, shown) =
        dialogue(&Known::default(), "11\n\ncomputes\nmany\n-1\n1\nno\n");
    assert_eq!(ended, Ended::Advice(answers(&["computes", "1", "no"])));
    assert!(
        shown.contains("Please give a number from 1 to 10: `11` is no answer"),
        "{shown}"
    );
    assert!(shown.contains("Please answer, or leave with q."), "{shown}");
    assert!(shown.contains("Please give a number of CPUs, from 1 on: `-1`"), "{shown}");
}

#[test]
fn who_leaves_and_who_has_no_more_to_say_keep_their_answers() {
    let (ended, _) = dialogue(&Known::default(), "2\nq\n");
    assert_eq!(ended, Ended::Quit(answers(&["waits"])));
    let (ended, _) = dialogue(&Known::default(), "2\n");
    assert_eq!(ended, Ended::NoInput(answers(&["waits"])));
}

#[test]
fn what_was_measured_is_told_and_not_asked_and_one_cannot_go_back_behind_it() {
    let known = Known {
        label: Some("cpu-bound".to_owned()),
        cpus: Some(2),
        busy: Some(50),
        ..Known::default()
    };
    let (ended, shown) = dialogue(&known, "b\n1\nb\n1\n2\n");
    assert_eq!(ended, Ended::Advice(answers(&["1", "steps"])));
    assert!(shown.contains("Measured: cpu-bound. It computes."), "{shown}");
    assert!(shown.contains("How many CPUs may it use?\n  Measured: 2."), "{shown}");
    assert!(shown.contains("This is the first question."), "{shown}");
    assert!(!shown.contains("How many CPUs?"), "{shown}");
}

#[test]
fn who_has_all_cpus_at_work_is_not_told_to_start_more_threads() {
    let said = |busy: &str| {
        let output = advise(&["--label=cpu-bound", "--cpus=8", busy, "--json"], "");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let full = said("--busy=97");
    assert_eq!(full["leaf"]["id"], "all-at-work");
    assert_eq!(full["path"][2]["number"], 97);
    let again = full["again"].as_str().unwrap();
    assert!(again.ends_with("--label cpu-bound --cpus 8 --busy 97"), "{again}");
    // One of eight CPUs, or six: there is something left to gain.
    assert_eq!(said("--busy=12")["next"]["question"], "jobs");
    assert_eq!(said("--busy=75")["next"]["question"], "jobs");
}

#[test]
fn what_a_profile_could_not_tell_is_asked_and_the_dialogue_says_so() {
    let known = Known { label: Some("unknown".to_owned()), ..Known::default() };
    let (ended, shown) = dialogue(&known, "starved\n");
    assert_eq!(ended, Ended::Advice(answers(&["starved"])));
    assert!(shown.contains("The profile could not tell, so you are asked."), "{shown}");
    let (_, shown) = dialogue(&Known::default(), "starved\n");
    assert!(!shown.contains("could not tell, so"), "{shown}");
}

#[test]
fn what_it_waits_for_is_not_asked_either() {
    let known = Known {
        label: Some("io-bound".to_owned()),
        waits_for: Some("pipe".to_owned()),
        ..Known::default()
    };
    let (ended, shown) = dialogue(&known, "");
    assert_eq!(ended, Ended::Advice(answers(&[])));
    assert!(shown.contains("Measured: pipe. For another program"), "{shown}");
    // A word that no answer has is asked after all.
    let either = Known { waits_for: Some("disk or network".to_owned()), ..known };
    assert_eq!(
        dialogue(&either, "disk\nsyncs\n").0,
        Ended::Advice(answers(&["disk", "syncs"]))
    );
}

/// What `advise` says to these arguments, with this on its standard input.
fn advise(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ch06_decision_tree"))
        .arg("advise")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It need not read to the end.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_advice_says_what_why_where_to_read_and_how_to_come_here_again() {
    let output = advise(&["--answers", "computes,8,idle,1,splits,rust"], "");
    assert_eq!(output.status.code(), Some(0));
    let said = text(&output.stdout);
    for part in [
        "Split the one job: rayon's join, or scoped threads",
        "  Why       ",
        "  First     ",
        "chapter 6, book/ch06_decision_tree.md",
        "  Template  cargo run -p ch06_decision_tree -- new-template cpu-bound DIR",
        "ch06.split.join.speedup",
        "How many CPUs may it use? 8",
        "advise --answers computes,8,idle,1,splits,rust\n",
    ] {
        assert!(said.contains(part), "{said}\nshould have {part}");
    }
    assert_eq!(text(&output.stderr), "");
    // A command is not broken, however long.
    let (prose, _) = said.rsplit_once("\n  cargo run ").unwrap();
    assert!(prose.lines().all(|line| line.chars().count() <= 80), "{said}");
}

#[test]
fn a_script_gets_json() {
    let output =
        advise(&["--label=cpu-bound", "--cpus=1", "--answers=yes", "--json"], "");
    assert_eq!(output.status.code(), Some(0));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["schema"], 1);
    assert_eq!(said["leaf"]["id"], "thread-beside");
    assert_eq!(said["leaf"]["chapter"], "ch04");
    assert_eq!(said["path"][0]["given"], "measured");
    assert_eq!(said["path"][1]["number"], 1);
    assert_eq!(said["path"][2]["answer"], "yes");
    assert_eq!(said["next"], Value::Null);
    let again = said["again"].as_str().unwrap();
    assert!(
        again.ends_with("advise --label cpu-bound --cpus 1 --answers yes"),
        "{again}"
    );
}

#[test]
fn answers_that_end_too_early_are_told_what_comes_next() {
    let output = advise(&["--answers", "waits", "--json"], "");
    assert_eq!(output.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["leaf"], Value::Null);
    assert_eq!(said["next"]["question"], "source");
    assert_eq!(said["next"]["answers"][1], "disk");
    let error = text(&output.stderr);
    assert!(
        error.contains("the answers end too early; the next question is `source`"),
        "{error}"
    );
}

#[test]
fn an_answer_that_does_not_exist_is_refused_with_those_that_do() {
    let output = advise(&["--answers", "waits,moon"], "");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: --answers: `moon` is no answer to `source`; there is: network, disk, program, keyboard\n"
    );
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn lines_may_come_through_a_pipe_and_their_end_is_no_advice() {
    let output = advise(&[], "starved\n");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("Room on the machine"));
    assert!(text(&output.stderr).contains("What does it do with its time"));
    let output = advise(&[], "waits\n");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    let error = text(&output.stderr);
    assert!(
        error.contains("error: the input ended; the next question is `source`"),
        "{error}"
    );
    assert!(error.contains("advise --answers waits,…"), "{error}");
}

#[test]
fn a_label_that_does_not_exist_is_refused() {
    let output = advise(&["--label", "slow"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cpu-bound"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_command_is_profiled_first_and_what_it_showed_is_not_asked() {
    let output =
        advise(&["--json", "--", "sh", "-c", "sleep 0.5; echo hello"], "timer\n");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    // Its output is its own.
    let said = text(&output.stdout);
    let json = said.strip_prefix("hello\n").unwrap();
    let said: Value = serde_json::from_str(json).unwrap();
    assert_eq!(said["path"][0]["given"], "measured");
    assert_eq!(said["path"][0]["answer"], "sleeps");
    assert_eq!(said["leaf"]["id"], "leave-timer");
    let output = advise(&["--", "no-such-program"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot run no-such-program"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_short_look_could_not_tell_is_asked_and_the_dialogue_says_so() {
    let output = advise(&["--", "true"], "starved\n");
    assert_eq!(output.status.code(), Some(0));
    let error = text(&output.stderr);
    assert!(error.contains("The profile could not tell, so you are asked."), "{error}");
}
