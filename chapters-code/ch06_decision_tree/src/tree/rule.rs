//! How a threshold follows from a record, so that nobody has to believe it.

use lab::{
    claim::Bound,
    record::{Experiment, Record, Series},
    value::{Unit, Value},
};
use serde::Deserialize;

/// How a threshold follows from a record.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// The first point of a line at which a value has come so far.
    First {
        /// The experiment, such as `ch06.crossover`.
        sweep: String,
        /// The line.
        line: String,
        /// The value.
        of: String,
        /// What it has to reach.
        least: f64,
        /// The point is divided by this value, such as a rate: jobs become seconds.
        over: Option<String>,
        /// And multiplied by this, such as 1e6 for microseconds.
        times: Option<f64>,
        /// How far the threshold may be rounded, as a part of itself.
        #[serde(default)]
        rounded: f64,
    },
    /// A value of a record that has to be so for the threshold to stand.
    While {
        /// The value, such as `ch05.pinned.all.speedup`.
        path: String,
        /// It is this much or less.
        at_most: Option<f64>,
        /// It is this much or more.
        at_least: Option<f64>,
    },
}

impl Rule {
    /// The rule in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Rule::First { sweep, line, of, least, over, .. } => {
                let of = of.replace('_', " ");
                let of = format!(
                    "the first of {sweep} at which {line}, {of}, is {least} or more"
                );
                match over {
                    Some(over) => format!("{of}; divided by {over}"),
                    None => of,
                }
            }
            Rule::While { path, at_most, at_least } => {
                let most = at_most.map(|most| format!("{most} or less"));
                let least = at_least.map(|least| format!("{least} or more"));
                let bounds: Vec<String> = most.into_iter().chain(least).collect();
                format!("while {path} is {}", bounds.join(" and "))
            }
        }
    }

    /// The chapters whose records it needs, such as `ch05`.
    pub fn chapters(&self) -> impl Iterator<Item = &str> {
        let (one, other) = match self {
            Rule::First { sweep, over, .. } => (sweep.as_str(), over.as_deref()),
            Rule::While { path, .. } => (path.as_str(), None),
        };
        [Some(one), other]
            .into_iter()
            .flatten()
            .map(|path| path.split('.').next().unwrap_or(path))
    }

    /// The paths of the values that decide, with the values. `record` gives a chapter's record.
    ///
    /// # Errors
    /// Where a record or a value is missing, or `value` does not follow: what does.
    pub fn follows<'r>(
        &self,
        value: u64,
        record: &impl Fn(&str) -> Option<&'r Record>,
    ) -> Result<Vec<(String, Value)>, String> {
        match self {
            Rule::First { sweep, line, of, least, over, times, rounded } => {
                let first = first(experiment(sweep, record)?, line, of, *least)?;
                let mut decides =
                    vec![(format!("{sweep}.{}.{of}", first.0.id), first.0.value(of)?)];
                let mut point = first.1 * times.unwrap_or(1.0);
                if let Some(path) = over {
                    let over = at(path, record)?;
                    point /= over.median;
                    decides.push((path.clone(), over));
                }
                // Half a unit is the least that a whole number is rounded by.
                let most = (value as f64 * rounded).max(0.5);
                if (point - value as f64).abs() > most {
                    return Err(format!(
                        "it is {value}, and the record says {point:.1}"
                    ));
                }
                Ok(decides)
            }
            Rule::While { path, at_most, at_least } => {
                let found = at(path, record)?;
                let bounds = [at_most.map(Bound::AtMost), at_least.map(Bound::AtLeast)];
                for bound in bounds.into_iter().flatten() {
                    if !bound.holds(found.median) {
                        let (is, unit) = (found.show(), found.unit);
                        let wanted = bound.show(unit);
                        return Err(format!("{path} is {is}, and not {wanted}"));
                    }
                }
                Ok(vec![(path.clone(), found)])
            }
        }
    }
}

/// The value at `path`, which begins with its chapter.
fn at<'r>(
    path: &str,
    record: &impl Fn(&str) -> Option<&'r Record>,
) -> Result<Value, String> {
    let (chapter, rest) = path.split_once('.').unwrap_or((path, ""));
    let record = record(chapter).ok_or_else(|| format!("{chapter} has no record"))?;
    record.value(rest).map_err(|error| format!("{path}: {error}"))
}

fn experiment<'r>(
    path: &str,
    record: &impl Fn(&str) -> Option<&'r Record>,
) -> Result<&'r Experiment, String> {
    let (chapter, id) = path.split_once('.').unwrap_or((path, ""));
    let record = record(chapter).ok_or_else(|| format!("{chapter} has no record"))?;
    record.experiment(id).ok_or_else(|| format!("{chapter} has no experiment `{id}`"))
}

/// The first point of `line` at which `of` is `least` or more.
fn first<'r>(
    experiment: &'r Experiment,
    line: &str,
    of: &str,
    least: f64,
) -> Result<(&'r Series, f64), String> {
    let on_line =
        experiment.series.iter().filter(|one| one.line.as_deref() == Some(line));
    let mut points: Vec<(&Series, f64)> =
        on_line.filter_map(|series| Some((series, series.x?))).collect();
    points.sort_by(|a, b| a.1.total_cmp(&b.1));
    let reached = |(series, _): &(&Series, f64)| {
        series.value(of).is_ok_and(|it| it.median >= least)
    };
    points.into_iter().find(reached).ok_or_else(|| {
        let least = Value::exact(least, Unit::Ratio).show_plain();
        format!("no point of `{line}` in `{}` reaches {least}", experiment.id)
    })
}
