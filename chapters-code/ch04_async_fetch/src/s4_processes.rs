//! Processes that wait for a page each: this program, started again.

use std::env;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use ch02_threads_vs_processes::crew::{self, Errand};
use serde::{Deserialize, Serialize};

use crate::fetched::{Fetched, in_order, put};
use crate::s1_sequential::{agent, fetch};

/// The argument that makes this program a worker: its `main` must then call [`worker`].
pub const WORKER: &str = "fetch-worker";

/// Fetches the pages in `at_once` processes that run this program again.
///
/// # Errors
/// If a process does not start, or is lost.
pub fn run(urls: &[String], at_once: usize) -> io::Result<Vec<Fetched>> {
    run_as(&env::current_exe()?, urls, at_once)
}

/// As [`run`], with workers that run `program`: a test is a program without workers.
///
/// # Errors
/// If a process does not start, or is lost.
// ANCHOR: run
pub fn run_as(
    program: &Path,
    urls: &[String],
    at_once: usize,
) -> io::Result<Vec<Fetched>> {
    let urls = urls.iter().cloned().enumerate();
    let errands: Vec<Page> = urls.map(|(number, url)| Page { number, url }).collect();
    let pages = Mutex::new(Vec::new());
    crew::run(&|| as_worker(program), at_once, &errands, &|_, answer| {
        // Whoever is missing from the pile is missed below.
        if let Ok(fetched) = answer {
            put(&pages, fetched);
        }
        ControlFlow::Continue(())
    })?;
    let pages = in_order(pages.into_inner().unwrap_or_else(|it| it.into_inner()));
    match pages.len() == errands.len() {
        true => Ok(pages),
        false => Err(io::Error::other("a worker was lost")),
    }
}
// ANCHOR_END: run

/// A page that a worker is sent to fetch.
#[derive(Serialize, Deserialize)]
struct Page {
    number: usize,
    url: String,
}

impl Errand for Page {
    type Answer = Fetched;
}

fn as_worker(program: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(program));
    command.arg(WORKER);
    command
}

/// The other end: fetches what comes through the standard input until it is closed.
///
/// # Errors
/// If a pipe breaks in the middle of a message.
pub fn worker() -> io::Result<()> {
    let agent = agent();
    crew::serve(move |_, page: Page| fetch(&agent, page.number, &page.url), || ())
}
