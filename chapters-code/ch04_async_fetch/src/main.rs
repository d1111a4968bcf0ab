//! The chapter's program: its experiments, the programs that it starts for them, and the tool for
//! a list of URLs.

mod claims;
mod experiments;

use std::{env, ffi::OsString, process::ExitCode};

use anyhow::Result;
use ch04_async_fetch::{
    s4_processes,
    tool::{
        self,
        options::{self, Options},
    },
};
use clap::{Args, Command, FromArgMatches};
use lab::cli::{self, Chapter};

const CHAPTER: Chapter = Chapter {
    name: "ch04_async_fetch",
    question: "How many waits fit in one thread?",
    help: "\
Without --urls, the program starts a server on this machine that takes its time, and fetches pages
from it: one after the other, with threads, with tasks, with processes; ten, a hundred, thousands at
once. The report says how long it took, what the waiting cost, and what came in between.

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
    if let Some(ended) = worker(&arguments) {
        return ended.map_or_else(
            |error| {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            },
            |()| ExitCode::SUCCESS,
        );
    }
    let matches = with_tool(cli::command(&CHAPTER)).get_matches();
    let options = Options::from_arg_matches(&matches).unwrap_or_else(|it| it.exit());
    match &options.urls {
        Some(list) => tool::main(&options, list, matches.get_flag("json")),
        None => cli::run(&CHAPTER, &matches),
    }
}

/// The command line of the experiments, with that of the tool.
fn with_tool(command: Command) -> Command {
    // What makes no sense with a list of one's own.
    let shared = ["full", "only", "rounds", "trace", "python", "python_exe"];
    let of_experiments = CHAPTER.params.iter().map(|param| param.name).chain(shared);
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    Options::augment_args(command)
        .mut_arg("urls", |urls| urls.conflicts_with_all(of_experiments))
        .after_help(format!("{help}\n\n{}", options::HELP))
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
