//! The way through the tree: what was measured is not asked.

use std::fmt;

use serde::Serialize;

use super::{Answer, Fact, Leaf, Question, Tree};

/// What a measurement has found out: questions about it are not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What the program does with its time: the `id` of a label. With `unknown`, it is asked.
    pub label: Option<String>,
    /// What it waits for, in the profiler's words.
    pub waits_for: Option<String>,
    /// How many CPUs it may use.
    pub cpus: Option<u64>,
    /// How much of them it uses, in percent.
    pub busy: Option<u64>,
}

/// A way through the tree, as far as it goes.
#[derive(Clone, Debug)]
pub struct Walk<'t> {
    /// The questions that were answered, in order.
    pub taken: Vec<Taken<'t>>,
    /// What comes next.
    pub step: Step<'t>,
}

/// A question that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'t> {
    /// The question.
    pub question: &'t Question,
    /// The answer.
    pub answer: &'t Answer,
    /// The number, if it is one that was given as such.
    pub number: Option<u64>,
    /// Who answered.
    pub given: Given,
}

/// Who answered a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// A measurement.
    Measured,
    /// A person, or the program that asks.
    Said,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
pub enum Step<'t> {
    /// A question that is still to be answered.
    Ask(&'t Question),
    /// The end: what to do.
    Take(&'t Leaf),
}

/// An answer that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswerable {
    /// No such answer.
    NoSuch {
        /// The question's id.
        question: String,
        /// What was said.
        said: String,
        /// What could be.
        there: Vec<String>,
    },
    /// An answer after the last question.
    Left {
        /// What was said.
        said: String,
        /// The leaf that was reached before it.
        leaf: String,
    },
    /// The tree itself breaks off, as no tree does that [`Tree::parse`] has read.
    Broken(String),
}

impl fmt::Display for Unanswerable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unanswerable::NoSuch { question, said, there } => {
                let there = there.join(", ");
                write!(f, "`{said}` is no answer to `{question}`; there is: {there}")
            }
            Unanswerable::Left { said, leaf } => {
                write!(f, "`{said}` answers nothing: `{leaf}` was reached before it")
            }
            Unanswerable::Broken(id) => write!(f, "the tree breaks off at `{id}`"),
        }
    }
}

impl std::error::Error for Unanswerable {}

impl Tree {
    /// Goes from question to question, by what is known and then by `answers` in order: the id of
    /// an answer each, or a number where one is asked for.
    ///
    /// # Errors
    /// An answer that the question does not have, or one too many.
    // ANCHOR: walk
    pub fn walk(
        &self,
        known: &Known,
        answers: &[impl AsRef<str>],
    ) -> Result<Walk<'_>, Unanswerable> {
        let mut said = answers.iter().map(AsRef::as_ref);
        let mut taken = Vec::new();
        let mut id = self.questions.first().map_or("", |first| first.id.as_str());
        loop {
            if let Some(leaf) = self.leaf(id) {
                let step = Step::Take(leaf);
                return match said.next() {
                    None => Ok(Walk { taken, step }),
                    Some(said) => Err(too_much(said, leaf)),
                };
            }
            let broken = || Unanswerable::Broken(id.to_owned());
            let question = self.question(id).ok_or_else(broken)?;
            let next = match self.measured(question, known) {
                Some(measured) => measured,
                None => match said.next() {
                    Some(said) => self.said(question, said)?,
                    None => return Ok(Walk { taken, step: Step::Ask(question) }),
                },
            };
            taken.push(next);
            id = &next.answer.goes;
        }
    }
    // ANCHOR_END: walk

    /// The answer that a measurement gives, if it gives one.
    fn measured<'t>(
        &'t self,
        question: &'t Question,
        known: &Known,
    ) -> Option<Taken<'t>> {
        let given = Given::Measured;
        match question.known? {
            fact @ (Fact::Label | Fact::WaitsFor) => {
                let word =
                    if fact == Fact::Label { &known.label } else { &known.waits_for };
                let word = word.as_ref().filter(|word| *word != "unknown")?;
                let means = |answer: &&Answer| answer.labels.contains(word);
                let answer = question.answers.iter().find(means)?;
                Some(Taken { question, answer, number: None, given })
            }
            fact @ (Fact::Cpus | Fact::BusyCpus) => {
                let number = if fact == Fact::Cpus { known.cpus } else { known.busy };
                let answer = self.within(question, number?)?;
                Some(Taken { question, answer, number, given })
            }
        }
    }

    /// The answer that was said, by its id or as a number.
    fn said<'t>(
        &'t self,
        question: &'t Question,
        said: &str,
    ) -> Result<Taken<'t>, Unanswerable> {
        let said = said.trim();
        let given = Given::Said;
        if let Some(answer) = question.answers.iter().find(|answer| answer.id == said) {
            return Ok(Taken { question, answer, number: None, given });
        }
        let number = said.parse().ok().filter(|_| question.counts.is_some());
        match number.and_then(|number| self.within(question, number)) {
            Some(answer) => Ok(Taken { question, answer, number, given }),
            None => {
                let ids = question.answers.iter().map(|answer| answer.id.clone());
                let (question, said) = (question.id.clone(), said.to_owned());
                Err(Unanswerable::NoSuch { question, said, there: ids.collect() })
            }
        }
    }

    /// The answer in whose range `number` lies.
    fn within<'t>(&'t self, question: &'t Question, number: u64) -> Option<&'t Answer> {
        let holds = |answer: &&Answer| {
            self.range(answer).is_some_and(|(from, below)| {
                number >= from && below.is_none_or(|below| number < below)
            })
        };
        question.answers.iter().find(holds)
    }
}

fn too_much(said: &str, leaf: &Leaf) -> Unanswerable {
    Unanswerable::Left { said: said.to_owned(), leaf: leaf.id.clone() }
}
