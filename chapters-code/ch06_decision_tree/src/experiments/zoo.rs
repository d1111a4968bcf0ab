//! A profiler before programs whose answer is known, beside the sources' rule.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ffi::OsString,
    fs,
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, ensure};
use ch06_decision_tree::{
    label::{Confidence, Label},
    naive,
    zoo::{self, Program, place::Place},
};
use lab::{
    bench::Bench,
    machine::usable_cpus,
    record::{Experiment, Series},
    trial::{Notes, Trial},
    value::{Unit, Value},
};
use serde::Deserialize;

/// What a first look runs: one program for each of five answers.
const FIRST_LOOK: [&str; 5] =
    ["compute-one", "compute-children", "client", "sleep", "convoy"];

/// Each program once a round, on a machine that it has to itself.
pub fn zoo(bench: &Bench) -> Result<Experiment> {
    judged(bench, "zoo", "Programs with a known answer, before two judges", 0)
}

/// The same beside programs that compute and have nothing to do with it.
pub fn beside(bench: &Bench) -> Result<Experiment> {
    let hogs = bench.settings.count("hogs");
    judged(bench, "beside", "The same programs, beside others that compute", hogs)
}

fn judged(
    bench: &Bench,
    id: &'static str,
    title: &'static str,
    hogs: usize,
) -> Result<Experiment> {
    let this = env::current_exe()?;
    let folder = bench.scratch(id, |_| Ok(()))?;
    let place = Place::new(&this, &folder, bench.python.as_deref())?;
    let settings: &[&str] = if hogs == 0 { &["seconds"] } else { &["seconds", "hogs"] };
    let mut trial = Trial::new(id, title)
        .settings(bench.settings.only(settings))
        // A profile is a process of its own, and so is what it watches.
        .without_memory();
    if !bench.full {
        trial = trial.once();
    }
    let chosen = |program: &&Program| bench.full || FIRST_LOOK.contains(&program.id);
    let mut lacking = 0_u32;
    for program in zoo::programs().filter(chosen) {
        if let Some(why) = place.lacks(program) {
            eprintln!("{} is not run: {why}", program.id);
            lacking += 1;
            continue;
        }
        let seat = Seat { place: &place, this: &this, folder: &folder, hogs };
        let seconds = bench.settings.number("seconds");
        let label = format!("{} ({})", program.id, program.label);
        trial = trial.series(program.id, label, move |notes| {
            seat.judge(program, seconds, notes)
        });
    }
    let mut experiment = trial.run(bench)?;
    let values = tally(&experiment.series);
    experiment.values.extend(values);
    let lacking = Value::exact(f64::from(lacking), Unit::Count);
    experiment.values.insert("lacking".to_owned(), lacking);
    for series in &mut experiment.series {
        series.label = format!("{}, said {}", series.label, said(series));
        // The report has a column for each count: those of the matrix are summed up by now.
        for sample in &mut series.samples {
            sample.counts.retain(|name, _| !is_cell(name));
        }
    }
    Ok(experiment)
}

/// What our profiler said of a program, in most of its rounds first.
fn said(series: &Series) -> String {
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for name in series.samples.iter().flat_map(|sample| sample.counts.keys()) {
        let parts: Vec<&str> = name.split('_').collect();
        if let ["cell", OURS, _, word, _] = parts[..] {
            *words.entry(word).or_default() += 1;
        }
    }
    let mut words: Vec<(&str, usize)> = words.into_iter().collect();
    words.sort_by_key(|(_, rounds)| std::cmp::Reverse(*rounds));
    words.into_iter().map(|(word, _)| word).collect::<Vec<_>>().join(" or ")
}

/// Where a program is judged.
#[derive(Clone, Copy)]
struct Seat<'a> {
    place: &'a Place,
    this: &'a Path,
    folder: &'a Path,
    hogs: usize,
}

/// What is taken of the profiler's report.
#[derive(Debug, Deserialize)]
struct Said {
    label: Label,
    confidence: Confidence,
    wall_s: f64,
    cpu_s: f64,
    /// Where the system does not tell, the rule has nothing to go by.
    own_cpu_s: Option<f64>,
    exit: Exit,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Exit {
    Code(i32),
    Signal(i32),
}

impl Seat<'_> {
    /// Has the profiler watch one run of `program`, and notes what it and the rule say.
    fn judge(&self, program: &Program, seconds: f64, notes: &mut Notes) -> Result<()> {
        let line = self.place.command(program, seconds)?;
        let report = self.folder.join("report.json");
        let complaints = self.folder.join("complaints");
        let command = self.profile(&report, &line);
        let place = self.place;
        zoo::run::run(place, program, command, seconds, self.hogs, &complaints)?;
        let complaints = || fs::read_to_string(&complaints).unwrap_or_default();
        let json = fs::read(&report)
            .with_context(|| format!("no report: {}", complaints().trim()))?;
        fs::remove_file(&report)?;
        let said: Said =
            serde_json::from_slice(&json).context("the profiler's report")?;
        ensure!(
            said.exit == Exit::Code(0),
            "{} ended with {:?}: {}",
            program.id,
            said.exit,
            complaints().trim()
        );
        place.learn(program, seconds, said.wall_s);
        note(program, &said, self.hogs, notes);
        Ok(())
    }

    fn profile(&self, report: &Path, line: &[OsString]) -> Command {
        let mut command = Command::new(self.this);
        command
            .args(["profile", "--json", "--output"])
            .arg(report)
            .arg("--")
            .args(line);
        command
    }
}

/// The verdicts as counts, which is what a record holds.
fn note(program: &Program, said: &Said, hogs: usize, notes: &mut Notes) {
    let count = |is: bool| f64::from(u8::from(is));
    let truth = program.label;
    let mut verdict = |judge: &str, said: Label, right: bool| {
        let verdict = if right { "right" } else { "wrong" };
        notes.count(
            &format!("cell_{judge}_{}_{}_{verdict}", truth.id(), said.id()),
            1.0,
        );
    };
    let right = program.is(said.label, hogs, usable_cpus());
    verdict(OURS, said.label, right);
    if let Some(own_cpu) = said.own_cpu_s {
        let word = naive::judge(own_cpu, said.wall_s);
        let rule_right = naive::is_right(word, truth);
        verdict(RULE, word, rule_right);
        notes.count("rule_right", count(rule_right));
        notes.note("own", own_cpu / said.wall_s, Unit::Share);
    }
    let sure = said.confidence == Confidence::High;
    notes.count("right", count(right));
    notes.count("surely_wrong", count(!right && sure));
    notes.measured_itself(said.wall_s, Some(said.cpu_s));
}

/// The two judges, as the cells of the matrix name them: `cell_ours_cpu-bound_mixed_wrong` is
/// a program
/// that is CPU-bound, and that our profiler calls mixed, which is wrong.
const OURS: &str = "ours";
const RULE: &str = "rule";

fn is_cell(name: &str) -> bool {
    name.starts_with("cell_")
}

/// What the whole set says of the two judges: the cells of the matrix over all rounds, and for each
/// round how many were right, and how large a part of each answer's programs, on average.
fn tally(series: &[Series]) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    let mut cells: BTreeMap<&str, f64> = BTreeMap::new();
    let samples = series.iter().flat_map(|one| &one.samples);
    for (name, number) in samples.flat_map(|sample| &sample.counts) {
        if is_cell(name) {
            *cells.entry(name).or_default() += number;
        }
    }
    for (name, number) in cells {
        values.insert(name.to_owned(), Value::exact(number, Unit::Count));
    }
    let mut put = |name: &str, rounds: &[f64], unit| {
        values.extend(Value::of(rounds, unit).map(|value| (name.to_owned(), value)));
    };
    for count in ["right", "rule_right", "surely_wrong"] {
        put(count, &sums(series, count), Unit::Count);
    }
    put("class_mean", &class_means(series, "right"), Unit::Share);
    put("rule_class_mean", &class_means(series, "rule_right"), Unit::Share);
    let programs = series.len() as f64;
    values.insert("programs".to_owned(), Value::exact(programs, Unit::Count));
    values
}

/// What was counted under `name` in each round, of all series.
fn sums<'a>(series: impl IntoIterator<Item = &'a Series>, name: &str) -> Vec<f64> {
    let mut rounds: Vec<f64> = Vec::new();
    for one in series {
        for (round, sample) in one.samples.iter().enumerate() {
            rounds.resize(rounds.len().max(round + 1), 0.0);
            rounds[round] += sample.counts.get(name).copied().unwrap_or(0.0);
        }
    }
    rounds
}

/// For each round, the share of programs for which `name` was counted, as the mean over the
/// answers: most programs in any set are CPU-bound, which flatters whoever says so of all.
fn class_means(series: &[Series], name: &str) -> Vec<f64> {
    let truth = |one: &Series| zoo::named(&one.id).map(|program| program.label);
    let classes: BTreeSet<Label> = series.iter().filter_map(truth).collect();
    let mut means: Vec<f64> = Vec::new();
    for class in &classes {
        let of_class: Vec<&Series> =
            series.iter().filter(|one| truth(one) == Some(*class)).collect();
        let programs = of_class.len() as f64;
        for (round, right) in sums(of_class, name).into_iter().enumerate() {
            means.resize(means.len().max(round + 1), 0.0);
            means[round] += right / programs / classes.len() as f64;
        }
    }
    means
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use lab::record::Sample;

    use super::*;

    /// A program that was judged once in each round, right or not.
    fn judged(id: &str, right: &[f64]) -> Series {
        let sample = |right: &f64| Sample {
            counts: BTreeMap::from([
                ("right".to_owned(), *right),
                ("cell_ours_cpu-bound_mixed_wrong".to_owned(), 1.0 - right),
            ]),
            ..Sample::default()
        };
        Series {
            id: id.to_owned(),
            label: id.to_owned(),
            line: None,
            x: None,
            samples: right.iter().map(sample).collect(),
            values: BTreeMap::new(),
            spans: Vec::new(),
        }
    }

    #[test]
    fn each_answer_weighs_as_much_as_any_other() {
        let series = [
            judged("compute-one", &[1.0, 1.0]),
            judged("compute-all", &[1.0, 0.0]),
            judged("spin", &[1.0, 1.0]),
            judged("spin", &[1.0, 1.0]),
            judged("sleep", &[0.0, 1.0]),
        ];
        assert_eq!(sums(&series, "right"), [4.0, 4.0]);
        assert_eq!(class_means(&series, "right"), [0.5, 0.875]);
    }

    #[test]
    fn the_matrix_counts_every_run() {
        let series = [judged("compute-one", &[1.0, 0.0]), judged("spin", &[0.0, 0.0])];
        let values = tally(&series);
        assert_eq!(values["cell_ours_cpu-bound_mixed_wrong"].median, 3.0);
        assert_eq!(values["programs"].median, 2.0);
        assert_eq!((values["right"].min, values["right"].max), (0.0, 1.0));
        assert!(!is_cell("rule_right") && !is_cell("right"));
    }

    #[test]
    fn a_report_is_read_whatever_else_it_holds() {
        let json = r#"{"schema": 1, "label": "cpu-bound", "confidence": "high",
            "runner_up": null, "wall_s": 0.5, "cpu_s": 1.0, "own_cpu_s": 0.01,
            "exit": {"code": 0}, "why": ["it never waited"]}"#;
        let said: Said = serde_json::from_str(json).unwrap();
        assert_eq!(said.exit, Exit::Code(0));
        let mut notes = Notes::default();
        note(zoo::named("compute-children").unwrap(), &said, 0, &mut notes);
        let noted = format!("{notes:?}");
        // The rule looks at the parent only.
        for cell in [
            "cell_ours_cpu-bound_cpu-bound_right",
            "cell_rule_cpu-bound_io-bound_wrong",
        ] {
            assert!(noted.contains(cell), "{noted}");
        }
    }
}
