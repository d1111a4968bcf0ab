//! What became of a page that was fetched.

use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

/// How long any of us waits for a page: far longer than the server takes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fetched {
    /// Its place in the list of addresses.
    pub number: usize,
    /// How many bytes it has, or why there is none.
    pub page: Result<usize, String>,
    /// Who waited for it.
    pub worker: String,
    /// When it was asked for, by the clock on the wall.
    pub started: SystemTime,
    /// How long it took.
    pub took: Duration,
}

/// Notes who waits, and since when.
#[derive(Debug)]
pub struct Wait {
    number: usize,
    worker: String,
    started: SystemTime,
    clock: Instant,
}

impl Wait {
    /// The wait of `worker` for the page `number` begins.
    #[must_use]
    pub fn begin(number: usize, worker: String) -> Wait {
        Wait { number, worker, started: SystemTime::now(), clock: Instant::now() }
    }

    /// It has ended.
    #[must_use]
    pub fn end(self, page: Result<usize, String>) -> Fetched {
        let Wait { number, worker, started, clock } = self;
        Fetched { number, page, worker, started, took: clock.elapsed() }
    }
}

/// An error with all its causes: "cannot connect" says little without "too many open files".
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// Puts a page on the pile. Nobody panics while they hold it.
pub fn put(pile: &Mutex<Vec<Fetched>>, fetched: Fetched) {
    pile.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(fetched);
}

/// The pages in the order of their addresses.
pub fn in_order(mut pages: Vec<Fetched>) -> Vec<Fetched> {
    pages.sort_by_key(|page| page.number);
    pages
}
