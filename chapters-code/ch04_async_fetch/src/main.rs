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
use clap::{Args, Command, FromArgMatches, Id};
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
    // None of them makes sense with a list of one's own.
    let of_experiments: Vec<Id> = of_experiments(&command).collect();
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    Options::augment_args(command)
        .mut_arg("urls", |urls| urls.conflicts_with_all(of_experiments))
        .after_help(format!("{help}\n\n{}", options::HELP))
}

/// All that the experiments can be told, but for `--json`, which the tool knows too.
fn of_experiments(command: &Command) -> impl Iterator<Item = Id> {
    let ids = command.get_arguments().map(|argument| argument.get_id().clone());
    ids.filter(|id| id != "json")
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use clap::{ArgAction, error::ErrorKind};

    use super::*;

    /// The arguments that set an option, with what it requires.
    fn set(option: &clap::Arg) -> Vec<String> {
        let flag = format!("--{}", option.get_long().unwrap());
        let param = CHAPTER.params.iter().find(|param| option.get_id() == param.name);
        let value = param.map_or(1.0, |param| param.default(false)).to_string();
        let before = match option.get_id().as_str() {
            "python_exe" => vec!["--python=1".to_owned()],
            _ => Vec::new(),
        };
        let own = match option.get_action() {
            ArgAction::SetTrue => flag,
            _ => format!("{flag}={value}"),
        };
        [before, vec![own]].concat()
    }

    #[test]
    fn what_experiments_are_told_makes_no_sense_with_a_list() {
        let command = cli::command(&CHAPTER);
        let mut options: Vec<&str> = Vec::new();
        for option in command.get_arguments().filter(|it| it.get_id() != "json") {
            let list = ["x", "--urls=a", "--csv=b"].map(str::to_owned);
            let line = [list.to_vec(), set(option)].concat();
            let error =
                with_tool(command.clone()).try_get_matches_from(&line).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ArgumentConflict, "{line:?}: {error}");
            options.push(option.get_id().as_str());
        }
        let all = ["full", "only", "claims", "rounds", "trace", "python", "memory_of"];
        for name in all.iter().chain(&["delay"]) {
            assert!(options.contains(name), "{name} in {options:?}");
        }
    }
}
