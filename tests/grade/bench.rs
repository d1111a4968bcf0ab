//! A small workbook whose tests write receipts by themselves, and submissions to it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// The chapter's crate.
pub(crate) const CHAPTER: &str = "ch05_image_pool";
/// What a learner begins with.
pub(crate) const STARTER: &str = "pub fn answer() -> u32 {\n    0\n}\n";
/// What passes.
pub(crate) const SOLVED: &str = "pub fn answer() -> u32 {\n    42\n}\n";
/// What passes one check of two.
pub(crate) const HALF: &str = "pub fn answer() -> u32 {\n    41\n}\n";
/// What no check can judge.
pub(crate) const NOISY: &str = "pub fn answer() -> u32 {\n    7\n}\n";

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

/// Grades `answer()`; 7 is a machine that is too noisy.
const TEST: &str = r#"
use std::{
    fs::File,
    io::{Write, stdin},
    os::fd::AsFd,
};

#[path = "../src/FILE.rs"]
mod exercise;

fn graded(is_right: fn(u32) -> bool, expected: &str) {
    let mut token = String::new();
    stdin().read_line(&mut token).unwrap();
    let answer = exercise::answer();
    let outcome = match answer {
        7 => "inconclusive",
        answer if is_right(answer) => "passed",
        _ => "failed",
    };
    let learner = std::env::var("WORKBOOK_LEARNER").unwrap_or("nobody".into());
    let receipt = format!(
        "{{\"outcome\": \"{outcome}\", \"expected\": \"{expected}\", \
         \"observed\": \"{answer} for {learner}\", \"idea\": \"think again\", \"at\": null}}"
    );
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

/// The repository, and a place for submissions beside it.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    /// A repository with these exercises in its one chapter.
    pub(crate) fn new(exercises: &[&str]) -> Bench {
        let bench = Bench { folder: tempfile::tempdir().expect("a temporary folder") };
        let root = |file: &str| format!("repository/{file}");
        bench.write(&root("book.toml"), "");
        bench.write(
            &root("Cargo.toml"),
            "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*\"]\n\
             [profile.dev]\ndebug = 0\n",
        );
        let own = |file: &str| root(&format!("exercises/{CHAPTER}/{file}"));
        bench.write(
            &own("Cargo.toml"),
            "[package]\nname = \"ex05_image_pool\"\nedition = \"2024\"\n",
        );
        bench.write(&own("src/lib.rs"), "//! Exercises.\n");
        let mut manifest = "schema = 1\n".to_owned();
        for id in exercises {
            bench.write(&own(&format!("src/{id}.rs")), STARTER);
            bench.write(&own(&format!("sealed/{id}.rs")), SEALED);
            bench.write(&own(&format!("tests/{id}.rs")), &TEST.replace("FILE", id));
            manifest.push_str(&ENTRY.replace("ID", id));
        }
        bench.write(&own("exercises.toml"), &manifest);
        bench
    }

    /// Where the repository and submissions are.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Replaces a part of a file of the repository.
    pub(crate) fn edit(&self, file: &str, part: &str, by: &str) {
        let file = format!("repository/{file}");
        let text = fs::read_to_string(self.path(&file)).expect("a file");
        assert!(text.contains(part), "{part} in {text}");
        self.write(&file, &text.replace(part, by));
    }

    /// Hands in an answer, in a folder with sources.
    pub(crate) fn hand_in(&self, folder: &str, id: &str, answer: &str) {
        self.write(&format!("{folder}/{CHAPTER}/src/{id}.rs"), answer);
    }

    /// A submission that is a copy of the whole repository.
    pub(crate) fn copy(&self, folder: &str) {
        copy(&self.path("repository"), &self.path(folder));
    }

    /// The tool, in the repository, without a terminal.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
        command.args(arguments).current_dir(self.path("repository"));
        for variable in ["CARGO_TARGET_DIR", "WORKBOOK_LEARNER"] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().expect("the program starts"))
    }

    /// The sheet of a submission beside the repository, which is as the schema says, and the exit
    /// status.
    pub(crate) fn grade(&self, folder: &str, further: &[&str]) -> (Sheet, i32) {
        let folder = format!("../{folder}");
        let mut arguments = vec!["grade", &folder, "--json"];
        arguments.extend(further);
        let ran = self.run(&arguments);
        let value = serde_json::from_str(&ran.out)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", ran.out, ran.errors));
        crate::formats::holds_to_the_schema(&value);
        (Sheet(value), ran.code.expect("an exit status"))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.file_name() == "target" {
            continue;
        } else if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a file");
        }
    }
}

/// A sheet as JSON.
pub(crate) struct Sheet(pub(crate) Value);

impl Sheet {
    pub(crate) fn exercise(&self, id: &str) -> &Value {
        let all = self.0["exercises"].as_array().expect("exercises");
        let found = all.iter().find(|it| it["id"] == format!("ch05.{id}"));
        found.unwrap_or_else(|| panic!("no {id} in {all:#?}"))
    }

    pub(crate) fn state(&self, id: &str) -> &str {
        self.exercise(id)["state"].as_str().expect("a state")
    }

    /// Why it was refused.
    pub(crate) fn reason(&self, id: &str) -> &str {
        self.exercise(id)["reason"].as_str().unwrap_or_default()
    }

    /// What the first check that did not pass says.
    pub(crate) fn message(&self, id: &str) -> String {
        let checks = self.exercise(id)["checks"].as_array().expect("checks");
        let said = checks.iter().find_map(|check| check["message"].as_str());
        said.unwrap_or_default().to_owned()
    }

    pub(crate) fn notes(&self) -> String {
        self.0["notes"].to_string()
    }
}

/// What the tool said, and its exit status.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) errors: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Ran {
        Ran {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
