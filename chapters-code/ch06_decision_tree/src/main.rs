//! The chapter's program: its experiments, and the tools for programs of one's own.

mod experiments;

use std::process::ExitCode;

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
    cli::run(&CHAPTER, &cli::command(&CHAPTER).get_matches())
}
