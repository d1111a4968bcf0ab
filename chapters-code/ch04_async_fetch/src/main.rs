//! The chapter's program: its experiments, and the programs that it starts for them.

mod claims;
mod experiments;

use std::{env, ffi::OsString, process::ExitCode};

use anyhow::Result;
use ch04_async_fetch::s4_processes;
use lab::cli::{self, Chapter};

const CHAPTER: Chapter = Chapter {
    name: "ch04_async_fetch",
    question: "How many waits fit in one thread?",
    help: "\
Starts a server on this machine that takes its time, and fetches pages from it: one after the other,
with threads, with tasks, with processes; ten, a hundred, thousands at once. The report says how
long it took, what the waiting cost, and what came in between.

Examples:
  cargo run -p ch04_async_fetch
  cargo run -p ch04_async_fetch -- --crowd 10000 --only crowd
  cargo run -p ch04_async_fetch -- --delay 500 --only ten

Exit status: 0 all is well; 1 an experiment failed; 2 it could not start; 130 stopped",
    params: experiments::PARAMS,
    experiments: experiments::PLANS,
    claims: claims::CLAIMS,
};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    match worker(&arguments) {
        None => cli::run(&CHAPTER, &cli::command(&CHAPTER).get_matches()),
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Not for people: the program starts itself as a worker. `None` if it was not started so.
fn worker(arguments: &[OsString]) -> Option<Result<()>> {
    let (kind, rest) = arguments.split_first()?;
    Some(match kind.to_str()? {
        s4_processes::WORKER => s4_processes::worker().map_err(Into::into),
        experiments::SERVER => experiments::remote::serve(),
        experiments::CROWD => experiments::crowd::fetch(rest),
        experiments::ASLEEP => experiments::asleep::sleep(rest),
        _ => return None,
    })
}
