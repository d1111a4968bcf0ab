//! `advise`: the tree as a dialogue in the terminal.
//!
//! The questions go to standard error and the advice to standard output, so that a script may
//! listen. What a measurement knows ([`Known`]) is not asked.

mod advice;
mod ask;
mod lines;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::Args;

use crate::label::{Confidence, Label};
use crate::profile::evidence::Evidence;
use crate::profile::report::Report;
use crate::profile::run::{self, Options};
use crate::tree::{Known, Tree};

pub use ask::{Ended, ask};

/// Ask what a program does, or profile it, and say which tool suits it
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = "\
With a command, it is run and profiled first, and only what cannot be measured is asked.

Examples:
  cargo run -p ch06_decision_tree -- advise
  cargo run -p ch06_decision_tree -- advise -- python3 report.py --year 2025
  cargo run -p ch06_decision_tree -- advise --label io-bound
  cargo run -p ch06_decision_tree -- advise --answers waits,network,200,free,async

Exit status: 0 there is advice; 1 a question was left open; 2 an answer that does not exist, or a
command that cannot be run")]
pub struct Advise {
    /// Ask nothing: the answers in order, each by its name, or a number where a count is asked
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub answers: Option<Vec<String>>,
    /// What the program does with its time, as a profile says
    #[arg(long, value_enum)]
    pub label: Option<Label>,
    /// What it waits for, as a profile says: network, disk, pipe, terminal, work
    #[arg(long, value_name = "WHAT", requires = "label")]
    pub waits_for: Option<String>,
    /// How many CPUs it may use
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub cpus: Option<u64>,
    /// How much of these CPUs it uses already, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u64).range(1..))]
    pub busy: Option<u64>,
    /// Print the advice as JSON
    #[arg(long)]
    pub json: bool,
    /// A command to profile first, behind `--`
    #[arg(last = true, value_name = "COMMAND", conflicts_with_all = ["label", "waits_for", "cpus", "busy"])]
    pub command: Vec<OsString>,
}

impl Advise {
    /// What the command line says is known.
    #[must_use]
    pub fn known(&self) -> Known {
        Known {
            label: self.label.map(|label| label.id().to_owned()),
            waits_for: self.waits_for.clone(),
            cpus: self.cpus,
            busy: self.busy,
        }
    }
}

/// Profiles the command, if there is one, and then does as [`main`].
pub fn after_a_profile(advise: &Advise) -> ExitCode {
    if advise.command.is_empty() {
        return main(advise, &advise.known());
    }
    match run::run(&Options::default(), &advise.command) {
        Ok(report) => {
            eprintln!("\n{}", report.text());
            main(advise, &measured(&report))
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// What a profile knows. What it doubts itself is asked.
fn measured(report: &Report) -> Known {
    let verdict = &report.verdict;
    let is_sure = verdict.confidence > Confidence::Low;
    let label = if is_sure { verdict.label } else { Label::Unknown };
    Known {
        label: Some(label.id().to_owned()),
        waits_for: verdict.waits_for.clone().filter(|_| is_sure),
        cpus: Some(report.evidence.cpus as u64).filter(|cpus| *cpus > 0),
        busy: busy(&report.evidence),
    }
}

/// How much of its CPUs a program uses, in percent: 1 or more, where that is known. What other
/// programs took from its threads counts as used: they wanted it.
fn busy(evidence: &Evidence) -> Option<u64> {
    let wanted_s = evidence.cpu_s + evidence.delayed_by_others_s;
    let percent = 100.0 * wanted_s / (evidence.watched_s * evidence.cpus);
    percent.is_finite().then(|| percent.round().clamp(1.0, 100.0) as u64)
}

/// Asks, or takes the answers that were given, and prints the advice. `known` is what was measured.
pub fn main(advise: &Advise, known: &Known) -> ExitCode {
    let tree = Tree::book();
    let ended = match &advise.answers {
        Some(answers) => Ok(Ended::Advice(answers.clone())),
        None => ask(tree, known, &mut io::stdin().lock(), &mut io::stderr().lock()),
    };
    let (answers, said) = match ended {
        Ok(Ended::Advice(answers)) => (answers, None),
        Ok(Ended::Quit(answers)) => (answers, Some("left before the end")),
        Ok(Ended::NoInput(answers)) => (answers, Some("the input ended")),
        Err(error) => {
            eprintln!("error: nobody can be asked: {error}");
            return ExitCode::FAILURE;
        }
    };
    match tree.walk(known, &answers) {
        Ok(walk) => advice::print(&walk, known, &answers, said, advise.json),
        Err(error) => {
            eprintln!("error: --answers: {error}");
            ExitCode::from(2)
        }
    }
}
