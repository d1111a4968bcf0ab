//! `measure` and `verify`, on a chapter that prints what the test wants it to.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use lab::{claim::Holds, record::Record};

use crate::fixture::{CHAPTER, Fixture};

mod fixture;

/// A chapter that prints the file `printed` and ends with the status in the file `status`.
const PROGRAM: &str = r#"
use std::fs::read_to_string;

fn main() {
    let file = |name: &str| read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR")));
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/asked"), arguments.join(" ")).unwrap();
    print!("{}", file("printed").unwrap());
    std::process::exit(file("status").unwrap().parse().unwrap());
}
"#;

fn workbench(printed: &str, status: u8) -> Fixture {
    let fixture = Fixture::new("Words.");
    let chapter = |file: &str, content: &str| {
        fixture.write(&format!("chapters-code/{CHAPTER}/{file}"), content);
    };
    fixture.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"chapters-code/*\"]\n",
    );
    chapter(
        "Cargo.toml",
        &format!("[package]\nname = \"{CHAPTER}\"\nedition = \"2024\"\n"),
    );
    chapter("src/main.rs", PROGRAM);
    chapter("printed", printed);
    chapter("status", &status.to_string());
    fixture
}

/// A bench whose chapter prints the fixture's record, as the test changed it.
fn prints(change: impl FnOnce(&mut Record)) -> Fixture {
    let mut record = Fixture::new("Words.").record();
    record.source = None;
    change(&mut record);
    workbench(&serde_json::to_string(&record).expect("JSON"), 0)
}

fn workbook(fixture: &Fixture, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_workbook"))
        .args(arguments)
        .current_dir(fixture.root())
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .expect("the program starts")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// With which arguments the chapter was started.
fn asked(fixture: &Fixture) -> String {
    fs::read_to_string(fixture.chapter().join("asked")).expect("it was started")
}

fn own_record(fixture: &Fixture) -> PathBuf {
    fixture.root().join(format!(".workbook/records/{CHAPTER}.json"))
}

#[test]
fn a_measured_record_is_stored_for_the_reader_with_the_digest_of_its_code() {
    let fixture = prints(|_| ());
    let output = workbook(&fixture, &["measure", "ch05"]);
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(asked(&fixture), "--json --full --rounds=5");
    let stored = Record::read(&own_record(&fixture)).expect("a record");
    assert_eq!(stored.source, fixture.record().source);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains(&stored.transcript) && said.contains("stored in .workbook"),
        "{said}"
    );
}

#[test]
fn a_reference_record_is_stored_beside_the_code_under_its_name() {
    let fixture = prints(|_| ());
    assert!(
        workbook(&fixture, &["measure", "ch05", "--as", "my-box"]).status.success()
    );
    assert!(Record::read(&fixture.chapter().join("records/my-box.json")).is_ok());
    assert!(!own_record(&fixture).exists());
}

#[test]
fn a_noisy_reference_record_is_stored_with_a_warning() {
    // The fixture's experiment `grain` is noisy.
    let noisy = prints(|_| ());
    let output = workbook(&noisy, &["measure", "ch05", "--as", "my-box"]);
    assert!(output.status.success());
    assert!(noisy.chapter().join("records/my-box.json").exists());
    let said = errors(&output);
    for part in ["grain: the CPUs reached 1.40×", "measure again on a quiet machine"] {
        assert!(said.contains(part), "{said}\nshould say {part}");
    }
    let output = workbook(&noisy, &["measure", "ch05"]);
    assert!(!errors(&output).contains("quiet machine"), "{}", errors(&output));
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_python_is_made_ready_stops_and_measures_nothing() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = prints(|_| ());
    fixture.write(&format!("chapters-code/{CHAPTER}/python/requirements.txt"), "");
    // A Python that is stopped, as the workbook is, and ends first.
    fixture.write("bin/python3", "#!/bin/sh\nkill -INT $PPID\nexit 1\n");
    let python = fixture.root().join("bin/python3");
    fs::set_permissions(python, fs::Permissions::from_mode(0o755)).expect("a program");
    let path = std::env::var("PATH").expect("a PATH");
    let output = Command::new(env!("CARGO_BIN_EXE_workbook"))
        .args(["measure", "ch05", "--python"])
        .current_dir(fixture.root())
        .env_remove("CARGO_TARGET_DIR")
        .env("PATH", format!("{}/bin:{path}", fixture.root().display()))
        .output()
        .expect("the program starts");
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("stopped") && !said.contains("left out"), "{said}");
    assert!(!own_record(&fixture).exists());
}

#[cfg(unix)]
#[test]
fn an_original_that_requires_nothing_needs_no_pip() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = prints(|_| ());
    // A Python that has no pip to offer: it makes the folder and tells how it was called.
    fixture.write("bin/python3", "#!/bin/sh\nmkdir -p \"$4\"\necho \"$*\" >>called\n");
    let python = fixture.root().join("bin/python3");
    fs::set_permissions(python, fs::Permissions::from_mode(0o755)).expect("a program");
    let path = std::env::var("PATH").expect("a PATH");
    let output = Command::new(env!("CARGO_BIN_EXE_workbook"))
        .args(["measure", "ch05", "--python"])
        .current_dir(fixture.root())
        .env_remove("CARGO_TARGET_DIR")
        .env("PATH", format!("{}/bin:{path}", fixture.root().display()))
        .output()
        .expect("the program starts");
    let said = errors(&output);
    assert!(output.status.success() && !said.contains("left out"), "{said}");
    let called =
        fs::read_to_string(fixture.root().join("called")).expect("it was called");
    assert_eq!(called.lines().count(), 1, "{called}");
    assert!(called.trim_end().ends_with("--without-pip"), "{called}");
}

#[test]
fn a_reader_who_has_gone_stops_nothing() {
    let fixture = prints(|_| ());
    let mut child = Command::new(env!("CARGO_BIN_EXE_workbook"))
        .args(["measure", "ch05"])
        .current_dir(fixture.root())
        .env_remove("CARGO_TARGET_DIR")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    assert!(child.wait().expect("the program ends").success());
    assert!(own_record(&fixture).exists());
}

#[test]
fn a_name_that_could_leave_the_folder_is_refused() {
    let fixture = prints(|_| ());
    for name in ["../my-box", "My Box", ""] {
        let output = workbook(&fixture, &["measure", "ch05", "--as", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
    }
}

#[test]
fn a_chapter_that_fails_stores_nothing_and_is_named() {
    let fixture = workbench("", 1);
    let output = workbook(&fixture, &["measure"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("ch05_image_pool failed"), "{}", errors(&output));
    assert!(!own_record(&fixture).exists());
}

#[test]
fn a_chapter_that_was_stopped_stores_nothing_and_says_so() {
    let fixture = workbench("", 130);
    let output = workbook(&fixture, &["measure"]);
    assert_eq!(output.status.code(), Some(130));
    assert!(errors(&output).contains("not stored"), "{}", errors(&output));
    assert!(!own_record(&fixture).exists());
}

#[test]
fn a_record_of_a_slow_build_is_refused() {
    let fixture = prints(|record| record.machine.opt_level = "0".to_owned());
    let output = workbook(&fixture, &["measure", "ch05"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("does not measure real speed"),
        "{}",
        errors(&output)
    );
    assert!(!own_record(&fixture).exists());
}

#[test]
fn an_unknown_chapter_is_named_with_those_that_there_are() {
    let output = workbook(&prints(|_| ()), &["measure", "ch99"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("no chapter `ch99`; there is: ch05_image_pool"));
}

#[test]
fn without_python_the_rest_goes_on() {
    let fixture = prints(|_| ());
    // A requirement that is not there stands for a machine that is offline.
    fixture.write(
        &format!("chapters-code/{CHAPTER}/python/requirements.txt"),
        "./nothing.whl\n",
    );
    let output = workbook(&fixture, &["measure", "ch05", "--python"]);
    assert!(output.status.success(), "{}", errors(&output));
    assert!(errors(&output).contains("Python is left out, the rest goes on"));
    assert!(own_record(&fixture).exists());
}

#[test]
fn verify_says_for_each_claim_whether_it_holds_with_value_and_bound() {
    let fixture = prints(|_| ());
    let output = workbook(&fixture, &["verify", "ch05"]);
    assert_eq!(asked(&fixture), "--json --full --rounds=5 --claims");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "a claim that is inconclusive is no failure: {said}"
    );
    for part in [
        "C06 holds          speed-up of two threads = 1.90×",
        "needs at least 1.6×",
        "C07 inconclusive",
        "C20 not measured   speed-up of two threads; no Python",
        "of 3 claims, 1 hold on this machine, 0 do not, 2 are open",
    ] {
        assert!(said.contains(part), "{said}\nshould say {part}");
    }
}

#[test]
fn verify_fails_only_for_what_does_not_hold() {
    let fixture = prints(|record| record.claims[0].holds = Holds::No);
    let output = workbook(&fixture, &["verify", "ch05"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("C06 does not hold"), "{said}");
    assert!(
        !fs::exists(own_record(&fixture)).expect("a folder"),
        "verify stores nothing"
    );
}
