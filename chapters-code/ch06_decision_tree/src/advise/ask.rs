//! The dialogue: one question after the other.

use std::io::{self, BufRead, Write};

use super::lines::wrap;
use crate::tree::{Fact, Given, Known, Question, Step, Taken, Tree};

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
