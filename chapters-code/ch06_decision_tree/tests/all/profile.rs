//! `profile -- COMMAND`: the command must not notice, and the report must be about all of it.

use std::{
    fs,
    io::Write,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use ch06_decision_tree::label::Label;
use clap::ValueEnum;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn profile(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ch06_decision_tree"));
    command.arg("profile").args(args).stdin(Stdio::null());
    command
}

/// Runs a shell script under it. Returns what came out, and the report.
fn report_on(args: &[&str], script: &str) -> (Output, Value) {
    let folder = TempDir::new().unwrap();
    let (path, output) = run_script(&folder, args, script);
    let report = fs::read(path).unwrap();
    (output, serde_json::from_slice(&report).unwrap())
}

fn run_script(folder: &TempDir, args: &[&str], script: &str) -> (PathBuf, Output) {
    let path = folder.path().join("report.json");
    let output = profile(&["--json", "--output", path.to_str().unwrap()])
        .args(args)
        .args(["--", "sh", "-c", script])
        .output()
        .unwrap();
    (path, output)
}

#[test]
fn the_exit_status_is_the_commands_own() {
    let (output, report) = report_on(&[], "exit 7");
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(report["exit"], serde_json::json!({"code": 7}));
}

#[test]
fn a_signal_that_ends_the_command_is_told_as_a_shell_does() {
    let (output, report) = report_on(&[], "kill -TERM $$");
    assert_eq!(output.status.code(), Some(128 + 15));
    assert_eq!(report["exit"], serde_json::json!({"signal": 15}));
}

#[test]
fn a_report_stays_until_there_is_a_new_one_and_is_told_if_it_cannot_be_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("report");
    fs::write(&path, "of last week").unwrap();
    let at = path.to_str().unwrap();
    let missing = profile(&["--output", at, "--", "no-such-program"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(127));
    assert_eq!(fs::read(&path).unwrap(), b"of last week");
    let read = profile(&["--output", at, "--", "cat", at]).output().unwrap();
    assert_eq!(read.stdout, b"of last week");
    assert!(fs::read_to_string(&path).unwrap().starts_with("profile: "));
    let exits = ["--output", "/dev/full", "--", "sh", "-c", "exit 3"];
    let full = profile(&exits).output().unwrap();
    let said = String::from_utf8(full.stderr).unwrap();
    assert_eq!(full.status.code(), Some(3), "{said}");
    assert!(said.starts_with("profile: cannot write /dev/full: "), "{said}");
    assert!(said.contains("here it is:\nprofile: "), "{said}");
}

#[test]
fn what_cannot_be_run_is_told_as_a_shell_does() {
    let missing = profile(&["--", "no-such-program"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(127));
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(said.starts_with("profile: cannot run no-such-program: "), "{said}");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data");
    fs::write(&file, "no program").unwrap();
    let data = profile(&["--", file.to_str().unwrap()]).output().unwrap();
    assert_eq!(data.status.code(), Some(126));
}

#[test]
fn a_wrong_line_or_a_wrong_path_is_a_failure_of_its_own() {
    for args in
        [&[][..], &["--duration", "ten", "--", "true"], &["--pid", "1", "--", "true"]]
    {
        let output = profile(args).output().unwrap();
        assert_eq!(output.status.code(), Some(125), "{args:?}");
    }
    let folder = TempDir::new().unwrap();
    let never = folder.path().join("never");
    let line = ["--output", "/no/such/folder/report", "--", "touch"];
    let output = profile(&line).arg(&never).output().unwrap();
    assert_eq!(output.status.code(), Some(125));
    assert!(!never.exists(), "it must not run if its report would be lost");
}

#[test]
fn input_and_output_pass_through_to_the_byte() {
    let bytes: Vec<u8> = (0..400_000u32).map(|it| (it * 7 / 3) as u8).collect();
    let mut child = profile(&["--", "cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let sent = bytes.clone();
    let sender = std::thread::spawn(move || input.write_all(&sent));
    let output = child.wait_with_output().unwrap();
    sender.join().unwrap().unwrap();
    assert!(output.stdout == bytes, "{} bytes came", output.stdout.len());
    let report = String::from_utf8(output.stderr).unwrap();
    assert!(report.starts_with("\nprofile: "), "{report}");
}

#[test]
fn with_an_output_file_nothing_is_added_to_what_the_command_says() {
    let (output, _) = report_on(&[], "echo out; echo error >&2");
    assert_eq!(
        (&output.stdout[..], &output.stderr[..]),
        (&b"out\n"[..], &b"error\n"[..])
    );
}

#[test]
fn without_json_the_report_is_text() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("report.txt");
    let line = ["--output", path.to_str().unwrap(), "--", "sleep", "0.5"];
    assert!(profile(&line).status().unwrap().success());
    let report = fs::read_to_string(path).unwrap();
    assert!(report.starts_with("profile: "), "{report}");
    assert!(report.contains("\n  Next:\n"), "{report}");
}

pub(crate) fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_work_of_a_grandchild_counts_and_is_not_the_first_ones_own() {
    let count = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
    let (_, report) = report_on(&[], &format!("sh -c '{count}; true'; true"));
    let (all, own) = (report["cpu_s"].as_f64().unwrap(), report["own_cpu_s"].as_f64());
    assert!(all > 0.02, "{all}");
    assert!(own.unwrap() < all / 2.0, "{own:?} of {all}");
}

#[test]
fn the_work_of_an_orphan_counts_too() {
    // The middle shell ends at once; whoever it left behind is waited for by nobody but us.
    let count = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo > $0";
    let folder = TempDir::new().unwrap();
    let done = folder.path().join("done");
    let script = format!(
        "sh -c '(sh -c '\\''{count}'\\'' {0} &) &'; while [ ! -e {0} ]; do sleep 0.02; done",
        done.display()
    );
    let (_, report) = report_on(&[], &script);
    let (all, own) = (report["cpu_s"].as_f64().unwrap(), report["own_cpu_s"].as_f64());
    assert!(all > 0.02 && own.unwrap() < all / 2.0, "{own:?} of {all}");
}

#[test]
fn a_daemon_is_named_and_not_waited_for() {
    // Until it is `sleep`, the daemon is a copy of the shell, and would be named for that.
    let (output, report) = report_on(
        &[],
        "sleep 300 </dev/null >/dev/null 2>&1 & echo $!
         until grep -qx sleep /proc/$!/comm; do :; done",
    );
    let daemon = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    let killed = Command::new("kill").arg(&daemon).status().unwrap();
    assert!(killed.success(), "it lives on");
    assert_eq!(report["outlived"], serde_json::json!([format!("sleep ({daemon})")]));
}

#[test]
fn the_report_has_what_others_rely_on() {
    let (_, report) = report_on(&[], "sleep 0.6");
    assert_eq!(report["schema"], 1);
    assert_eq!(report["command"], serde_json::json!(["sh", "-c", "sleep 0.6"]));
    let label = Label::from_str(report["label"].as_str().unwrap(), false);
    assert!(label.is_ok(), "{report}");
    assert!(
        ["low", "medium", "high"].contains(&report["confidence"].as_str().unwrap())
    );
    for key in ["why", "next"] {
        assert!(!report[key].as_array().unwrap().is_empty(), "{key}");
    }
    for key in ["wall_s", "cpu_s", "own_cpu_s"] {
        assert!(report[key].as_f64().unwrap() >= 0.0, "{key}");
    }
    for key in ["runner_up", "chapter", "exit", "evidence", "outlived"] {
        assert!(report.get(key).is_some(), "{key}");
    }
    let strips = report["evidence"]["strips"].as_array().unwrap();
    assert!(!strips.is_empty(), "{report}");
}

#[test]
fn a_command_that_ends_at_once_is_unknown() {
    let (_, report) = report_on(&[], ":");
    assert_eq!(
        (&report["label"], &report["confidence"]),
        (&"unknown".into(), &"low".into())
    );
}

#[test]
fn a_command_may_close_what_it_has_open() {
    let (output, _) = report_on(&[], "exec <&- >&- 2>&-; exit 5");
    assert_eq!(output.status.code(), Some(5));
}

#[test]
fn a_name_may_hold_anything() {
    let folder = TempDir::new().unwrap();
    let odd = folder.path().join("a) R 1\n (b");
    let sh = Command::new("sh").args(["-c", "command -v sh"]).output().unwrap().stdout;
    symlink(String::from_utf8(sh).unwrap().trim(), &odd).unwrap();
    let path = folder.path().join("report.json");
    let status = profile(&["--json", "--output", path.to_str().unwrap(), "--"])
        .arg(&odd)
        .args(["-c", "sleep 0.5; exit 9"])
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(9));
    assert!(read(&path)["evidence"]["samples"].as_u64() > Some(0));
}

#[test]
fn a_name_does_not_paint_the_terminal() {
    let folder = TempDir::new().unwrap();
    let odd = folder.path().join("a\u{1b}[31m\nb");
    let sleep = Command::new("sh").args(["-c", "command -v sleep"]).output().unwrap();
    symlink(String::from_utf8(sleep.stdout).unwrap().trim(), &odd).unwrap();
    let ends_before = "\"$0\" 5 & sleep 0.3; echo $!";
    let output = profile(&["--", "sh", "-c", ends_before]).arg(&odd).output().unwrap();
    let left = String::from_utf8(output.stdout).unwrap();
    Command::new("kill").arg(left.trim()).status().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(r"not counted from here on: a\u{1b}[31m\nb ("), "{said}");
    let output = profile(&["--", "no\u{1b}[31m"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(r"cannot run no\u{1b}[31m"), "{said}");
}

#[test]
fn many_short_children_are_counted_and_leave_nobody() {
    let (_, report) =
        report_on(&[], "i=0; while [ $i -lt 200 ]; do (:) & i=$((i+1)); done; wait");
    assert_eq!(report["outlived"], serde_json::json!([]));
    assert!(report["cpu_s"].as_f64() >= report["own_cpu_s"].as_f64());
}

#[test]
fn with_a_duration_the_command_goes_on_to_its_end() {
    let (output, report) =
        report_on(&["--duration", "200ms"], "sleep 0.7; echo end; exit 4");
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(4), &b"end\n"[..]));
    let watched = report["evidence"]["watched_s"].as_f64().unwrap();
    assert!(watched < report["wall_s"].as_f64().unwrap(), "{report}");
}

#[test]
fn a_program_that_runs_already_is_watched_until_it_ends() {
    let mut child = Command::new("sleep").arg("0.8").spawn().unwrap();
    let pid = child.id().to_string();
    // It is left to us to wait for it: until then it is there, and has ended.
    let output =
        profile(&["--json", "--duration", "60s", "--pid", &pid]).output().unwrap();
    child.wait().unwrap();
    assert!(output.status.success());
    let report: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(report["pid"], child.id());
    assert_eq!(report["command"], serde_json::json!(["sleep"]));
    assert_eq!(report["exit"], Value::Null);
}

#[test]
fn nobody_cannot_be_watched() {
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let pid = child.id().to_string();
    let output = profile(&["--pid", &pid]).output().unwrap();
    assert_eq!(output.status.code(), Some(125));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, format!("profile: --pid {pid}: there is no such process\n"));
}

#[test]
fn a_probe_runs_the_command_again_without_its_output() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    let script = format!("echo run >> {}; echo hello; sleep 0.3", log.display());
    let (output, report) = report_on(&["--probe"], &script);
    assert_eq!(output.stdout, b"hello\n");
    let runs = fs::read_to_string(log).unwrap().lines().count();
    assert!(runs >= 4, "{runs}");
    let probed = &report["evidence"]["probed"];
    assert!(probed["two_copies"].is_f64(), "{report}");
    assert!(!probed["said"].as_array().unwrap().is_empty());
}
