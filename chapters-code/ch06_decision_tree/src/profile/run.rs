//! A command in the foreground, or a program that runs already, and the report on it.

use std::{
    ffi::OsString,
    io,
    process::Command,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use lab::os::{
    command::{self, Cost, Ended, Signals},
    watch::{self, Resource},
};

use super::{
    evidence::{Evidence, Pressure},
    probe,
    report::{Outcome, Report},
    rules::judge,
    watcher::Watcher,
};
use crate::quote::for_eyes;

/// For how long a program that runs already is watched, if nobody says.
pub const DURATION: Duration = Duration::from_secs(10);

/// Processes that end together with the command get so long for it.
const GRACE: Duration = Duration::from_millis(50);

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Watches for so long at most. A command goes on to its end all the same.
    pub duration: Option<Duration>,
    /// Watches this process, and those that descend from it, instead of a command.
    pub pid: Option<u32>,
    /// Runs the command again, in other circumstances.
    pub probe: bool,
}

/// The command could not be started.
#[derive(Debug)]
pub struct CannotStart {
    /// What was to be run.
    pub program: OsString,
    /// Why it could not.
    pub error: io::Error,
}

impl std::fmt::Display for CannotStart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let program = for_eyes(&self.program.to_string_lossy());
        write!(f, "cannot run {program}: {}", self.error)
    }
}

impl std::error::Error for CannotStart {}

/// Runs a command, or watches a program that runs, and says what it does with its time.
///
/// The command has this program's terminal, input and output to itself, and gets the signals that
/// are sent to this program, as [`command`] tells. To be called while there is no other thread:
/// that one would get them.
///
/// # Errors
/// [`CannotStart`] if the command cannot be started; others if there is nobody to watch.
pub fn run(options: &Options, command: &[OsString]) -> Result<Report> {
    match (options.pid, command) {
        (Some(pid), []) => watch_running(pid, options.duration.unwrap_or(DURATION)),
        (None, [_, ..]) => {
            let mut signals = Signals::hold().context("cannot hold back signals")?;
            let mut report = run_command(options, command, &mut signals)?;
            if options.probe {
                let probed = probe::probe(&report, command, &signals);
                report.evidence.probed = Some(probed);
                report.verdict = judge(&report.evidence);
            }
            Ok(report)
        }
        _ => bail!("either a command or --pid, not both"),
    }
}

/// What the machine told before.
struct Before {
    at: Instant,
    pressure: Pressure,
    cost: Option<Cost>,
}

impl Before {
    fn now() -> Before {
        Before {
            at: Instant::now(),
            pressure: pressure(),
            cost: command::cost_of_children(),
        }
    }
}

fn pressure() -> Pressure {
    Pressure {
        cpu_s: watch::pressure(Resource::Cpu),
        io_s: watch::pressure(Resource::Io),
        memory_s: watch::pressure(Resource::Memory),
        stolen_s: watch::stolen(),
        busy_s: watch::busy(),
    }
}

fn passed(before: Pressure) -> Pressure {
    let now = pressure();
    let less = |now: Option<f64>, before: Option<f64>| Some((now? - before?).max(0.0));
    Pressure {
        cpu_s: less(now.cpu_s, before.cpu_s),
        io_s: less(now.io_s, before.io_s),
        memory_s: less(now.memory_s, before.memory_s),
        stolen_s: less(now.stolen_s, before.stolen_s),
        busy_s: less(now.busy_s, before.busy_s),
    }
}

fn run_command(
    options: &Options,
    line: &[OsString],
    signals: &mut Signals,
) -> Result<Report> {
    let adopts = command::adopt_orphans();
    let before = Before::now();
    let mut to_start = Command::new(&line[0]);
    to_start.args(&line[1..]);
    let mut child = command::start(&mut to_start, signals)
        .map_err(|error| anyhow!(CannotStart { program: line[0].clone(), error }))?;
    let pid = child.id();
    signals.forward(pid).context("cannot wait for signals")?;
    let (stop, stopped) = mpsc::channel();
    let most = options.duration;
    let us = std::process::id();
    let watcher =
        thread::spawn(move || Watcher::new(pid, Some(us)).watch(&stopped, most));
    // On Linux, it has ended then, and can be looked at still; elsewhere it is gone.
    let ended_early = signals.wait_for_end();
    let is_gone = cfg!(not(target_os = "linux"));
    let ended_early = match ended_early {
        None if is_gone => Some(command::reap(&mut child)),
        ended => ended.map(Ok),
    };
    let wall_s = before.at.elapsed().as_secs_f64();
    // After --duration, the watcher listens no more.
    let _ = stop.send(());
    let mut watcher = watcher.join().map_err(|_| anyhow!("the watcher panicked"))?;
    let last = watch::process(pid);
    watcher.count_last();
    let ended = match ended_early {
        Some(ended) => ended,
        None => command::reap(&mut child),
    };
    let ended = ended.context("cannot tell how the command ended")?;
    let outlived = outlived(&watcher, pid);
    let is_cut = most.is_some_and(|most| most.as_secs_f64() < wall_s);
    let cost = cost_since(&before);
    let files = watcher.resolver.descriptors.files.iter().cloned().collect();
    let mut evidence = Evidence::of(watcher);
    complete(&mut evidence, &before, cost, is_cut, adopts);
    if is_gone {
        // Nobody looked.
        evidence.only_usage = true;
        evidence.watched_s = wall_s;
    }
    Ok(Report {
        command: line.iter().map(|it| it.to_string_lossy().into_owned()).collect(),
        pid: None,
        verdict: judge(&evidence),
        wall_s,
        cpu_s: cost.map(|it| (it.user + it.system).max(evidence.cpu_s)),
        own_cpu_s: last.map(|it| it.user + it.system),
        exit: Some(match ended {
            Ended::Code(code) => Outcome::Code(code),
            Ended::Signal(signal) => Outcome::Signal(signal),
        }),
        outlived,
        files,
        evidence,
    })
}

fn cost_since(before: &Before) -> Option<Cost> {
    Some(command::cost_of_children()? - before.cost?)
}

/// Adds what the system told about the whole run to what was seen.
fn complete(
    evidence: &mut Evidence,
    before: &Before,
    cost: Option<Cost>,
    is_cut: bool,
    adopts: bool,
) {
    if let Some(cost) = cost.filter(|_| !is_cut) {
        evidence.cpu_s = evidence.cpu_s.max(cost.user + cost.system);
        evidence.system_s = cost.system;
        evidence.major_faults = cost.major_faults;
        evidence.voluntary = evidence.voluntary.max(cost.voluntary);
        evidence.involuntary = cost.involuntary;
        evidence.missed_running();
    }
    evidence.machine(passed(before.pressure));
    evidence.as_counted();
    if !adopts {
        evidence.unseen.push("children whose parent ended before them".to_owned());
    }
    if cfg!(not(target_os = "linux")) {
        evidence.unseen.push(
            "everything but the time on CPUs: this system is not known well enough"
                .to_owned(),
        );
    }
}

/// The processes that are still there after the command has ended, by name.
fn outlived(watcher: &Watcher, first: u32) -> Vec<String> {
    let until = Instant::now() + GRACE;
    loop {
        command::reap_orphans();
        let there = watcher.family.members.iter().filter(|(pid, member)| {
            let lives =
                |it: watch::Process| it.state != 'Z' && it.started == member.started;
            **pid != first && watch::process(**pid).is_some_and(lives)
        });
        let names: Vec<String> =
            there.map(|(pid, member)| format!("{} ({pid})", member.name)).collect();
        if names.is_empty() || Instant::now() > until {
            return names;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn watch_running(pid: u32, duration: Duration) -> Result<Report> {
    ensure!(
        cfg!(target_os = "linux"),
        "programs that run already can be watched on Linux only"
    );
    ensure!(pid != std::process::id(), "--pid {pid} is this program itself");
    let name = match watch::process(pid) {
        Some(process) if process.state != 'Z' => process.name,
        Some(_) => bail!("--pid {pid}: that process has ended"),
        None if command::is_there(pid) => bail!(
            "--pid {pid}: that process may not be seen by you; try as its user, or as root"
        ),
        None => bail!("--pid {pid}: there is no such process"),
    };
    ensure!(
        watch::group_of(pid) == Some(pid),
        "--pid {pid} is a thread; its process is {}",
        watch::group_of(pid).unwrap_or_default()
    );
    let mut signals = Signals::hold_ends().context("cannot hold back signals")?;
    let (stop, stopped) = mpsc::channel();
    let stops = move || {
        // At the end of the duration, the watcher listens no more.
        let _ = stop.send(());
    };
    signals.at_first_end(stops).context("cannot wait for signals")?;
    let before = Before::now();
    let watcher = Watcher::new(pid, None).watch(&stopped, Some(duration));
    let mut evidence = Evidence::of(watcher);
    evidence.machine(passed(before.pressure));
    evidence.as_counted();
    Ok(Report {
        command: vec![name],
        pid: Some(pid),
        verdict: judge(&evidence),
        wall_s: before.at.elapsed().as_secs_f64(),
        cpu_s: Some(evidence.cpu_s),
        own_cpu_s: None,
        exit: None,
        outlived: Vec::new(),
        files: Vec::new(),
        evidence,
    })
}
