//! `list`: what there is to do, what is done, and what comes next.

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use serde::Serialize;

use super::{
    catalogue::{self, Exercise},
    progress::Progress,
    reset,
    sealed::Variant,
    store,
    terminal::{STRONG, counted, say, styled},
};
use crate::problem::shown;

/// The version of `list --json`.
const SCHEMA: u32 = 1;

/// What `workbook list` was asked for.
#[derive(clap::Args, Debug)]
pub struct ListArgs {
    /// As JSON, for a program
    #[arg(long)]
    pub json: bool,
}

/// How far a learner is with an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The file is the starter.
    NotBegun,
    /// The file is another.
    Begun,
    /// All its checks passed once.
    Passed,
    /// The learner gave up.
    SolutionSeen,
    /// The learner gave up, and then all its checks passed.
    PassedAfterSolution,
}

#[derive(Serialize)]
struct Table {
    schema: u32,
    learner: Option<String>,
    exercises: Vec<Row>,
    passed: usize,
    points: u32,
    points_of: u32,
    minutes: u32,
    next: Option<String>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    minutes: u32,
    points: u32,
    points_of: u32,
    hints: u32,
    state: State,
    file: String,
}

impl State {
    fn words(self) -> &'static str {
        match self {
            State::NotBegun => "not begun",
            State::Begun => "begun",
            State::Passed => "passed",
            State::SolutionSeen => "solution seen",
            State::PassedAfterSolution => "passed after the solution",
        }
    }

    fn of(exercise: &Exercise, progress: &Progress) -> Result<State> {
        let facts = progress.of(&exercise.id());
        Ok(match (facts.passed, facts.gave_up) {
            (Some(_), None) => State::Passed,
            (Some(_), Some(_)) => State::PassedAfterSolution,
            (None, Some(_)) => State::SolutionSeen,
            (None, None) => {
                let starter = exercise.sealed()?.derive(&Variant::Starter);
                match reset::contents(exercise)? {
                    Some(text) if text != starter.as_bytes() => State::Begun,
                    _ => State::NotBegun,
                }
            }
        })
    }
}

/// Prints all exercises and how far the learner is with each.
///
/// # Errors
/// Exercises or progress that cannot be read.
pub fn list(root: &Path, args: &ListArgs) -> Result<ExitCode> {
    let exercises = catalogue::all(root)?;
    let progress = store::read(root)?;
    let next = next(&exercises, &progress, None);
    let rows: Vec<Row> = exercises
        .iter()
        .map(|exercise| row(exercise, &progress))
        .collect::<Result<_>>()?;
    let is_passed =
        |row: &&Row| matches!(row.state, State::Passed | State::PassedAfterSolution);
    let table = Table {
        schema: SCHEMA,
        learner: progress.learner.clone(),
        passed: rows.iter().filter(is_passed).count(),
        points: rows.iter().map(|row| row.points).sum(),
        points_of: rows.iter().map(|row| row.points_of).sum(),
        minutes: rows.iter().map(|row| row.minutes).sum(),
        next: next.map(Exercise::id),
        exercises: rows,
    };
    if args.json {
        say(serde_json::to_string_pretty(&table)?);
    } else {
        print(&table);
        match next {
            Some(next) => say(format_args!("Next:  {}", invitation(next))),
            None => say("All are done."),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn row(exercise: &Exercise, progress: &Progress) -> Result<Row> {
    let facts = progress.of(&exercise.id());
    Ok(Row {
        id: exercise.id(),
        title: exercise.entry.title.clone(),
        minutes: exercise.entry.minutes,
        points: facts.points.min(exercise.points()),
        points_of: exercise.points(),
        hints: facts.hints,
        state: State::of(exercise, progress)?,
        file: shown(&exercise.path()),
    })
}

fn print(table: &Table) {
    let rows = &table.exercises;
    let widest = |text: fn(&Row) -> &str, heading: &str| {
        let rows = rows.iter().map(|row| text(row).chars().count());
        rows.max().unwrap_or_default().max(heading.len())
    };
    let (id, title) = (widest(|row| &row.id, "exercise"), widest(|row| &row.title, ""));
    let heading = format!(
        "{:id$}  {:title$}  {:>7}  {:>8}  state",
        "exercise", "", "minutes", "points"
    );
    say(styled(STRONG, heading));
    for row in rows {
        let points = format!("{} of {}", row.points, row.points_of);
        say(format_args!(
            "{:id$}  {:title$}  {:>7}  {points:>8}  {}",
            row.id,
            row.title,
            row.minutes,
            row.state.words()
        ));
    }
    say(format_args!(
        "\n{} of {} passed, {} of {}, {} in all",
        table.passed,
        rows.len(),
        table.points,
        counted(table.points_of, "point"),
        counted(table.minutes, "minute")
    ));
}

/// The first exercise that is still to be done, of those after `id` if it is given and one is left
/// there.
pub fn next<'a>(
    exercises: &'a [Exercise],
    progress: &Progress,
    id: Option<&str>,
) -> Option<&'a Exercise> {
    let is_open = |exercise: &&Exercise| {
        let facts = progress.of(&exercise.id());
        facts.passed.is_none() && facts.gave_up.is_none()
    };
    let after = exercises.iter().position(|it| Some(&*it.id()) == id);
    let after = after.map_or(0, |place| place + 1);
    let (before, after) = exercises.split_at(after);
    after.iter().find(is_open).or_else(|| before.iter().find(is_open))
}

/// What to do with the next exercise.
pub fn invitation(next: &Exercise) -> String {
    let id = next.id();
    format!(
        "{id}, {} ({}): edit {}, then  cargo run -- check {id}",
        next.entry.title,
        counted(next.entry.minutes, "minute"),
        shown(&next.path())
    )
}
