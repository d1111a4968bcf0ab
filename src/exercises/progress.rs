//! What a learner has done so far, as text that two machines can merge.
//!
//! A line is one fact, and names its exercise: wherever a merge puts the line, it stays true. Where
//! both sides tell of the same, what was reached on either counts.
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
    /// It is that of several learners, as after a merge; the first is the one that it goes on with.
    #[error("it names the learners {}", .0.join(" and "))]
    Learners(Vec<String>),
}

/// What could be read of a damaged text.
#[derive(Debug, Default, PartialEq)]
pub struct Salvaged {
    /// All that the lines say that make sense by themselves.
    pub progress: Progress,
    /// How many facts that is.
    pub facts: usize,
    /// How many lines made no sense, or contradict an earlier one.
    pub lost: usize,
    /// All learners that it names, the one of `progress` first.
    pub learners: Vec<String>,
    /// Each schema that it names.
    schemas: Vec<Option<i64>>,
}

impl Progress {
    /// Reads a text. Several lines for one fact are no damage, as long as that is all: so git leaves
    /// what two machines have written.
    ///
    /// # Errors
    /// A text that is damaged or newer, or names several learners.
    pub fn parse(text: &str) -> Result<Progress, Unreadable> {
        Progress::plain(text).or_else(|why| {
            let Salvaged { progress, learners, lost, schemas, .. } =
                Progress::salvage(text);
            let is_ours = !schemas.is_empty()
                && schemas.iter().all(|schema| *schema == Some(SCHEMA));
            // Somebody had a conflict, and has not resolved it yet.
            let is_conflict = text.lines().any(|line| is_fence(line.trim()));
            if lost > 0 || !is_ours || is_conflict {
                Err(why)
            } else if learners.len() > 1 {
                Err(Unreadable::Learners(learners))
            } else {
                Ok(progress)
            }
        })
    }

    /// Whether a text has several lines for one fact, if it can be read.
    pub fn is_merged(text: &str) -> bool {
        Progress::plain(text).is_err()
    }

    /// Reads a text with one line for each fact.
    fn plain(text: &str) -> Result<Progress, Unreadable> {
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
                Some(table) if table.contains_key("schema") => {
                    salvaged.schemas.push(table["schema"].as_integer());
                }
                table => {
                    let said =
                        table.and_then(|it| Progress::from_table(under(it)).ok());
                    let learner = said.as_ref().and_then(|it| it.learner.clone());
                    let is_new = |it: &String| !salvaged.learners.contains(it);
                    salvaged.learners.extend(learner.filter(is_new));
                    let is_kept = said.is_some_and(|it| salvaged.progress.add(it));
                    salvaged.facts += usize::from(is_kept);
                    salvaged.lost += usize::from(!is_kept);
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

    /// Returns whether nothing that is said there contradicts what was said here, but for the
    /// learner.
    fn add(&mut self, other: Progress) -> bool {
        self.learner = self.learner.take().or(other.learner);
        let mut agree = add_others(&mut self.others, other.others);
        for (id, facts) in other.exercises {
            agree &= self.of_mut(&id).add(facts);
        }
        agree
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

    /// Returns whether nothing that is said there contradicts what was said here.
    fn add(&mut self, other: Facts) -> bool {
        let earlier = |one: Option<Date>, two: Option<Date>| match (one, two) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        self.passed = earlier(self.passed, other.passed);
        self.gave_up = earlier(self.gave_up, other.gave_up);
        self.points = self.points.max(other.points);
        self.hints = self.hints.max(other.hints);
        add_others(&mut self.others, other.others)
    }
}

/// Adds facts of another version of the workbook. Of two that differ nobody here knows which one
/// counts: the first is kept. Returns whether there are none such.
fn add_others(
    ours: &mut BTreeMap<String, Value>,
    theirs: BTreeMap<String, Value>,
) -> bool {
    let mut agree = true;
    for (key, value) in theirs {
        agree &= *ours.entry(key).or_insert_with(|| value.clone()) == value;
    }
    agree
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
    line.is_empty() || line.starts_with('#') || is_fence(line)
}

fn is_fence(line: &str) -> bool {
    let fences = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    fences.iter().any(|fence| line.starts_with(fence))
}

#[cfg(test)]
mod tests;
