//! Python beside Rust: scripts that run one experiment a call and print one line of JSON.

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;

use crate::{bench::Bench, trial::Notes};

/// A chapter's Python scripts, and what runs them.
#[derive(Clone, Debug)]
pub struct Scripts {
    python: PathBuf,
    folder: PathBuf,
}

impl Scripts {
    /// The scripts in `python/` of the crate in `manifest`, which its `CARGO_MANIFEST_DIR` names.
    /// `None` if no Python was given.
    pub fn of(bench: &Bench, manifest: &str) -> Option<Scripts> {
        let folder = Path::new(manifest).join("python");
        Some(Scripts { python: bench.python.clone()?, folder })
    }

    /// The command that runs the script `name`.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(self.folder.join(name));
        command
    }
}

/// Runs a script, and returns what it printed.
///
/// # Errors
/// If it fails, or prints no JSON.
pub fn answer(command: &mut Command) -> Result<Value> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    let (status, said) = (output.status, String::from_utf8_lossy(&output.stderr));
    ensure!(status.success(), "{command:?}: {status}: {}", said.trim());
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{command:?}: no JSON"))
}

/// No experiment takes a year.
const MOST_SECONDS: f64 = 365.0 * 24.0 * 3600.0;

/// Takes the times that the script measured in itself, `wall_s` and perhaps `cpu_s`: the start of
/// the interpreter and its imports are not what is compared.
///
/// # Errors
/// If there is no `wall_s`, or one that cannot be.
pub fn times(answer: &Value, notes: &mut Notes) -> Result<()> {
    let wall = number(answer, "wall_s")?;
    let cpu = answer["cpu_s"].as_f64();
    let possible = |seconds: f64| (0.0..=MOST_SECONDS).contains(&seconds);
    ensure!(possible(wall) && cpu.is_none_or(possible), "no such times in {answer}");
    notes.measured_itself(wall, cpu);
    Ok(())
}

/// Has two programs run at once that have nothing to do with each other, and takes the time of the
/// slower one: two workers cannot do better.
///
/// # Errors
/// If one of them fails, or prints no `wall_s`.
pub fn apart(run: impl Fn() -> Result<Value> + Sync, notes: &mut Notes) -> Result<()> {
    let (one, two) = thread::scope(|scope| {
        let two = thread::Builder::new().spawn_scoped(scope, &run)?;
        let one = run()?;
        let two = two.join().map_err(|_| anyhow!("the second one panicked"))??;
        anyhow::Ok((one, two))
    })?;
    let slower = match number(&one, "wall_s")? > number(&two, "wall_s")? {
        true => one,
        false => two,
    };
    times(&slower, notes)
}

/// A number that the script counted.
///
/// # Errors
/// If it is not there.
pub fn number(answer: &Value, name: &str) -> Result<f64> {
    answer[name].as_f64().with_context(|| format!("no {name} in {answer}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_script_that_fails_or_prints_no_json_is_named() {
        let said = |script: &str| {
            let error = answer(Command::new("sh").args(["-c", script]));
            format!("{:#}", error.expect_err("no answer"))
        };
        assert!(said("echo no disk >&2; exit 3").ends_with("3: no disk"));
        assert!(said("echo hello").contains("no JSON"));
        let printed = answer(Command::new("sh").args(["-c", "echo '{\"lost\": 7}'"]));
        assert_eq!(number(&printed.expect("JSON"), "lost").expect("a number"), 7.0);
    }

    #[test]
    fn what_a_script_did_not_print_is_named() {
        let answer = json!({"wall_s": 1.5});
        times(&answer, &mut Notes::default()).expect("a time");
        let error = number(&answer, "lost").expect_err("it is not there").to_string();
        assert_eq!(error, "no lost in {\"wall_s\":1.5}");
        assert!(times(&json!({}), &mut Notes::default()).is_err());
        let past = json!({"wall_s": -1.0});
        assert!(times(&past, &mut Notes::default()).is_err());
    }
}
