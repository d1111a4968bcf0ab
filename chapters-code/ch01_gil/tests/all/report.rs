//! What the program shows: the part of it that is the same on every machine.

use std::process::Command;

use lab::record::Record;

fn said(args: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_ch01_gil");
    let small = ["--rounds=1", "--loops=50000", "--updates=1000", "--wait=0.5"];
    let output =
        Command::new(program).args(small).args(args).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Linux measures everything that the report can show.
#[cfg(target_os = "linux")]
#[test]
fn the_report_shows_three_ways_and_who_worked_when() {
    let report = said(&["--only=waiting"]);
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(?m)^.* usable CPUs?, .*$", "[machine]");
    settings.add_filter(r"(?s)\n\n  Timings are not judged:.*?\n\n", "\n\n");
    settings.add_filter(r"[█▐·░─]+", "[bar]");
    settings.add_filter(r"[0-9.,]+(–[0-9.,]+)?\u{a0}(ns|µs|ms|s)\b", "[time]");
    settings.add_filter(r"[0-9.,]+\u{a0}([KMG]i)?B\b", "[size]");
    settings.add_filter(r"[0-9.,]+×(–[0-9.,]+×)?", "[ratio]");
    settings.add_filter(r"[0-9.,]+\u{a0}/s", "[rate]");
    // How many are in progress or run at once, and how often they switch, may vary.
    settings.add_filter(r"(?m)( +[0-9.]+)+$", "  [counts]");
    settings.add_filter(r"worker [12]", "worker [id]");
    settings.add_filter(r" {2,}", "  ");
    settings.bind(|| insta::assert_snapshot!(report));
}

#[test]
fn the_record_counts_who_held_the_lock() {
    let record: Record = serde_json::from_str(&said(&["--json"])).expect("a record");
    let of = |path: &str| record.value(path).map(|value| value.median);
    assert_eq!(of("turns.gil.running"), Ok(1.0));
    assert_eq!(of("waiting.gil.running"), Ok(1.0));
    assert_eq!(of("turns.one.forced"), Ok(0.0));
    for series in ["after", "mutex", "atomic"] {
        assert_eq!(of(&format!("lost.{series}.lost")), Ok(0.0), "{series}");
    }
    assert!(of("convoy.slowdown").is_ok());
}
