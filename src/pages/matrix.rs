//! A confusion matrix: what programs are, against what two judges said of them.
//!
//! It is made of an experiment's values of the form `JUDGE_TRUTH_SAID_right` or `…_wrong`, such as
//! `cell_ours_cpu-bound_mixed_wrong`: how many runs of CPU-bound programs our profiler called mixed, and
//! that this is wrong. Whether a word is right for an answer is for the chapter to say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use lab::record::{Experiment, Record};

use super::html::escape;

/// The judges, in the order of their columns: as values name them, and for people.
const JUDGES: [(&str, &str); 2] =
    [("ours", "This chapter’s profiler"), ("rule", "The sources’ rule")];

/// One cell: how many runs, and whether that was right.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    runs: f64,
    right: bool,
}

/// The cells that an experiment has: by judge, by what is true, by what was said.
#[derive(Debug, Default)]
struct Matrix<'a> {
    cells: BTreeMap<(usize, &'a str, &'a str), Cell>,
}

/// The matrix of `experiment`; `id` is its chapter's.
///
/// # Errors
/// It has no values that make one.
pub fn matrix(
    id: &str,
    experiment: &Experiment,
    record: &Record,
) -> Result<String, String> {
    let matrix = Matrix::of(experiment);
    if matrix.cells.is_empty() {
        return Err(format!(
            "`{}` has no values for a matrix, such as `cell_ours_cpu-bound_mixed_wrong`",
            experiment.id
        ));
    }
    let path = format!("{id}.{}", experiment.id);
    let rounds = match experiment.rounds {
        1 => "one round".to_owned(),
        rounds => format!("{rounds} rounds"),
    };
    let caption = format!(
        "{}: {} programs, each once a round, {rounds}, on {}. A row for what programs are by \
         construction, a column for what was said of them; the numbers are runs, and ✓ marks what \
         is right.",
        experiment.title,
        experiment.series.len(),
        record.machine.line(),
    );
    Ok(format!(
        "<figure class=\"wb-figure wb-matrix\" data-path=\"{}\">\
         <div class=\"wb-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">\
         <table>{}{}{}</table></div><figcaption>{}</figcaption></figure>",
        escape(&path),
        matrix.head(),
        matrix.body(),
        matrix.foot(),
        escape(&caption),
    ))
}

impl<'a> Matrix<'a> {
    fn of(experiment: &'a Experiment) -> Matrix<'a> {
        let mut matrix = Matrix::default();
        for (name, value) in &experiment.values {
            let parts: Vec<&str> = name.split('_').collect();
            let ["cell", judge, truth, said, verdict] = parts[..] else { continue };
            let judge = JUDGES.iter().position(|(name, _)| *name == judge);
            let right = match verdict {
                "right" => true,
                "wrong" => false,
                _ => continue,
            };
            if let Some(judge) = judge {
                let cell = Cell { runs: value.median, right };
                matrix.cells.insert((judge, truth, said), cell);
            }
        }
        matrix
    }

    fn truths(&self) -> BTreeSet<&'a str> {
        self.cells.keys().map(|(_, truth, _)| *truth).collect()
    }

    /// What a judge said of any program.
    fn said(&self, judge: usize) -> BTreeSet<&'a str> {
        let of_judge = self.cells.keys().filter(|(by, ..)| *by == judge);
        of_judge.map(|(_, _, said)| *said).collect()
    }

    /// The judges that said anything.
    fn judges(&self) -> impl Iterator<Item = (usize, &'static str, BTreeSet<&'a str>)> {
        JUDGES
            .iter()
            .enumerate()
            .map(|(judge, (_, name))| (judge, *name, self.said(judge)))
            .filter(|(_, _, said)| !said.is_empty())
    }

    fn head(&self) -> String {
        let mut judges = String::new();
        let mut words = String::new();
        for (_, name, said) in self.judges() {
            let _ = write!(
                judges,
                "<th scope=\"colgroup\" colspan=\"{}\" class=\"wb-judge\">{name} said</th>",
                said.len()
            );
            for (number, word) in said.iter().enumerate() {
                let class = if number == 0 { "wb-said wb-judge" } else { "wb-said" };
                let _ = write!(
                    words,
                    "<th scope=\"col\" class=\"{class}\"><span>{}</span></th>",
                    escape(word)
                );
            }
        }
        format!(
            "<thead><tr><th scope=\"col\" rowspan=\"2\">The program is</th>{judges}\
             <th scope=\"col\" rowspan=\"2\">Runs</th></tr><tr>{words}</tr></thead>"
        )
    }

    fn body(&self) -> String {
        let mut rows = String::new();
        for truth in self.truths() {
            let _ = write!(rows, "<tr><th scope=\"row\">{}</th>", escape(truth));
            for (judge, _, said) in self.judges() {
                for (number, said) in said.into_iter().enumerate() {
                    let cell = self.cells.get(&(judge, truth, said)).copied();
                    rows.push_str(&show(cell.unwrap_or_default(), number == 0));
                }
            }
            let _ = write!(rows, "<td class=\"wb-sum\">{}</td></tr>", self.runs(truth));
        }
        format!("<tbody>{rows}</tbody>")
    }

    /// How many runs there were of programs that are `truth`: as many as the first judge saw.
    fn runs(&self, truth: &str) -> f64 {
        let first = self.judges().next().map_or(0, |(judge, ..)| judge);
        let cells = self.cells.iter();
        cells
            .filter(|((judge, of, _), _)| *judge == first && *of == truth)
            .map(|(_, cell)| cell.runs)
            .sum()
    }

    /// How many runs each judge was right about.
    fn foot(&self) -> String {
        let all: f64 = self.truths().into_iter().map(|truth| self.runs(truth)).sum();
        let mut cells = String::new();
        for (judge, _, said) in self.judges() {
            let right: f64 = self
                .cells
                .iter()
                .filter(|((by, ..), cell)| *by == judge && cell.right)
                .map(|(_, cell)| cell.runs)
                .sum();
            let _ = write!(
                cells,
                "<td colspan=\"{}\" class=\"wb-judge\">{right} of {all}</td>",
                said.len()
            );
        }
        format!(
            "<tfoot><tr><th scope=\"row\">right</th>{cells}\
             <td class=\"wb-sum\">{all}</td></tr></tfoot>"
        )
    }
}

/// A cell; the first of a judge has a line before it. Right ones have a sign, not only a colour.
fn show(cell: Cell, first: bool) -> String {
    let kind = match cell {
        Cell { runs: 0.0, .. } => "wb-none",
        Cell { right: true, .. } => "wb-right",
        Cell { right: false, .. } => "wb-wrong",
    };
    let edge = if first { " wb-judge" } else { "" };
    let sign = if kind == "wb-right" {
        "<span aria-hidden=\"true\">✓&#160;</span><span class=\"wb-aside\">right: </span>"
    } else {
        ""
    };
    format!("<td class=\"{kind}{edge}\">{sign}{}</td>", cell.runs)
}
