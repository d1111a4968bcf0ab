//! Checks in their cells: whatever a program does, it gets an honest verdict, and nothing of it is
//! left.
#![cfg(unix)]

use std::{
    env, fs,
    io::Write,
    os::unix::{
        fs::MetadataExt,
        net::{UnixDatagram, UnixListener},
    },
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use lab::os::{command::is_there, confine};
use workbook::exercises::{
    cell::{self, Circumstances, Limits, wire::Job},
    verdict::{Outcome, Verdict},
};

mod hostile;

const TOOL: &str = env!("CARGO_BIN_EXE_workbook");

/// Long enough for whoever ends by himself.
const PATIENT: Limits = Limits {
    deadline: Duration::from_secs(120),
    memory: 256 << 20,
    processes: 64,
    output: 4096,
};

/// Hopeless cases need not wait.
const HASTY: Limits = Limits { deadline: Duration::from_secs(2), ..PATIENT };

fn run(program: &str, learner: &str, limits: Limits) -> Verdict {
    let name = format!("hostile::{program}");
    let under = Circumstances { learner: Some(learner), limits, of: None };
    let own = env::current_exe().expect("this program");
    let verdict = cell::check_by(Path::new(TOOL), &own, &name, &under);
    let verdict = verdict.expect("there is always a verdict");
    println!("{verdict:#?}");
    verdict
}

/// As [`run`], for programs that must fail; returns the message.
fn fails(program: &str, limits: Limits) -> String {
    let learner = format!("{program} of {}", std::process::id());
    let verdict = run(program, &learner, limits);
    assert_eq!(verdict.outcome, Outcome::Failed);
    assert_eq!(left(&learner), 0, "something is left of {program}");
    verdict.message
}

/// How many processes there are of a learner's check; they are ended.
fn left(learner: &str) -> usize {
    confine::end_holders_of(&format!("WORKBOOK_LEARNER={learner}"))
}

#[test]
fn what_is_right_passes_and_what_it_printed_is_kept() {
    let verdict = run("is_right", "", PATIENT);
    assert_eq!((verdict.outcome, verdict.message.as_str()), (Outcome::Passed, ""));
    assert_eq!(verdict.output, "hello");
}

#[test]
fn what_is_wrong_fails_with_its_message() {
    assert_eq!(fails("is_wrong", PATIENT), "1 at a time");
}

#[test]
fn a_check_knows_its_learner_and_an_empty_folder_and_no_secrets() {
    let verdict = run("knows_where_it_is", "ada", PATIENT);
    assert_eq!(verdict.outcome, Outcome::Passed, "{}", verdict.message);
}

#[test]
fn a_check_that_is_not_there_is_named() {
    let message = fails("is_missing", PATIENT);
    assert_eq!(message, "the test program has no check hostile::is_missing");
}

#[test]
fn a_program_that_never_ends_is_ended_and_its_threads_are_told() {
    let message = fails("never_ends", HASTY);
    assert!(message.starts_with("not done after 2 s"), "{message}");
    if cfg!(target_os = "linux") {
        // The thread of the check itself waits for the one that computes.
        for part in [
            "1 thread (spinner) computes",
            "2 threads (waiter) wait for a lock, a condition variable, a channel or",
            "1 thread (sleeper) sleeps: a loop that never ends, or",
        ] {
            assert!(message.contains(part), "{part} in {message}");
        }
        assert_eq!(message.matches("thread").count(), 4, "{message}");
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn processes_that_left_the_session_are_ended_and_told() {
    let learner = format!("leaves_processes of {}", std::process::id());
    let verdict = run("leaves_processes", &learner, PATIENT);
    assert_eq!(verdict.outcome, Outcome::Failed);
    assert!(
        verdict.message.ends_with(
            "2 processes were left running after the check; they were ended"
        ),
        "{}",
        verdict.message
    );
    let pids = verdict.output.lines().filter_map(|it| it.strip_prefix("left "));
    let pids: Vec<u32> = pids.map(|pid| pid.parse().expect("a number")).collect();
    assert_eq!(pids.len(), 2, "{}", verdict.output);
    assert!(!pids.into_iter().any(is_there));
    assert_eq!(left(&learner), 0);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn a_process_that_is_never_there_when_one_looks_is_found() {
    let message = fails("is_a_comet", PATIENT);
    assert!(message.ends_with("after the check; it was ended"), "{message}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn a_fork_bomb_is_stopped_and_nothing_of_it_is_left() {
    assert_eq!(fails("forks", PATIENT), "it started more than 64 processes");
    // Elsewhere it is ended too, but may take all that the machine has before.
    if confine::possible().signals {
        assert_eq!(fails("forks_away", PATIENT), "it started more than 64 processes");
    }
}

#[test]
fn a_flood_is_not_kept_and_stops_nobody() {
    let verdict = run("prints_much", "", PATIENT);
    assert_eq!(verdict.outcome, Outcome::Passed, "{}", verdict.message);
    assert!(verdict.output.len() <= PATIENT.output, "{}", verdict.output.len());
}

#[test]
fn an_endless_flood_ends_at_the_deadline() {
    let message = fails("prints_for_ever", HASTY);
    assert!(message.starts_with("not done after 2 s"), "{message}");
    if cfg!(target_os = "linux") {
        assert!(message.contains("a loop that never ends"), "{message}");
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn memory_without_end_is_not_to_be_had() {
    let programs =
        ["takes_memory", "takes_memory_in_children", "fills_files_in_memory"];
    for program in programs {
        let message = fails(program, PATIENT);
        assert!(
            message.starts_with("it took more memory than the 256 MiB of a check"),
            "{message}"
        );
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn who_is_given_no_memory_is_told_so() {
    let message = fails("asks_for_too_much", PATIENT);
    assert!(message.contains("memory allocation of 70368744177664 bytes"), "{message}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn a_folder_is_not_filled_without_end() {
    for program in ["fills_the_disk", "digs"] {
        let message = fails(program, PATIENT);
        assert_eq!(
            message,
            "it filled its folder: it may have 256 MiB in 20000 files, and no folders without \
             end"
        );
    }
}

#[test]
fn an_early_end_is_no_success() {
    let message = fails("ends_early", PATIENT);
    assert_eq!(
        message,
        "the program ended (exit code 0) before the check was over: only the check itself \
         may end it"
    );
    let message = fails("aborts", PATIENT);
    assert!(message.starts_with("the program was ended by signal 6"), "{message}");
    let message = fails("panics_in_the_harness", PATIENT);
    assert_eq!(
        message,
        "the program ended with exit code 101 before the check was over"
    );
}

#[test]
fn a_printed_verdict_is_none() {
    let message = fails("pretends", PATIENT);
    assert!(message.starts_with("the program ended (exit code 0) before"), "{message}");
    assert_eq!(fails("pretends_and_fails", PATIENT), "it is wrong");
}

#[test]
fn who_deletes_everything_deletes_only_what_is_his() {
    let outside = tempfile::tempdir().expect("a folder");
    let file = outside.path().join("file");
    fs::write(&file, "ours").expect("a file");
    let learner = outside.path().to_str().expect("a plain path");
    let verdict = run("deletes_all", learner, PATIENT);
    assert_eq!(verdict.outcome, Outcome::Passed, "{}", verdict.message);
    assert_eq!(file.exists(), confine::possible().writes);
}

#[test]
fn nothing_is_written_outside_of_the_folder() {
    let outside = tempfile::tempdir().expect("a folder");
    let file = |name: &str| outside.path().join(name);
    fs::write(file("old"), "ours").expect("a file");
    let learner = outside.path().to_str().expect("a plain path");
    run("writes_elsewhere", learner, PATIENT);
    let is_ours = fs::read_to_string(file("old")).is_ok_and(|it| it == "ours");
    assert_eq!(is_ours && !file("new").exists(), confine::possible().writes);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn what_belongs_to_the_user_is_left_as_it_is() {
    let outside = tempfile::tempdir().expect("a folder");
    let file = outside.path().join("old");
    fs::write(&file, "ours").expect("a file");
    let service = UnixListener::bind(outside.path().join("service")).expect("a socket");
    service.set_nonblocking(true).expect("a socket");
    let mailbox = UnixDatagram::bind(outside.path().join("mailbox")).expect("a socket");
    mailbox.set_nonblocking(true).expect("a socket");
    let state = || {
        let it = file.metadata().expect("a file");
        (it.mode(), it.uid(), it.gid(), it.mtime())
    };
    let before = state();
    let learner = outside.path().to_str().expect("a plain path");
    let verdict = run("changes_what_is_not_its_own", learner, PATIENT);
    assert_eq!(verdict.outcome, Outcome::Passed, "{}", verdict.message);
    assert_eq!(state() == before, confine::possible().calls);
    assert_eq!(service.accept().is_err(), confine::possible().calls);
    assert_eq!(mailbox.recv(&mut [0; 9]).is_err(), confine::possible().calls);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn the_supervisor_is_out_of_reach() {
    let possible = confine::possible();
    for (program, is_kept) in [
        ("reads_its_output", true),
        ("reads_its_supervisor", possible.writes),
        ("limits_its_supervisor", possible.calls),
        ("slows_its_user", possible.calls),
    ] {
        let verdict = run(program, "", PATIENT);
        assert_eq!(verdict.outcome == Outcome::Passed, is_kept, "{program}");
    }
}

#[test]
fn a_folder_that_is_locked_is_removed_too() {
    let folder = |path: &Path| {
        let entries = fs::read_dir(path).expect("a folder").flatten();
        entries.map(|it| it.path()).collect::<Vec<_>>()
    };
    // Folders of other tests come and go, so this one is looked for by what is in it.
    let verdict = run("locks_its_folder", "", PATIENT);
    assert_eq!(verdict.outcome, Outcome::Passed, "{}", verdict.message);
    let ours =
        folder(&env::temp_dir()).into_iter().find(|it| it.join("inside").exists());
    assert_eq!(ours, None);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn who_would_end_its_supervisor_fails_or_is_kept_from_it() {
    let learner = format!("ends_its_parent of {}", std::process::id());
    let verdict = run("ends_its_parent", &learner, PATIENT);
    assert_eq!(verdict.outcome, Outcome::Failed);
    let expected = if confine::possible().signals {
        "1 process was left running after the check; it was ended"
    } else {
        "the process that watches over the check was ended"
    };
    assert!(verdict.message.contains(expected), "{}", verdict.message);
    assert_eq!(left(&learner), 0);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has the means")]
fn when_the_tool_is_gone_so_is_its_check() {
    let scratch = tempfile::tempdir().expect("a folder");
    let learner = format!("deserted of {}", std::process::id());
    let job = Job {
        binary: env::current_exe().expect("this program"),
        name: "hostile::never_ends".to_owned(),
        token: "token".to_owned(),
        learner: Some(learner.clone()),
        scratch: scratch.path().to_owned(),
        limits: PATIENT,
    };
    let mut supervisor = Command::new(TOOL)
        .arg("cell")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let line = serde_json::to_string(&job).expect("JSON") + "\n";
    let input = supervisor.stdin.as_mut().expect("it is piped");
    input.write_all(line.as_bytes()).expect("it listens");
    while !scratch.path().join("started").exists() {
        thread::sleep(Duration::from_millis(5));
    }
    // What the system does for a process that has ended, however it did.
    drop(supervisor.stdin.take());
    supervisor.wait().expect("it ends");
    assert_eq!(left(&learner), 0);
    assert!(!scratch.path().exists());
}
