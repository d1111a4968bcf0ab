//! Who was working or waiting, and when.

use std::{collections::HashMap, fs, io, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::json;

/// A stretch of time that one worker spent on one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Whose row it belongs to, such as `thread 1`.
    pub worker: String,
    /// What it was, such as the name of a photo.
    pub what: String,
    /// Whether the worker worked, or had to wait, and for what.
    pub state: State,
    /// Seconds from the start of the run.
    pub start: f64,
    /// Seconds from the start of the run.
    pub end: f64,
}

/// The question of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// On a CPU, or able to be.
    Working,
    /// Ready to work, and kept waiting for its turn: for a lock, or a place in a queue.
    Waiting,
    /// Waiting for something outside: a disk, a network, a timer.
    Blocked,
}

/// Numbers workers in the order in which they are first seen, so that a row is "thread 1" and not
/// an identifier of the operating system.
#[derive(Debug, Default)]
pub struct Rows {
    seen: HashMap<String, usize>,
}

impl Rows {
    /// The row of the worker known by `key`, named after `kind`.
    pub fn name(&mut self, kind: &str, key: &str) -> String {
        let next = self.seen.len() + 1;
        let number = *self.seen.entry(key.to_owned()).or_insert(next);
        format!("{kind} {number}")
    }
}

/// The rows of a timeline, in the order in which they first appear in time.
pub fn rows(spans: &[Span]) -> Vec<&str> {
    let mut by_start: Vec<&Span> = spans.iter().collect();
    by_start.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut rows = Vec::new();
    for span in by_start {
        if !rows.contains(&span.worker.as_str()) {
            rows.push(span.worker.as_str());
        }
    }
    rows
}

/// Writes the spans of each named series to `path` in the trace event format, which Perfetto and
/// `chrome://tracing` open: one process a series, one thread a worker, times in microseconds.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_chrome(path: &Path, series: &[(String, &[Span])]) -> io::Result<()> {
    let mut events = Vec::new();
    for (pid, (name, spans)) in series.iter().enumerate() {
        events.push(json!({"name": "process_name", "ph": "M", "pid": pid, "tid": 0,
            "args": {"name": name}}));
        for (tid, row) in rows(spans).into_iter().enumerate() {
            events
                .push(json!({"name": "thread_name", "ph": "M", "pid": pid, "tid": tid,
                "args": {"name": row}}));
            for span in spans.iter().filter(|span| span.worker == row) {
                events.push(
                    json!({"name": span.what, "ph": "X", "pid": pid, "tid": tid,
                    "cat": span.state, "ts": span.start * 1e6,
                    "dur": (span.end - span.start) * 1e6}),
                );
            }
        }
    }
    fs::write(path, json!({"traceEvents": events, "displayTimeUnit": "ms"}).to_string())
}
