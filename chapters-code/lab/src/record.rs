//! The record of a run: the one contract between a chapter's code and its page.
//!
//! A chapter prints one with `--json`, `workbook measure` stores it, and the page refers to what is
//! in it. Nothing else may carry a measured number from code to prose.

use std::{collections::BTreeMap, fmt, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    claim::Judged, machine::Machine, param::Setting, trace::Span, value::Value,
};

/// The version of this schema. A record of another version is refused, never guessed at.
pub const SCHEMA: u32 = 2;

/// The version of the way the kit measures. Raise it when a change makes old numbers incomparable:
/// every record is stale from then on.
pub const METHOD: u32 = 2;

/// Everything that one run of a chapter measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`SCHEMA`] of the program that wrote it.
    pub schema: u32,
    /// The crate that was run, such as `ch05_image_pool`.
    pub chapter: String,
    /// When the run ended: seconds since 1970-01-01 UTC.
    pub made: u64,
    /// What code was run; `workbook measure` fills it in, and a page takes no record without it.
    pub source: Option<Source>,
    /// Whether the run had the sizes of the book (`--full`) or the small ones of a first look.
    pub full: bool,
    /// Where it ran.
    pub machine: Machine,
    /// What was tried.
    pub experiments: Vec<Experiment>,
    /// What the sources say, judged by this run.
    pub claims: Vec<Judged>,
    /// What the reader would have seen in the terminal.
    pub transcript: String,
}

/// Which code made a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Digest of the tokens of the chapter's Rust files, so that a comment does not stale a record.
    pub digest: String,
    /// [`METHOD`] of the kit.
    pub method: u32,
}

/// One experiment: some series that were run in turn, round after round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// Its name in paths, such as `pool`.
    pub id: String,
    /// What it asks, for people.
    pub title: String,
    /// The parameters that it ran with.
    pub settings: Vec<Setting>,
    /// How many rounds were counted (a warm-up comes before them).
    pub rounds: usize,
    /// How quiet the machine was meanwhile.
    pub noise: Noise,
    /// Values of the whole experiment, such as `ceiling`: what independent copies reach.
    pub values: BTreeMap<String, Value>,
    /// What was run.
    pub series: Vec<Series>,
    /// How the page draws it.
    pub chart: Option<Chart>,
}

/// How quiet the machine was: the gauge that decides whether timings may be judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// Speed-up of a dependent chain of integer operations on all usable CPUs, a sample a round.
    pub cpus: Value,
    /// Run-queue delay / (run + delay) of the gauge's threads; `None` where it is not measured.
    pub delay: Option<Value>,
    /// Why timings are not judged; `None` on a quiet machine.
    pub withheld: Option<String>,
}

/// One way of doing it, and its samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Its name in paths, such as `rayon` or `rayon_4`.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// In a sweep: the line of the chart it belongs to, such as `rayon`.
    pub line: Option<String>,
    /// In a sweep: what was varied, such as the number of workers.
    pub x: Option<f64>,
    /// One sample a counted round.
    pub samples: Vec<Sample>,
    /// Statistics of the samples, by name (`wall`, `cpu`, `speedup`, `peak` …).
    pub values: BTreeMap<String, Value>,
    /// Who was working or waiting when, in the last round.
    pub spans: Vec<Span>,
}

/// What one run of one series cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Wall time in seconds.
    pub wall: f64,
    /// CPU time in seconds, user + system, of the program and its children.
    pub cpu: Option<f64>,
    /// Voluntary context switches: it gave the CPU up, to wait.
    pub voluntary: Option<u64>,
    /// Involuntary context switches: the CPU was taken away.
    pub involuntary: Option<u64>,
    /// What the experiment counted, such as images or bytes.
    pub counts: BTreeMap<String, f64>,
}

/// How the page draws an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Bars of the series, or lines over `x`.
    pub kind: ChartKind,
    /// Which value is drawn, such as `speedup`.
    pub measure: String,
    /// What the value axis is called, such as "speed-up".
    pub y_label: String,
    /// What the other axis is called, such as "workers".
    pub x_label: String,
    /// One sentence: what to see.
    pub caption: String,
    /// An experiment value drawn as a reference, such as `ceiling`, with its name for people.
    pub reference: Option<(String, String)>,
}

/// The kinds of chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// One bar a series, with its spread.
    Bars,
    /// One line a `line`, over `x`.
    Lines,
    /// As `Lines`, with a logarithmic x axis.
    LogLines,
    /// As `Lines`, with two logarithmic axes.
    LogLog,
}

/// Why a record cannot be used.
#[derive(Debug)]
pub enum Unusable {
    /// The file cannot be read or written.
    Io(io::Error),
    /// The file is not a record of this schema; the message has line and column.
    Json(serde_json::Error),
    /// Another version of the schema.
    Schema(u64),
    /// Made by a build that was not optimised, or that had debug assertions.
    SlowBuild(String),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::Io(error) => write!(f, "{error}"),
            Unusable::Json(error) => {
                write!(f, "not a record of schema {SCHEMA}: {error}")
            }
            Unusable::Schema(found) => {
                write!(f, "schema {found}, but this program reads schema {SCHEMA}")
            }
            Unusable::SlowBuild(how) => {
                write!(f, "made by a build that does not measure real speed ({how})")
            }
        }
    }
}

impl std::error::Error for Unusable {}

impl Record {
    /// Reads a record from JSON.
    ///
    /// # Errors
    /// What is not a record of this schema, or was made by a slow build, is refused.
    pub fn parse(json: &str) -> Result<Record, Unusable> {
        let raw: serde_json::Value =
            serde_json::from_str(json).map_err(Unusable::Json)?;
        let schema = raw.get("schema").and_then(serde_json::Value::as_u64);
        if let Some(found) = schema.filter(|found| *found != u64::from(SCHEMA)) {
            return Err(Unusable::Schema(found));
        }
        // Parsed again from the text, so that an error names its line.
        let record: Record = serde_json::from_str(json).map_err(Unusable::Json)?;
        match record.machine.slow_build() {
            Some(how) => Err(Unusable::SlowBuild(how)),
            None => Ok(record),
        }
    }

    /// Reads the record at `path`.
    ///
    /// # Errors
    /// As [`Record::parse`], and where the file cannot be read.
    pub fn read(path: &Path) -> Result<Record, Unusable> {
        Record::parse(&fs::read_to_string(path).map_err(Unusable::Io)?)
    }

    /// Writes the record to `path`: whole, or not at all.
    ///
    /// # Errors
    /// Where the folder or the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Unusable> {
        let mut json = serde_json::to_string_pretty(self).map_err(Unusable::Json)?;
        json.push('\n');
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Unusable::Io)?;
        }
        let unfinished = path.with_extension(format!("{}.part", std::process::id()));
        fs::write(&unfinished, json)
            .and_then(|()| fs::rename(&unfinished, path))
            .inspect_err(|_| drop(fs::remove_file(&unfinished)))
            .map_err(Unusable::Io)
    }

    /// The experiment called `id`.
    pub fn experiment(&self, id: &str) -> Option<&Experiment> {
        self.experiments.iter().find(|experiment| experiment.id == id)
    }

    /// The value at `path`: `pool.rayon.speedup` (experiment, series, value), `pool.ceiling`
    /// (experiment, value or parameter), or `machine.usable_cpus`.
    ///
    /// # Errors
    /// A path that leads nowhere: what stands at the point where it went wrong.
    pub fn value(&self, path: &str) -> Result<Value, String> {
        let parts: Vec<&str> = path.split('.').collect();
        match parts[..] {
            ["machine", name] => self.machine.value(name),
            [experiment, name] => self.known(experiment)?.value(name),
            [experiment, series, name] => {
                self.known(experiment)?.known(series)?.value(name)
            }
            _ => Err(format!("`{path}` is not of the form experiment.series.value")),
        }
    }

    fn known(&self, id: &str) -> Result<&Experiment, String> {
        let all = self.experiments.iter().map(|experiment| experiment.id.as_str());
        self.experiment(id)
            .ok_or_else(|| nothing("experiment", id, all.chain(["machine"])))
    }
}

impl Experiment {
    /// The series called `id`.
    pub fn series(&self, id: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.id == id)
    }

    /// A value of the whole experiment, or a number that it was set to.
    ///
    /// # Errors
    /// No such value: what there is instead.
    pub fn value(&self, name: &str) -> Result<Value, String> {
        let set = || self.settings.iter().find(|setting| setting.name == name)?.value();
        self.values.get(name).cloned().or_else(set).ok_or_else(|| {
            let series = self.series.iter().map(|series| series.id.as_str());
            let settings = self.settings.iter().map(|setting| setting.name.as_str());
            let values = self.values.keys().map(String::as_str);
            nothing("value or series", name, values.chain(settings).chain(series))
        })
    }

    fn known(&self, id: &str) -> Result<&Series, String> {
        let all = self.series.iter().map(|series| series.id.as_str());
        self.series(id).ok_or_else(|| nothing("series", id, all))
    }
}

impl Series {
    /// One of its statistics.
    ///
    /// # Errors
    /// No such value: what there is instead.
    pub fn value(&self, name: &str) -> Result<Value, String> {
        let all = self.values.keys().map(String::as_str);
        self.values.get(name).cloned().ok_or_else(|| nothing("value", name, all))
    }
}

fn nothing<'a>(kind: &str, name: &str, there: impl Iterator<Item = &'a str>) -> String {
    format!("no {kind} `{name}`; there is: {}", there.collect::<Vec<_>>().join(", "))
}
