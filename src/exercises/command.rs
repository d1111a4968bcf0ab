//! The command line of the exercises.

use std::{path::Path, process::ExitCode};

use clap::Subcommand;

use super::{
    check::{self, CheckArgs},
    derive::{self, DERIVE_HELP, DeriveArgs},
    grade::{self, GRADE_HELP, GradeArgs, ROSTER_HELP, RosterArgs},
    hint::{self, HintArgs},
    list::{self, ListArgs},
    proof::{self, ProofArgs},
    reset::{self, ResetArgs},
    solution::{self, SolutionArgs},
    terminal::{note, on_lines},
};

/// What can be done with exercises.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the exercises and how far you are
    #[command(after_help = "Example: cargo run -- list\n\n\
        Exit codes: 0 listed; 2 it could not be")]
    List(ListArgs),
    /// Build an exercise and check what you wrote
    #[command(after_help = "Examples:\n  \
        cargo run -- check ch05.ordered\n  \
        cargo run -- check ch05.ordered --watch    again on every save\n  \
        cargo run -- check ch05                    all exercises of chapter 5\n\n\
        What this machine is too noisy or too small to judge has not failed.\n\n\
        Exit codes: 0 nothing failed; 1 something did, or does not compile; 2 it could not be \
        checked, or wrong usage; 130 stopped with Ctrl-C")]
    Check(CheckArgs),
    /// Show a hint for an exercise, one step further each time
    #[command(after_help = "Examples:\n  \
        cargo run -- hint ch05.ordered\n  \
        cargo run -- hint ch05.ordered --level 1    the first one again\n\n\
        Exit codes: 0 shown; 2 it could not be, or wrong usage")]
    Hint(HintArgs),
    /// Show the solution of an exercise, once you have passed or given up
    #[command(after_help = "Examples:\n  \
        cargo run -- solution ch05.ordered\n  \
        cargo run -- solution ch05.ordered --give-up\n\n\
        Exit codes: 0 shown; 1 refused; 2 it could not be, or wrong usage")]
    Solution(SolutionArgs),
    /// Begin an exercise again; what you wrote is kept in .workbook/saved
    #[command(after_help = "Example: cargo run -- reset ch05.ordered\n\n\
        Exit codes: 0 it is the starter; 2 it could not be, or wrong usage")]
    Reset(ResetArgs),
    /// Grade what somebody handed in, or what you wrote
    #[command(after_help = GRADE_HELP)]
    Grade(GradeArgs),
    /// Grade a folder of submissions, with a row for each in a CSV file
    #[command(after_help = ROSTER_HELP)]
    Roster(RosterArgs),
    /// For those who write exercises
    #[command(subcommand)]
    Exercises(Upkeep),
}

/// What those do who write exercises.
#[derive(Debug, Subcommand)]
pub enum Upkeep {
    /// Write what learners edit from the sealed files
    #[command(after_help = DERIVE_HELP)]
    Derive(DeriveArgs),
    /// Prove that exercises are complete and that their tests can tell
    #[command(after_help = "Examples:\n  \
        cargo run -- exercises check ch05.ordered\n  \
        cargo run -- exercises check --times 3\n\n\
        The starter must fail, the solution pass each time, also with every CPU busy, and every\n\
        wrong answer fail with its message.\n\n\
        Exit codes: 0 proven; 1 something is missing or wrong; 2 it could not be tried")]
    Check(ProofArgs),
}

/// Does what was asked for; what could not be done is said on standard error, with exit status 2.
pub fn run(root: &Path, command: &Command) -> ExitCode {
    let done = match command {
        Command::List(args) => list::list(root, args),
        Command::Check(args) => check::check(root, args),
        Command::Hint(args) => hint::hint(root, args),
        Command::Solution(args) => solution::solution(root, args),
        Command::Reset(args) => reset::reset(root, args),
        Command::Grade(args) => grade::grade(root, args),
        Command::Roster(args) => grade::roster(root, args),
        Command::Exercises(Upkeep::Derive(args)) => derive::derive(root, args),
        Command::Exercises(Upkeep::Check(args)) => proof::check(root, args),
    };
    done.unwrap_or_else(|error| {
        note(on_lines(&format!("{error:#}")));
        ExitCode::from(2)
    })
}
