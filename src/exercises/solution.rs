//! `solution`: ours, for whoever has found one or has given up.

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Result;

use super::{catalogue, day::today, sealed::Variant, store, terminal::note};
use crate::problem::shown;

/// What `workbook solution` was asked for.
#[derive(clap::Args, Debug)]
pub struct SolutionArgs {
    /// An exercise, such as ch05.ordered
    #[arg(value_name = "ID")]
    pub name: String,
    /// Show it before you have passed; that is noted
    #[arg(long)]
    pub give_up: bool,
}

/// Prints the solution after a pass, or if the learner gives up, which is noted.
///
/// Exit status 1 if it is refused.
///
/// # Errors
/// No such exercise, or progress that cannot be noted.
pub fn solution(root: &Path, args: &SolutionArgs) -> Result<ExitCode> {
    let exercise = catalogue::find(root, &args.name)?;
    let id = exercise.id();
    let mut facts = store::read(root)?.of(&id);
    if args.give_up && facts.passed.is_none() {
        let progress = store::update(root, |progress| {
            progress.of_mut(&id).gave_up.get_or_insert_with(today);
        })?;
        facts = progress.of(&id);
    }
    if facts.passed.is_none() && facts.gave_up.is_none() {
        note(format_args!(
            "The solution of {id} is shown when you have passed:  cargo run -- check {id}\n\
             or when you give up, which is noted:  cargo run -- solution {id} --give-up"
        ));
        return Ok(ExitCode::FAILURE);
    }
    let text = exercise.sealed()?.derive(&Variant::Solution);
    // Whoever reads it may have gone.
    drop(io::stdout().write_all(text.as_bytes()));
    note(format_args!(
        "\nThis is one answer of several. Read it beside yours, {}: who waits for whom in each, \
         and which of them does more than it must?",
        shown(&exercise.path())
    ));
    Ok(ExitCode::SUCCESS)
}
