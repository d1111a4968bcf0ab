//! What the program shows: the part of it that is the same on every machine.

use std::process::Command;

use lab::record::Record;

use crate::program;

const SMALL: [&str; 8] =
    ["--threads", "20", "--processes", "2", "--tasks", "50", "--rounds", "1"];

const TOO_MANY: [&str; 8] =
    ["--threads", "1000000", "--processes", "2", "--tasks", "50", "--rounds", "1"];

fn said(arguments: &[&str]) -> String {
    said_with(&SMALL, arguments)
}

fn said_with(sizes: &[&str], arguments: &[&str]) -> String {
    let output = Command::new(program())
        .args(sizes)
        .args(arguments)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The record of one small run.
pub(crate) fn record(arguments: &[&str]) -> Record {
    serde_json::from_str(&said(&[arguments, &["--json"]].concat())).expect("a record")
}

/// Linux measures everything that the report can show.
#[cfg(target_os = "linux")]
#[test]
fn the_report_names_the_workers_what_they_cost_and_what_was_left() {
    let report = said(&[]);
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(?m)^.* usable CPUs?, .*$", "[machine]");
    settings.add_filter(r"(?s)\n\n  Timings are not judged:.*?\n\n", "\n\n");
    settings.add_filter(r"[0-9.,]+(–[0-9.,]+)?\u{a0}(ns|µs|ms|s)\b", "[time]");
    settings.add_filter(r"[0-9.,]+\u{a0}([KMG]i)?B\b", "[size]");
    settings.add_filter(r"[0-9.,]+×(–[0-9.,]+×)?", "[ratio]");
    settings.add_filter(r"[0-9.,]+\u{a0}%", "[share]");
    settings.add_filter(r"[0-9.,]+\u{a0}/s", "[rate]");
    // Which limits there are, and how far a worker came before its host went down.
    settings.add_filter(r"(?m)^  room_\S+: .*\n", "");
    settings.add_filter(
        r"(?m)^(  (?:threads|processes), one (?:aborts|is killed|spoils a table)) .*?[0-9., ]+$",
        "$1  [counts]",
    );
    settings.add_filter(r"(?s)\nWhat the sources say.*", "\n[claims]");
    settings.add_filter(r" {2,}", "  ");
    settings.bind(|| insta::assert_snapshot!(report));
}

#[test]
fn the_record_has_the_parameters_and_what_was_started() {
    let record = record(&["--only=sleepers"]);
    assert_eq!(record.chapter, "ch02_threads_vs_processes");
    let number = |path: &str| record.value(path).map(|value| value.median);
    assert_eq!(number("sleepers.threads"), Ok(20.0));
    assert_eq!(number("sleepers.threads.started"), Ok(20.0));
    assert_eq!(number("sleepers.processes.started"), Ok(2.0));
    assert_eq!(number("sleepers.tasks.started"), Ok(50.0));
}

#[cfg(target_os = "linux")]
#[test]
fn more_threads_than_the_system_allows_are_named_with_the_limit_and_no_crash() {
    let limit = lab::os::thread_limits().remove(0);
    // A machine without a limit worth the name has nothing to show here.
    if limit.room > 100_000 {
        return;
    }
    let json = said_with(&TOO_MANY, &["--only=sleepers", "--stack=1", "--json"]);
    let record: Record = serde_json::from_str(&json).expect("a record");
    let threads = record.experiment("sleepers").unwrap().series("threads").unwrap();
    assert!(threads.label.contains(" as "), "{}", threads.label);
    let started = threads.value("started").unwrap().median;
    assert!((1.0..=limit.room as f64).contains(&started), "{started}");
    assert_eq!(threads.value("asked").unwrap().median, 1e6);
}

#[cfg(target_os = "linux")]
#[test]
fn a_stack_takes_address_space_and_hardly_any_memory() {
    let record = record(&["--only=sleepers"]);
    let threads = record.experiment("sleepers").unwrap().series("threads").unwrap();
    let space = threads.value("space").unwrap().median;
    assert!(space >= 20.0 * f64::from(8 << 20), "{space}");
    assert!(threads.value("resident").unwrap().median < space / 20.0);
}

#[test]
fn each_way_of_the_first_programs_is_drawn_with_a_row_a_worker() {
    let record = record(&["--only=turns", "--nap=10"]);
    let turns = record.experiment("turns").unwrap();
    for series in &turns.series {
        assert_eq!(series.spans.len(), 5, "{}", series.id);
        let rows = lab::trace::rows(&series.spans).len();
        assert!((1..=5).contains(&rows), "{}", series.id);
    }
}

#[test]
fn an_unknown_experiment_is_named_with_those_that_there_are() {
    let output =
        Command::new(program()).args(["--only", "strat"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("no experiment `strat`; there is: start, sleepers"),
        "{said}"
    );
}
