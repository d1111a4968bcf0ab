//! Charts of an experiment: bars of its series, or lines over what was varied.
//!
//! They are drawn 420 units wide, so that their text can be read on a phone, and coloured by
//! classes of `workbook.css`, so that they follow the page's theme. They hold no ids: mdBook's
//! print page renames ids, but not the references to them.

use std::fmt::Write;

use lab::{
    record::{Chart, ChartKind, Experiment, Record, Series},
    value::{Unit, Value},
};

use super::{
    html::{data_table, escape, figure},
    scale::Axis,
};

/// Width of every chart, in its own units.
pub const WIDTH: f64 = 420.0;
/// Space at the right edge.
pub const RIGHT: f64 = 12.0;

/// The chart that an experiment declares; `id` is its chapter's.
///
/// # Errors
/// It declares none, or one of values that it does not have.
pub fn chart(
    id: &str,
    experiment: &Experiment,
    record: &Record,
) -> Result<String, String> {
    let chart = experiment.chart.as_ref().ok_or_else(|| {
        format!(
            "`{}` declares no chart; declare one in the chapter's main.rs",
            experiment.id
        )
    })?;
    let points = points(experiment, chart)?;
    let reference = reference(experiment, chart)?;
    let drawing = Drawing { experiment, chart, points: &points, reference };
    let plot = match chart.kind {
        ChartKind::Bars => drawing.bars(),
        ChartKind::Lines => drawing.lines(false, false),
        ChartKind::LogLines => drawing.lines(true, false),
        ChartKind::LogLog => drawing.lines(true, true),
    };
    let path = format!("{id}.{}", experiment.id);
    let caption = match &experiment.noise.withheld {
        Some(why) => format!("{} (Noisy machine: {why}.)", chart.caption),
        None => chart.caption.clone(),
    };
    let data = drawing.data(&record.machine.line());
    Ok(figure("wb-chart", &path, &plot, &caption, &data))
}

struct Point<'a> {
    series: &'a Series,
    value: &'a Value,
}

struct Drawing<'a> {
    experiment: &'a Experiment,
    chart: &'a Chart,
    points: &'a [Point<'a>],
    reference: Option<(&'a Value, &'a str)>,
}

fn points<'a>(
    experiment: &'a Experiment,
    chart: &Chart,
) -> Result<Vec<Point<'a>>, String> {
    let has = |series: &'a Series| {
        let value = series.values.get(&chart.measure)?;
        (chart.kind == ChartKind::Bars || series.x.is_some())
            .then_some(Point { series, value })
    };
    let points: Vec<Point> = experiment.series.iter().filter_map(has).collect();
    if points.is_empty() {
        let x = if chart.kind == ChartKind::Bars { "" } else { " and an `x`" };
        return Err(format!(
            "the chart of `{}` draws `{}`, but no series has this value{x}",
            experiment.id, chart.measure
        ));
    }
    Ok(points)
}

fn reference<'a>(
    experiment: &'a Experiment,
    chart: &'a Chart,
) -> Result<Option<(&'a Value, &'a str)>, String> {
    let Some((name, label)) = &chart.reference else { return Ok(None) };
    let value = experiment.values.get(name).ok_or_else(|| {
        format!(
            "the chart of `{}` refers to `{name}`, which is not there",
            experiment.id
        )
    })?;
    Ok(Some((value, label)))
}

impl Drawing<'_> {
    fn unit(&self) -> Unit {
        self.points[0].value.unit
    }

    fn axis(&self, steps: usize) -> Axis {
        let points = self.points.iter().map(|point| point.value.max);
        let reference = self.reference.map(|(value, _)| value.median);
        Axis::new(points.chain(reference).fold(0.0, f64::max), self.unit(), steps)
    }

    /// The accessible name: what is shown, and its values in words; of a line, its two ends.
    fn open(&self, height: f64) -> String {
        let mut label = format!("{}: {}", self.experiment.title, self.chart.y_label);
        if self.chart.kind == ChartKind::Bars {
            for Point { series, value } in self.points {
                let _ = write!(label, "; {} {}", series.label, value.show());
            }
        } else {
            for name in self.line_names() {
                let points = self.line(name);
                let ends = [points.first(), points.last()].into_iter().flatten();
                let end = |point: &&Point| {
                    let x = short(point.series.x.unwrap_or_default());
                    format!("{} at {x}", point.value.show())
                };
                let ends: Vec<String> = ends.map(end).collect();
                let _ = write!(label, "; {name} from {}", ends.join(" to "));
            }
        }
        if let Some((value, name)) = self.reference {
            let _ = write!(label, "; {name} {}", value.show());
        }
        open(height, &label)
    }

    fn data(&self, machine: &str) -> String {
        let row = |Point { series, value }: &Point| {
            vec![
                series.label.clone(),
                value.show(),
                value.show_range(),
                value.n.to_string(),
            ]
        };
        let mut rows: Vec<Vec<String>> = self.points.iter().map(row).collect();
        if let Some((value, name)) = self.reference {
            rows.push(vec![
                name.to_owned(),
                value.show(),
                value.show_range(),
                value.n.to_string(),
            ]);
        }
        let head = ["series", self.chart.y_label.as_str(), "from–to", "n"];
        data_table(&format!("The numbers ({machine})"), &head, &rows)
    }

    /// One bar a series under its name, so that long names need no room beside it.
    fn bars(&self) -> String {
        const ROW: f64 = 42.0;
        // The widest value stands to the right of its whisker.
        let longest = self.points.iter().map(|point| text_width(&point.value.show()));
        let right = longest.fold(0.0, f64::max) + 2.0 * RIGHT;
        let (left, top) = (1.0, if self.reference.is_some() { 26.0 } else { 6.0 });
        let bottom = top + ROW * self.points.len() as f64 + 4.0;
        let axis = self.axis(5);
        let x = |number: f64| left + (WIDTH - left - right) * number / axis.max();

        let mut svg = self.open(bottom + 42.0);
        for (tick, label) in axis.ticks.iter().zip(&axis.labels) {
            let x = x(*tick);
            let anchor = if *tick == 0.0 { "start" } else { "middle" };
            grid(&mut svg, x, top, x, bottom);
            text(&mut svg, "wb-tick", x, bottom + 16.0, anchor, label);
        }
        if let Some((value, name)) = self.reference {
            let at = x(value.median);
            let _ = write!(
                svg,
                "<path class=\"wb-reference\" d=\"M{at:.1} {:.1}V{bottom:.1}\"/>",
                top - 4.0
            );
            let label = format!("{name} {}", value.show());
            // A little more than it takes here: on a phone the letters are larger.
            let half = text_width(&label) * 0.58;
            let middle = at.clamp(half, (WIDTH - half).max(half));
            text(&mut svg, "wb-tick", middle, top - 10.0, "middle", &label);
        }
        for (row, Point { series, value }) in self.points.iter().enumerate() {
            let y = top + ROW * row as f64;
            text(&mut svg, "wb-name", left, y + 15.0, "start", &series.label);
            rect(&mut svg, "wb-bar wb-1", left, y + 20.0, x(value.median) - left, 16.0);
            let (low, high) = (x(value.min), x(value.max));
            if high - low > 0.5 {
                let y = y + 28.0;
                let whisker = format!(
                    "M{low:.1} {:.1}v8M{low:.1} {y:.1}H{high:.1}M{high:.1} {:.1}v8",
                    y - 4.0,
                    y - 4.0
                );
                // The wider one under it keeps it apart from the bar.
                let _ = write!(
                    svg,
                    "<path class=\"wb-halo\" d=\"{whisker}\"/>\
                     <path class=\"wb-whisker\" d=\"{whisker}\"/>"
                );
            }
            text(&mut svg, "wb-number", high + 6.0, y + 33.0, "start", &value.show());
        }
        let title = axis.title(&self.chart.y_label);
        text(&mut svg, "wb-axis", left, bottom + 36.0, "start", &title);
        svg + "</svg>"
    }

    /// The names of the lines, in order of appearance.
    fn line_names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for Point { series, .. } in self.points {
            let name = line_name(series);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The points of the line called `name`, from left to right.
    fn line(&self, name: &str) -> Vec<&Point<'_>> {
        let of_line = |point: &&Point| line_name(point.series) == name;
        let mut points: Vec<&Point> = self.points.iter().filter(of_line).collect();
        let x = |point: &Point| point.series.x.unwrap_or_default();
        points.sort_by(|a, b| x(a).total_cmp(&x(b)));
        points
    }

    fn lines(&self, log_x: bool, log_y: bool) -> String {
        const PLOT: f64 = 216.0;
        let names = self.line_names();
        let mut legend = String::new();
        let reference =
            self.reference.map(|(value, name)| format!("{name} {}", value.show()));
        let legend_height = draw_legend(&mut legend, &names, reference.as_deref());
        let least = self.points.iter().map(|point| point.value.min);
        let least = least.fold(f64::INFINITY, f64::min);
        let most = self.points.iter().map(|point| point.value.max).fold(0.0, f64::max);
        // A logarithm needs numbers above zero.
        let axis = match log_y && least > 0.0 {
            true => Axis::logarithmic(least, most, self.unit()),
            false => self.axis(5),
        };
        let widest =
            axis.labels.iter().map(|label| text_width(label)).fold(0.0, f64::max);
        let left = widest + 8.0;
        let (top, right) = (legend_height + 38.0, WIDTH - RIGHT);
        let bottom = top + PLOT;
        let across = Across::new(self.points, log_x, left + 12.0, right - 6.0);
        let y = |number: f64| bottom - PLOT * axis.place(number);

        let mut svg = self.open(bottom + 42.0);
        svg.push_str(&legend);
        text(
            &mut svg,
            "wb-axis",
            0.0,
            top - 12.0,
            "start",
            &axis.title(&self.chart.y_label),
        );
        for (tick, label) in axis.ticks.iter().zip(&axis.labels) {
            let y = y(*tick);
            grid(&mut svg, left, y, right, y);
            text(&mut svg, "wb-tick", left - 6.0, y + 4.5, "end", label);
        }
        for (at, label) in across.ticks() {
            text(&mut svg, "wb-tick", at, bottom + 18.0, "middle", &label);
        }
        text(&mut svg, "wb-axis", right, bottom + 37.0, "end", &self.chart.x_label);
        if let Some((value, _)) = self.reference {
            let at = y(value.median);
            let path = format!("M{left:.1} {at:.1}H{right:.1}");
            let _ = write!(svg, "<path class=\"wb-reference\" d=\"{path}\"/>");
        }
        for (index, name) in names.iter().enumerate() {
            draw_line(&mut svg, style(index), &self.line(name), &across, &y);
        }
        svg + "</svg>"
    }
}

fn line_name(series: &Series) -> &str {
    series.line.as_deref().unwrap_or(&series.label)
}

/// The number of a line's colour, dashes and marker: there are six of them.
fn style(index: usize) -> usize {
    index % 6 + 1
}

/// Draws the names of lines with their colours, in as many rows as they need; answers its height.
fn draw_legend(svg: &mut String, names: &[&str], reference: Option<&str>) -> f64 {
    let (mut x, mut y) = (0.0, 14.0);
    let lines =
        names.iter().enumerate().map(|(index, name)| (Some(style(index)), *name));
    for (style, name) in lines.chain(reference.map(|name| (None, name))) {
        let width = 34.0 + text_width(name) + 14.0;
        if x > 0.0 && x + width > WIDTH {
            (x, y) = (0.0, y + 20.0);
        }
        let path = format!("M{x:.1} {:.1}h28", y - 4.5);
        match style {
            Some(style) => {
                let _ =
                    write!(svg, "<path class=\"wb-line wb-{style}\" d=\"{path}\"/>");
                marker(svg, style, x + 14.0, y - 4.5);
            }
            None => {
                let _ = write!(svg, "<path class=\"wb-reference\" d=\"{path}\"/>");
            }
        }
        text(svg, "wb-name", x + 34.0, y, "start", name);
        x += width;
    }
    y
}

fn draw_line(
    svg: &mut String,
    style: usize,
    points: &[&Point],
    across: &Across,
    y: &impl Fn(f64) -> f64,
) {
    let mut path = String::new();
    let mut whiskers = String::new();
    for Point { series, value } in points {
        let x = across.place(series.x.unwrap_or_default());
        let command = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(path, "{command}{x:.1} {:.1}", y(value.median));
        let (low, high) = (y(value.min), y(value.max));
        if low - high > 0.5 {
            let cap = x - 4.0;
            let _ = write!(
                whiskers,
                "M{cap:.1} {low:.1}h8M{x:.1} {low:.1}V{high:.1}M{cap:.1} {high:.1}h8"
            );
        }
    }
    let _ = write!(svg, "<path class=\"wb-line wb-{style}\" d=\"{path}\"/>");
    if !whiskers.is_empty() {
        let _ = write!(svg, "<path class=\"wb-spread wb-{style}\" d=\"{whiskers}\"/>");
    }
    for Point { series, value } in points {
        marker(svg, style, across.place(series.x.unwrap_or_default()), y(value.median));
    }
}

/// A marker of its own shape for each style, so that lines differ by more than colour.
fn marker(svg: &mut String, style: usize, x: f64, y: f64) {
    let path = match style {
        1 => format!("M{:.1} {y:.1}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", x - 4.0),
        2 => format!("M{:.1} {:.1}h7.6v7.6h-7.6z", x - 3.8, y - 3.8),
        3 => format!("M{x:.1} {:.1}l4.8 8.4h-9.6z", y - 5.2),
        4 => format!("M{x:.1} {:.1}l5 5l-5 5l-5 -5z", y - 5.0),
        5 => format!("M{x:.1} {:.1}l4.8 -8.4h-9.6z", y + 5.2),
        _ => format!("M{:.1} {:.1}l8 8m0 -8l-8 8", x - 4.0, y - 4.0),
    };
    let _ = write!(svg, "<path class=\"wb-mark wb-{style}\" d=\"{path}\"/>");
}

/// The axis across: from what was varied to a place.
struct Across {
    numbers: Vec<f64>,
    logarithmic: bool,
    left: f64,
    right: f64,
}

impl Across {
    fn new(points: &[Point], logarithmic: bool, left: f64, right: f64) -> Across {
        let mut numbers: Vec<f64> =
            points.iter().filter_map(|point| point.series.x).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        // A logarithm needs numbers above zero; without them the axis is linear.
        let logarithmic = logarithmic && numbers.iter().all(|number| *number > 0.0);
        Across { numbers, logarithmic, left, right }
    }

    fn place(&self, number: f64) -> f64 {
        let scaled = |number: f64| if self.logarithmic { number.ln() } else { number };
        let low = scaled(self.numbers.first().copied().unwrap_or_default());
        let high = scaled(self.numbers.last().copied().unwrap_or_default());
        let part = if high > low { (scaled(number) - low) / (high - low) } else { 0.5 };
        self.left + (self.right - self.left) * part
    }

    /// The varied numbers themselves, without those that would run into one another. The last one
    /// is always there.
    fn ticks(&self) -> Vec<(f64, String)> {
        let mut ticks: Vec<(f64, String)> = Vec::new();
        let mut free_to = f64::INFINITY;
        for number in self.numbers.iter().rev() {
            let (place, label) = (self.place(*number), short(*number));
            let half = text_width(&label) / 2.0;
            if place + half + 6.0 <= free_to {
                free_to = place - half;
                ticks.push((place, label));
            }
        }
        ticks.reverse();
        ticks
    }
}

/// A number of things, such as 16, 10k or 64Mi, as short as an axis needs it.
fn short(number: f64) -> String {
    const MEBI: f64 = 1024.0 * 1024.0;
    match number.abs() {
        size if size >= MEBI && size % MEBI == 0.0 => format!("{}Mi", number / MEBI),
        size if size >= 1e6 && size % 1e5 == 0.0 => format!("{}M", number / 1e6),
        size if size >= 1e4 && size % 1e2 == 0.0 => format!("{}k", number / 1e3),
        _ => format!("{number}"),
    }
}

/// Opens a drawing with its accessible name.
pub fn open(height: f64, label: &str) -> String {
    format!(
        "<svg class=\"wb-svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" \
         aria-label=\"{}\">",
        escape(label)
    )
}

/// Adds a line of text.
pub fn text(svg: &mut String, class: &str, x: f64, y: f64, anchor: &str, what: &str) {
    let _ = write!(
        svg,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
        escape(what)
    );
}

/// Adds a rectangle.
pub fn rect(svg: &mut String, class: &str, x: f64, y: f64, width: f64, height: f64) {
    let width = width.max(0.0);
    let _ = write!(
        svg,
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
         height=\"{height:.1}\"/>"
    );
}

/// Adds a line of the grid.
pub fn grid(svg: &mut String, x1: f64, y1: f64, x2: f64, y2: f64) {
    let _ =
        write!(svg, "<path class=\"wb-grid\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>");
}

/// About how wide a label is: there is no font here to measure it with.
pub fn text_width(text: &str) -> f64 {
    7.2 * text.chars().count() as f64
}
