//! `advise`: the tree as a dialogue in the terminal.
//!
//! The questions go to standard error and the advice to standard output, so that a script may
//! listen. What a measurement knows ([`Known`]) is not asked.

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::label::{Confidence, Label};
use crate::profile::evidence::Evidence;
use crate::profile::report::Report;
use crate::profile::run::{self, Options};
use crate::shelf::{self, Chapter};
use crate::tree::{
    Answer, Fact, Given, Known, Leaf, Question, Step, Taken, Tree, Walk,
};

/// The version of the JSON that `--json` prints.
const SCHEMA: u32 = 1;

/// How wide the text is at most.
const WIDTH: usize = 78;

/// How the program is called again.
const AGAIN: &str = "cargo run -p ch06_decision_tree -- advise";

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

/// How a dialogue ended: with the answers so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// A leaf was reached.
    Advice(Vec<String>),
    /// The reader has left.
    Quit(Vec<String>),
    /// There was nobody to ask.
    NoInput(Vec<String>),
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
        Ok(walk) => print(&walk, known, &answers, said, advise.json),
        Err(error) => {
            eprintln!("error: --answers: {error}");
            ExitCode::from(2)
        }
    }
}

/// The dialogue: asks until a leaf is reached.
///
/// # Errors
/// If nothing can be read or written.
pub fn ask(
    tree: &Tree,
    known: &Known,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Ended> {
    let mut answers: Vec<String> = Vec::new();
    // So many measured answers have been told: each once, when it decides.
    let mut told = 0;
    writeln!(output, "Which tool for my program?   b: one question back   q: quit")?;
    loop {
        let walk = tree.walk(known, &answers).map_err(io::Error::other)?;
        let measured = walk.taken.iter().filter(|it| it.given == Given::Measured);
        for taken in measured.clone().skip(told) {
            writeln!(output, "\n{}", tell(tree, taken, known))?;
        }
        told = measured.count();
        let Step::Ask(question) = walk.step else { return Ok(Ended::Advice(answers)) };
        if question.known == Some(Fact::Label) && known.label.is_some() {
            writeln!(output, "\nThe profile could not tell, so you are asked.")?;
        }
        show(tree, question, output)?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(output)?;
            return Ok(Ended::NoInput(answers));
        }
        match line.trim() {
            "q" => return Ok(Ended::Quit(answers)),
            "b" => match answers.pop() {
                Some(_) => {}
                None => writeln!(output, "This is the first question.")?,
            },
            said => {
                answers.push(meant(question, said));
                if let Err(error) = tree.walk(known, &answers) {
                    answers.pop();
                    writeln!(output, "{}", error_for(question, said, &error))?;
                }
            }
        }
    }
}

/// What was meant: where there is a list, its number stands for an answer.
fn meant(question: &Question, said: &str) -> String {
    let place = said.parse::<usize>().ok().filter(|_| question.counts.is_none());
    let answer = place.and_then(|place| question.answers.get(place.checked_sub(1)?));
    answer.map_or(said, |answer| &answer.id).to_owned()
}

fn error_for(
    question: &Question,
    said: &str,
    error: &impl std::fmt::Display,
) -> String {
    match (&question.counts, question.answers.len()) {
        _ if said.is_empty() => "Please answer, or leave with q.".to_owned(),
        (Some(counts), _) => {
            format!("Please give a number of {counts}, from 1 on: {error}.")
        }
        (None, last) => format!("Please give a number from 1 to {last}: {error}."),
    }
}

fn show(tree: &Tree, question: &Question, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "\n{}", wrap(&question.asks, ""))?;
    writeln!(output, "{}", wrap(&question.help, "  "))?;
    let widest =
        question.answers.iter().map(|answer| answer.id.len()).max().unwrap_or(0);
    for (place, answer) in question.answers.iter().enumerate() {
        let mark = match question.counts {
            Some(_) => "  ".to_owned(),
            None => format!("{:>2}", place + 1),
        };
        let head = format!("  {mark}  {:<widest$}  ", answer.id);
        let text = wrap(&tree.words(answer), &" ".repeat(head.len()));
        writeln!(output, "{head}{}", text.trim_start())?;
    }
    match &question.counts {
        Some(counts) => write!(output, "How many {counts}? ")?,
        None => write!(output, "Which? ")?,
    }
    output.flush()
}

/// A question that nobody has to answer any more.
fn tell(tree: &Tree, taken: &Taken<'_>, known: &Known) -> String {
    let word = match taken.question.known {
        Some(Fact::Label) => known.label.as_ref(),
        Some(Fact::WaitsFor) => known.waits_for.as_ref(),
        _ => None,
    };
    let found = match (taken.number, word) {
        (Some(number), _) => format!("{number}."),
        (None, Some(word)) => format!("{word}. {}", tree.words(taken.answer)),
        (None, None) => tree.words(taken.answer),
    };
    let asked = wrap(&taken.question.asks, "");
    format!("{asked}\n{}", wrap(&format!("Measured: {found}"), "  "))
}

/// Prints where the answers lead. `said` is why there are no more of them, if there could be.
fn print(
    walk: &Walk<'_>,
    known: &Known,
    answers: &[String],
    said: Option<&str>,
    as_json: bool,
) -> ExitCode {
    let again = again(known, answers);
    let text = match (as_json, walk.step) {
        (true, _) => format!("{}\n", in_json(walk, &again)),
        (false, Step::Take(leaf)) => advice(walk, leaf, &again),
        (false, Step::Ask(_)) => String::new(),
    };
    // Who listens no more has what they wanted.
    let written = io::stdout().write_all(text.as_bytes());
    if written.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        return ExitCode::FAILURE;
    }
    let Step::Ask(question) = walk.step else { return ExitCode::SUCCESS };
    let said = said.unwrap_or("the answers end too early");
    let there: Vec<&str> =
        question.answers.iter().map(|answer| answer.id.as_str()).collect();
    eprintln!(
        "error: {said}; the next question is `{}`: {}\nGo on with: {again}{}…, where … is one of: {}",
        question.id,
        question.asks,
        if answers.is_empty() { " --answers " } else { "," },
        there.join(", "),
    );
    ExitCode::FAILURE
}

/// The command that leads here without a question.
fn again(known: &Known, answers: &[String]) -> String {
    let mut line = AGAIN.to_owned();
    if let Some(label) = &known.label {
        line += &format!(" --label {label}");
    }
    if let Some(what) = &known.waits_for {
        line += &format!(" --waits-for '{what}'");
    }
    if let Some(cpus) = known.cpus {
        line += &format!(" --cpus {cpus}");
    }
    if let Some(percent) = known.busy {
        line += &format!(" --busy {percent}");
    }
    if !answers.is_empty() {
        line += &format!(" --answers {}", answers.join(","));
    }
    line
}

fn advice(walk: &Walk<'_>, leaf: &Leaf, again: &str) -> String {
    let mut text = format!("\n{}\n\n", leaf.tool);
    let mut put = |name: &str, what: &str| {
        text += &format!("  {name:<10}{}\n", wrap(what, &" ".repeat(12)).trim_start());
    };
    put("Why", &leaf.why);
    put("First", &leaf.first);
    put("Read", &read(&leaf.chapter));
    if let Some(template) = &leaf.template {
        let command = "cargo run -p ch06_decision_tree -- new-template";
        put("Template", &format!("{command} {template} DIR"));
    }
    for evidence in &leaf.evidence {
        let value = shelf::measured(&evidence.path);
        let value = value.map(|value| format!("{value}, ")).unwrap_or_default();
        put("Measured", &format!("{}: {value}{}", evidence.says, evidence.path));
    }
    text += "\nHow you came here\n\n";
    for taken in &walk.taken {
        let by = if taken.given == Given::Measured { " (measured)" } else { "" };
        let line = format!("{} {}{by}", taken.question.asks, answered(taken));
        text += &format!("{}\n", wrap(&line, "  "));
    }
    text + &format!("\nThe same without a question:\n  {again}\n")
}

fn answered(taken: &Taken<'_>) -> String {
    let Answer { id, says, .. } = taken.answer;
    match (taken.number, says.as_str()) {
        (Some(number), _) => number.to_string(),
        (None, "") => id.clone(),
        (None, says) => says.to_owned(),
    }
}

/// Where to read about it.
fn read(id: &str) -> String {
    let number = id.trim_start_matches("ch").trim_start_matches('0');
    match Chapter::find(id) {
        Some(chapter) => format!("chapter {number}, {}", chapter.page()),
        None => format!("chapter {number}"),
    }
}

fn in_json(walk: &Walk<'_>, again: &str) -> Value {
    let taken = |taken: &Taken<'_>| {
        json!({
            "question": taken.question.id,
            "answer": taken.answer.id,
            "number": taken.number,
            "given": taken.given,
        })
    };
    let path: Vec<Value> = walk.taken.iter().map(taken).collect();
    let (leaf, next) = match walk.step {
        Step::Take(leaf) => (json!(leaf), Value::Null),
        Step::Ask(question) => {
            let ids = question.answers.iter().map(|answer| &answer.id);
            let answers: Vec<&String> = ids.collect();
            let (id, asks) = (&question.id, &question.asks);
            (Value::Null, json!({ "question": id, "asks": asks, "answers": answers }))
        }
    };
    json!({ "schema": SCHEMA, "path": path, "leaf": leaf, "next": next, "again": again })
}

/// Breaks `text` into lines, each indented by `indent`.
fn wrap(text: &str, indent: &str) -> String {
    let mut lines = vec![indent.to_owned()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        let full = line.chars().count() + 1 + word.chars().count() > WIDTH;
        match full && line.trim() != "" {
            true => lines.push(format!("{indent}{word}")),
            false if line.trim() == "" => line.push_str(word),
            false => {
                line.push(' ');
                line.push_str(word);
            }
        }
    }
    lines.join("\n")
}
