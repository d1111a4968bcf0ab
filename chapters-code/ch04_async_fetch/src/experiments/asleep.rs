//! Ten thousand threads asleep, and a bystander.

use std::{
    env,
    ffi::OsString,
    io::{self, BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use ch02_threads_vs_processes::sleepers;
use ch04_async_fetch::{bystander, s2_threads::STACK};
use lab::{
    bench::Bench,
    os::{self, Limit},
    record::Experiment,
    trial::{Notes, Trial},
    value::Unit,
};

use super::ASLEEP;

/// How often the bystander naps.
const NAPS: usize = 400;

/// A bystander alone, and beside a crowd of sleeping threads.
pub fn asleep(bench: &Bench) -> Result<Experiment> {
    let asked = bench.settings.count("crowd");
    let allows = |limit: Limit| (limit.room / 10 * 9) as usize;
    let count = os::thread_limits().into_iter().next().map_or(asked, allows).min(asked);
    Trial::new("asleep", "A bystander of ten thousand threads that sleep")
        .settings(bench.settings.only(&["crowd"]))
        .without_memory()
        .ratio_of("p99", "disturbed", "beside", "alone")
        .series("alone", "a bystander alone", |notes| {
            stand_by(notes);
            Ok(())
        })
        .series("beside", "a bystander of threads that sleep", move |notes| {
            let sleepers = Sleepers::start(count)?;
            notes.count("asleep", sleepers.asleep as f64);
            if count == asked {
                notes.count("all_asleep", sleepers.asleep as f64);
            }
            stand_by(notes);
            if let Some(memory) = os::process_memory(sleepers.child.id()) {
                notes.note("resident", memory.rss as f64, Unit::Bytes);
                notes.note("space", memory.space as f64, Unit::Bytes);
                let part = memory.rss as f64 / memory.space as f64;
                notes.note("resident_to_space", part, Unit::Share);
            }
            Ok(())
        })
        .run(bench)
}

/// Naps, and notes how long the naps were.
fn stand_by(notes: &mut Notes) {
    let naps = bystander::naps(NAPS);
    let seconds = |nap: Duration| nap.as_secs_f64();
    let total = naps.iter().copied().map(seconds).sum();
    notes.measured_itself(total, None);
    notes.note("p50", seconds(naps[NAPS / 2]), Unit::Seconds);
    notes.note("p99", seconds(naps[NAPS * 99 / 100]), Unit::Seconds);
}

/// Another program with sleeping threads, until it is dropped.
struct Sleepers {
    child: Child,
    asleep: usize,
}

impl Sleepers {
    fn start(count: usize) -> Result<Sleepers> {
        let mut command = Command::new(env::current_exe()?);
        command.args([ASLEEP, &count.to_string()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("the sleepers have no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let asleep = line.trim().parse().context("the sleepers did not start")?;
        Ok(Sleepers { child, asleep })
    }
}

impl Drop for Sleepers {
    /// Closing its input wakes them.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // If it cannot be waited for, it is gone already.
        let _ = self.child.wait();
    }
}

/// That other program: tells how many threads sleep, until its input is closed.
pub fn sleep(arguments: &[OsString]) -> Result<()> {
    let count = arguments.first().and_then(|it| it.to_str()?.parse().ok());
    let Some(count) = count else { bail!("expected: how many threads") };
    let threads = sleepers::threads(count, STACK);
    println!("{}", threads.count());
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
