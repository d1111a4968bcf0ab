//! The chapter's program: its experiments, and the workers that it starts.

mod claims;
mod experiments;

use std::{
    env, ffi::OsString, io, path::Path, process::ExitCode, sync::atomic::AtomicU8,
};

use anyhow::Result;
use ch02_threads_vs_processes::{misfortune, parcel, sleepers, start, walls, ways};
use lab::{
    cli::{self, Chapter},
    os::Shared,
};

const CHAPTER: Chapter = Chapter {
    name: "ch02_threads_vs_processes",
    question: "What does a worker cost, and what does isolation buy?",
    help: "\
Starts threads, processes and tasks, puts them to sleep, sends them parcels, and lets misfortunes
happen to them. The report says what each cost, and what was left.

Examples:
  cargo run -p ch02_threads_vs_processes
  cargo run -p ch02_threads_vs_processes -- --threads 10000
  cargo run -p ch02_threads_vs_processes -- --only turns,naps

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
    let with_memory = |work: &dyn Fn(&[AtomicU8]) -> io::Result<()>| {
        let memory = rest.first().map(|path| Shared::open(Path::new(path)));
        let memory = memory.transpose()?;
        Ok(work(memory.as_ref().map_or(&[], Shared::bytes))?)
    };
    Some(match kind.to_str()? {
        start::NOTHING => Ok(()),
        sleepers::SLEEPER => sleepers::sleep().map_err(Into::into),
        parcel::BY_PIPE => parcel::receive_copies().map_err(Into::into),
        parcel::BY_MEMORY => with_memory(&parcel::receive_notices),
        walls::NOTE => with_memory(&|bytes| {
            walls::leave_note(bytes);
            Ok(())
        }),
        ways::WORKER => ways::worker().map_err(Into::into),
        misfortune::WORKER => misfortune::worker().map_err(Into::into),
        experiments::SLEEPERS => experiments::sleepers::watch(rest),
        experiments::HOST => experiments::misfortune::host(rest),
        experiments::WHEREABOUTS => experiments::cpus::whereabouts(),
        _ => return None,
    })
}
