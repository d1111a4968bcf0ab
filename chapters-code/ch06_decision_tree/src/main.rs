//! The chapter's program: its experiments, and the tools for programs of one's own.

mod claims;
mod experiments;

use std::{
    env,
    ffi::OsString,
    process::{self, ExitCode},
};

use anyhow::Result;
use ch06_decision_tree::{
    advise::{self, Advise},
    new_template::{self, NewTemplate},
    primes,
    profile::args::{self, ProfileArgs},
    zoo,
};
use clap::{ArgMatches, FromArgMatches, Subcommand};
use lab::cli::{self, Chapter};

const CHAPTER: Chapter = Chapter {
    name: "ch06_decision_tree",
    question: "Which tool for my program?",
    help: "\
Without a command, small programs with a known answer are profiled, and others that are idle or busy
for different reasons are run; the report tells what was made of them. With a command, it is a tool
for programs of your own.

Examples:
  cargo run -p ch06_decision_tree
  cargo run -p ch06_decision_tree -- profile -- python3 report.py --year 2025
  cargo run -p ch06_decision_tree -- advise
  cargo run -p ch06_decision_tree -- new-template io-many my_fetcher
  cargo run -p ch06_decision_tree -- --full --only crossover

Exit status: 0 all is well; 1 an experiment failed; 2 it could not start; 130 stopped",
    params: experiments::PARAMS,
    experiments: experiments::PLANS,
    claims: claims::CLAIMS,
};

// The tools for programs of one's own. Without one of them, the experiments run. (A doc comment
// would replace the question in `--help`.)
#[derive(Subcommand)]
enum Also {
    Profile(ProfileArgs),
    Advise(Advise),
    NewTemplate(NewTemplate),
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
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if let Some(ended) = worker(&arguments) {
        return ended.map_or_else(
            |error| {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            },
            |()| ExitCode::SUCCESS,
        );
    }
    let command = Also::augment_subcommands(cli::command(&CHAPTER))
        .args_conflicts_with_subcommands(true)
        .subcommand_required(false);
    let matches = command.try_get_matches().unwrap_or_else(refuse);
    if matches.subcommand_name().is_none() {
        return cli::run(&CHAPTER, &matches);
    }
    match Also::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()) {
        Also::Profile(profile) => args::main(&profile),
        Also::NewTemplate(wanted) => new_template::main(&wanted),
        Also::Advise(advise) => advise::after_a_profile(&advise),
    }
}

/// Not for people: the program starts itself as a worker. `None` if it was not started so.
fn worker(arguments: &[OsString]) -> Option<Result<()>> {
    let (kind, rest) = arguments.split_first()?;
    Some(match kind.to_str()? {
        zoo::worker::ZOO => zoo::worker::main(),
        experiments::WORK => experiments::overhead::work(rest),
        experiments::IDLE => experiments::idle::wait(rest),
        primes::WORKER => primes::worker().map_err(Into::into),
        experiments::CROWD => experiments::crossover::wait(rest),
        _ => return None,
    })
}
