//! What a learner has done so far, as text that two machines can merge.
//!
//! A line is one fact, and names its exercise: wherever a merge puts the line, it stays true.
//!
//! ```toml
//! schema = 1
//! learner = "ada"
//!
//! "ch05.ordered".hints = 2
//! "ch05.ordered".passed = 2026-11-22
//! "ch05.ordered".points = 5
//! ```

use std::{collections::BTreeMap, fmt::Write};

use thiserror::Error;
use toml::{Table, Value, value::Date};

use crate::problem::line_at;

/// The version of the text.
const SCHEMA: i64 = 1;

/// What a learner has done so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Who it is, from which the exercises' parameters are drawn.
    pub learner: Option<String>,
    exercises: BTreeMap<String, Facts>,
    /// What another version of the workbook noted.
    others: BTreeMap<String, Value>,
}

/// What a learner has done with one exercise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The day on which all its checks passed for the first time.
    pub passed: Option<Date>,
    /// The most points that were ever reached.
    pub points: u32,
    /// The highest level of hint that was read; 0 is none.
    pub hints: u32,
    /// The day on which the solution was asked for before a pass.
    pub gave_up: Option<Date>,
    /// What another version of the workbook noted.
    others: BTreeMap<String, Value>,
}

/// A text that is no progress.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Unreadable {
    /// Something is not as this program would write it.
    #[error("line {line}: {what}")]
    Damaged {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// It was written by a newer workbook, whose facts may mean something else.
    #[error("it has schema {0}, and this workbook knows schema {SCHEMA}")]
    Newer(i64),
}

/// What could be read of a damaged text.
#[derive(Debug, Default, PartialEq)]
pub struct Salvaged {
    /// All that the lines say that make sense by themselves.
    pub progress: Progress,
    /// How many facts that is.
    pub facts: usize,
    /// How many lines made no sense.
    pub lost: usize,
}

impl Progress {
    /// Reads a text.
    ///
    /// # Errors
    /// A text that is damaged or newer.
    pub fn parse(text: &str) -> Result<Progress, Unreadable> {
        let damaged = |line, what: String| Unreadable::Damaged { line, what };
        let mut table: Table = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            damaged(line, error.message().trim().to_owned())
        })?;
        match table.remove("schema").map(|schema| schema.as_integer()) {
            Some(Some(SCHEMA)) => {}
            Some(Some(newer)) if newer > SCHEMA => {
                return Err(Unreadable::Newer(newer));
            }
            None if text.trim().is_empty() => {}
            _ => return Err(damaged(1, format!("expected `schema = {SCHEMA}`"))),
        }
        Progress::from_table(table).map_err(|(key, what)| {
            let line = text.lines().position(|line| line.contains(&key));
            damaged(line.map_or(1, |line| line + 1), what)
        })
    }

    /// What the lines of a damaged text say, each by itself; where they contradict each other, as
    /// both sides of a merge may, what was reached on either side counts.
    pub fn salvage(text: &str) -> Salvaged {
        let mut salvaged = Salvaged::default();
        let mut heading: Option<String> = None;
        for line in text.lines().map(str::trim).filter(|line| !says_nothing(line)) {
            let table: Option<Table> = toml::from_str(line).ok();
            let under = |table: Table| match &heading {
                Some(id) if !table.values().any(Value::is_table) => {
                    Table::from_iter([(id.clone(), Value::Table(table))])
                }
                _ => table,
            };
            match table {
                Some(table) if line.starts_with('[') => {
                    heading = table.keys().next().cloned();
                }
                None if line.starts_with('[') => {
                    heading = None;
                    salvaged.lost += 1;
                }
                Some(table) if table.contains_key("schema") => {}
                table => {
                    let said =
                        table.and_then(|it| Progress::from_table(under(it)).ok());
                    salvaged.facts += usize::from(said.is_some());
                    salvaged.lost += usize::from(said.is_none());
                    salvaged.progress.add(said.unwrap_or_default());
                }
            }
        }
        salvaged
    }

    /// The facts of an exercise, such as `ch05.ordered`.
    pub fn of(&self, id: &str) -> Facts {
        self.exercises.get(id).cloned().unwrap_or_default()
    }

    /// The facts of an exercise, to be changed.
    pub fn of_mut(&mut self, id: &str) -> &mut Facts {
        self.exercises.entry(id.to_owned()).or_default()
    }

    /// The text, with one fact a line, sorted.
    pub fn text(&self) -> String {
        let mut text = format!("schema = {SCHEMA}\n");
        // A `String` takes everything.
        if let Some(learner) = &self.learner {
            let _ = writeln!(text, "learner = {}", quoted(learner));
        }
        for (key, value) in &self.others {
            let _ = writeln!(text, "{} = {value}", quoted(key));
        }
        for (id, facts) in &self.exercises {
            text.push('\n');
            for (key, value) in facts.all() {
                let _ = writeln!(text, "{}.{key} = {value}", quoted(id));
            }
        }
        text
    }

    /// The facts in `table`, or which key is wrong and why.
    fn from_table(table: Table) -> Result<Progress, (String, String)> {
        let mut progress = Progress::default();
        for (key, value) in table {
            match (key.as_str(), value) {
                ("learner", Value::String(learner)) => progress.learner = Some(learner),
                ("learner", _) => return Err((key, "expected a name".to_owned())),
                ("passed" | "points" | "hints" | "gave_up", _) => {
                    return Err((key, "of which exercise?".to_owned()));
                }
                (id, Value::Table(table)) if id.contains('.') => {
                    let facts = Facts::from_table(table);
                    let facts = facts.map_err(|what| (key.clone(), what))?;
                    progress.exercises.insert(key, facts);
                }
                (_, value) => drop(progress.others.insert(key, value)),
            }
        }
        Ok(progress)
    }

    fn add(&mut self, other: Progress) {
        self.learner = self.learner.take().or(other.learner);
        for (key, value) in other.others {
            self.others.entry(key).or_insert(value);
        }
        for (id, facts) in other.exercises {
            self.of_mut(&id).add(facts);
        }
    }
}

impl Facts {
    fn from_table(table: Table) -> Result<Facts, String> {
        let mut facts = Facts::default();
        for (key, value) in table {
            match key.as_str() {
                "passed" => facts.passed = Some(day(&key, &value)?),
                "points" => facts.points = number(&key, &value)?,
                "hints" => facts.hints = number(&key, &value)?,
                "gave_up" => facts.gave_up = Some(day(&key, &value)?),
                _ => drop(facts.others.insert(key, value)),
            }
        }
        Ok(facts)
    }

    /// Everything there is to say, sorted; nothing of what did not happen.
    fn all(&self) -> BTreeMap<String, String> {
        let day = |date: Option<Date>| date.map(|date| date.to_string());
        let number = |count: u32| (count > 0).then(|| count.to_string());
        let known = [
            ("passed", day(self.passed)),
            ("points", number(self.points)),
            ("hints", number(self.hints)),
            ("gave_up", day(self.gave_up)),
        ];
        let known =
            known.into_iter().filter_map(|(key, value)| Some((key.into(), value?)));
        let others = self.others.iter();
        known
            .chain(others.map(|(key, value)| (quoted(key), value.to_string())))
            .collect()
    }

    fn add(&mut self, other: Facts) {
        let earlier = |one: Option<Date>, two: Option<Date>| match (one, two) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        self.passed = earlier(self.passed, other.passed);
        self.gave_up = earlier(self.gave_up, other.gave_up);
        self.points = self.points.max(other.points);
        self.hints = self.hints.max(other.hints);
        for (key, value) in other.others {
            self.others.entry(key).or_insert(value);
        }
    }
}

fn day(key: &str, value: &Value) -> Result<Date, String> {
    let date =
        value.as_datetime().filter(|it| it.time.is_none()).and_then(|it| it.date);
    date.ok_or_else(|| format!("`{key}` is no date such as 2026-11-22"))
}

fn number(key: &str, value: &Value) -> Result<u32, String> {
    let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| format!("`{key}` is no count"))
}

/// As a string on one line: what JSON escapes, TOML understands.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An empty line, a comment, or what a merge puts between the two sides of a conflict.
fn says_nothing(line: &str) -> bool {
    let is_fence = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
        .iter()
        .any(|fence| line.starts_with(fence));
    line.is_empty() || line.starts_with('#') || is_fence
}

#[cfg(test)]
mod tests;
