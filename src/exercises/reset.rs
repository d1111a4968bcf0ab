//! `reset`: the starter again; what was there is kept.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};

use super::{
    catalogue::{self, Exercise},
    file,
    sealed::Variant,
    terminal::say,
};
use crate::problem::{shown, within};

/// Where a learner's own versions are kept, from the root.
const SAVED: &str = ".workbook/saved";

/// What `workbook reset` was asked for.
#[derive(clap::Args, Debug)]
pub struct ResetArgs {
    /// An exercise, such as ch05.ordered
    #[arg(value_name = "ID")]
    pub name: String,
}

/// Writes the starter of an exercise, and keeps what was there. Progress stays as it is.
///
/// # Errors
/// No such exercise, or a file that cannot be written; then nothing is changed.
pub fn reset(root: &Path, args: &ResetArgs) -> Result<ExitCode> {
    let exercise = catalogue::find(root, &args.name)?;
    let starter = exercise.sealed()?.derive(&Variant::Starter);
    let path = exercise.path();
    let path = shown(&path);
    match contents(&exercise)? {
        Some(yours) if yours == starter.as_bytes() => {
            say(format_args!("{path} is the starter already."));
        }
        Some(_) => {
            let kept = overwrite(root, &exercise, &starter)?;
            say(format_args!("{path} is the starter again; yours is kept as {kept}"));
        }
        None => {
            overwrite(root, &exercise, &starter)?;
            say(format_args!("{path} was gone; it is the starter now."));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What the file that the learner edits holds; `None` if it is not there.
///
/// # Errors
/// A file that cannot be read.
pub fn contents(exercise: &Exercise) -> Result<Option<Vec<u8>>> {
    match fs::read(exercise.source()) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error)
            .with_context(|| format!("{} cannot be read", shown(&exercise.path()))),
    }
}

/// Writes the file that the learner edits, and returns where the old version is kept; empty if
/// there was none.
///
/// # Errors
/// A file that cannot be written; then the old one is still there.
pub fn overwrite(root: &Path, exercise: &Exercise, text: &str) -> Result<String> {
    let id = exercise.id();
    let kept = contents(exercise)?.map(|old| keep(root, &id, &old)).transpose()?;
    file::replace(&exercise.source(), text)
        .with_context(|| format!("{} cannot be written", shown(&exercise.path())))?;
    Ok(kept.map(|kept| shown(&within(root, &kept))).unwrap_or_default())
}

fn keep(root: &Path, id: &str, old: &[u8]) -> Result<PathBuf> {
    let name = |number| root.join(SAVED).join(format!("{id}-{number}.rs"));
    file::keep(old, name).with_context(|| format!("{SAVED} cannot be written to"))
}
