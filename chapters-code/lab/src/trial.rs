//! Repeated, interleaved runs: A B C A B C …, so that a drift of the machine hits all series alike.

use std::{
    collections::BTreeMap,
    fmt, io, process,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use anyhow::{Context, Result, anyhow};

use crate::{
    bench::{Bench, Peak},
    meter::{self, Meter},
    noise::Gauge,
    param::Setting,
    record::{Chart, Experiment, Sample, Series},
    trace::Span,
    value::{Unit, Value},
};

/// How many counted rounds a trial has at least; a warm-up comes before them.
pub const ROUNDS: usize = 5;

/// How often a full run measures the memory of each series.
const MEMORY_RUNS: usize = 3;

/// More spans than this in one series are not kept: a timeline could not show them.
const MOST_SPANS: usize = 2_000;

static STOP: AtomicBool = AtomicBool::new(false);

/// Asks a running trial to stop after the run in hand (Ctrl-C). Says whether it was asked before.
pub fn stop() -> bool {
    STOP.swap(true, Ordering::AcqRel)
}

/// The reader pressed Ctrl-C.
#[derive(Debug)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

/// What one run noted besides its cost.
#[derive(Debug, Default)]
pub struct Notes {
    counts: BTreeMap<String, f64>,
    units: BTreeMap<String, Unit>,
    spans: Vec<Span>,
    own: Option<(f64, Option<f64>)>,
}

impl Notes {
    /// How many items were done; gives the series a `rate`.
    pub fn items(&mut self, number: usize) {
        self.count("items", number as f64);
    }

    /// Something that was counted, by the name under which the page finds it.
    pub fn count(&mut self, name: &str, number: f64) {
        self.note(name, number, Unit::Count);
    }

    /// A number with a unit, by the name under which the page finds it.
    pub fn note(&mut self, name: &str, number: f64, unit: Unit) {
        self.counts.insert(name.to_owned(), number);
        self.units.insert(name.to_owned(), unit);
    }

    /// Who was working or waiting, when.
    pub fn spans(&mut self, spans: Vec<Span>) {
        self.spans = spans;
    }

    /// Wall and CPU seconds that a program measured inside itself, in place of ours: its start-up
    /// is not what we compare.
    pub fn measured_itself(&mut self, wall: f64, cpu: Option<f64>) {
        self.own = Some((wall, cpu));
    }
}

type Run<'a> = Box<dyn FnMut(&mut Notes) -> Result<()> + 'a>;
type Copy<'a> = Box<dyn Fn(usize) -> Result<()> + Sync + 'a>;

struct Entry<'a> {
    series: Series,
    run: Run<'a>,
    against: Option<String>,
    peaks: Vec<Peak>,
    units: BTreeMap<String, Unit>,
}

/// A value of the experiment that compares two series, round by round.
struct Ratio {
    name: &'static str,
    /// Of what was noted under this name; of wall times if there is none.
    of: Option<&'static str>,
    over: String,
    under: String,
}

/// An experiment as a chapter declares it.
pub struct Trial<'a> {
    id: &'static str,
    title: &'static str,
    settings: Vec<Setting>,
    timeline: bool,
    memory: bool,
    once: bool,
    entries: Vec<Entry<'a>>,
    baseline: Option<&'static str>,
    copies: Option<(usize, Copy<'a>)>,
    ratios: Vec<Ratio>,
    chart: Option<Chart>,
}

impl<'a> Trial<'a> {
    /// An experiment called `id` in paths; `title` says what it asks.
    pub fn new(id: &'static str, title: &'static str) -> Trial<'a> {
        Trial {
            id,
            title,
            settings: Vec::new(),
            timeline: false,
            memory: true,
            once: false,
            entries: Vec::new(),
            baseline: None,
            copies: None,
            ratios: Vec::new(),
            chart: None,
        }
    }

    /// The parameters that it runs with.
    pub fn settings(mut self, settings: Vec<Setting>) -> Self {
        self.settings = settings;
        self
    }

    /// Keeps who worked when in the last round, for a timeline of each series.
    pub fn timeline(mut self) -> Self {
        self.timeline = true;
        self
    }

    /// Runs no series once more for its memory: where a run is a long wait, or measures its memory
    /// itself.
    pub fn without_memory(mut self) -> Self {
        self.memory = false;
        self
    }

    /// One counted round, and nothing before it: where a run takes a minute. Its memory is not looked
    /// at, and no claim about a time is judged by it.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// One way of doing it, run once a round.
    pub fn series(
        self,
        id: impl Into<String>,
        label: impl Into<String>,
        run: impl FnMut(&mut Notes) -> Result<()> + 'a,
    ) -> Self {
        self.add(id.into(), label.into(), None, Box::new(run))
    }

    /// One point of a sweep: `line` at `x`. Its id is `line_x`.
    pub fn point(
        self,
        line: &str,
        x: f64,
        label: impl Into<String>,
        run: impl FnMut(&mut Notes) -> Result<()> + 'a,
    ) -> Self {
        self.add(
            format!("{line}_{x}"),
            label.into(),
            Some((line.to_owned(), x)),
            Box::new(run),
        )
    }

    fn add(
        mut self,
        id: String,
        label: String,
        at: Option<(String, f64)>,
        run: Run<'a>,
    ) -> Self {
        let (line, x) = at.unzip();
        let series = Series {
            id,
            label,
            line,
            x,
            samples: Vec::new(),
            values: BTreeMap::new(),
            spans: Vec::new(),
        };
        self.entries.push(Entry {
            series,
            run,
            against: None,
            peaks: Vec::new(),
            units: BTreeMap::new(),
        });
        self
    }

    /// Gives every series a `speedup`: wall time of series `id` / its own, round by round.
    pub fn baseline(mut self, id: &'static str) -> Self {
        self.baseline = Some(id);
        self
    }

    /// Gives the series added last a `speedup` against series `id` instead of the baseline, and no
    /// `efficiency`: it does another job, or the same in another language.
    pub fn against(mut self, id: impl Into<String>) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.against = Some(id.into());
        }
        self
    }

    /// What could this job reach? `copies` independent copies of the baseline at once, with no
    /// coordination at all, against one. Gives the experiment a `ceiling`, and an `efficiency`,
    /// speed-up / ceiling, to every series but the baseline; in a sweep, where `x` is `copies`.
    pub fn ceiling(
        mut self,
        copies: usize,
        copy: impl Fn(usize) -> Result<()> + Sync + 'a,
    ) -> Self {
        self.copies = Some((copies, Box::new(copy)));
        self
    }

    /// A value of the experiment: wall time of `over` / wall time of `under`, round by round.
    pub fn ratio(mut self, name: &'static str, over: &str, under: &str) -> Self {
        let (over, under) = (over.to_owned(), under.to_owned());
        self.ratios.push(Ratio { name, of: None, over, under });
        self
    }

    /// The same of what was noted under the name `of`.
    pub fn ratio_of(
        mut self,
        of: &'static str,
        name: &'static str,
        over: &str,
        under: &str,
    ) -> Self {
        let (over, under) = (over.to_owned(), under.to_owned());
        self.ratios.push(Ratio { name, of: Some(of), over, under });
        self
    }

    /// How the page draws it.
    pub fn chart(mut self, chart: Chart) -> Self {
        self.chart = Some(chart);
        self
    }

    /// Runs it all: a warm-up round, after which each series shows its memory in a process of its
    /// own, then the counted rounds.
    ///
    /// # Errors
    /// The first run that fails ends the trial; so does Ctrl-C, as [`Stopped`].
    pub fn run(mut self, bench: &Bench) -> Result<Experiment> {
        if let Some(wanted) = bench.memory_of.as_deref() {
            return self.print_memory(wanted);
        }
        let turns = self.entries.len() + 1 + usize::from(self.copies.is_some());
        let (first, last_round) = if self.once { (1, 1) } else { (0, bench.rounds) };
        let rounds = last_round + 1 - first;
        let bar = bench.progress.start(self.title, (rounds * turns) as u64);
        let mut gauge = Gauge::new(bench.full);
        let mut together = Vec::new();
        // Close in time to what is compared with them: a neighbour's noise lasts seconds.
        let last = self.entries.iter().rposition(|entry| self.can_reach_copies(entry));
        let copies_after = last.unwrap_or(self.entries.len().saturating_sub(1));
        for round in first..=last_round {
            let warm_up = round == 0;
            if !warm_up {
                gauge.sample().context("the gauge of the machine's noise")?;
            }
            bar.step()?;
            for number in 0..self.entries.len() {
                let entry = &mut self.entries[number];
                entry.run(self.id, warm_up)?;
                if warm_up && self.memory {
                    for _ in 0..if bench.full { MEMORY_RUNS } else { 1 } {
                        let peak = bench.memory_of(self.id, &entry.series.id);
                        // It has heard the Ctrl-C too, and may have failed of it.
                        go_on()?;
                        entry.peaks.extend(peak?);
                    }
                }
                bar.step()?;
                let Some((copies, copy)) = &self.copies else { continue };
                if number == copies_after {
                    let wall = self.together(*copies, copy)?;
                    if !warm_up {
                        together.push(wall);
                    }
                    bar.step()?;
                }
            }
        }
        bar.finish();
        self.finish(last_round, &gauge, &together)
    }

    /// Runs one series once, prints its memory, and ends the program.
    fn print_memory(mut self, wanted: &str) -> Result<Experiment> {
        let named = |entry: &&mut Entry<'_>| {
            format!("{}.{}", self.id, entry.series.id) == wanted
        };
        let entry = self.entries.iter_mut().find(named);
        let entry = entry.with_context(|| format!("there is no series {wanted}"))?;
        let (result, peak) = meter::watch_memory(|| (entry.run)(&mut Notes::default()));
        result?;
        println!("{}", serde_json::to_string(&peak)?);
        process::exit(0)
    }

    /// Whether it does the baseline's job with as many workers as there are copies.
    fn can_reach_copies(&self, entry: &Entry<'_>) -> bool {
        let copies = self.copies.as_ref().map_or(0, |(copies, _)| *copies);
        entry.against.is_none()
            && self.baseline != Some(entry.series.id.as_str())
            && entry.series.x.is_none_or(|x| x == copies as f64)
    }

    /// Wall time of `number` independent copies at once.
    fn together(&self, number: usize, copy: &Copy<'_>) -> Result<f64> {
        let meter = Meter::start();
        thread::scope(|scope| -> Result<()> {
            let start = |number| {
                thread::Builder::new().spawn_scoped(scope, move || copy(number))
            };
            for thread in (0..number).map(start).collect::<io::Result<Vec<_>>>()? {
                thread
                    .join()
                    .map_err(|_| anyhow!("a copy for the ceiling panicked"))??;
            }
            Ok(())
        })
        .with_context(|| format!("{}: the ceiling", self.id))?;
        Ok(meter.stop().wall)
    }

    fn finish(
        mut self,
        rounds: usize,
        gauge: &Gauge,
        together: &[f64],
    ) -> Result<Experiment> {
        let baseline = self.baseline.map(|id| self.walls(id)).transpose()?;
        let copies = self.copies.as_ref().map_or(0, |(number, _)| *number);
        let one = baseline.iter().flatten().zip(together);
        let ceiling: Vec<f64> =
            one.map(|(one, all)| copies as f64 * one / all).collect();
        let noise = gauge.noise().context("a trial has at least one round")?;
        let mut values = BTreeMap::new();
        if let Some(value) = Value::of(&ceiling, Unit::Ratio) {
            values.insert("ceiling".to_owned(), value);
        }
        for ratio in &self.ratios {
            let (over, under) = (
                self.numbers(&ratio.over, ratio.of)?,
                self.numbers(&ratio.under, ratio.of)?,
            );
            // Where something was not measured, there is nothing to compare.
            if over.len() == under.len() {
                let value = Value::of(&ratios(&over, &under), Unit::Ratio);
                values.extend(value.map(|value| (ratio.name.to_owned(), value)));
            }
        }
        for number in 0..self.entries.len() {
            let against = self.entries[number].against.as_deref().or(self.baseline);
            let walls = against.map(|id| self.walls(id)).transpose()?;
            let ceiling = match self.can_reach_copies(&self.entries[number]) {
                true => ceiling.as_slice(),
                false => &[],
            };
            let entry = &mut self.entries[number];
            entry.series.spans.sort_by(|a, b| a.start.total_cmp(&b.start));
            entry.series.spans.truncate(if self.timeline { MOST_SPANS } else { 0 });
            entry.summarise(walls.as_deref(), ceiling);
        }
        Ok(Experiment {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            settings: self.settings,
            rounds,
            noise,
            values,
            series: self.entries.into_iter().map(|entry| entry.series).collect(),
            chart: self.chart,
        })
    }

    fn walls(&self, id: &str) -> Result<Vec<f64>> {
        self.numbers(id, None)
    }

    /// What was noted in each round under the name `of`, or the wall times.
    fn numbers(&self, id: &str, of: Option<&str>) -> Result<Vec<f64>> {
        let entry = self.entries.iter().find(|entry| entry.series.id == id);
        let entry =
            entry.with_context(|| format!("{}: there is no series `{id}`", self.id))?;
        let number = |sample: &Sample| match of {
            Some(name) => sample.counts.get(name).copied(),
            None => Some(sample.wall),
        };
        Ok(entry.series.samples.iter().filter_map(number).collect())
    }
}

fn ratios(over: &[f64], under: &[f64]) -> Vec<f64> {
    over.iter().zip(under).map(|(over, under)| over / under).collect()
}

impl Entry<'_> {
    fn run(&mut self, trial: &str, warm_up: bool) -> Result<()> {
        let mut notes = Notes::default();
        let meter = Meter::start();
        let result = (self.run)(&mut notes);
        let sample = sample(meter.stop(), &mut notes);
        if !warm_up {
            self.series.samples.push(sample);
        }
        self.series.spans = notes.spans;
        self.units.extend(notes.units);
        // Whatever a run started has heard the Ctrl-C too, and may have failed of it.
        go_on()?;
        result.with_context(|| format!("{trial}: {}", self.series.label))
    }

    fn summarise(&mut self, baseline: Option<&[f64]>, ceiling: &[f64]) {
        let samples = &self.series.samples;
        let mut values = BTreeMap::new();
        let mut put = |name: &str, numbers: &[f64], unit| {
            values
                .extend(Value::of(numbers, unit).map(|value| (name.to_owned(), value)));
        };
        let walls: Vec<f64> = samples.iter().map(|sample| sample.wall).collect();
        let all = |pick: &dyn Fn(&Sample) -> Option<f64>| -> Vec<f64> {
            samples.iter().filter_map(pick).collect()
        };
        put("wall", &walls, Unit::Seconds);
        put("cpu", &all(&|sample| sample.cpu), Unit::Seconds);
        put("busy", &all(&|sample| Some(sample.cpu? / sample.wall)), Unit::Ratio);
        put(
            "voluntary",
            &all(&|sample| sample.voluntary.map(|n| n as f64)),
            Unit::Count,
        );
        put(
            "voluntary_rate",
            &all(&|sample| Some(sample.voluntary? as f64 / sample.wall)),
            Unit::PerSecond,
        );
        put(
            "involuntary",
            &all(&|sample| sample.involuntary.map(|n| n as f64)),
            Unit::Count,
        );
        put(
            "rate",
            &all(&|sample| Some(sample.counts.get("items")? / sample.wall)),
            Unit::PerSecond,
        );
        for (name, unit) in &self.units {
            put(name, &all(&|sample| sample.counts.get(name).copied()), *unit);
        }
        if let Some(baseline) = baseline {
            let speedups = ratios(baseline, &walls);
            put("speedup", &speedups, Unit::Ratio);
            put("efficiency", &ratios(&speedups, ceiling), Unit::Share);
        }
        let all = |pick: &dyn Fn(&Peak) -> u64| -> Vec<f64> {
            self.peaks.iter().map(|peak| pick(peak) as f64).collect()
        };
        put("peak", &all(&|it| it.peak.pss), Unit::Bytes);
        put("added", &all(&|it| it.peak.pss.saturating_sub(it.base.pss)), Unit::Bytes);
        put("peak_rss", &all(&|it| it.peak.rss), Unit::Bytes);
        self.series.values = values;
    }
}

fn sample(mut sample: Sample, notes: &mut Notes) -> Sample {
    if let Some((wall, cpu)) = notes.own {
        (sample.wall, sample.cpu) = (wall, cpu);
        (sample.voluntary, sample.involuntary) = (None, None);
    }
    sample.counts = std::mem::take(&mut notes.counts);
    sample
}

/// Whether Ctrl-C was pressed, as an error that ends a trial.
///
/// # Errors
/// [`Stopped`], if it was.
pub fn go_on() -> Result<()> {
    if STOP.load(Ordering::Acquire) { Err(Stopped.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, sync::Mutex};

    use super::*;
    use crate::{param::Settings, report::Progress};

    fn bench(rounds: usize) -> Bench {
        Bench::new(Settings::new([]), rounds, Progress::silent())
            .expect("a temporary folder")
    }

    #[test]
    fn series_are_run_in_turn_after_a_warm_up() {
        let order = RefCell::new(String::new());
        let note = |letter| {
            let order = &order;
            move |_: &mut Notes| {
                order.borrow_mut().push(letter);
                Ok(())
            }
        };
        let trial = Trial::new("t", "t").series("a", "a", note('a'));
        let experiment =
            trial.series("b", "b", note('b')).run(&bench(2)).expect("runs");
        assert_eq!(order.into_inner(), "ababab");
        assert_eq!(experiment.rounds, 2);
        assert!(experiment.series.iter().all(|series| series.samples.len() == 2));
    }

    #[test]
    fn what_is_run_once_has_one_sample_and_no_warm_up() {
        let runs = RefCell::new(0);
        let trial = Trial::new("t", "t").once().series("a", "a", |_| {
            *runs.borrow_mut() += 1;
            Ok(())
        });
        let experiment = trial.run(&bench(5)).expect("runs");
        assert_eq!((experiment.rounds, experiment.series[0].samples.len()), (1, 1));
        assert_eq!(runs.into_inner(), 1);
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        let walls = |walls: [f64; 3]| {
            let mut left = walls.into_iter().rev().collect::<Vec<_>>();
            // The warm-up comes first and has no sample.
            left.push(9.0);
            move |notes: &mut Notes| {
                notes.measured_itself(left.pop().context("one run a round")?, None);
                Ok(())
            }
        };
        let trial = Trial::new("t", "t").baseline("one").ratio("gain", "one", "two");
        let trial = trial.series("one", "one", walls([1.0, 10.0, 4.0]));
        let trial = trial.series("two", "two", walls([0.5, 5.0, 1.0]));
        let experiment = trial.run(&bench(3)).expect("runs");
        let speedup = &experiment.series[1].values["speedup"];
        assert_eq!((speedup.median, speedup.min, speedup.max), (2.0, 2.0, 4.0));
        assert_eq!(experiment.values["gain"], *speedup);
    }

    #[test]
    fn what_was_counted_is_compared_round_by_round_too() {
        let count = |numbers: [f64; 2]| {
            let mut left = vec![numbers[1], numbers[0], 9.0];
            move |notes: &mut Notes| {
                notes.count("size", left.pop().context("one run a round")?);
                Ok(())
            }
        };
        let trial = Trial::new("t", "t").ratio_of("size", "gain", "a", "b");
        let trial = trial.series("a", "a", count([6.0, 8.0]));
        let trial = trial.series("b", "b", count([2.0, 2.0]));
        let gain = &trial.run(&bench(2)).expect("runs").values["gain"];
        assert_eq!((gain.min, gain.median, gain.max), (3.0, 3.5, 4.0));
    }

    #[test]
    fn counts_have_statistics_and_items_a_rate() {
        let trial = Trial::new("t", "t").series("a", "a", |notes| {
            notes.items(8);
            notes.count("lost", 0.0);
            notes.measured_itself(2.0, Some(3.0));
            Ok(())
        });
        let series = trial.run(&bench(2)).expect("runs").series.remove(0);
        assert_eq!(series.values["rate"].median, 4.0);
        assert_eq!(
            series.values["lost"],
            Value { n: 2, ..Value::exact(0.0, Unit::Count) }
        );
        assert_eq!(series.values["busy"].median, 1.5);
    }

    #[test]
    fn a_failing_run_names_its_experiment_and_series() {
        let trial = Trial::new("pool", "t")
            .series("a", "four threads", |_| Err(anyhow!("no disk")));
        let error = trial.run(&bench(1)).expect_err("the run fails");
        assert_eq!(format!("{error:#}"), "pool: four threads: no disk");
    }

    #[test]
    fn the_ceiling_is_that_of_as_many_copies_at_once() {
        let copies = Mutex::new(Vec::new());
        let trial = Trial::new("t", "t").baseline("one");
        let trial =
            trial.series("one", "one", |_| Ok(())).series("two", "two", |_| Ok(()));
        let trial = trial.point("sweep", 1.0, "x", |_| Ok(()));
        let trial = trial.ceiling(3, |number| {
            copies.lock().expect("nobody panics").push(number);
            Ok(())
        });
        let experiment = trial.run(&bench(1)).expect("runs");
        let mut copies = copies.into_inner().expect("nobody panics");
        copies.sort_unstable();
        assert_eq!(copies, [0, 0, 1, 1, 2, 2], "each in the warm-up and in the round");
        assert!(experiment.values.contains_key("ceiling"));
        let efficient = |series: &Series| series.values.contains_key("efficiency");
        let efficient: Vec<bool> = experiment.series.iter().map(efficient).collect();
        assert_eq!(
            efficient,
            [false, true, false],
            "neither the baseline nor another number"
        );
    }
}
