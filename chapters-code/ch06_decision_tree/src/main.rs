//! The chapter's program: its experiments, and the tools for programs of one's own.

mod experiments;

use std::{env, process::ExitCode};

use ch06_decision_tree::zoo::worker;
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

fn main() -> ExitCode {
    if env::args_os().nth(1).is_some_and(|first| first == worker::ZOO) {
        return zoo();
    }
    cli::run(&CHAPTER, &cli::command(&CHAPTER).get_matches())
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
