//! What the program shows: the part of it that is the same on every machine.

use std::process::{Command, Output};

use lab::record::Record;

use crate::program;

const SMALL: [&str; 7] = [
    "--delay=5",
    "--crowd-delay=300",
    "--crowd=30",
    "--block=20",
    "--turn=2",
    "--rounds",
    "1",
];

fn ran(arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).output().expect("the program starts")
}

fn said(arguments: &[&str]) -> String {
    let output = ran(&[&SMALL, arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The record of one small run.
fn record(arguments: &[&str]) -> Record {
    serde_json::from_str(&said(&[arguments, &["--json"]].concat())).expect("a record")
}

/// Linux measures everything that the report can show.
#[cfg(target_os = "linux")]
#[test]
fn the_report_names_who_waited_and_what_came_in_between() {
    let report = said(&[]);
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(?m)^.* usable CPUs?, .*$", "[machine]");
    settings.add_filter(r"(?s)\n\n  Timings are not judged:.*?\n\n", "\n\n");
    settings.add_filter(r"[0-9.,]+(–[0-9.,]+)?\u{a0}(ns|µs|ms|s)\b", "[time]");
    settings.add_filter(r"[0-9.,]+\u{a0}([KMG]i)?B\b", "[size]");
    settings.add_filter(r"[0-9.,]+×(–[0-9.,]+×)?", "[ratio]");
    settings.add_filter(r"[0-9.,]+\u{a0}/s", "[rate]");
    settings.add_filter(r"[·─░█▐]{10,}", "[row]");
    // A thread that is late to start may find its page taken.
    settings.add_filter(r"(?m)(^    thread \d+ .*\n)+", "    [a row a thread]\n");
    // How many ticks came, and how many were at the server at once.
    settings.add_filter(r"(?m)^  another task .*$", "[ticks]");
    settings.add_filter(r"(?m)^  (30|ten) (tasks|threads).*$", "  $1 $2 [counts]");
    settings.add_filter(r"(?m)^  room_\S+: .*\n", "");
    settings.add_filter(r"(?s)\nWhat the sources say.*", "\n[claims]");
    settings.add_filter(r" {2,}", "  ");
    settings.bind(|| insta::assert_snapshot!(report));
}

#[test]
fn the_record_has_the_parameters_and_what_the_server_saw() {
    let record = record(&["--only=ten"]);
    assert_eq!(record.chapter, "ch04_async_fetch");
    let number = |path: &str| record.value(path).map(|value| value.median);
    assert_eq!(number("ten.delay"), Ok(5.0));
    assert_eq!(number("ten.sequential.most"), Ok(1.0));
    assert_eq!(number("ten.threads.items"), Ok(10.0));
}

#[test]
fn everybody_is_in_flight_at_once_who_is_held_until_the_last_has_come() {
    let record = record(&["--only=held"]);
    for kind in ["tasks", "threads"] {
        let number = |name: &str| record.value(&format!("held.{kind}.{name}")).unwrap();
        assert_eq!(number("most").median, 30.0);
        assert_eq!(number("failed").median, 0.0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_tasks_and_threads_are_refused_and_told_why() {
    const TOO_MANY_OPEN_FILES: f64 = 24.0;
    let record = record(&["--only=refused"]);
    for kind in ["tasks", "threads"] {
        let number = |name: &str| {
            record.value(&format!("refused.{kind}.{name}")).unwrap().median
        };
        assert!((1.0..256.0).contains(&number("most")), "{}", number("most"));
        assert_eq!(number("answered") + number("failed"), number("asked"));
        // Tasks ask faster than they are answered. Threads need not, on a busy machine.
        if kind == "tasks" || number("failed") > 0.0 {
            assert_eq!(number("errno"), TOO_MANY_OPEN_FILES);
        }
    }
}

#[test]
fn the_ticks_are_drawn_beside_what_stopped_them() {
    let record = record(&["--only=tick"]);
    let blocks = record.experiment("tick").unwrap().series("blocks").unwrap();
    assert_eq!(lab::trace::rows(&blocks.spans), ["ticks", "the other"]);
    assert_eq!(blocks.value("during").unwrap().max, 0.0);
}

#[test]
fn an_unknown_experiment_is_named_with_those_that_there_are() {
    let output = ran(&["--only", "tne"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no experiment `tne`; there is: ten, hundred"), "{said}");
}

#[test]
fn a_helper_with_wrong_arguments_says_what_it_expects() {
    for arguments in [&["crowd-of-fetchers"][..], &["threads-asleep", "many"]] {
        let output = ran(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("expected: "));
    }
}
