//! `exercises derive`: writes what learners edit from the sealed files, for maintainers.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::Result;

use super::{
    catalogue::{self, Exercise},
    report::shown,
    reset,
    sealed::{Sealed, Variant},
    terminal::{note, say},
};
use crate::problem::within;

/// What `workbook exercises derive` was asked for.
#[derive(clap::Args, Debug)]
pub struct DeriveArgs {
    /// Exercises, such as ch05.ordered, or chapters; all of them if none is named
    #[arg(value_name = "ID")]
    pub names: Vec<String>,
    /// Only say what differs
    #[arg(long)]
    pub check: bool,
    /// Write over a file that is no committed starter too; it is kept in .workbook/saved
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
}

/// Writes `src/x.rs` of every exercise from `sealed/x.rs`, unless somebody's work is there.
///
/// Exit status 1 if a file differs, or somebody's work is in the way.
///
/// # Errors
/// A sealed file that makes no sense, or a file that cannot be written.
pub fn derive(root: &Path, args: &DeriveArgs) -> Result<ExitCode> {
    let exercises = match &args.names[..] {
        [] => catalogue::all(root)?,
        names => {
            let named = names.iter().map(|name| catalogue::named(root, name));
            named.collect::<Result<Vec<_>>>()?.concat()
        }
    };
    let mut left = 0;
    for exercise in &exercises {
        let starter = exercise.sealed()?.derive(&Variant::Starter);
        let old = reset::contents(exercise)?;
        if old.as_deref() == Some(starter.as_bytes()) {
            continue;
        }
        let path = shown(&exercise.path());
        if args.check {
            left += 1;
            let sealed = shown(&within(root, &exercise.sealed_file()));
            say(format_args!("{path} is not the starter of {sealed}"));
        } else if args.force || old.is_none_or(|old| is_starter(root, exercise, &old)) {
            let kept = reset::overwrite(root, exercise, &starter)?;
            say(match kept.is_empty() {
                true => format!("{path} is written"),
                false => format!("{path} is written; the old one is kept as {kept}"),
            });
        } else {
            left += 1;
            let id = exercise.id();
            note(format_args!(
                "{path} is no committed starter but somebody's work; to write over it, and keep \
                 it in .workbook/saved:  cargo run -- exercises derive --force {id}"
            ));
        }
    }
    Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
