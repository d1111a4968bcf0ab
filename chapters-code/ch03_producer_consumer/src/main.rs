//! The chapter's program: its experiments, and the processes that it starts.

mod claims;
mod experiments;

use std::{
    env,
    ffi::OsString,
    io::{self, Read},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result};
use ch03_producer_consumer::file;
use lab::cli::{self, Chapter};

const CHAPTER: Chapter = Chapter {
    name: "ch03_producer_consumer",
    question: "Who waits for whom?",
    help: "\
One makes items, another uses them, and a queue is between them. The report says who waited for whom,
how full the queue was, and whether anything was lost.

Examples:
  cargo run -p ch03_producer_consumer
  cargo run -p ch03_producer_consumer -- --second 100 --only five
  cargo run -p ch03_producer_consumer -- --full --only throughput

Exit status: 0 all is well; 1 an experiment failed; 2 it could not start; 130 stopped",
    params: experiments::PARAMS,
    experiments: experiments::PLANS,
    claims: claims::CLAIMS,
};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if arguments.first().is_none_or(|first| first != file::ADDER) {
        return cli::run(&CHAPTER, &cli::command(&CHAPTER).get_matches());
    }
    match add(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Not for people: the program starts itself to add to a number in a file. It says that it is ready,
/// and begins when its standard input is closed.
fn add(arguments: &[OsString]) -> Result<()> {
    let [path, times, locked] = arguments else {
        anyhow::bail!("expected: path, times, locked or not");
    };
    let times = times.to_str().and_then(|times| times.parse().ok());
    let times = times.context("how many times is a number")?;
    println!("ready");
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(file::add(Path::new(path), times, locked == "locked")?)
}
