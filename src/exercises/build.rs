//! Builds one exercise, and nothing else, with the reader's cargo.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, ensure};

use super::{
    catalogue::Exercise,
    compile::{self, Compiled},
};

/// What came of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Built {
    /// The program that checks the exercise.
    Program(PathBuf),
    /// It does not compile.
    Broken {
        /// Whether what was written is fine by itself, but not as its test uses it.
        only_in_test: bool,
    },
}

/// Builds what checks the exercise. What the compiler says goes to standard error as it wrote it.
///
/// # Errors
/// No cargo; or one that could not begin to compile, for a reason that it has told.
pub fn build(root: &Path, exercise: &Exercise) -> Result<Built> {
    let mut cargo = cargo(root, exercise, "json-render-diagnostics");
    // Its progress is for a person, its errors are for everybody.
    if !io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    let mut compiled = compile::run(cargo, None)?;
    if let Some(program) = compiled.programs.remove(&exercise.entry.id) {
        return Ok(Built::Program(program));
    }
    ensure!(
        compiled.has_begun,
        "{} cannot be built; cargo has said why",
        exercise.id()
    );
    Ok(Built::Broken { only_in_test: is_only_in_test(root, exercise)? })
}

fn cargo(root: &Path, exercise: &Exercise, format: &str) -> Command {
    let mut cargo = Command::new(compile::cargo());
    cargo.args(["test", "--package", &exercise.package()]);
    cargo.args(["--test", &exercise.entry.id, "--no-run", "--message-format", format]);
    cargo.current_dir(root);
    cargo
}

/// Asks the compiler again: where its errors are it tells either people or programs.
fn is_only_in_test(root: &Path, exercise: &Exercise) -> Result<bool> {
    let mut cargo = cargo(root, exercise, "json");
    cargo.arg("--quiet").stderr(Stdio::null());
    let Compiled { at, .. } = compile::run(cargo, None)?;
    let tests = exercise.folder().join("tests").canonicalize().unwrap_or_default();
    // From `tests/` to the exercise it goes through `..`.
    let is_test = |file: &PathBuf| {
        root.join(file).canonicalize().is_ok_and(|file| file.starts_with(&tests))
    };
    Ok(!at.is_empty() && at.iter().all(is_test))
}
