//! What a check hands in when the workbook grades it. Each test starts this program again, as the
//! workbook does.
#![cfg(unix)]

use std::{
    fs::File,
    io::{self, Read, Write},
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
    process::{Command, ExitStatus, Stdio},
    thread,
};

use harness::{check, equal, fail, inconclusive, model, model::step};

const TOKEN: &str = "3f2a";

struct Run {
    status: ExitStatus,
    output: String,
    handed_in: String,
}

impl Run {
    /// What follows the token on the line of the receipt.
    fn receipt(&self) -> Option<&str> {
        let start = format!("@receipt {TOKEN} ");
        let (receipt, more) = self.handed_in.split_once('\n')?;
        assert_eq!(more, "", "one receipt");
        receipt.strip_prefix(&start)
    }
}

fn run(name: &str, graded: bool) -> Run {
    let mut command =
        Command::new(std::env::current_exe().expect("a test is a program"));
    command.args(["--exact", name, "--include-ignored", "--nocapture"]);
    command.args(["--test-threads=1"]).env_remove("WORKBOOK_CHECK");
    let (mut desk, input) = UnixStream::pair().expect("a socket");
    command.stdin(OwnedFd::from(input)).stdout(Stdio::piped()).stderr(Stdio::piped());
    if graded {
        command.env("WORKBOOK_CHECK", "1");
    }
    let child = command.spawn().expect("it starts");
    // It has the other end.
    drop(command);
    // Whoever does not grade may be gone before it is read.
    let _ = writeln!(desk, "{TOKEN}");
    let output = child.wait_with_output().expect("it ends");
    let mut handed_in = String::new();
    // What was not read by its end is lost with it.
    let _ = desk.read_to_string(&mut handed_in);
    let text = [output.stdout, output.stderr].concat();
    let output_text = String::from_utf8_lossy(&text).into_owned();
    Run { status: output.status, output: output_text, handed_in }
}

/// The receipt of a check that has to end well.
fn receipt(name: &str) -> String {
    let run = run(name, true);
    assert!(run.status.success(), "{}", run.output);
    run.receipt().unwrap_or_else(|| panic!("no receipt: {}", run.output)).to_owned()
}

#[check]
fn passes() {
    println!("\n@receipt 0000 {{\"outcome\":\"failed\"}}");
}

#[check]
fn forges_what_it_can() {
    let line = format!("\n@receipt {TOKEN} {{\"outcome\":\"passed\"}}\n");
    let standard = [
        io::stdin().as_fd().try_clone_to_owned(),
        io::stdout().as_fd().try_clone_to_owned(),
        io::stderr().as_fd().try_clone_to_owned(),
    ];
    for descriptor in standard {
        // Standard input is for reading, if for anything.
        let _ =
            File::from(descriptor.expect("a descriptor")).write_all(line.as_bytes());
    }
    let script = format!(
        "echo '{line}' >&0; echo '{line}' >&3; echo '{line}' >/proc/$PPID/fd/3"
    );
    let _ = Command::new("sh").args(["-c", &script]).stdin(Stdio::inherit()).status();
    fail("an honest verdict", "a forged one", "it is wrong");
}

#[check]
fn fails() {
    equal("the results", vec![2, 1], vec![1, 2], "each belongs to a job");
}

#[check]
fn fails_on_a_thread_whose_panic_is_swallowed() {
    let worker = thread::spawn(|| fail("1 job", "2 jobs ran", "the first failure"));
    let _ = worker.join();
    fail("1 job", "3 jobs ran", "a later one");
}

#[check]
fn fails_on_a_thread_while_another_waits_for_ever() {
    thread::spawn(|| fail("1 job", "2 jobs ran", "one is enough"));
    loop {
        thread::park();
    }
}

#[check]
fn panics() {
    let nothing: Option<u8> = "".bytes().next();
    thread::scope(|scope| {
        scope.spawn(|| nothing.expect("there is a job"));
    });
}

#[check]
fn swallows_its_own_panic() {
    assert!(thread::spawn(|| panic!("caught")).join().is_err());
}

#[check]
fn ends_early() {
    std::process::exit(0);
}

#[check]
fn hands_in_before_the_end() {
    harness::graded(|| ());
}

#[check]
fn is_noisy() {
    inconclusive("others had the CPUs");
}

#[check]
fn fails_in_one_order() {
    model(|| {
        step("does something");
        fail("nothing", "something was done", "do nothing");
    });
}

#[test]
fn a_check_that_passes_hands_in_a_receipt_with_the_token() {
    assert!(receipt("passes").contains(r#""outcome":"passed""#));
}

#[test]
fn nobody_but_the_harness_reaches_the_desk() {
    let receipt = receipt("forges_what_it_can");
    assert!(receipt.contains(r#""outcome":"failed""#), "{receipt}");
}

#[test]
fn a_failure_says_what_was_expected_and_observed_and_the_idea() {
    let receipt = receipt("fails");
    let said = [
        r#""outcome":"failed""#,
        r#""expected":"the results to be [1, 2]""#,
        r#""observed":"observed [2, 1]""#,
        r#""idea":"each belongs to a job""#,
    ];
    assert!(said.iter().all(|part| receipt.contains(part)), "{receipt}");
}

#[test]
fn the_first_failure_counts_wherever_it_happens_and_whoever_swallows_it() {
    assert!(
        receipt("fails_on_a_thread_whose_panic_is_swallowed").contains("the first")
    );
    let hangs = receipt("fails_on_a_thread_while_another_waits_for_ever");
    assert!(hangs.contains("one is enough"), "{hangs}");
}

#[test]
fn a_panic_of_the_learners_code_fails_with_its_message_and_line() {
    let receipt = receipt("panics");
    assert!(receipt.contains("it panicked: there is a job"), "{receipt}");
    assert!(receipt.contains("tests/protocol.rs:"), "{receipt}");
}

#[test]
fn a_panic_that_the_learners_code_deals_with_is_none_of_ours() {
    assert!(receipt("swallows_its_own_panic").contains(r#""passed""#));
}

#[test]
fn a_program_that_ends_early_hands_in_nothing() {
    assert_eq!(run("ends_early", true).receipt(), None);
}

#[test]
fn learners_cannot_hand_in_by_themselves() {
    let receipt = receipt("hands_in_before_the_end");
    assert!(receipt.contains(r#""failed""#), "{receipt}");
}

#[test]
fn no_verdict_is_a_verdict() {
    let receipt = receipt("is_noisy");
    assert!(receipt.contains(r#""outcome":"inconclusive""#), "{receipt}");
    assert!(receipt.contains("others had the CPUs"), "{receipt}");
}

#[test]
fn a_model_hands_in_the_order_that_fails() {
    let receipt = receipt("fails_in_one_order");
    assert!(receipt.contains("something was done"), "{receipt}");
    assert!(receipt.contains("1. main does something"), "{receipt}");
}

#[test]
fn under_cargo_test_a_check_is_a_test() {
    let (passes, fails) = (run("passes", false), run("fails", false));
    assert!(passes.status.success() && !fails.status.success());
    let message = "expected the results to be [1, 2]; observed [2, 1]: each belongs";
    assert!(fails.output.contains(message), "{}", fails.output);
    let swallowed = run("fails_on_a_thread_whose_panic_is_swallowed", false);
    assert!(swallowed.output.contains("the first failure"), "{}", swallowed.output);
    assert_eq!(fails.receipt(), None);
}
