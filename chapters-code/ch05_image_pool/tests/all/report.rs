//! What the program shows: the part of it that is the same on every machine.

use std::process::Command;

use lab::record::Record;
use tempfile::TempDir;

const SMALL: [&str; 8] =
    ["--photos", "2", "--width", "64", "--height", "48", "--workers", "2"];

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ch05_image_pool"));
    command.args(SMALL);
    command
}

fn said(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Linux measures everything that the report can show.
#[cfg(target_os = "linux")]
#[test]
fn the_report_names_the_machine_the_ways_and_who_worked_when() {
    let report = said(program().arg("--rounds=1"));
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(?m)^.* usable CPUs?, .*$", "[machine]");
    settings.add_filter(r"(?s)\n\n  Timings are not judged:.*?\n\n", "\n\n");
    settings.add_filter(r"[█▐·░]+", "[bar]");
    settings.add_filter(r"[0-9.,]+(–[0-9.,]+)?\u{a0}(ns|µs|ms|s)\b", "[time]");
    settings.add_filter(r"[0-9.,]+\u{a0}([KMG]i)?B\b", "[size]");
    settings.add_filter(r"[0-9.,]+×(–[0-9.,]+×)?", "[ratio]");
    settings.add_filter(r"[0-9.,]+\u{a0}%", "[share]");
    settings.add_filter(r"[0-9.,]+\u{a0}/s", "[rate]");
    settings.add_filter(r"(thread|process) [12]", "$1 [id]");
    settings.add_filter(r" {2,}", "  ");
    // Which worker comes first, and whether a fast one did everything, may vary.
    settings.add_filter(
        r"(?m)^  (thread|process) \[id\]  \[bar\]\n(  (thread|process) \[id\]  \[bar\]\n)?",
        "  $1 [id]  [bar]\n",
    );
    settings.bind(|| insta::assert_snapshot!(report));
}

#[test]
fn the_record_has_the_parameters_the_series_and_what_each_run_cost() {
    let json = said(program().args(["--rounds=1", "--json"]));
    let record: Record = serde_json::from_str(&json).expect("a record");
    assert_eq!(record.chapter, "ch05_image_pool");
    let pool = record.experiment("pool").expect("the experiment of every run");
    assert_eq!(record.value("pool.photos").map(|value| value.median), Ok(2.0));
    let series: Vec<&str> =
        pool.series.iter().map(|series| series.id.as_str()).collect();
    assert_eq!(series, ["sequential", "threads", "rayon", "processes"]);
    for series in &pool.series {
        assert_eq!(series.samples.len(), 1, "{}", series.id);
        assert_eq!(series.samples[0].counts["items"], 2.0);
        assert_eq!(series.spans.len(), 2, "a span for each photo in {}", series.id);
        assert!(
            series.spans.iter().all(|span| span.end >= span.start && span.start >= 0.0)
        );
    }
}

#[test]
fn a_trace_has_a_process_a_series_and_an_event_a_photo() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("trace.json");
    said(program().args(["--rounds=1", "--trace"]).arg(&path));
    let trace = std::fs::read_to_string(path).expect("a trace");
    let trace: serde_json::Value = serde_json::from_str(&trace).expect("JSON");
    let events = trace["traceEvents"].as_array().expect("events");
    let count = |phase: &str, name: &str| {
        let found = |event: &&serde_json::Value| {
            event["ph"] == phase && (name.is_empty() || event["name"] == name)
        };
        events.iter().filter(found).count()
    };
    assert_eq!(count("M", "process_name"), 4);
    assert_eq!(count("X", ""), 8);
}

#[test]
fn an_unknown_experiment_is_named_with_those_that_there_are() {
    let output =
        program().args(["--only", "pol"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no experiment `pol`; there is: pool, scaling"), "{said}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_the_experiments_and_leaves_no_photos_behind() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let temp = TempDir::new().expect("a temporary folder");
    let mut child = program()
        .args(["--rounds", "1000", "--only=pool"])
        .env("TMPDIR", temp.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // As soon as there are photos, the experiment is about to run.
    while std::fs::read_dir(temp.path()).expect("a folder").next().is_none() {
        std::thread::yield_now();
    }
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).expect("a signal");
    let said = BufReader::new(child.stderr.take().expect("a pipe")).lines().last();
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(said.expect("a line").expect("UTF-8"), "stopped; nothing was written");
    assert_eq!(std::fs::read_dir(temp.path()).expect("a folder").count(), 0);
}
