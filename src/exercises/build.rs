//! Builds one exercise, and nothing else, with the reader's cargo.

use std::{
    env,
    ffi::OsString,
    io::{self, BufRead, BufReader, IsTerminal},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, ensure};
use lab::os::command::{end_group, in_own_group};
use serde_json::Value;

use super::{catalogue::Exercise, stop};

/// How often cargo is looked at.
const TICK: Duration = Duration::from_millis(20);

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
    command.current_dir(root).stdin(Stdio::null()).stdout(Stdio::piped());
    let (status, messages) = run(&mut command)?;
    if status.success() {
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
        status
    );
    Ok(None)
}

/// Runs cargo and returns its messages; at Ctrl-C it is ended with all that it started.
fn run(cargo: &mut Command) -> Result<(ExitStatus, Vec<Value>)> {
    let work = stop::at_work();
    in_own_group(cargo);
    let mut cargo = cargo.spawn().map_err(|error| no_cargo(&error))?;
    let out = cargo.stdout.take();
    let messages = thread::spawn(move || {
        let lines = out.into_iter().flat_map(|it| BufReader::new(it).lines());
        let lines = lines.map_while(Result::ok);
        lines.filter_map(|line| serde_json::from_str(&line).ok()).collect()
    });
    loop {
        if stop::is_asked() {
            end_group(&mut cargo);
            stop::give_way(work);
        }
        if let Some(status) = cargo.try_wait().context("cargo is lost")? {
            return Ok((status, messages.join().unwrap_or_default()));
        }
        thread::sleep(TICK);
    }
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
