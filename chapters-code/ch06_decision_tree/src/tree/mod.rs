//! The tree: questions, answers, and the tool that they lead to.
//!
//! All of it is data, in `tree.toml`: the program asks from it, the page draws it, and
//! [`Tree::walk`] answers a program. A number at which the way forks is a [`Threshold`], and each
//! of those has a rule that says which record of this book it comes from.
//!
//! The workbook's page reads the file with this very module, so that page and program agree.

use std::fmt;

use serde::{Deserialize, Serialize};

mod check;
mod rule;
mod walk;

pub use rule::Rule;
pub use walk::{Given, Known, Step, Taken, Unanswerable, Walk};

/// The version of the file's form that this program reads.
pub const SCHEMA: u32 = 1;

/// Questions, and where they lead.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// [`SCHEMA`] of the file.
    pub schema: u32,
    /// The numbers at which ways fork.
    #[serde(rename = "threshold")]
    pub thresholds: Vec<Threshold>,
    /// The questions; the first one is asked first.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    /// What the questions lead to.
    #[serde(rename = "leaf")]
    pub leaves: Vec<Leaf>,
    /// The quick reference of the sources, row by row.
    #[serde(rename = "quick", default)]
    pub quick: Vec<Quick>,
}

/// A number at which the way forks, and where it comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Its name in the file.
    pub id: String,
    /// The number.
    pub value: u64,
    /// What it counts, such as `waits at once`.
    pub unit: String,
    /// What happens there, in a sentence.
    pub says: String,
    /// How it follows from a record.
    pub rule: Rule,
}

/// A question with its answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name in the file and in JSON.
    pub id: String,
    /// The question.
    pub asks: String,
    /// How to find out, in a sentence or two.
    pub help: String,
    /// What measurement answers it.
    pub known: Option<Fact>,
    /// What is counted, if the answer is a number.
    pub counts: Option<String>,
    /// What can be answered.
    #[serde(rename = "answer")]
    pub answers: Vec<Answer>,
}

/// What a measurement can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// What the program does with its time: a label of the profiler.
    Label,
    /// What it waits for, in the profiler's words.
    WaitsFor,
    /// How many CPUs it may use.
    Cpus,
    /// How much of them it uses, in percent.
    BusyCpus,
}

/// An answer, and where it leads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its name on the command line, in JSON and in a page's address.
    pub id: String,
    /// The answer.
    pub says: String,
    /// The profiler's labels, or its words for what is waited for, that mean this.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Of a number: this much or more.
    pub from: Option<Limit>,
    /// Of a number: less than this. The last answer has no such limit.
    pub below: Option<Limit>,
    /// The question or the leaf that follows.
    pub goes: String,
}

/// The end of a range.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Limit {
    /// A number that needs no measurement, such as 1.
    Number(u64),
    /// The name of a [`Threshold`].
    Threshold(String),
}

/// What the questions lead to.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Its name in the file and in JSON.
    pub id: String,
    /// The tool, in a few words.
    pub tool: String,
    /// Why that one.
    pub why: String,
    /// What to try first.
    pub first: String,
    /// The chapter to read, such as `ch05`.
    pub chapter: String,
    /// The template to begin with, if there is one.
    pub template: Option<String>,
    /// Every tool that this leaf is content with.
    pub allows: Vec<Tool>,
    /// What this book measured that speaks for it.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// A measured value that speaks for a leaf.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What the value is.
    pub says: String,
    /// Where it stands, such as `ch05.pool.rayon.speedup`.
    pub path: String,
}

/// The tools, as the sources tell them apart; and to do without any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// Threads, also those of a pool such as rayon's.
    Threads,
    /// Processes.
    Processes,
    /// Tasks of an event loop.
    Async,
    /// One after the other.
    Sequential,
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tool::Threads => "threads",
            Tool::Processes => "processes",
            Tool::Async => "async",
            Tool::Sequential => "one after the other",
        })
    }
}

/// A row of the sources' quick reference.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quick {
    /// What is to be done.
    pub scenario: String,
    /// What the source would use.
    pub source: Tool,
    /// The answers that describe it.
    pub answers: Vec<String>,
    /// The leaf that they lead to.
    pub leaf: String,
    /// What we make of the row.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub because: String,
}

/// What we make of a row of the quick reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The source's tool is one that our leaf allows.
    Fine,
    /// It is not.
    Corrected,
}

/// What is wrong with a file, where, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

impl Tree {
    /// Reads a tree from the text of `file`, and checks it.
    ///
    /// # Errors
    /// Text that is not a tree, or one with a dead end, a gap or a contradiction. The message names
    /// the file, the key and what mends it.
    pub fn parse(file: &str, text: &str) -> Result<Tree, Wrong> {
        let schema = toml::from_str::<Schema>(text).ok().map(|file| file.schema);
        if let Some(other) = schema.filter(|schema| *schema != SCHEMA) {
            return Err(Wrong(format!(
                "{file}: schema: it is {other}, and this program reads {SCHEMA}; take the \
                 tree.toml of this version"
            )));
        }
        let tree: Tree = toml::from_str(text)
            .map_err(|error| Wrong(format!("{file}: {}", error.to_string().trim())))?;
        match check::problems(&tree).as_slice() {
            [] => Ok(tree),
            problems => {
                let lines: Vec<String> =
                    problems.iter().map(|what| format!("{file}: {what}")).collect();
                Err(Wrong(lines.join("\n")))
            }
        }
    }

    /// The question that is asked first.
    #[must_use]
    pub fn root(&self) -> Option<&Question> {
        self.questions.first()
    }

    /// The question called `id`.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The leaf called `id`.
    #[must_use]
    pub fn leaf(&self, id: &str) -> Option<&Leaf> {
        self.leaves.iter().find(|leaf| leaf.id == id)
    }

    /// The threshold called `id`.
    #[must_use]
    pub fn threshold(&self, id: &str) -> Option<&Threshold> {
        self.thresholds.iter().find(|threshold| threshold.id == id)
    }

    /// The number that a limit stands for.
    #[must_use]
    pub fn number(&self, limit: &Limit) -> Option<u64> {
        match limit {
            Limit::Number(number) => Some(*number),
            Limit::Threshold(id) => Some(self.threshold(id)?.value),
        }
    }

    /// The numbers of a range: from the first on, and below the second if there is one.
    #[must_use]
    pub fn range(&self, answer: &Answer) -> Option<(u64, Option<u64>)> {
        let from = self.number(answer.from.as_ref()?)?;
        match &answer.below {
            None => Some((from, None)),
            Some(below) => Some((from, Some(self.number(below)?))),
        }
    }

    /// An answer in words: for a number, its range.
    #[must_use]
    pub fn words(&self, answer: &Answer) -> String {
        let range = match self.range(answer) {
            None => return answer.says.clone(),
            Some((1, Some(2))) => "one".to_owned(),
            Some((from, Some(below))) if below == from + 1 => format!("{from}"),
            Some((from, Some(below))) => format!("{from} to {}", below - 1),
            Some((from, None)) => format!("{from} or more"),
        };
        match answer.says.as_str() {
            "" => range,
            says => format!("{range}: {says}"),
        }
    }
}

/// The one key that is looked at first.
#[derive(Deserialize)]
struct Schema {
    schema: u32,
}
