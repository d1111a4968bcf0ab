//! What the program shows: the part of it that is the same on every machine.

use std::process::Command;

use lab::record::Record;

fn said(args: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_ch03_producer_consumer");
    let small =
        ["--rounds=1", "--second=2", "--items=100", "--blocks=20", "--rush=5000"];
    let output =
        Command::new(program).args(small).args(args).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn record(args: &[&str]) -> Record {
    serde_json::from_str(&said(&[args, &["--json"]].concat())).expect("a record")
}

/// Linux measures everything that the report can show.
#[cfg(target_os = "linux")]
#[test]
fn the_report_shows_who_waited_for_whom() {
    let report = said(&["--only=five,many,sentinel"]);
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(?m)^.* usable CPUs?, .*$", "[machine]");
    settings.add_filter(r"(?s)\n\n  Timings are not judged:.*?\n\n", "\n\n");
    settings.add_filter(r"[█▐·░─]+", "[bar]");
    settings.add_filter(r"[0-9.,]+(–[0-9.,]+)?\u{a0}(ns|µs|ms|s)\b", "[time]");
    settings.add_filter(r"[0-9.,]+\u{a0}([KMG]i)?B\b", "[size]");
    settings.add_filter(r"[0-9.,]+×(–[0-9.,]+×)?", "[ratio]");
    settings.add_filter(r"[0-9.,]+\u{a0}/s", "[rate]");
    // How deep the queue was depends on who was quicker.
    settings
        .add_filter(r"(?m)^(  (no bound|two places|one place)) .*$", "$1  [numbers]");
    settings.add_filter(r" {2,}", "  ");
    settings.bind(|| insta::assert_snapshot!(report));
}

#[test]
fn nothing_is_lost_and_nobody_waits_for_ever() {
    let record = record(&["--only=many,sentinel,file"]);
    let of = |path: &str| record.value(path).map(|value| value.median);
    for (path, expected) in [
        ("many.ours.put", 200.0),
        ("many.ours.lost", 0.0),
        ("many.ours.doubled", 0.0),
        ("many.ours.overtaken", 0.0),
        ("sentinel.one.ended", 1.0),
        ("sentinel.one.waiting", 2.0),
        ("sentinel.each.ended", 3.0),
        ("sentinel.close.ended", 3.0),
        ("file.locked.lost", 0.0),
    ] {
        assert_eq!(of(path), Ok(expected), "{path}");
    }
}

#[test]
fn a_bound_is_kept_and_no_log_is_impossible() {
    let record = record(&["--only=five,order,backpressure,fairness"]);
    let of = |path: &str| record.value(path).unwrap();
    assert!(of("five.two.deepest").max <= 2.0);
    assert!(of("five.one.deepest").max <= 1.0);
    assert!(of("backpressure.eight.deepest").max <= 8.0);
    assert_eq!(of("order.runs.impossible").max, 0.0);
    assert!(of("order.runs.different").max <= of("order.runs.possible").min);
    assert!(of("fairness.ours.row").min >= 1.0);
}

#[test]
fn what_judges_no_claim_can_be_left_out() {
    let record = record(&["--claims", "--full"]);
    let ran: Vec<&str> = record.experiments.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ran, ["five", "order", "many", "sentinel", "file", "backpressure"]);
}
