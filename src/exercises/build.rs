//! Builds one exercise, and nothing else, with the reader's cargo.

use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;

use super::catalogue::Exercise;

/// The program that checks the exercise, or `None` if it does not compile. What the compiler says
/// goes to standard error as it wrote it.
///
/// # Errors
/// No cargo; or one that could not begin to compile, for a reason that it has told.
pub fn build(root: &Path, exercise: &Exercise) -> Result<Option<PathBuf>> {
    let mut command = Command::new(cargo());
    command.args([
        "test",
        "--package",
        &exercise.package(),
        "--test",
        &exercise.entry.id,
    ]);
    command.args(["--no-run", "--message-format=json-render-diagnostics"]);
    // Its progress is for a person, its errors are for everybody.
    if !io::stderr().is_terminal() {
        command.arg("--quiet");
    }
    command.current_dir(root).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| no_cargo(&error))?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages: Vec<Value> =
        messages.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if output.status.success() {
        let program = messages.iter().find_map(|message| program(message, exercise));
        return program.map(Some).with_context(|| {
            format!("cargo built no test called {}", exercise.entry.id)
        });
    }
    let has_compiled =
        messages.iter().any(|message| message["reason"] == "build-finished");
    ensure!(
        has_compiled,
        "{} cannot be built; cargo has said why ({})",
        exercise.id(),
        output.status
    );
    Ok(None)
}

/// The cargo that runs this program, or the one on the path.
fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn no_cargo(error: &io::Error) -> anyhow::Error {
    let cargo = cargo();
    let cargo = cargo.to_string_lossy();
    match error.kind() {
        io::ErrorKind::NotFound => anyhow!(
            "no `{cargo}` here, which builds the exercises: install Rust (https://rustup.rs), \
             and see that it is on the PATH"
        ),
        _ => anyhow!("`{cargo}` cannot be run: {error}"),
    }
}

fn program(message: &Value, exercise: &Exercise) -> Option<PathBuf> {
    let target = &message["target"];
    let is_it = target["name"] == exercise.entry.id.as_str()
        && target["kind"]
            .as_array()
            .is_some_and(|kinds| kinds.iter().any(|it| it == "test"));
    message["executable"].as_str().filter(|_| is_it).map(PathBuf::from)
}
