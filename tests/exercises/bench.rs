//! A small workbook with two exercises, whose tests write receipts by themselves.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

pub(crate) const ORDERED: &str = "exercises/ch05_image_pool/src/ordered.rs";
pub(crate) const MANIFEST: &str = "exercises/ch05_image_pool/exercises.toml";
pub(crate) const PROGRESS: &str = ".workbook/progress.toml";

/// What a learner begins with.
pub(crate) const STARTER: &str = "pub fn answer() -> u32 {\n    0\n}\n";
/// What passes.
pub(crate) const SOLVED: &str = "pub fn answer() -> u32 {\n    42\n}\n";
/// What no check can judge.
pub(crate) const NOISY: &str = "pub fn answer() -> u32 {\n    7\n}\n";
/// What one check passes, and the other cannot judge.
pub(crate) const LARGE: &str = "pub fn answer() -> u32 {\n    1000\n}\n";
/// What no compiler takes.
pub(crate) const BROKEN: &str = "pub fn answer() -> u32 {\n    anwser\n}\n";

const SEALED: &str = "\
pub fn answer() -> u32 {
    //@ starter
    0
    //@ solution
    42
    //@ wrong odd
    43
    //@ end
}
";

/// Grades `answer()`; 7 is a machine that is too noisy, and 1000 one that is for the second check. A
/// panic is told as the harness tells it.
const TEST: &str = r#"use std::{
    fs::File,
    io::{Write, stdin},
    os::fd::AsFd,
};

#[path = "../src/FILE.rs"]
mod exercise;

fn graded(is_right: fn(u32) -> bool, expected: &str) {
    let mut token = String::new();
    stdin().read_line(&mut token).unwrap();
    let answer = match std::panic::catch_unwind(exercise::answer) {
        Ok(answer) => answer,
        Err(panic) => {
            let message = panic.downcast_ref::<&str>().unwrap();
            let observed = format!("\"observed\": \"it panicked: {message}\"");
            return hand_in(&token, &format!("{{\"outcome\": \"failed\", {observed}}}"));
        }
    };
    println!("thinking of {answer}");
    let outcome = match answer {
        7 => "inconclusive",
        1000 if expected == "forty-two" => "inconclusive",
        answer if is_right(answer) => "passed",
        _ => "failed",
    };
    let learner = std::env::var("WORKBOOK_LEARNER").unwrap_or("nobody".into());
    let receipt = format!(
        "{{\"outcome\": \"{outcome}\", \"expected\": \"{expected}\", \
         \"observed\": \"{answer} for {learner}\", \"idea\": \"think again\", \"at\": null}}"
    );
    hand_in(&token, &receipt);
}

fn hand_in(token: &str, receipt: &str) {
    let text = format!("\n@receipt {} {receipt}\n", token.trim());
    let socket = stdin().as_fd().try_clone_to_owned().unwrap();
    File::from(socket).write_all(text.as_bytes()).unwrap();
}

#[test]
#[ignore]
fn it_is_more_than_nothing() {
    graded(|answer| answer > 0, "some");
}

#[test]
#[ignore]
fn it_is_the_answer() {
    graded(|answer| answer == 42, "forty-two");
}
"#;

const ENTRY: &str = r#"
[[exercise]]
id = "ID"
title = "An answer"
minutes = 15
objectives = ["Answer."]
task = "Return the answer."
hints = ["Think.", "It is a number.", "It is 42."]
[[exercise.check]]
name = "it_is_more_than_nothing"
points = 2
says = "There is an answer"
may_be_inconclusive = true
[[exercise.check]]
name = "it_is_the_answer"
points = 3
says = "It is the right one"
may_be_inconclusive = true
[[exercise.wrong]]
name = "odd"
thinks = "One more is better."
fails = "it_is_the_answer"
says = "43"
"#;

/// The workbook, in a folder of its own.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let bench = Bench { folder: tempfile::tempdir().expect("a temporary folder") };
        bench.write("book.toml", "");
        bench.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*\"]\n\
             [profile.dev]\ndebug = 0\nincremental = false\n",
        );
        let write = |file: &str, text: &str| {
            bench.write(&format!("exercises/ch05_image_pool/{file}"), text);
        };
        write(
            "Cargo.toml",
            "[package]\nname = \"ex05_image_pool\"\nedition = \"2024\"\n",
        );
        write("src/lib.rs", "//! Exercises.\n");
        let mut manifest = "schema = 1\n".to_owned();
        for id in ["ordered", "bounded"] {
            write(&format!("src/{id}.rs"), STARTER);
            write(&format!("sealed/{id}.rs"), SEALED);
            write(&format!("tests/{id}.rs"), &TEST.replace("FILE", id));
            manifest.push_str(&ENTRY.replace("ID", id));
        }
        write("exercises.toml", &manifest);
        bench
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn text(&self, file: &str) -> String {
        let path = self.root().join(file);
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Replaces a part of a file.
    pub(crate) fn edit(&self, file: &str, part: &str, by: &str) {
        let text = self.text(file);
        assert!(text.contains(part), "{part} in {text}");
        self.write(file, &text.replace(part, by));
    }

    pub(crate) fn is_there(&self, file: &str) -> bool {
        self.root().join(file).exists()
    }

    /// The tool, in the workbook's folder, without a terminal.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
        command.args(arguments).current_dir(self.root());
        for variable in ["CARGO_TARGET_DIR", "WORKBOOK_LEARNER", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().expect("the program starts"))
    }

    /// As if both checks of an exercise had passed.
    pub(crate) fn note_a_pass(&self, id: &str) {
        let facts = format!("\"{id}\".passed = 2026-11-22\n\"{id}\".points = 5\n");
        self.write(PROGRESS, &format!("schema = 1\n\n{facts}"));
    }
}

/// What the tool said, and its exit status.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) errors: String,
}

impl Ran {
    fn of(output: &Output) -> Ran {
        Ran {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// That it ended so, and said all of this on standard output.
    #[track_caller]
    pub(crate) fn said(&self, code: i32, parts: &[&str]) {
        self.told(code, &self.out, parts);
    }

    /// That it ended so, and said all of this on standard error.
    #[track_caller]
    pub(crate) fn complained(&self, code: i32, parts: &[&str]) {
        self.told(code, &self.errors, parts);
    }

    #[track_caller]
    fn told(&self, code: i32, text: &str, parts: &[&str]) {
        let all = format!("{:?}\n{}\n--\n{}", self.code, self.out, self.errors);
        assert_eq!(self.code, Some(code), "{all}");
        for part in parts {
            assert!(text.contains(part), "`{part}` is missing in {all}");
        }
    }
}
