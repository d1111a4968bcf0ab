//! The chapter's program: its experiments, and the tools for programs of one's own.

mod claims;
mod experiments;

use std::{env, ffi::OsString, process::ExitCode};

use anyhow::Result;
use ch06_decision_tree::{
    advise::{self, Advise},
    primes,
};
use clap::{FromArgMatches, Subcommand};
use lab::cli::{self, Chapter};

const CHAPTER: Chapter = Chapter {
    name: "ch06_decision_tree",
    question: "Which tool for my program?",
    help: "\
Exit status: 0 all is well; 1 an experiment failed; 2 it could not start; 130 stopped",
    params: experiments::PARAMS,
    experiments: experiments::PLANS,
    claims: claims::CLAIMS,
};

/// What the program does besides its experiments.
#[derive(Subcommand)]
enum Also {
    Advise(Advise),
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
        .subcommand_required(false)
        .arg_required_else_help(false)
        .args_conflicts_with_subcommands(true);
    let matches = command.get_matches();
    if matches.subcommand_name().is_none() {
        return cli::run(&CHAPTER, &matches);
    }
    match Also::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()) {
        Also::Advise(advise) => advise::main(&advise, &advise.known()),
    }
}

/// Not for people: the program starts itself as a worker. `None` if it was not started so.
fn worker(arguments: &[OsString]) -> Option<Result<()>> {
    let (kind, rest) = arguments.split_first()?;
    Some(match kind.to_str()? {
        primes::WORKER => primes::worker().map_err(Into::into),
        experiments::CROWD => experiments::crossover::wait(rest),
        _ => return None,
    })
}
