//! The causal tests: the command again, in other circumstances. What makes it slower is what it
//! needs.

use std::{
    ffi::OsString,
    fs::File,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use lab::os::{
    self,
    command::{self, Signals},
};
use serde::Serialize;

use super::report::{Outcome, Report};

/// Commands shorter than this are run several times in each way.
const SHORT_S: f64 = 2.0;
/// So many times.
const ROUNDS: usize = 3;
/// A copy that takes so many times as long as the command did does something else.
const MOST_TIMES: f64 = 10.0;
/// The least that is called a difference: less is noise, as a rule.
const DIFFERS: f64 = 1.15;

/// What the causal tests found.
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

/// A way to run it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Again,
    OnOneCpu,
    Twice,
    Cold,
}

/// Runs the command of a report in other circumstances.
pub fn probe(report: &Report, line: &[OsString], signals: &Signals) -> Probed {
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
            match time(*way, report, &|| spawn(line, signals), &files) {
                Some(seconds) => times.push(seconds),
                None => return different(),
            }
        }
    }
    let middle = |way: Way| {
        let mut of = times.iter().find(|(it, _)| *it == way)?.1.clone();
        of.sort_by(f64::total_cmp);
        of.get(of.len() / 2).copied()
    };
    let again = middle(Way::Again);
    let ratio = |way: Way| Some(middle(way)? / again?);
    let mut probed = Probed {
        one_cpu: ratio(Way::OnOneCpu),
        two_copies: ratio(Way::Twice),
        cold: ratio(Way::Cold),
        said: Vec::new(),
    };
    probed.said = said(&probed);
    probed
}

fn different() -> Probed {
    let said =
        "Run again without its input, it ended differently: nothing was compared.";
    Probed { said: vec![said.to_owned()], ..Probed::default() }
}

fn said(probed: &Probed) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(times) = probed.one_cpu {
        said.push(match times {
            it if it >= DIFFERS => {
                format!("On one CPU it took {it:.1} times as long: it uses several.")
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

/// The files that the command had open, or that its arguments name, and that we may read.
fn readable(report: &Report) -> Vec<PathBuf> {
    let named = report.command.iter().skip(1).map(PathBuf::from);
    let files = report.files.iter().cloned().chain(named);
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.metadata().is_ok_and(|it| it.is_file() && it.len() > 0))
        .filter(|path| {
            File::open(path).is_ok_and(|file| os::forget_file(&file).is_some())
        })
        .collect();
    files.sort();
    files.dedup();
    files
}

/// How long it takes in one way; `None` if it ends in another way than it did.
fn time(
    way: Way,
    report: &Report,
    spawn: &dyn Fn() -> Option<Child>,
    files: &[PathBuf],
) -> Option<f64> {
    if way == Way::Cold {
        for file in files.iter().flat_map(File::open) {
            os::forget_file(&file)?;
        }
    }
    let pinned = (way == Way::OnOneCpu).then(os::pin_to_one_cpu);
    let copies = if way == Way::Twice { 2 } else { 1 };
    let start = Instant::now();
    let started: Vec<Child> = (0..copies).flat_map(|_| spawn()).collect();
    drop(pinned);
    let most = Duration::from_secs_f64(report.wall_s * MOST_TIMES + 1.0);
    let mut took_s = 0.0;
    let mut is_same = started.len() == copies;
    for mut child in started {
        is_same &= ends(&mut child, start + most) == report.exit;
        took_s += start.elapsed().as_secs_f64() / copies as f64;
    }
    is_same.then_some(took_s)
}

fn spawn(line: &[OsString], signals: &Signals) -> Option<Child> {
    let mut to_start = Command::new(&line[0]);
    to_start.args(&line[1..]);
    to_start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command::start(&mut to_start, signals).ok()
}

/// How a copy ends; one that takes too long is ended.
fn ends(child: &mut Child, until: Instant) -> Option<Outcome> {
    loop {
        if let Some(status) = child.try_wait().ok()? {
            let signal = command::ended_by_signal(status).map(Outcome::Signal);
            return status.code().map(Outcome::Code).or(signal);
        }
        if Instant::now() > until {
            // It has ended just now, or cannot be ended: either way it is not the same.
            let _ = child.kill().and_then(|()| child.wait());
            return None;
        }
        thread::sleep(Duration::from_millis(1));
    }
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
            said(&probed),
            [
                "On one CPU it took 1.9 times as long: it uses several.",
                "Two copies at once would share the CPUs: that was not tried.",
                "With its files out of memory it took no longer.",
            ]
        );
    }
}
