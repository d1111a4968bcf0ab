//! The causal tests: the command again, in other circumstances. What makes it slower is what it
//! needs.

use std::ffi::OsString;

use lab::os::command::Signals;
use serde::Serialize;

use super::{
    again::{Not, Way, readable, time},
    report::Report,
};

/// Commands shorter than this are run several times in each way.
const SHORT_S: f64 = 2.0;
/// So many times.
const ROUNDS: usize = 3;
/// The least that is called a difference: less is noise, as a rule.
const DIFFERS: f64 = 1.15;
/// Nor is a difference of less than this one, however short the command is.
const LEAST_S: f64 = 0.02;
/// Alone and on all CPUs, a copy that takes so many times less or more does something else.
const AS_LONG: f64 = 2.0;
/// So many threads that run or could, on average, are several.
const SEVERAL: f64 = 1.3;

/// What the causal tests found. A time that differs by less than can be told counts as the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Probed {
    /// How many times as long it took on one CPU as on all.
    pub one_cpu: Option<f64>,
    /// How many times as long two copies at once took as one; only if the CPUs have room for both.
    pub two_copies: Option<f64>,
    /// How many times as long it took with cold files as with warm ones.
    pub cold: Option<f64>,
    /// That in words.
    pub said: Vec<String>,
}

/// Runs the command of a report in other circumstances.
pub fn probe(report: &Report, line: &[OsString], signals: &Signals) -> Probed {
    compare(report, line, signals).unwrap_or_else(|why| Probed {
        said: vec![why.said(report.wall_s)],
        ..Probed::default()
    })
}

impl Not {
    fn said(self, wall_s: f64) -> String {
        match self {
            Not::Wanted => "It was not run again to the end: a signal asked to stop.".to_owned(),
            Not::Same => {
                "Run again without its input, it ended differently: nothing was compared."
                    .to_owned()
            }
            Not::AsLong(again_s) => format!(
                "Run again without its input, it took {again_s:.2} s and not {wall_s:.2} s: nothing was compared."
            ),
        }
    }
}

fn compare(
    report: &Report,
    line: &[OsString],
    signals: &Signals,
) -> Result<Probed, Not> {
    let ways = [Way::Again, Way::OnOneCpu, Way::Twice, Way::Cold];
    let cpus = report.evidence.cpus;
    let in_use = report.cpu_s.unwrap_or(0.0) / report.wall_s.max(f64::EPSILON);
    let files = readable(report);
    let is_useful = |way: &Way| match way {
        Way::Again => true,
        Way::OnOneCpu => cpus > 1.0,
        Way::Twice => 2.0 * in_use <= cpus + 0.2,
        Way::Cold => !files.is_empty(),
    };
    let rounds = if report.wall_s < SHORT_S { ROUNDS } else { 1 };
    let mut times = ways.map(|way| (way, Vec::new()));
    for _ in 0..rounds {
        for (way, times) in times.iter_mut().filter(|(way, _)| is_useful(way)) {
            times.push(time(*way, report, line, signals, &files)?);
        }
    }
    let middle = |way: Way| {
        let mut of = times.iter().find(|(it, _)| *it == way)?.1.clone();
        of.sort_by(f64::total_cmp);
        of.get(of.len() / 2).copied()
    };
    let again_s = middle(Way::Again).ok_or(Not::Same)?;
    if !is_as_long(again_s, report.wall_s) {
        return Err(Not::AsLong(again_s));
    }
    let ratio = |way: Way| Some(times_as_long(middle(way)?, again_s));
    let mut probed = Probed {
        one_cpu: ratio(Way::OnOneCpu),
        two_copies: ratio(Way::Twice),
        cold: ratio(Way::Cold),
        said: Vec::new(),
    };
    probed.said = said(&probed, report.evidence.runnable);
    Ok(probed)
}

/// Whether a copy took about as long as the command itself.
fn is_as_long(again_s: f64, wall_s: f64) -> bool {
    let is_near = (again_s - wall_s).abs() < LEAST_S;
    is_near || (wall_s / AS_LONG..=wall_s * AS_LONG).contains(&again_s)
}

/// How many times as long it took; what cannot be told from noise is no difference.
fn times_as_long(took_s: f64, again_s: f64) -> f64 {
    if (took_s - again_s).abs() < LEAST_S { 1.0 } else { took_s / again_s }
}

fn said(probed: &Probed, runnable: f64) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(times) = probed.one_cpu {
        said.push(match times {
            it if it >= DIFFERS => {
                format!("On one CPU it took {it:.1} times as long: it uses several.")
            }
            _ if runnable > SEVERAL => {
                "On one CPU it took no longer, although several threads want one."
                    .to_owned()
            }
            _ => "On one CPU it took no longer: it uses one at most.".to_owned(),
        });
    }
    said.push(match probed.two_copies {
        Some(it) if it >= DIFFERS => format!(
            "Two copies at once took {it:.1} times as long as one: they share what they lack, such as memory or a disk."
        ),
        Some(_) => "Two copies at once took no longer than one: they share nothing that is short."
            .to_owned(),
        None => "Two copies at once would share the CPUs: that was not tried.".to_owned(),
    });
    if let Some(times) = probed.cold {
        said.push(match times {
            it if it >= DIFFERS => {
                format!("With its files out of memory it took {it:.1} times as long: it needs the disk.")
            }
            _ => "With its files out of memory it took no longer.".to_owned(),
        });
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_is_told_as_a_sentence() {
        let probed = Probed {
            one_cpu: Some(1.9),
            two_copies: None,
            cold: Some(1.0),
            said: vec![],
        };
        assert_eq!(
            said(&probed, 2.0),
            [
                "On one CPU it took 1.9 times as long: it uses several.",
                "Two copies at once would share the CPUs: that was not tried.",
                "With its files out of memory it took no longer.",
            ]
        );
    }

    #[test]
    fn several_threads_that_take_no_longer_on_one_cpu_are_still_several() {
        let probed = Probed { one_cpu: Some(1.0), ..Probed::default() };
        let first = |runnable| said(&probed, runnable).swap_remove(0);
        assert!(first(1.0).ends_with("it uses one at most."));
        assert!(first(2.0).ends_with("although several threads want one."));
    }

    #[test]
    fn a_copy_that_was_much_faster_or_slower_did_something_else() {
        assert!(is_as_long(0.9, 1.0) && is_as_long(1.9, 1.0));
        assert!(!is_as_long(0.4, 1.0) && !is_as_long(2.1, 1.0));
        assert!(is_as_long(0.001, 0.005), "so little is noise");
    }

    #[test]
    fn a_few_milliseconds_are_no_difference() {
        assert_eq!(times_as_long(0.006, 0.003), 1.0);
        assert_eq!(times_as_long(6.0, 3.0), 2.0);
    }
}
