//! Builds one exercise, and nothing else, with the reader's cargo.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};

use super::{catalogue::Exercise, compile};

/// The program that checks the exercise, or `None` if it does not compile. What the compiler says
/// goes to standard error as it wrote it.
///
/// # Errors
/// No cargo; or one that could not begin to compile, for a reason that it has told.
pub fn build(root: &Path, exercise: &Exercise) -> Result<Option<PathBuf>> {
    let (package, test) = (exercise.package(), exercise.entry.id.as_str());
    let mut cargo = Command::new(compile::cargo());
    cargo.args(["test", "--package", &package, "--test", test]);
    cargo.args(["--no-run", "--message-format=json-render-diagnostics"]);
    // Its progress is for a person, its errors are for everybody.
    if !io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    cargo.current_dir(root);
    let mut compiled = compile::run(cargo, None)?;
    let program = compiled.programs.remove(test);
    ensure!(
        program.is_some() || compiled.has_begun,
        "{} cannot be built; cargo has said why",
        exercise.id()
    );
    Ok(program)
}
