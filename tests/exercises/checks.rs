//! `check`.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::bench::{BROKEN, Bench, LARGE, MANIFEST, NOISY, ORDERED, PROGRESS, SOLVED};

#[test]
fn a_pass_is_told_noted_and_followed_by_what_comes_next() {
    let bench = Bench::new();
    bench.write(ORDERED, SOLVED);
    let ran = bench.run(&["check", "ch05.ordered"]);
    ran.said(
        0,
        &[
            "passed: There is an answer",
            "passed: It is the right one",
            "2 of 2 checks passed, 5 of 5 points",
            "cargo run -- solution ch05.ordered",
            "Next:  ch05.bounded",
            "cargo run -- check ch05.bounded",
        ],
    );
    let progress = bench.text(PROGRESS);
    assert!(progress.contains("\"ch05.ordered\".passed = 20"), "{progress}");
    assert!(progress.contains("\"ch05.ordered\".points = 5"), "{progress}");
}

#[test]
fn a_failure_says_what_was_expected_and_observed_and_names_the_next_command() {
    let bench = Bench::new();
    let ran = bench.run(&["check", "ch05.ordered"]);
    ran.said(
        1,
        &[
            "failed: It is the right one",
            "expected forty-two",
            "0 for nobody",
            "think again",
            "| thinking of 0",
            "0 of 2 checks passed, 0 of 5 points",
            ORDERED,
            "cargo run -- hint ch05.ordered",
        ],
    );
    assert!(!ran.out.contains("running 1 test"), "{}", ran.out);
    assert!(!bench.is_there(PROGRESS), "nothing was reached");
}

#[test]
fn what_nobody_has_written_yet_is_told_with_its_place_and_where_to_begin() {
    let bench = Bench::new();
    let begun = "pub fn answer() -> u32 {\n    println!(\"begun\");\n    todo!()\n}\n";
    bench.write(ORDERED, begun);
    let ran = bench.run(&["check", "ch05.ordered"]);
    let place = format!("nothing is written there yet: {ORDERED}:3, in `answer`\n");
    let next = "Where to begin?  cargo run -- hint ch05.ordered";
    ran.said(1, &[&place, "| begun", "0 of 2 checks passed", next]);
    assert!(!ran.out.contains("panicked"), "{}", ran.out);
    assert!(!ran.out.contains("not yet implemented"), "{}", ran.out);
}

#[test]
fn a_panic_in_the_learners_file_is_told_with_its_place_and_that_no_check_expects_it() {
    let bench = Bench::new();
    let panics = "fn first() -> u32 {\n    panic!(\"empty\")\n}\n\n\
                  pub fn answer() -> u32 {\n    first()\n}\n";
    bench.write(ORDERED, panics);
    let ran = bench.run(&["check", "ch05.ordered"]);
    let place =
        format!("No check expects a panic; this one was at {ORDERED}:2, in `first`\n");
    ran.said(1, &["it panicked: empty\n", &place, "Stuck?  cargo run -- hint"]);
}

#[test]
fn whoever_has_read_all_hints_is_shown_the_way_to_the_solution() {
    let bench = Bench::new();
    bench.write(PROGRESS, "schema = 1\n\n\"ch05.ordered\".hints = 3\n");
    let ran = bench.run(&["check", "ch05.ordered"]);
    ran.said(1, &["cargo run -- solution ch05.ordered --give-up"]);
}

#[test]
fn some_points_are_noted_and_kept() {
    let bench = Bench::new();
    bench.write(ORDERED, &SOLVED.replace("42", "43"));
    bench.run(&["check", "ch05.ordered"]).said(1, &["1 of 2 checks passed, 2 of 5"]);
    let noted = "schema = 1\n\n\"ch05.ordered\".points = 2\n";
    assert_eq!(bench.text(PROGRESS), noted);
    bench.write(ORDERED, &SOLVED.replace("42", "0"));
    bench.run(&["check", "ch05.ordered"]).said(1, &["0 of 2 checks passed"]);
    assert_eq!(bench.text(PROGRESS), noted);
}

#[test]
fn a_compiler_error_is_shown_as_the_compiler_wrote_it_and_is_the_learners() {
    let bench = Bench::new();
    bench.write(ORDERED, BROKEN);
    let ran = bench.run(&["check", "ch05.ordered"]);
    ran.complained(1, &["error[E0425]", "ordered.rs:2:5", "2 |     anwser"]);
    ran.said(1, &["does not compile", ORDERED, "cargo run -- hint ch05.ordered"]);
    assert!(!ran.out.contains("cargo run -- reset"), "{}", ran.out);
}

#[test]
fn a_file_that_is_gone_is_named_with_the_command_that_brings_it_back() {
    let bench = Bench::new();
    std::fs::remove_file(bench.root().join(ORDERED)).expect("it was there");
    let ran = bench.run(&["check", "ch05.ordered"]);
    let gone = format!("Not yet: {ORDERED} is not there\n");
    ran.said(1, &[&gone, "cargo run -- reset ch05.ordered"]);
    assert!(!ran.out.contains("Edit"), "{}", ran.out);
    assert_eq!(ran.errors, "", "no compiler was asked");
    bench.write("exercises/ch05_image_pool/src/bounded.rs", SOLVED);
    bench.run(&["check", "ch05"]).said(1, &[&gone, "1 of 2 exercises passed"]);
}

#[test]
fn another_signature_is_told_from_an_error_in_the_file() {
    let bench = Bench::new();
    let told = ["errors are in the test", "cargo run -- reset ch05.ordered"];
    for other in ["pub fn answer(of: u32) -> u32 {\n    of\n}\n", "pub fn other() {}\n"]
    {
        bench.write(ORDERED, other);
        let ran = bench.run(&["check", "ch05.ordered"]);
        ran.complained(1, &["tests/ordered.rs:"]);
        ran.said(1, &told);
    }
    bench.write(ORDERED, "pub fn answer(of: u32) -> u32 {\n    off\n}\n");
    let ran = bench.run(&["check", "ch05.ordered"]);
    ran.said(1, &["does not compile", "Edit"]);
    assert!(!ran.out.contains("cargo run -- reset"), "{}", ran.out);
}

#[test]
fn of_a_chapter_every_exercise_is_checked_though_one_does_not_compile() {
    let bench = Bench::new();
    bench.write(ORDERED, BROKEN);
    bench.write("exercises/ch05_image_pool/src/bounded.rs", SOLVED);
    let ran = bench.run(&["check", "ch05"]);
    ran.said(1, &["does not compile", "5 of 5 points", "1 of 2 exercises passed"]);
}

#[test]
fn what_cannot_be_judged_is_neither_passed_nor_failed() {
    let bench = Bench::new();
    bench.write(ORDERED, NOISY);
    let ran = bench.run(&["check", "ch05.ordered"]);
    ran.said(0, &["not judged: It is the right one", "Close what else is running"]);
    assert!(!bench.is_there(PROGRESS), "nothing was reached");
}

#[test]
fn who_calls_a_check_inconclusive_that_never_is_has_failed_it() {
    let bench = Bench::new();
    bench.write(ORDERED, NOISY);
    bench.edit(MANIFEST, "may_be_inconclusive = true\n", "");
    let ran = bench.run(&["check", "ch05.ordered"]);
    ran.said(
        1,
        &["failed: There is an answer", "it was called inconclusive, and that"],
    );
}

#[test]
fn a_machine_that_cannot_judge_one_check_keeps_nobody_from_going_on() {
    let bench = Bench::new();
    bench.write(ORDERED, LARGE);
    let ran = bench.run(&["check", "ch05.ordered"]);
    let summary =
        "Passed: 1 of 2 checks passed, 2 of 5 points; 1 could not be judged here";
    ran.said(0, &["not judged: It is the right one", summary, "Next:"]);
    assert!(bench.text(PROGRESS).contains("passed = "), "it is noted");
}

#[test]
fn a_learner_is_remembered_and_told_to_the_checks() {
    let bench = Bench::new();
    let ran = bench.run(&["check", "ch05.ordered", "--learner", "ada"]);
    ran.said(1, &["0 for ada"]);
    assert_eq!(bench.text(PROGRESS), "schema = 1\nlearner = \"ada\"\n");
    bench.run(&["check", "ch05.ordered"]).said(1, &["0 for ada"]);
}

#[test]
fn an_id_that_is_none_is_refused_and_not_repeated() {
    let bench = Bench::new();
    let long = "x".repeat(5000);
    let odd = "ada\x1b[2J";
    for (id, fault) in
        [(" ", "is empty"), (long.as_str(), "has 5000"), (odd, "are not shown")]
    {
        let bad = bench.run(&["check", "ch05.ordered", "--learner", id]);
        bad.complained(2, &["--learner: a learner's id is a name of 1 to 100", fault]);
        assert!(bad.errors.len() < 200, "{}", bad.errors);
    }
    bench.write(PROGRESS, "schema = 1\nlearner = \"ada\\u0000\"\n");
    let bad = bench.run(&["check", "ch05.ordered"]);
    bad.complained(2, &["name yourself again with --learner"]);
}

#[test]
fn it_works_from_every_folder_of_the_workbook() {
    let bench = Bench::new();
    let mut command = bench.command(&["check", "ch05.ordered"]);
    let folder = bench.root().join("exercises/ch05_image_pool/src");
    let output = command.current_dir(folder).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("think again"));
}

#[test]
fn without_cargo_it_says_so_and_blames_nobody() {
    let bench = Bench::new();
    let mut command = bench.command(&["check", "ch05.ordered"]);
    command.env("CARGO", bench.root().join("no-cargo"));
    let output = command.output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("install Rust (https://rustup.rs)"), "{errors}");
}

#[test]
fn a_workspace_that_cargo_refuses_is_not_the_learners_failure() {
    let bench = Bench::new();
    bench.write("Cargo.toml", "[workspace\n");
    let ran = bench.run(&["check", "ch05.ordered"]);
    ran.complained(2, &["cannot be built; cargo has said why"]);
}

#[test]
fn without_a_terminal_nothing_is_coloured() {
    let bench = Bench::new();
    for arguments in
        [&["check", "ch05.ordered"][..], &["list"], &["hint", "ch05.ordered"]]
    {
        let ran = bench.run(arguments);
        assert!(!ran.out.contains('\x1b'), "{:?}", ran.out);
        assert!(!ran.errors.contains('\x1b'), "{:?}", ran.errors);
    }
}

/// Whose second check waits for the file `go`, but not for ever.
const WAITS: &str = r#"
pub fn answer() -> u32 {
    let go = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/go"));
    for _ in 0..500 {
        if go.exists() || std::env::args().any(|it| it == "it_is_more_than_nothing") {
            return 42;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    0
}
"#;

#[test]
fn a_verdict_is_told_while_the_next_check_still_runs() {
    let bench = Bench::new();
    bench.write(ORDERED, WAITS);
    let mut command = bench.command(&["check", "ch05.ordered"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let out = BufReader::new(child.stdout.take().expect("its output"));
    let mut lines = out.lines().map(|line| line.expect("text"));
    assert!(lines.any(|line| line.contains("passed: There is an answer")));
    bench.write("exercises/ch05_image_pool/go", "");
    assert!(lines.any(|line| line.contains("passed: It is the right one")));
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[cfg(unix)]
#[test]
fn while_it_watches_a_save_is_checked_and_ctrl_c_ends_it() {
    let bench = Bench::new();
    let mut command = bench.command(&["check", "ch05.ordered", "--watch"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let out = BufReader::new(child.stdout.take().expect("its output"));
    let mut lines = out.lines().map(|line| line.expect("text"));
    assert!(lines.any(|line| line.contains("Not yet")));
    assert_eq!(lines.next(), Some(format!("Edit {ORDERED}, and save it")));
    bench.write(ORDERED, SOLVED);
    assert!(lines.any(|line| line.contains("Passed")));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

/// Waits for another program.
#[cfg(target_os = "linux")]
const HANGS: &str = "pub fn answer() -> u32 {\n    \
     std::process::Command::new(\"sleep\").arg(\"600\").status().unwrap();\n    1\n}\n";

/// What the system tells of all processes below a program.
#[cfg(target_os = "linux")]
fn below(child: &Child, what: &str) -> Vec<String> {
    let pids = lab::os::confine::descendants(child.id(), 99).into_iter();
    let told = pids.map(|pid| std::fs::read_to_string(format!("/proc/{pid}/{what}")));
    told.filter_map(Result::ok).collect()
}

/// Whether what [`HANGS`] starts is there.
#[cfg(target_os = "linux")]
fn is_hanging(child: &Child) -> bool {
    below(child, "comm").iter().any(|it| it.trim() == "sleep")
}

/// Whether a process has `mark` in its environment.
#[cfg(target_os = "linux")]
fn is_there(mark: &str) -> bool {
    let all = std::fs::read_dir("/proc").expect("all processes").flatten();
    let environment = |it: std::fs::DirEntry| std::fs::read(it.path().join("environ"));
    let mut all = all.filter_map(|it| environment(it).ok());
    all.any(|it| String::from_utf8_lossy(&it).contains(&format!("STOPPED={mark}\0")))
}

/// That a command which `begins` is stopped by Ctrl-C with nothing left behind; it has `mark` in its
/// environment. Returns what it said.
#[cfg(target_os = "linux")]
fn stopped(
    mut command: Command,
    mark: &str,
    begins: impl Fn(&Child) -> bool,
) -> String {
    use std::io::{Read, Seek};

    use lab::os::confine::end_holders_of;

    let temporary = tempfile::tempdir().expect("a temporary folder");
    command.env("STOPPED", mark).env("TMPDIR", temporary.path());
    // Not a pipe: whoever is left would keep it open.
    let mut errors = tempfile::tempfile().expect("a file");
    let stderr = errors.try_clone().expect("a file");
    command.stdout(Stdio::null()).stderr(stderr);
    let mut child = command.spawn().expect("the program starts");
    while !begins(&child) {
        assert_eq!(child.try_wait().expect("a child"), None, "it has ended");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let is_tidy = || {
        let folder = std::fs::read_dir(temporary.path()).expect("a folder");
        folder.count() == 0 && !is_there(mark)
    };
    // The supervisor of a check tidies up when the tool has gone, and whoever was told to end is
    // gone a moment later.
    let is_tidy = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        is_tidy()
    });
    assert!(
        is_tidy,
        "{} processes are left",
        end_holders_of(&format!("STOPPED={mark}"))
    );
    let mut said = String::new();
    errors.rewind().and_then(|()| errors.read_to_string(&mut said)).expect("text");
    said
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_the_compiler_too() {
    let bench = Bench::new();
    let loops = "#![allow(long_running_const_eval)]\n\
         const N: u32 = {\n    let mut i = 1;\n    while i > 0 {\n        i = i % 7 + 1;\n    }\n    i\n};\n\
         pub fn answer() -> u32 {\n    N\n}\n";
    bench.write(ORDERED, loops);
    // Earlier, cargo would end by itself: nobody reads what it says.
    let is_compiling = |child: &Child| {
        below(child, "cmdline")
            .iter()
            .any(|line| line.contains("--crate-name") && line.contains("ordered"))
    };
    for arguments in [&["check", "ch05.ordered"][..], &["grade"]] {
        let command = bench.command(arguments);
        let said = stopped(command, "while it is compiled", is_compiling);
        assert!(said.contains("stopped"), "{said}");
    }
    assert!(!bench.is_there(PROGRESS));
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_a_check_and_what_it_started() {
    let bench = Bench::new();
    bench.write(ORDERED, HANGS);
    stopped(bench.command(&["check", "ch05.ordered"]), "while it hangs", is_hanging);
    assert!(!bench.is_there(PROGRESS));
}

#[cfg(target_os = "linux")]
#[test]
fn while_it_watches_a_save_ends_a_check_that_hangs() {
    let bench = Bench::new();
    bench.write(ORDERED, HANGS);
    let mut command = bench.command(&["check", "ch05.ordered", "--watch"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    while !is_hanging(&child) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    bench.write(ORDERED, SOLVED);
    let out = BufReader::new(child.stdout.take().expect("its output"));
    let lines = out.lines().map(|line| line.expect("text"));
    let said: Vec<String> =
        lines.take_while(|line| !line.starts_with("Passed")).collect();
    assert!(!said.iter().any(|line| line.contains("failed")), "{said:?}");
    assert!(!is_hanging(&child));
    child.kill().and_then(|()| child.wait()).expect("it watches");
}
