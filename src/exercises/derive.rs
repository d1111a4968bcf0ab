//! `exercises derive`: writes what learners edit from the sealed files, for maintainers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use super::{
    catalogue::{self, Exercise},
    file, reset,
    sealed::{Sealed, Variant},
    terminal::{note, say},
};
use crate::problem::{shown, within};

/// Where what was written last is kept, from the root.
const DERIVED: &str = "target/exercises/derived";

/// What `--help` says after the options, and how an exercise is added.
pub const DERIVE_HELP: &str = concat!(
    "\
An exercise, ch05.total, is in exercises/ch05_image_pool/. You write three files, or four:
  sealed/total.rs   the solution, with the starter and three or more wrong answers marked in it;
                    each check is failed by one of them at least
  tests/total.rs    what is graded, in fewer than 60 lines, with the pieces of exercises/harness
  exercises.toml    has an entry for it
  tests/scenes/NAME.rs   only if the test would be too long: what it begins with, such as a small
                    machine to be watched. Others may use it; one that nobody else uses is enough
This command writes src/total.rs, what learners edit, from the sealed file.
The page of the chapter shows it where it says {{exercises ch05}}.

sealed/total.rs, where a wrong answer that a choice has no part for takes the solution's:

",
    include_str!("example/total.rs"),
    "
The entry in exercises.toml:

",
    include_str!("example/exercises.toml"),
    "
Examples:
  cargo run -- exercises derive
  cargo run -- exercises derive --check
  cargo run -- exercises check ch05.total    then: what is missing, and can the test tell?

Exit codes: 0 all are as derived; 1 one is not, or was changed by hand; 2 it could not be, or
wrong usage"
);

/// What `workbook exercises derive` was asked for.
#[derive(clap::Args, Debug)]
pub struct DeriveArgs {
    /// Exercises, such as ch05.ordered, or chapters; all of them if none is named
    #[arg(value_name = "ID")]
    pub names: Vec<String>,
    /// Only say what differs
    #[arg(long)]
    pub check: bool,
    /// Write over what was changed by hand, too; it is kept in .workbook/saved
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
}

/// Writes `src/x.rs` of every exercise from `sealed/x.rs`, unless somebody's work is there: what is
/// neither as this command left it nor the starter of the last commit.
///
/// Exit status 1 if a file differs, or somebody's work is in the way.
///
/// # Errors
/// A sealed file that makes no sense, or a file that cannot be written.
pub fn derive(root: &Path, args: &DeriveArgs) -> Result<ExitCode> {
    let exercises = catalogue::chosen(root, &args.names)?;
    let mut left = 0;
    for exercise in &exercises {
        let starter = exercise.sealed()?.derive(&Variant::Starter);
        let old = reset::contents(exercise)?;
        if old.as_deref() == Some(starter.as_bytes()) {
            continue;
        }
        let path = shown(&exercise.path());
        let sealed = shown(&within(root, &exercise.sealed_file()));
        let is_ours = |old: Vec<u8>| {
            is_as_left(root, exercise, &old) || is_starter(root, exercise, &old)
        };
        if args.check {
            left += 1;
            say(format_args!("{path} is not the starter of {sealed}"));
        } else if args.force || old.is_none_or(is_ours) {
            let kept = reset::overwrite(root, exercise, &starter)?;
            remember(root, exercise, &starter)?;
            say(match kept.is_empty() {
                true => format!("{path} is written"),
                false => format!("{path} is written; the old one is kept as {kept}"),
            });
        } else {
            left += 1;
            let id = exercise.id();
            note(format_args!(
                "{path} was changed by hand, and is left as it is; take what is to stay into \
                 {sealed}. To write over it, and keep it in .workbook/saved:  \
                 cargo run -- exercises derive --force {id}"
            ));
        }
    }
    Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where what was written last is kept.
fn derived(root: &Path, exercise: &Exercise) -> PathBuf {
    root.join(DERIVED).join(format!("{}.rs", exercise.id()))
}

fn remember(root: &Path, exercise: &Exercise, starter: &str) -> Result<()> {
    let path = derived(root, exercise);
    file::replace(&path, starter)
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// Whether `text` is what was written last.
fn is_as_left(root: &Path, exercise: &Exercise, text: &[u8]) -> bool {
    fs::read(derived(root, exercise)).is_ok_and(|left| left == text)
}

/// Whether `text` is the starter that the last commit holds.
fn is_starter(root: &Path, exercise: &Exercise, text: &[u8]) -> bool {
    let sealed = shown(&within(root, &exercise.sealed_file()));
    let mut git = Command::new("git");
    git.current_dir(root).args(["show", &format!("HEAD:./{sealed}")]);
    // Without git nothing is known, and nothing written over.
    let Ok(output) = git.output() else { return false };
    let committed = String::from_utf8_lossy(&output.stdout);
    let sealed = Sealed::parse(&committed);
    output.status.success()
        && sealed
            .is_ok_and(|sealed| sealed.derive(&Variant::Starter).as_bytes() == text)
}
