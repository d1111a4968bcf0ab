//! The command line of `profile`.

use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result};
use clap::Args;

use super::{
    report::Report,
    run::{CannotStart, Options, run},
};

/// `profile` itself failed.
pub const FAILED: u8 = 125;
/// The command is there, and cannot be run.
const CANNOT_RUN: u8 = 126;
/// There is no such command.
const NOT_FOUND: u8 = 127;

const HELP: &str = "\
The command has the terminal, the input and the output to itself; the report goes to the standard
error after it has ended, or to --output. Signals sent to profile reach the command; after its end,
they end what --probe runs, and the report follows.

Examples:
  cargo run -p ch06_decision_tree -- profile -- sort big.txt
  cargo run -p ch06_decision_tree -- profile --json --output report.json -- python3 job.py
  cargo run -p ch06_decision_tree -- profile --pid 4711 --duration 30s

Exit status: the command's own; 128 and the signal's number if a signal ended it; 125 profile itself
failed; 126 the command cannot be run; 127 it was not found";

/// Run a program and say what it does with its time: compute, or wait, and for what
#[derive(Args, Clone, Debug)]
#[command(after_help = HELP)]
pub struct ProfileArgs {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Write the report to FILE instead of the standard error
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Run the command several times more, in other circumstances: on one CPU, two at once, with
    /// cold files. Only for commands that may be repeated; their input is empty then
    #[arg(long, conflicts_with = "pid")]
    probe: bool,
    /// Watch for so long, such as 500ms, 10s or 2m. A command goes on to its end all the same; a
    /// program that runs already is watched for 10s if nothing is said
    #[arg(long, value_name = "TIME", value_parser = duration)]
    duration: Option<Duration>,
    /// Watch the process PID, and those that descend from it, instead of a command
    #[arg(long, conflicts_with = "command", value_parser = clap::value_parser!(u32).range(1..=i32::MAX as i64))]
    pid: Option<u32>,
    /// The command, behind `--`
    #[arg(
        required_unless_present = "pid",
        trailing_var_arg = true,
        value_name = "COMMAND"
    )]
    command: Vec<OsString>,
}

/// Such as `500ms`, `10s`, `2m`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time such as 500ms, 10s or 2m");
    let end = text.find(|it: char| it.is_ascii_alphabetic()).unwrap_or(text.len());
    let number: f64 = text[..end].parse().map_err(|_| wrong())?;
    let unit = match &text[end..] {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    Duration::try_from_secs_f64(number * unit)
        .ok()
        .filter(|it| !it.is_zero() && *it < Duration::from_secs(365 * 24 * 3600))
        .ok_or_else(wrong)
}

/// Does what the command line asks for, and ends as the command did.
pub fn main(args: &ProfileArgs) -> ExitCode {
    match profile(args) {
        Ok(report) => ExitCode::from(report.exit.map_or(0, |exit| exit.status())),
        Err(error) => {
            eprintln!("profile: {error:#}");
            ExitCode::from(status(&error))
        }
    }
}

/// The status that tells a failure.
fn status(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<CannotStart>().map(|it| it.error.kind()) {
        Some(io::ErrorKind::NotFound) => NOT_FOUND,
        Some(_) => CANNOT_RUN,
        None => FAILED,
    }
}

fn profile(args: &ProfileArgs) -> Result<Report> {
    // Before the run, which may take hours: its result must not be lost for a wrong path. What is
    // there stays until there is something else to say.
    if let Some(path) = &args.output {
        let is_pipe = fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
        let open = || fs::OpenOptions::new().append(true).create(true).open(path);
        let opened = if is_pipe { Ok(()) } else { open().map(drop) };
        opened.with_context(|| format!("cannot write {}", path.display()))?;
    }
    let options = Options { duration: args.duration, pid: args.pid, probe: args.probe };
    let report = run(&options, &args.command)?;
    let text = match args.json {
        true => serde_json::to_string(&report)? + "\n",
        false if args.output.is_some() => report.text(),
        false => format!("\n{}", report.text()),
    };
    if let Some(path) = &args.output {
        let Err(error) = fs::write(path, &text) else { return Ok(report) };
        eprintln!("profile: cannot write {}: {error}; here it is:", path.display());
    }
    // If nobody listens, nobody listens to what would be said about it either.
    let _ = io::stderr().write_all(text.as_bytes());
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "10", "s", "-1s", "0s", "10 parsecs", "1e99h", "nans", "infs"]
        {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
