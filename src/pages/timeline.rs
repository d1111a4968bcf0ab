//! Timelines: who was working and who was waiting, when.

use std::fmt::Write;

use lab::{
    record::{Experiment, Record, Series},
    trace::{self, Span, State},
    value::{Unit, Value},
};

use super::{
    chart::{RIGHT, WIDTH, grid, open, rect, text, text_width},
    html::{data_table, figure},
    scale::Axis,
};

const ROW: f64 = 24.0;
const BAR: f64 = 16.0;
/// Room for the name of a series over its rows.
const HEAD: f64 = 24.0;

/// The timeline of one series of an experiment, or of every series that has spans; `id` is the
/// chapter's.
///
/// # Errors
/// No such series, or none with spans.
pub fn timeline(
    id: &str,
    experiment: &Experiment,
    series: Option<&str>,
    record: &Record,
) -> Result<String, String> {
    let there: Vec<&Series> =
        experiment.series.iter().filter(|series| !series.spans.is_empty()).collect();
    let shown: Vec<&Series> = there
        .iter()
        .filter(|one| series.is_none_or(|id| one.id == id))
        .copied()
        .collect();
    if shown.is_empty() {
        let there: Vec<&str> = there.iter().map(|series| series.id.as_str()).collect();
        let what = series.map_or_else(|| "a series".to_owned(), |id| format!("`{id}`"));
        return Err(format!(
            "no timeline of {what} in `{}`; there is one of: {}",
            experiment.id,
            if there.is_empty() { "none".to_owned() } else { there.join(", ") }
        ));
    }
    let path = match series {
        Some(series) => format!("{id}.{}.{series}", experiment.id),
        None => format!("{id}.{}", experiment.id),
    };
    let title = match shown[..] {
        [one] => &one.label,
        _ => &experiment.title,
    };
    let meanings = there_are(&shown).map(|state| match state {
        State::Working => "filled, working; ",
        State::Waiting => {
            "striped, waiting its turn, for a CPU or for another worker; "
        }
        State::Blocked => "a line, blocked, such as by a network or a timer; ",
    });
    let meanings: String = meanings.collect();
    let caption =
        format!("{title}. Each row is a worker: {meanings}empty, nothing in hand.");
    let data = data(&shown, &record.machine.line());
    Ok(figure("wb-timeline", &path, &draw(experiment, &shown), &caption, &data))
}

fn draw(experiment: &Experiment, shown: &[&Series]) -> String {
    let all = || shown.iter().flat_map(|series| &series.spans);
    let axis =
        Axis::new(all().map(|span| span.end).fold(0.0, f64::max), Unit::Seconds, 5);
    let widest = all().map(|span| text_width(&span.worker)).fold(0.0, f64::max);
    // A little more than it takes here: on a phone the letters are larger.
    let left = (widest * 1.16).min(WIDTH / 3.0) + 8.0;
    let right = WIDTH - RIGHT - 6.0;
    let x = |seconds: f64| left + (right - left) * seconds / axis.max();
    let rows = |series: &Series| trace::rows(&series.spans).len() as f64;
    let top = 24.0;
    let height: f64 = shown.iter().map(|series| HEAD + ROW * rows(series)).sum();
    let bottom = top + height + 4.0;

    let mut svg = open(bottom + 42.0, &label(experiment, shown));
    key(&mut svg, shown);
    for (tick, label) in axis.ticks.iter().zip(&axis.labels) {
        grid(&mut svg, x(*tick), top + 4.0, x(*tick), bottom);
        text(&mut svg, "wb-tick", x(*tick), bottom + 17.0, "middle", label);
    }
    text(&mut svg, "wb-axis", right, bottom + 36.0, "end", &axis.title("time"));
    let mut y = top;
    for series in shown {
        text(&mut svg, "wb-name wb-strong", 0.0, y + 17.0, "start", &series.label);
        y += HEAD;
        for worker in trace::rows(&series.spans) {
            text(&mut svg, "wb-tick", left - 8.0, y + 15.0, "end", worker);
            let spans = series.spans.iter().filter(|span| span.worker == worker);
            for (state, from, to) in merge(spans, (right - left) / axis.max()) {
                bar(&mut svg, state, x(from), y + (ROW - BAR) / 2.0, x(to) - x(from));
            }
            y += ROW;
        }
    }
    svg + "</svg>"
}

/// The states that occur.
fn there_are<'a>(shown: &'a [&Series]) -> impl Iterator<Item = State> + 'a {
    let occurs = |state: &State| {
        shown.iter().flat_map(|series| &series.spans).any(|span| span.state == *state)
    };
    [State::Working, State::Waiting, State::Blocked].into_iter().filter(occurs)
}

fn name(state: State) -> &'static str {
    match state {
        State::Working => "working",
        State::Waiting => "waiting its turn",
        State::Blocked => "blocked",
    }
}

/// What the ways to draw a stretch mean, over the drawing.
fn key(svg: &mut String, shown: &[&Series]) {
    let mut x = 0.0;
    for state in there_are(shown) {
        bar(svg, state, x, 0.0, 26.0);
        text(svg, "wb-name", x + 34.0, 13.0, "start", name(state));
        x += 34.0 + text_width(name(state)) + 18.0;
    }
}

/// One stretch; the states differ by more than colour.
fn bar(svg: &mut String, state: State, x: f64, y: f64, width: f64) {
    match state {
        State::Working => rect(svg, "wb-working", x, y, width.max(0.6), BAR),
        State::Waiting => {
            let (middle, end) = (y + BAR / 2.0, x + width);
            let _ = write!(
                svg,
                "<path class=\"wb-stripes\" d=\"M{x:.1} {middle:.1}H{end:.1}\"/>"
            );
            rect(svg, "wb-waiting", x, y, width, BAR);
        }
        State::Blocked => {
            rect(svg, "wb-blocked", x, y + BAR / 2.0 - 1.0, width, 2.0);
            // Where it began: several in a row are several.
            rect(svg, "wb-blocked", x, y + BAR / 2.0 - 4.0, 1.4, 8.0);
        }
    }
}

/// Joins stretches of one state that lie closer together than one can see, so that a drawing of
/// ten thousand spans stays small. `scale` is units a second.
fn merge<'a>(
    spans: impl Iterator<Item = &'a Span>,
    scale: f64,
) -> Vec<(State, f64, f64)> {
    let mut spans: Vec<&Span> = spans.collect();
    spans.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut merged: Vec<(State, f64, f64)> = Vec::new();
    for span in spans {
        let tiny = (span.end - span.start) * scale < 2.0;
        match merged.last_mut() {
            Some((state, _, end))
                if *state == span.state
                    && tiny
                    && (span.start - *end) * scale < 0.5 =>
            {
                *end = end.max(span.end);
            }
            _ => merged.push((span.state, span.start, span.end)),
        }
    }
    merged
}

fn total(spans: &[Span], worker: &str, state: State) -> f64 {
    let of = spans.iter().filter(|span| span.worker == worker && span.state == state);
    // The sum of no numbers is -0.
    of.map(|span| span.end - span.start).sum::<f64>() + 0.0
}

fn show(seconds: f64) -> String {
    Value::exact(seconds, Unit::Seconds).show()
}

fn label(experiment: &Experiment, shown: &[&Series]) -> String {
    let mut label = format!("Timeline of {}", experiment.title);
    for series in shown {
        let workers = trace::rows(&series.spans);
        let sum = |state| {
            let totals =
                workers.iter().map(|worker| total(&series.spans, worker, state));
            totals.sum::<f64>() + 0.0
        };
        let _ = write!(label, "; {}: {} workers, in all", series.label, workers.len(),);
        for state in there_are(&[series]) {
            let _ = write!(label, " {} {},", name(state), show(sum(state)));
        }
        label.pop();
    }
    label
}

fn data(shown: &[&Series], machine: &str) -> String {
    let row = |series: &Series, worker: &str| {
        let pieces = series.spans.iter().filter(|span| span.worker == worker).count();
        let times =
            there_are(shown).map(|state| show(total(&series.spans, worker, state)));
        let mut row = vec![series.label.clone(), worker.to_owned()];
        row.extend(times);
        row.push(pieces.to_string());
        row
    };
    let rows: Vec<Vec<String>> = shown
        .iter()
        .flat_map(|series| {
            trace::rows(&series.spans).into_iter().map(|worker| row(series, worker))
        })
        .collect();
    let states = there_are(shown).map(name);
    let head: Vec<&str> =
        ["series", "worker"].into_iter().chain(states).chain(["stretches"]).collect();
    data_table(&format!("The numbers ({machine})"), &head, &rows)
}
