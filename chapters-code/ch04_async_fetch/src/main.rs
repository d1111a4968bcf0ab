//! The chapter's program: the tool for a list of URLs.

use std::process::ExitCode;

use ch04_async_fetch::tool::{self, options};
use clap::{Arg, ArgAction, Args, Command, FromArgMatches};

fn main() -> ExitCode {
    let json = Arg::new("json").long("json").action(ArgAction::SetTrue);
    let command = Command::new("ch04_async_fetch")
        .about("How many waits fit in one thread?")
        .arg(json.help("Print the report as JSON"))
        .after_help(options::HELP)
        .max_term_width(100);
    let matches = options::Options::augment_args(command).get_matches();
    let options = options::Options::from_arg_matches(&matches)
        .unwrap_or_else(|error| error.exit());
    match &options.urls {
        Some(list) => tool::main(&options, list, matches.get_flag("json")),
        None => ExitCode::SUCCESS,
    }
}
