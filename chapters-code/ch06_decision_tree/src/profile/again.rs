//! The command of a report once more, in one of several ways.

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

use super::report::{Outcome, Report};

/// A copy that takes so many times as long as the command did does something else.
const MOST_TIMES: f64 = 10.0;

/// A way to run it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As it was.
    Again,
    /// On one CPU.
    OnOneCpu,
    /// Two copies at once.
    Twice,
    /// With its files out of memory.
    Cold,
}

/// Why nothing was compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Not {
    /// Somebody asked for an end.
    Wanted,
    /// It ended in another way, or not in time.
    Same,
    /// It took so long.
    AsLong(f64),
}

/// The files that the command had open, or that its arguments name, and that we may read.
pub fn readable(report: &Report) -> Vec<PathBuf> {
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

/// How long it takes in one way, if it ends as it did.
pub fn time(
    way: Way,
    report: &Report,
    line: &[OsString],
    signals: &Signals,
    files: &[PathBuf],
) -> Result<f64, Not> {
    if signals.asked_to_end() {
        return Err(Not::Wanted);
    }
    if way == Way::Cold {
        for file in files.iter().flat_map(File::open) {
            os::forget_file(&file).ok_or(Not::Same)?;
        }
    }
    let pinned = (way == Way::OnOneCpu).then(os::pin_to_one_cpu);
    let count = if way == Way::Twice { 2 } else { 1 };
    let start = Instant::now();
    let mut copies = Vec::new();
    for _ in 0..count {
        copies.push(Copy::start(line, signals).ok_or(Not::Same)?);
    }
    drop(pinned);
    let until = start + Duration::from_secs_f64(report.wall_s * MOST_TIMES + 1.0);
    let mut took_s = 0.0;
    for copy in &mut copies {
        if copy.ends(until, signals)? != report.exit {
            return Err(Not::Same);
        }
        took_s += start.elapsed().as_secs_f64() / f64::from(count);
    }
    Ok(took_s)
}

/// The command once more, in a process group of its own. It does not outlive this.
struct Copy(Child);

impl Copy {
    fn start(line: &[OsString], signals: &Signals) -> Option<Copy> {
        let mut to_start = Command::new(&line[0]);
        to_start.args(&line[1..]);
        to_start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command::in_own_group(&mut to_start);
        command::start(&mut to_start, signals).ok().map(Copy)
    }

    /// How it ends.
    fn ends(
        &mut self,
        until: Instant,
        signals: &Signals,
    ) -> Result<Option<Outcome>, Not> {
        loop {
            if signals.asked_to_end() {
                return Err(Not::Wanted);
            }
            if let Some(status) = self.0.try_wait().map_err(|_| Not::Same)? {
                let signal = command::ended_by_signal(status).map(Outcome::Signal);
                return Ok(status.code().map(Outcome::Code).or(signal));
            }
            if Instant::now() > until {
                return Err(Not::Same);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Who was waited for has no number any more that could be meant.
        if let Ok(None) = self.0.try_wait() {
            command::end_group(&mut self.0);
        }
    }
}
