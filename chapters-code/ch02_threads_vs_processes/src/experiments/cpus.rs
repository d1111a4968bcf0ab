//! Which CPUs, and how many: work that is not split, more workers than CPUs, and who runs where.

use std::{
    collections::BTreeSet,
    env,
    hint::black_box,
    process::{Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, ensure};
use ch02_threads_vs_processes::{job::Job, ways};
use lab::{
    bench::Bench,
    machine::usable_cpus,
    os,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
};
use serde::{Deserialize, Serialize};

use super::WHEREABOUTS;

/// How often the squares are added up when nobody helps.
const TIMES: u32 = 48;

/// How often a process looks where it runs, and how much it works in between: a tenth of a second
/// or so in all.
const LOOKS: u32 = 3_000;
const WORK: u64 = 50_000;

/// One thread, with one CPU and with all of them.
pub fn unsplit(bench: &Bench) -> Result<Experiment> {
    let trial = Trial::new("unsplit", "One thread, with one CPU and with all");
    if os::pin_to_one_cpu().is_none() {
        return trial.run(bench);
    }
    let below = bench.settings.count("squares") as u64;
    let work = move || Job::Squares(below, TIMES).run().map(drop);
    trial
        .settings(bench.settings.only(&["squares"]))
        .ratio("gain", "one_cpu", "all_cpus")
        .series("one_cpu", "one thread, one CPU", move |_| {
            let _pinned = os::pin_to_one_cpu();
            Ok(work()?)
        })
        .series("all_cpus", "one thread, all CPUs", move |_| Ok(work()?))
        .run(bench)
}

/// The same work by one thread, by one for each CPU, by many more, and where one CPU is usable.
pub fn crowd(bench: &Bench) -> Result<Experiment> {
    let below = bench.settings.count("squares") as u64;
    let cpus = usable_cpus();
    // Enough parts that nobody is idle for long at the end, whoever works.
    let parts = 32 * cpus;
    let jobs = vec![Job::Squares(below * u64::from(TIMES) / parts as u64, 1); parts];
    let work = |threads| -> Result<()> {
        ensure!(ways::threads(&jobs, threads)?.len() == jobs.len(), "some are missing");
        Ok(())
    };
    let trial = Trial::new(
        "crowd",
        "More threads than CPUs, and fewer CPUs than the machine has",
    )
    .settings(bench.settings.only(&["squares"]))
    .baseline("one")
    .chart(Chart {
        kind: ChartKind::Bars,
        measure: "speedup".to_owned(),
        y_label: "speed-up".to_owned(),
        x_label: "who works".to_owned(),
        caption: "Speed-up over one thread, by how many work on how many CPUs."
            .to_owned(),
        reference: None,
    })
    .series("one", "one thread", |notes| {
        notes.count("physical", num_cpus::get_physical() as f64);
        notes.count("logical", num_cpus::get() as f64);
        notes.count("usable", usable_cpus() as f64);
        // Not measured where there is no quota.
        if let Some(quota) = os::cpu_quota() {
            notes.count("quota", quota);
        }
        work(1)
    })
    .series("each", "a thread for each CPU", |_| work(cpus))
    .series("many", "sixteen threads for each CPU", |_| work(16 * cpus));
    if os::pin_to_one_cpu().is_none() {
        return trial.run(bench);
    }
    trial
        .series("pinned", "a thread for each CPU, one CPU usable", |notes| {
            let _pinned = os::pin_to_one_cpu();
            notes.count("physical", num_cpus::get_physical() as f64);
            notes.count("logical", num_cpus::get() as f64);
            notes.count("usable", usable_cpus() as f64);
            work(cpus)
        })
        .run(bench)
}

/// Which CPUs busy processes run on: two for each CPU, and two on a single one.
pub fn cores(bench: &Bench) -> Result<Experiment> {
    let trial = Trial::new("cores", "On which CPUs do busy processes run?");
    if os::current_cpu().is_none() || os::pin_to_one_cpu().is_none() {
        return trial.run(bench);
    }
    let cpus = usable_cpus();
    trial
        .series("free", "one process for each CPU", move |notes| {
            Seen::of(cpus)?.note(notes);
            Ok(())
        })
        .series("crowded", "two processes for each CPU", move |notes| {
            Seen::of(2 * cpus)?.note(notes);
            Ok(())
        })
        .series("pinned", "two processes on one CPU", |notes| {
            let _pinned = os::pin_to_one_cpu();
            Seen::of(2)?.note(notes);
            Ok(())
        })
        .run(bench)
}

/// Where some processes were seen.
#[derive(Default, Serialize, Deserialize)]
struct Seen {
    processes: usize,
    cpus: BTreeSet<usize>,
    moves: usize,
    /// When it began and ended: seconds since 1970.
    lives: Vec<(f64, f64)>,
}

impl Seen {
    /// Has `count` processes work at once and tell.
    fn of(count: usize) -> Result<Seen> {
        let program = env::current_exe()?;
        let start =
            || Command::new(&program).arg(WHEREABOUTS).stdout(Stdio::piped()).spawn();
        let children: Vec<_> = (0..count).map(|_| start()).collect::<Result<_, _>>()?;
        let mut seen = Seen::default();
        for child in children {
            let output = child.wait_with_output()?;
            ensure!(output.status.success(), "a process failed: {}", output.status);
            let one: Seen = serde_json::from_slice(&output.stdout)?;
            seen.processes += one.processes;
            seen.cpus.extend(one.cpus);
            seen.moves += one.moves;
            seen.lives.extend(one.lives);
        }
        Ok(seen)
    }

    fn note(&self, notes: &mut Notes) {
        notes.count("processes", self.processes as f64);
        notes.count("cpus", self.cpus.len() as f64);
        notes.count("moves", self.moves as f64);
        notes.count("at_once", self.at_once() as f64);
    }

    /// How many were at work when the last one began.
    fn at_once(&self) -> usize {
        let last = self.lives.iter().map(|life| life.0).fold(0.0, f64::max);
        self.lives.iter().filter(|life| life.1 > last).count()
    }
}

/// Such a process: works, looks where it is, and tells.
pub fn whereabouts() -> Result<()> {
    let now =
        || SystemTime::now().duration_since(UNIX_EPOCH).map(|it| it.as_secs_f64());
    let began = now()?;
    let mut seen = Seen { processes: 1, ..Seen::default() };
    let mut last = None;
    for _ in 0..LOOKS {
        black_box((0..WORK).fold(0, |sum, number| sum ^ black_box(number)));
        let cpu = os::current_cpu();
        seen.moves += usize::from(last.is_some() && last != cpu);
        seen.cpus.extend(cpu);
        last = cpu;
    }
    seen.lives.push((began, now()?));
    println!("{}", serde_json::to_string(&seen)?);
    Ok(())
}
