//! The chapter's program: its experiments.

mod claims;
mod experiments;

use std::process::ExitCode;

use lab::cli::{self, Chapter};

const CHAPTER: Chapter = Chapter {
    name: "ch01_gil",
    question: "Why do two threads take as long as one?",
    help: "\
Two workers compute, wait, and ask a server, under one lock and without it, and the report says who
held the lock when.

Examples:
  cargo run -p ch01_gil
  cargo run -p ch01_gil -- --interval 50
  cargo run -p ch01_gil -- --only convoy --rounds 9

Exit status: 0 all is well; 1 an experiment failed; 2 it could not start; 130 stopped",
    params: experiments::PARAMS,
    experiments: experiments::PLANS,
    claims: claims::CLAIMS,
};

fn main() -> ExitCode {
    cli::run(&CHAPTER, &cli::command(&CHAPTER).get_matches())
}
