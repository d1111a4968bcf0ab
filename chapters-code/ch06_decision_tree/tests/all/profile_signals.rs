//! `profile -- COMMAND` and signals: they reach the command, and none of them loses the report.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::profile::{profile, read};

fn send(signal: &str, to: u32) {
    let pid = to.to_string();
    assert!(
        Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success()
    );
}

/// A script under it, in a process group of its own, and where its report will be.
fn start(folder: &TempDir, args: &[&str], script: &str) -> (Child, PathBuf) {
    let path = folder.path().join("report.json");
    let child = profile(&["--json", "--output", path.to_str().unwrap()])
        .args(args)
        .args(["--", "sh", "-c", script])
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    (child, path)
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim().to_owned()
}

/// The letter with which the system tells what a process does; a space if it is gone.
fn state(pid: u32) -> char {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().and_then(|it| it.chars().next()).unwrap_or(' ')
}

fn await_state(pid: u32, wanted: &[char]) {
    let start = Instant::now();
    while !wanted.contains(&state(pid)) {
        assert!(start.elapsed() < Duration::from_secs(60), "{}", state(pid));
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn signals_reach_the_command() {
    let script =
        "trap 'echo got; exit 3' USR1; echo ready; while :; do sleep 0.02; done";
    let mut child = profile(&["--", "sh", "-c", script])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    send("USR1", child.id());
    assert_eq!(lines.next().unwrap().unwrap(), "got");
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn to_be_asked_to_end_ends_the_command_and_the_report_follows() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("report.json");
    let mut child = profile(&["--json", "--output", path.to_str().unwrap()])
        .args(["--", "sh", "-c", "echo ready; exec sleep 60"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = [0; 6];
    child.stdout.take().unwrap().read_exact(&mut ready).unwrap();
    send("TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
    assert_eq!(read(&path)["exit"]["signal"], 15);
}

#[test]
fn a_command_that_ends_its_whole_group_has_its_report() {
    let folder = TempDir::new().unwrap();
    for _ in 0..5 {
        let (mut child, path) =
            start(&folder, &[], "trap 'trap - TERM; kill -TERM 0' EXIT; sleep 0.05");
        assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
        assert_eq!(read(&path)["exit"]["signal"], 15);
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn what_the_command_sends_to_its_whole_group_reaches_it_once() {
    let folder = TempDir::new().unwrap();
    let script = "n=0; trap 'n=$((n+1))' USR1; kill -USR1 0; \
        for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.02; done; exit $n";
    let (mut child, path) = start(&folder, &[], script);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(read(&path)["exit"]["code"], 1);
}

#[test]
fn when_the_terminal_stops_the_command_the_shell_sees_its_job_stop() {
    for signal in ["TSTP", "TTIN", "TTOU"] {
        let folder = TempDir::new().unwrap();
        let script = format!("kill -{signal} $$; exit 4");
        let (mut child, path) = start(&folder, &[], &script);
        await_state(child.id(), &['T']);
        send("CONT", child.id());
        assert_eq!(child.wait().unwrap().code(), Some(4), "{signal}");
        assert_eq!(read(&path)["exit"]["code"], 4);
    }
}

#[test]
fn a_command_that_somebody_stops_is_waited_for() {
    let folder = TempDir::new().unwrap();
    let (mut child, path) = start(&folder, &[], "echo $$; sleep 0.3; exit 4");
    let command: u32 = first_line(&mut child).parse().unwrap();
    send("STOP", command);
    await_state(command, &['T']);
    // Long enough for one that would stop too.
    thread::sleep(Duration::from_millis(100));
    assert_ne!(state(child.id()), 'T');
    send("CONT", command);
    assert_eq!(child.wait().unwrap().code(), Some(4));
    assert_eq!(read(&path)["exit"]["code"], 4);
}

#[test]
fn a_probe_that_is_asked_to_end_ends_its_copies_and_keeps_the_report() {
    for signal in ["TERM", "INT", "TSTP"] {
        let folder = TempDir::new().unwrap();
        let copies = folder.path().join("copies");
        // The second run tells its number and that of a child, and does not end.
        let script = format!(
            "if [ -e {0} ]; then trap '' TERM INT; sleep 1000 & echo $$ $! > {0}; wait; \
             else : > {0}; sleep 0.2; fi",
            copies.display()
        );
        let (mut child, path) = start(&folder, &["--probe"], &script);
        let start = Instant::now();
        let numbers = loop {
            let told = fs::read_to_string(&copies).unwrap_or_default();
            if told.ends_with('\n') {
                break told;
            }
            assert!(start.elapsed() < Duration::from_secs(60));
            thread::sleep(Duration::from_millis(5));
        };
        send(signal, child.id());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
        let said = &read(&path)["evidence"]["probed"]["said"];
        assert!(said[0].as_str().unwrap().contains("a signal"), "{said}");
        for pid in numbers.split_whitespace() {
            await_state(pid.parse().unwrap(), &[' ', 'Z', 'X']);
        }
    }
}
