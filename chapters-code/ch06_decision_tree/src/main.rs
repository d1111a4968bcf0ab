//! The chapter's program: its experiments, and the tools for programs of one's own.

mod experiments;

use std::{
    env,
    process::{self, ExitCode},
};

use ch06_decision_tree::{
    profile::args::{self, ProfileArgs},
    zoo::worker,
};
use clap::{ArgMatches, FromArgMatches, Subcommand};
use lab::cli::{self, Chapter};

const CHAPTER: Chapter = Chapter {
    name: "ch06_decision_tree",
    question: "Which tool for my program?",
    help: "\
Exit status: 0 all is well; 1 an experiment failed; 2 it could not start; 130 stopped",
    params: experiments::PARAMS,
    experiments: experiments::PLANS,
    claims: &[],
};

/// The tools for programs of one's own. Without one of them, the experiments run.
#[derive(Subcommand)]
enum Also {
    Profile(ProfileArgs),
}

/// Ends the program. A script must be able to tell that `profile` was called in a wrong way from
/// what its command returned.
fn refuse(error: clap::Error) -> ArgMatches {
    let is_profile = env::args_os().nth(1).is_some_and(|name| name == "profile");
    if !is_profile || !error.use_stderr() {
        error.exit();
    }
    // There is nobody to tell if this fails.
    let _ = error.print();
    process::exit(i32::from(args::FAILED))
}

fn main() -> ExitCode {
    if env::args_os().nth(1).is_some_and(|first| first == worker::ZOO) {
        return zoo();
    }
    let command = Also::augment_subcommands(cli::command(&CHAPTER));
    let matches =
        command.subcommand_required(false).try_get_matches().unwrap_or_else(refuse);
    if matches.subcommand_name().is_none() {
        return cli::run(&CHAPTER, &matches);
    }
    match Also::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()) {
        Also::Profile(profile) => args::main(&profile),
    }
}

/// Not for people: the program starts itself as one whose answer is known.
fn zoo() -> ExitCode {
    match worker::main() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
