//! The report, as text and as JSON.

use std::path::PathBuf;

use serde::{Serialize, ser::SerializeMap};

use super::{evidence::Evidence, rules::Verdict, strip};
use crate::quote::for_eyes;

/// How a command ended, or that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// By itself, with this status.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl Outcome {
    /// The status with which a shell would tell that.
    pub fn status(self) -> u8 {
        match self {
            Outcome::Code(code) => code as u8,
            Outcome::Signal(signal) => (128 + signal) as u8,
        }
    }
}

/// What was found out about a program, and what it means.
#[derive(Clone, Debug)]
pub struct Report {
    /// The command, or the name of the program that ran already.
    pub command: Vec<String>,
    /// The process that was watched, if it ran already.
    pub pid: Option<u32>,
    /// What it means.
    pub verdict: Verdict,
    /// Seconds from start to end, or for which it was watched.
    pub wall_s: f64,
    /// Seconds on a CPU, all processes that belong to it.
    pub cpu_s: Option<f64>,
    /// Seconds on a CPU of its first process alone.
    pub own_cpu_s: Option<f64>,
    /// How it ended.
    pub exit: Option<Outcome>,
    /// Processes that are still there.
    pub outlived: Vec<String>,
    /// The files that it had open.
    pub files: Vec<PathBuf>,
    /// What was found out.
    pub evidence: Evidence,
}

/// The version of the JSON.
const SCHEMA: u32 = 1;

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let verdict = &self.verdict;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("schema", &SCHEMA)?;
        map.serialize_entry("command", &self.command)?;
        map.serialize_entry("pid", &self.pid)?;
        map.serialize_entry("label", verdict.label.id())?;
        map.serialize_entry("confidence", &verdict.confidence)?;
        map.serialize_entry("waits_for", &verdict.waits_for)?;
        map.serialize_entry("runner_up", &verdict.runner_up)?;
        map.serialize_entry("tell_apart", &verdict.tell_apart)?;
        map.serialize_entry("why", &verdict.why)?;
        map.serialize_entry("next", &verdict.next)?;
        map.serialize_entry("chapter", &verdict.chapter)?;
        map.serialize_entry("wall_s", &self.wall_s)?;
        map.serialize_entry("cpu_s", &self.cpu_s)?;
        map.serialize_entry("own_cpu_s", &self.own_cpu_s)?;
        map.serialize_entry("exit", &self.exit)?;
        map.serialize_entry("outlived", &self.outlived)?;
        map.serialize_entry("evidence", &self.evidence)?;
        map.end()
    }
}

impl Report {
    /// The report for people.
    pub fn text(&self) -> String {
        let verdict = &self.verdict;
        let confidence = format!("{:?}", verdict.confidence).to_lowercase();
        let of = match &verdict.waits_for {
            Some(what) => format!(" ({what})"),
            None => String::new(),
        };
        let mut text =
            format!("profile: {}{of}, {confidence} confidence\n", verdict.label);
        for why in &verdict.why {
            text.push_str(&format!("  {why}\n"));
        }
        if let Some(strips) = strip::draw(&self.evidence.strips) {
            text.push('\n');
            strips.lines().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
        if let Some(other) = verdict.runner_up {
            text.push_str(&format!("\n  It could also be {other}.\n"));
        }
        if let Some(how) = &verdict.tell_apart {
            text.push_str(&format!("  {how}\n"));
        }
        text.push_str("\n  Next:\n");
        for next in &verdict.next {
            text.push_str(&format!("  - {next}\n"));
        }
        if let Some(chapter) = verdict.chapter {
            text.push_str(&format!(
                "  - Read chapter {}.\n",
                chapter.trim_start_matches("ch0")
            ));
        }
        if !self.outlived.is_empty() {
            let (are, names) = match self.outlived.len() {
                1 => ("process is", &self.outlived[0]),
                _ => ("processes are", &self.outlived.join(", ")),
            };
            text.push_str(&format!(
                "\n  {} {are} still there, and not counted from here on: {}.\n",
                self.outlived.len(),
                for_eyes(names)
            ));
        }
        text
    }
}
