//! What the terminal shows: progress on stderr; tables and timelines, at most 80 columns wide.

use std::fmt::Write;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    claim::{Holds, Judged},
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
        let style = ProgressStyle::with_template("{msg:.bold} {wide_bar} {pos}/{len}, {eta} left");
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

/// The whole report of a run.
pub fn text(question: &str, record: &Record) -> String {
    let mut text = format!("{question}\n{}, {}\n", record.machine.line(), build(record));
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
        Some(how) => format!("{}: {how}, so this is NOT real speed", record.machine.rustc),
        None => record.machine.rustc.chars().take_while(|c| *c != '(').collect::<String>(),
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
    text.push_str(&table(experiment));
    for (name, value) in &experiment.values {
        let _ = writeln!(text, "  {name}: {} ({})", value.show(), value.show_range());
    }
    let drawn = experiment.series.iter().filter(|series| !series.spans.is_empty());
    for series in drawn {
        let _ = write!(text, "\n  {}: who worked when\n{}", series.label, timeline(&series.spans));
    }
    if let Some(why) = &experiment.noise.withheld {
        let _ = writeln!(text, "\n{}", wrap(&format!("Timings are not judged: {why}."), "  "));
    }
    text
}

/// The columns of a table: heading, and what a series shows there.
type Column = (String, fn(&Series, &str) -> Option<String>);

fn table(experiment: &Experiment) -> String {
    let show = |series: &Series, name: &str| Some(series.values.get(name)?.show());
    let range = |series: &Series, name: &str| Some(series.values.get(name)?.show_range());
    let named: [(&str, &str, Column); 7] = [
        ("wall", "wall", ("wall".to_owned(), show)),
        ("wall", "spread", ("spread".to_owned(), range)),
        ("speedup", "speedup", ("speed-up".to_owned(), show)),
        ("efficiency", "efficiency", ("of ceiling".to_owned(), show)),
        ("busy", "busy", ("CPU/wall".to_owned(), show)),
        ("added", "added", ("memory".to_owned(), show)),
        ("rate", "rate", ("rate".to_owned(), show)),
    ];
    let mut columns: Vec<(String, Column)> =
        named.into_iter().map(|(value, _, column)| (value.to_owned(), column)).collect();
    let counted = experiment.series.iter().flat_map(|series| series.samples.first());
    for name in counted.flat_map(|sample| sample.counts.keys()) {
        if name != "items" && !columns.iter().any(|(value, _)| value == name) {
            columns.push((name.clone(), (name.clone(), show)));
        }
    }
    let label_width =
        experiment.series.iter().map(|series| series.label.chars().count()).max().unwrap_or(0) + 2;
    let mut blocks: Vec<Vec<String>> = Vec::new();
    let mut used = WIDTH;
    for (value, (heading, cell)) in columns {
        let cells: Vec<Option<String>> =
            experiment.series.iter().map(|series| cell(series, &value)).collect();
        if cells.iter().all(Option::is_none) {
            continue;
        }
        let widths = cells.iter().flatten().map(|cell| cell.chars().count());
        let width = widths.chain([heading.chars().count()]).max().unwrap_or(0) + 2;
        if used + width > WIDTH {
            let labels = experiment.series.iter().map(|series| series.label.as_str());
            let labels = [""].into_iter().chain(labels);
            blocks.push(labels.map(|label| format!("  {label:<label_width$}")).collect());
            used = 2 + label_width;
        }
        used += width;
        let Some(rows) = blocks.last_mut() else { continue };
        let _ = write!(rows[0], "{heading:>width$}");
        for (row, cell) in rows[1..].iter_mut().zip(cells) {
            let _ = write!(row, "{:>width$}", cell.unwrap_or_default());
        }
    }
    let mut text = blocks
        .iter()
        .map(|rows| rows.iter().map(|row| format!("{}\n", row.trim_end())).collect::<String>())
        .collect::<Vec<_>>()
        .join("\n");
    let cpu = experiment.series.iter().any(|series| series.values.contains_key("cpu"));
    let memory = experiment.series.iter().any(|series| series.values.contains_key("added"));
    for (there, what) in [(cpu, "CPU time"), (memory, "memory")] {
        if !there {
            let _ = writeln!(text, "  {what}: not measured on this system");
        }
    }
    text
}

/// Rows of workers over time: `█` worked, `░` waited, `·` had nothing to do. `▐` begins a job.
pub fn timeline(spans: &[Span]) -> String {
    let rows = trace::rows(spans);
    let label = rows.iter().map(|row| row.chars().count()).max().unwrap_or(0);
    let cells = WIDTH - label - 6;
    let end = spans.iter().map(|span| span.end).fold(0.0, f64::max);
    let mut text = String::new();
    for row in rows {
        let own: Vec<&Span> = spans.iter().filter(|span| span.worker == row).collect();
        let cell = |number| cell(&own, end * number as f64 / cells as f64, end / cells as f64);
        let bar: String = (0..cells).map(cell).collect();
        let _ = writeln!(text, "    {row:<label$}  {bar}");
    }
    let end = Value::exact(end, crate::value::Unit::Seconds).show();
    let gap = cells - 1 - end.chars().count();
    let _ = writeln!(text, "    {:label$}  0{:gap$}{end}", "", "");
    text
}

fn cell(spans: &[&Span], from: f64, width: f64) -> char {
    let overlap =
        |span: &Span| ((from + width).min(span.end) - from.max(span.start)).max(0.0) / width;
    let share = |state: State| -> f64 {
        spans.iter().filter(|span| span.state == state).map(|span| overlap(span)).sum()
    };
    let (working, waiting) = (share(State::Working), share(State::Waiting));
    let begins = spans.iter().any(|span| (from..from + width).contains(&span.start));
    match (working + waiting >= 0.5, working >= waiting) {
        (false, _) => '·',
        (true, false) => '░',
        (true, true) if begins && from > 0.0 => '▐',
        (true, true) => '█',
    }
}

fn claim_line(claim: &Judged) -> String {
    let measured = match &claim.value {
        Some(value) => {
            format!("{} is {}, expected {}", claim.what, value.show(), claim.bound.show(value.unit))
        }
        None => claim.what.clone(),
    };
    let why = match &claim.holds {
        Holds::Yes | Holds::No => String::new(),
        Holds::Inconclusive(why) | Holds::NotMeasured(why) => format!(" ({why})"),
    };
    let line = format!("{}: {}: {measured}{why}", claim.id, claim.holds);
    format!("{}\n", wrap(&line, "  "))
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
            lines[last] = format!("{}{}{word}", lines[last], if begun { " " } else { "" });
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
    fn long_lines_are_broken_between_words() {
        let text = wrap(&"word ".repeat(40), "  ");
        assert!(text.lines().count() > 1);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH && line.starts_with("  ")));
    }
}
