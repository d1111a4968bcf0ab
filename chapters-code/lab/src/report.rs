//! What the terminal shows: progress on stderr; tables and timelines, at most 80 columns wide.

use std::{collections::BTreeSet, fmt::Write};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    claim::{Bound, Holds, Judged},
    os,
    record::{Experiment, Record, Series},
    trace::{self, Span, State},
    trial,
    value::Value,
};

const WIDTH: usize = 80;

/// Progress of the experiments, on stderr; nothing where stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    visible: bool,
}

impl Progress {
    /// Progress that shows itself if there is a terminal.
    pub fn new() -> Progress {
        Progress { visible: true }
    }

    /// Progress for tests.
    pub fn silent() -> Progress {
        Progress { visible: false }
    }

    /// Starts a bar of `steps` steps.
    pub fn start(&self, title: &str, steps: u64) -> Bar {
        let target = match self.visible {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let style = ProgressStyle::with_template(
            "{msg:.bold} {wide_bar} {pos}/{len}, {eta} left",
        );
        let bar = ProgressBar::with_draw_target(Some(steps), target);
        // Only a broken template fails, and a plain bar would do as well.
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(title.to_owned());
        bar.tick();
        Bar(bar)
    }
}

impl Default for Progress {
    fn default() -> Self {
        Progress::new()
    }
}

/// The progress of one experiment.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// One step is done.
    ///
    /// # Errors
    /// [`trial::Stopped`] if the reader has pressed Ctrl-C.
    pub fn step(&self) -> Result<()> {
        self.0.inc(1);
        trial::go_on().inspect_err(|_| self.finish())
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// What to do about noise.
const ADVICE: &str = "Close what else is running, and try again.";

/// The whole report of a run.
pub fn text(question: &str, record: &Record) -> String {
    let mut text =
        format!("{question}\n{}, {}\n", record.machine.line(), build(record));
    for experiment in &record.experiments {
        text.push('\n');
        text.push_str(&experiment_text(experiment));
    }
    if !record.claims.is_empty() {
        text.push_str("\nWhat the sources say, judged by this run\n");
        for claim in &record.claims {
            text.push_str(&claim_line(claim));
        }
    }
    text
}

fn build(record: &Record) -> String {
    match record.machine.slow_build() {
        Some(how) => {
            format!("{}: {how}, so this is NOT real speed", record.machine.rustc)
        }
        None => {
            record.machine.rustc.chars().take_while(|c| *c != '(').collect::<String>()
        }
    }
    .trim_end()
    .to_owned()
}

fn experiment_text(experiment: &Experiment) -> String {
    let mut text = format!("{}\n", experiment.title);
    let setting = |s: &crate::param::Setting| match s.unit.as_str() {
        "" => format!("{}\u{a0}{}", s.name, s.number),
        unit => format!("{}\u{a0}{}\u{a0}{unit}", s.name, s.number),
    };
    let settings: Vec<String> = experiment.settings.iter().map(setting).collect();
    let rounds = match experiment.rounds {
        1 => "1 round".to_owned(),
        rounds => format!("{rounds} rounds in turn"),
    };
    let with = [settings, vec![rounds]].concat().join(", ");
    let _ = writeln!(text, "{}\n", wrap(&with, "  "));
    if let Some(why) = &experiment.noise.withheld {
        let _ = writeln!(
            text,
            "{}\n",
            wrap(&format!("Timings are not judged: {why}. {ADVICE}"), "  ")
        );
    }
    text.push_str(&table(experiment));
    // The cells of a matrix are for its figure.
    for (name, value) in
        experiment.values.iter().filter(|(name, _)| !name.starts_with("cell_"))
    {
        let _ = writeln!(text, "  {name}: {} ({})", value.show(), value.show_range());
    }
    let drawn: Vec<&Series> =
        experiment.series.iter().filter(|series| !series.spans.is_empty()).collect();
    if !drawn.is_empty() {
        let _ = writeln!(text, "\n  Who worked when: {KEY}");
    }
    for series in drawn {
        let _ = write!(text, "\n  {}\n{}", series.label, timeline(&series.spans));
    }
    text
}

/// The columns that most experiments have: heading, value, and a width that holds it for any
/// machine, so that the table keeps its shape from run to run.
const COLUMNS: [(&str, &str, usize); 7] = [
    ("wall", "wall", 9),
    (SPREAD, "wall", 16),
    ("speed-up", "speedup", 10),
    ("of ceiling", "efficiency", 12),
    ("CPU/wall", "busy", 10),
    ("memory", "added", 10),
    ("rate", "rate", 11),
];

/// The column that shows a range instead of a median.
const SPREAD: &str = "spread";

/// A column of a table: its heading, then a cell for each series.
struct Column {
    width: usize,
    cells: Vec<String>,
}

impl Column {
    /// `None` if no series has the value.
    fn new(
        experiment: &Experiment,
        heading: &str,
        name: &str,
        width: usize,
    ) -> Option<Column> {
        let show = |series: &Series| match series.values.get(name) {
            Some(value) if heading == SPREAD => value.show_range(),
            Some(value) => value.show(),
            None => String::new(),
        };
        let values: Vec<String> = experiment.series.iter().map(show).collect();
        if values.iter().all(String::is_empty) {
            return None;
        }
        let cells = [vec![heading.to_owned()], values].concat();
        let widest = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
        Some(Column { width: width.max(widest + 2), cells })
    }
}

/// A table of the series; columns that do not fit go to another table below.
fn table(experiment: &Experiment) -> String {
    let labels =
        [""].into_iter().chain(experiment.series.iter().map(|one| one.label.as_str()));
    let labels: Vec<&str> = labels.collect();
    let first = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0) + 4;
    let named = COLUMNS.iter().map(|(heading, name, width)| (*heading, *name, *width));
    let counted = counted(experiment);
    let counted = counted.iter().map(|name| (name.as_str(), name.as_str(), 0));
    let mut tables: Vec<Vec<Column>> = vec![Vec::new()];
    for (heading, name, width) in named.chain(counted) {
        let Some(column) = Column::new(experiment, heading, name, width) else {
            continue;
        };
        let Some(last) = tables.last_mut() else { continue };
        let used: usize = last.iter().map(|column| column.width).sum();
        match first + used + column.width > WIDTH {
            true => tables.push(vec![column]),
            false => last.push(column),
        }
    }
    let row = |columns: &[Column], number: usize| {
        let cells = columns
            .iter()
            .map(|column| format!("{:>1$}", column.cells[number], column.width));
        let row = format!(
            "{:<first$}{}",
            format!("  {}", labels[number]),
            cells.collect::<String>()
        );
        format!("{}\n", row.trim_end())
    };
    // A series that has nothing in a table has no row there.
    let filled = |columns: &[Column], number: usize| {
        number == 0 || columns.iter().any(|column| !column.cells[number].is_empty())
    };
    let table = |columns: &Vec<Column>| {
        let rows = (0..labels.len()).filter(|number| filled(columns, *number));
        rows.map(|number| row(columns, number)).collect()
    };
    let tables: Vec<String> = tables.iter().map(table).collect();
    tables.join("\n") + &unmeasured(experiment)
}

/// The names of what the experiment counted, but for the items of its rate.
fn counted(experiment: &Experiment) -> BTreeSet<String> {
    let samples = experiment.series.iter().filter_map(|series| series.samples.first());
    let names = samples.flat_map(|sample| sample.counts.keys());
    names.filter(|name| *name != "items").cloned().collect()
}

/// What this system does not tell. A series may leave something out by itself: that is no lack.
fn unmeasured(experiment: &Experiment) -> String {
    let has =
        |name: &str| experiment.series.iter().any(|one| one.values.contains_key(name));
    let line = |what: &str| format!("  {what}: not measured on this system\n");
    let lacking = [
        ("cpu", "CPU time", os::usage().is_none()),
        ("added", "memory", os::tree_memory().is_none()),
    ];
    let missing = lacking.into_iter().filter(|(name, _, lacks)| *lacks && !has(name));
    missing.map(|(_, what, _)| line(what)).collect()
}

/// What the signs of a timeline mean.
const KEY: &str = "█ worked (▐ began again), ░ waited its turn, ─ was blocked";

/// Rows of workers over time: `█` worked, `░` waited for its turn, `─` was blocked, `·` had nothing
/// to do. `▐` begins a job.
pub fn timeline(spans: &[Span]) -> String {
    let rows = trace::rows(spans);
    let label = rows.iter().map(|row| row.chars().count()).max().unwrap_or(0);
    let cells = WIDTH.saturating_sub(label + 6).max(10);
    let end = spans.iter().map(|span| span.end).fold(0.0, f64::max);
    let mut text = String::new();
    for row in rows {
        let own: Vec<&Span> = spans.iter().filter(|span| span.worker == row).collect();
        let cell =
            |number| cell(&own, end * number as f64 / cells as f64, end / cells as f64);
        let bar: String = (0..cells).map(cell).collect();
        let _ = writeln!(text, "    {row:<label$}  {bar}");
    }
    let end = Value::exact(end, crate::value::Unit::Seconds).show();
    let gap = cells - 1 - end.chars().count();
    let _ = writeln!(text, "    {:label$}  0{:gap$}{end}", "", "");
    text
}

fn cell(spans: &[&Span], from: f64, width: f64) -> char {
    let overlap = |span: &Span| {
        ((from + width).min(span.end) - from.max(span.start)).max(0.0) / width
    };
    let share = |state: State| -> f64 {
        spans.iter().filter(|span| span.state == state).map(|span| overlap(span)).sum()
    };
    let (working, waiting, blocked) =
        (share(State::Working), share(State::Waiting), share(State::Blocked));
    let begins = spans.iter().any(|span| (from..from + width).contains(&span.start));
    if working + waiting + blocked < 0.5 {
        '·'
    } else if blocked > working.max(waiting) {
        '─'
    } else if waiting > working {
        '░'
    } else if begins && from > 0.0 {
        '▐'
    } else {
        '█'
    }
}

fn claim_line(claim: &Judged) -> String {
    let main = measured(&claim.what, claim.value.as_ref(), claim.bound);
    let also =
        claim.also.iter().map(|one| measured(&one.what, one.value.as_ref(), one.bound));
    let all: Vec<String> = [main].into_iter().chain(also).collect();
    let why = match &claim.holds {
        Holds::Yes | Holds::No => String::new(),
        Holds::Inconclusive(why) | Holds::NotMeasured(why) => format!(" ({why})"),
    };
    let line = format!("{}: {}: {}{why}", claim.id, claim.holds, all.join("; "));
    format!("{}\n", wrap(&line, "  "))
}

fn measured(what: &str, value: Option<&Value>, bound: Bound) -> String {
    match value {
        Some(value) => {
            format!(
                "{what} is {}, the verdict needs {}",
                value.show(),
                bound.show(value.unit)
            )
        }
        None => what.to_owned(),
    }
}

/// Breaks `text` into lines of at most 80 columns, the first indented by `indent`, the others more.
fn wrap(text: &str, indent: &str) -> String {
    let mut lines = vec![indent.to_owned()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let begun = !lines[last].trim().is_empty();
        if begun && lines[last].chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{indent}    {word}"));
        } else {
            lines[last] =
                format!("{}{}{word}", lines[last], if begun { " " } else { "" });
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(worker: &str, state: State, start: f64, end: f64) -> Span {
        Span { worker: worker.to_owned(), what: "job".to_owned(), state, start, end }
    }

    #[test]
    fn a_timeline_fits_80_columns_and_shows_who_waited() {
        let spans = [
            span("thread 1", State::Working, 0.0, 0.5),
            span("thread 1", State::Waiting, 0.5, 1.0),
            span("thread 2", State::Working, 0.5, 1.0),
        ];
        let text = timeline(&spans);
        let rows: Vec<&str> = text.lines().collect();
        assert!(rows.iter().all(|row| row.chars().count() <= WIDTH), "{text}");
        assert_eq!(rows[0].matches('█').count(), 33);
        assert_eq!(rows[0].matches('░').count(), 33);
        assert!(rows[1].contains("·▐█"), "{text}");
        assert!(rows[2].ends_with("1.00\u{a0}s"));
    }

    #[test]
    fn a_blocked_worker_is_not_one_that_waits_for_its_turn() {
        let text = timeline(&[
            span("thread 1", State::Blocked, 0.0, 0.5),
            span("thread 1", State::Waiting, 0.5, 1.0),
        ]);
        assert!(text.contains("──░░"), "{text}");
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let text = wrap(&"word ".repeat(40), "  ");
        assert!(text.lines().count() > 1);
        assert!(
            text.lines()
                .all(|line| line.chars().count() <= WIDTH && line.starts_with("  "))
        );
    }
}
