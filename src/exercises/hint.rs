//! `hint`: one step further each time.

use std::{path::Path, process::ExitCode};

use anyhow::{Context, Result};

use super::{
    catalogue::{self, HINTS},
    store,
    terminal::{STRONG, counted, say, styled},
};

/// What `workbook hint` was asked for.
#[derive(clap::Args, Debug)]
pub struct HintArgs {
    /// An exercise, such as ch05.ordered
    #[arg(value_name = "ID")]
    pub name: String,
    /// From 1, a direction, to 3, nearly the code [default: the next one]
    #[arg(long, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=HINTS as i64))]
    pub level: Option<u32>,
}

/// Says the next hint, or the one that was asked for, and notes it.
///
/// # Errors
/// No such exercise, or progress that cannot be noted.
pub fn hint(root: &Path, args: &HintArgs) -> Result<ExitCode> {
    let exercise = catalogue::find(root, &args.name)?;
    let id = exercise.id();
    let hints = &exercise.entry.hints;
    let count = u32::try_from(hints.len())?;
    let mut level = 0;
    store::update(root, |progress| {
        let facts = progress.of_mut(&id);
        level = args.level.unwrap_or(facts.hints.saturating_add(1)).min(count);
        facts.hints = facts.hints.max(level);
    })?;
    let text = level.checked_sub(1).and_then(|index| hints.get(index as usize));
    let text = text.with_context(|| format!("{id} has no hints"))?;
    let heading = styled(STRONG, format_args!("Hint {level} of {count} for {id}"));
    say(format_args!("{heading}\n\n{}\n", text.trim()));
    match count - level {
        0 => say(format_args!(
            "That was the last one. If it does not help:  cargo run -- solution {id} --give-up"
        )),
        left => {
            say(format_args!("{} left:  cargo run -- hint {id}", counted(left, "hint")))
        }
    }
    Ok(ExitCode::SUCCESS)
}
