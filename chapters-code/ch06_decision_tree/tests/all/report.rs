//! What the program shows: the part of it that is the same on every machine.

use std::process::{Command, Output};

use lab::{os, record::Record};

use crate::program;

fn ran(arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).output().expect("the program starts")
}

/// The record of one round of an experiment.
fn record(experiment: &str) -> Record {
    let output = ran(&["--only", experiment, "--rounds", "1", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a record")
}

#[test]
fn the_five_idle_programs_are_run_and_tell_how_they_fared() {
    let record = record("idle");
    let series = &record.experiment("idle").unwrap().series;
    let ids: Vec<&str> = series.iter().map(|series| series.id.as_str()).collect();
    assert_eq!(ids[..4], ["sleep", "lock", "socket", "pipe"]);
    // Some systems do not tell how long a thread waited for a CPU.
    assert_eq!(ids.contains(&"queue"), os::thread_schedule().is_some());
    // Three waits of ten milliseconds each. On a busy machine, one that is sent something may get
    // to its clock after the first of it has come.
    let waits = |record: &Record| {
        let series = &record.experiment("idle").unwrap().series;
        series.iter().all(|one| one.value("wall").unwrap().min >= 0.03)
    };
    assert!(waits(&record) || (0..4).any(|_| waits(&self::record("idle"))));
}

#[test]
fn the_picture_has_two_stretches_of_work_and_three_of_waiting() {
    use lab::trace::State::{Blocked, Working};
    let record = record("picture");
    let spans = &record.experiment("picture").unwrap().series("waits").unwrap().spans;
    let states: Vec<_> = spans.iter().map(|span| span.state).collect();
    assert_eq!(states, [Working, Blocked, Blocked, Blocked, Working]);
    let length = |number: usize| spans[number].end - spans[number].start;
    assert!(length(1) >= 0.05 && length(3) >= 0.1, "{spans:?}");
}

#[test]
fn a_file_that_is_read_again_does_not_come_from_the_disk() {
    // Some systems do not tell what came from a disk.
    if os::disk().is_none() {
        return;
    }
    let record = record("disk");
    let number = |path: &str| record.value(path).map(|value| value.median);
    assert!(number("disk.warm.asked").unwrap() >= 1.0);
    assert!(number("disk.warm.from_disk").unwrap() < 0.01);
}

#[test]
fn a_helper_with_wrong_arguments_says_what_it_expects() {
    for arguments in [&["slow-and-idle"][..], &["slow-and-idle", "sleep", "long"]] {
        let output = ran(arguments);
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("expected: reason, turns"), "{said}");
    }
}
