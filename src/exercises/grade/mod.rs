//! Grading for an instructor: without a terminal, with the repository's own tests, whatever was
//! handed in.
//!
//! [`submission`] is what somebody handed in, and takes only sources of it; [`tampering`] says what
//! is refused, for which it asks [`history`]; [`declared`] is what it tells about itself. The [`grader`] builds answers and runs
//! their checks; a [`sheet`] is what is said of a submission, shown as a [`table`], as JSON, or as
//! [`junit`]. A [`mod@roster`] is a folder of submissions, and becomes the [`rows`] of a CSV
//! file, and [`reports`].

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::{catalogue, cell, check::learner_id, stop, terminal::note};
use grader::Grader;

pub mod declared;
pub mod grader;
pub mod history;
pub mod junit;
pub mod reports;
pub mod roster;
pub mod rows;
pub mod sheet;
pub mod submission;
pub mod table;
pub mod tampering;

pub use roster::{RosterArgs, roster};

/// What to write beneath the help of `grade`.
pub const GRADE_HELP: &str = "\
Only the files exercises/chNN_name/src/x.rs are taken of a submission; they are graded with this \
repository's tests. A submission with its own Cargo.toml, Cargo.lock, build.rs, .cargo/config or \
rust-toolchain is refused. A check that this machine is too noisy to judge is inconclusive: its \
points are neither won nor lost, and it counts as not failed.

Examples:
  cargo run -- grade                            what you wrote in this repository
  cargo run -- grade ~/handed-in/ada --json     a submission, as exercises/grade.schema.json says
  cargo run -- grade --only ch05 --junit        one chapter, for a CI system

Exit codes: 0 all passed; 1 a check failed, or something was not begun or not handed in; 2 \
something could not be graded, was refused, or wrong usage; 130 stopped with Ctrl-C";

/// What to write beneath the help of `roster`.
pub const ROSTER_HELP: &str = "\
DIR has a folder for each learner, whose name is the learner's id. The percentage is of the points \
of those checks that could be judged. A cell is empty where nothing is known, such as the points \
of what was refused, or the hints of a submission without .workbook/progress.toml. While they are \
graded, \
the rows so far are in FILE.part; FILE is replaced when all are there. A cell that a spreadsheet would take for a \
formula begins with an apostrophe.

Examples:
  cargo run -- roster handed-in --csv grades.csv --only ch05
  cargo run -- roster handed-in --csv grades.csv --reports reports    and a JSON file for each

Exit codes: 0 every submission was graded, whatever its points; 2 one could not be, or was refused; \
see its notes; or wrong usage; 130 stopped with Ctrl-C: FILE is as it was, and FILE.part has those \
that were graded so far";

/// What `workbook grade` was asked for.
#[derive(clap::Args, Debug)]
pub struct GradeArgs {
    /// The submission: a copy of this repository, or only its folder exercises/, or folders such as
    /// ch05_image_pool/src/ [default: this repository]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
    /// Write JUnit XML
    #[arg(long, conflicts_with = "json")]
    pub junit: bool,
    /// Who handed it in, from which parameters are drawn [default: whom the submission names]
    #[arg(long, value_name = "ID")]
    pub learner: Option<String>,
    /// What is graded, and how long that may take.
    #[command(flatten)]
    pub scope: Scope,
}

/// What is graded, and how long that may take.
#[derive(clap::Args, Debug)]
pub struct Scope {
    /// Only this exercise, such as ch05.ordered, or chapter, such as ch05; may be repeated
    #[arg(long, value_name = "ID")]
    pub only: Vec<String>,
    /// How long the checks of an exercise may take together; and the compiler for it, which has 30
    /// seconds at least
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = deadline)]
    pub deadline: Duration,
}

fn deadline(text: &str) -> Result<Duration, String> {
    let expected = "expected a time from 1s to 1h, with its unit, such as 90s or 2m";
    let time = humantime::parse_duration(text).map_err(|_| expected.to_owned())?;
    let may_be = Duration::from_secs(1)..=Duration::from_secs(3600);
    if may_be.contains(&time) { Ok(time) } else { Err(expected.to_owned()) }
}

/// Grades a submission and writes its sheet to standard output. See [`sheet::Sheet::status`] for the exit
/// status.
///
/// # Errors
/// Nothing that could be graded: nothing recognised, no cargo, no such exercise.
pub fn grade(root: &Path, args: &GradeArgs) -> Result<ExitCode> {
    stop::at_ctrl_c("")?;
    let learner = args.learner.as_deref().map(learner_id).transpose();
    let learner = learner.context("--learner")?;
    let all = catalogue::all(root)?;
    let chosen = catalogue::chosen(root, &args.scope.only)?;
    let grader = Grader::new(root, &all, &chosen, args.scope.deadline)?;
    let folder = args.folder.as_deref().unwrap_or(root);
    if args.folder.is_some() {
        warn_of_strangers();
    }
    let bar = spinner();
    let told = |what: &str| bar.set_message(what.to_owned());
    let sheet = grader.grade(folder, learner.as_deref(), &told);
    bar.finish_and_clear();
    let sheet = sheet?;
    let text = match (args.json, args.junit) {
        (true, _) => sheet.json()?,
        (_, true) => junit::xml(&sheet)?,
        _ => table::text(&sheet),
    };
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever reads it may have gone.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return Err(error)
                .context("the grade cannot be written to standard output");
        }
        _ => {}
    }
    Ok(ExitCode::from(sheet.status()))
}

/// Says what somebody else's code may do here, unless that is nothing.
fn warn_of_strangers() {
    let confinement = cell::confinement();
    if !confinement.starts_with("confined") {
        note(format_args!("{confinement}; grade strangers' code in a container"));
    }
}

/// What is done, where there is a terminal.
fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    // Only a broken template fails, and a plain spinner would do as well.
    let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
