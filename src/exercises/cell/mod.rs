//! A cell: where one check of one exercise runs, so that it gets an honest verdict and harms
//! nothing outside its own folder, whatever it does.
//!
//! [`check`] starts a [`supervisor`], a process of its own, which starts the test program
//! [`inside`] and watches over it. They speak as [`wire`] says. The program may write to its
//! [`scratch`] folder only. Its receipt is handed in at a [`desk`], [`output`] keeps what it prints,
//! [`threads`] says what is still going on at the deadline, and [`judge`] makes a verdict of it all.

use std::{
    env,
    error::Error,
    fmt::{self, Display, Formatter},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};
use lab::os::{
    command::{ended_by_signal, in_own_group},
    confine,
};

pub use wire::Limits;

use super::verdict::{Outcome, Verdict};
use crate::watch;
use scratch::Scratch;
use wire::{Job, Seen};

pub mod desk;
pub mod inside;
pub mod judge;
pub mod output;
pub mod scratch;
pub mod supervisor;
pub mod threads;
pub mod wire;
pub mod words;

/// Under what a check runs.
#[derive(Clone, Debug, Default)]
pub struct Circumstances<'a> {
    /// Who is checked: the parameters of the check are derived from it.
    pub learner: Option<&'a str>,
    /// How much it may take.
    pub limits: Limits,
    /// What it is about: once that has changed, nobody wants to know.
    pub of: Option<&'a Version>,
}

/// Files as they are at one time.
#[derive(Clone, Debug)]
pub struct Version {
    files: Vec<PathBuf>,
    fingerprint: u64,
}

impl Version {
    /// As they are now.
    #[must_use]
    pub fn now(files: Vec<PathBuf>) -> Version {
        let fingerprint = watch::fingerprint(&files);
        Version { files, fingerprint }
    }

    fn is_old(&self) -> bool {
        watch::fingerprint(&self.files) != self.fingerprint
    }
}

/// A check was ended before there was a verdict, since what it is about has changed.
#[derive(Clone, Copy, Debug)]
pub struct Outdated;

impl Error for Outdated {}

impl Display for Outdated {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("it was changed while it was checked")
    }
}

/// The supervisor ends a check at its deadline, and all that came of it soon after.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often is looked whether the answer is still wanted.
const LOOK: Duration = Duration::from_millis(100);

/// Runs the check `name` of the test program `binary` in a cell of its own. Whatever that does,
/// there is a verdict.
///
/// If this process ends meanwhile, so does everything that the check started.
///
/// # Errors
/// If this system does not let us: there is no place for a folder, the test program is not there; or
/// [`Outdated`].
pub fn check(binary: &Path, name: &str, under: &Circumstances<'_>) -> Result<Verdict> {
    let tool = env::current_exe().context("cannot find the tool's own program")?;
    check_by(&tool, binary, name, under)
}

/// As [`check`], in a program other than the tool, whose program is `tool`.
///
/// # Errors
/// As [`check`].
pub fn check_by(
    tool: &Path,
    binary: &Path,
    name: &str,
    under: &Circumstances<'_>,
) -> Result<Verdict> {
    let scratch = Scratch::new()?;
    let job = Job {
        binary: binary.canonicalize().with_context(|| {
            format!("there is no test program {}", binary.display())
        })?,
        name: name.to_owned(),
        token: token()?,
        learner: under.learner.map(str::to_owned),
        scratch: scratch.path().to_owned(),
        limits: under.limits,
    };
    let began = Instant::now();
    match Supervisor::start(tool, &job)?.answer(&job, under)? {
        Ok(seen) => Ok(judge::verdict(&seen, &job)),
        Err(status) => Ok(unwatched(&job, status, began.elapsed())),
    }
}

/// What only the harness knows, because it reads it before anybody else can.
fn token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow!("the system has no random numbers: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The supervisor did not live to tell.
fn unwatched(job: &Job, status: ExitStatus, took: Duration) -> Verdict {
    let entry = format!("TMPDIR={}", job.scratch.display());
    let left = confine::end_holders_of(&entry);
    let how = match ended_by_signal(status) {
        Some(signal) => words::signal(signal),
        None => status.to_string(),
    };
    let left = if left == 0 { String::new() } else { judge::left(left) };
    let message = format!(
        "the process that watches over the check was ended ({how}): \
         a check must leave other programs alone{left}"
    );
    Verdict { outcome: Outcome::Failed, message, output: String::new(), took }
}

/// What keeps a check from doing harm on this system, in a sentence.
#[must_use]
pub fn confinement() -> String {
    let possible = confine::possible();
    let kept = [
        (possible.writes, "files"),
        (possible.signals, "processes"),
        (possible.calls, "rights and limits"),
    ];
    let (kept, free): (Vec<_>, Vec<_>) = kept.iter().partition(|(is_kept, _)| *is_kept);
    let list = |of: &[&(bool, &str)]| {
        of.iter().map(|(_, what)| *what).collect::<Vec<_>>().join(", ")
    };
    match (kept.is_empty(), free.is_empty()) {
        (true, _) => {
            "not confined on this system: what is checked can change whatever \
                      you can"
                .to_owned()
        }
        (_, true) => {
            "confined: what is checked can only change what is its own".to_owned()
        }
        _ => format!(
            "partly confined: what is checked can only change what is its own ({}); but it can \
             change whatever you can of: {}",
            list(&kept),
            list(&free)
        ),
    }
}

/// A supervisor that was given its job.
struct Supervisor {
    process: Child,
    answer: Receiver<String>,
}

impl Supervisor {
    fn start(tool: &Path, job: &Job) -> Result<Supervisor> {
        let mut command = Command::new(tool);
        command.arg("cell").stdin(Stdio::piped()).stdout(Stdio::piped());
        // Ctrl-C is for the tool. When that has ended, so does the supervisor's input.
        in_own_group(&mut command);
        let mut process = command
            .spawn()
            .with_context(|| format!("cannot start {} cell", tool.display()))?;
        let output = process.stdout.take().context("it was piped")?;
        let answer = first_line(output);
        let line = serde_json::to_string(job)?;
        let mut supervisor = Supervisor { process, answer };
        if let Some(input) = &mut supervisor.process.stdin {
            writeln!(input, "{line}").context("the supervisor does not listen")?;
        }
        Ok(supervisor)
    }

    /// What it saw, or how it ended if it did not live to tell.
    fn answer(
        mut self,
        job: &Job,
        under: &Circumstances<'_>,
    ) -> Result<Result<Seen, ExitStatus>> {
        let until = Instant::now() + job.limits.deadline + PATIENCE;
        let answer = loop {
            let answer = self.answer.recv_timeout(LOOK);
            if answer != Err(RecvTimeoutError::Timeout) || Instant::now() > until {
                break answer;
            }
            if under.of.is_some_and(Version::is_old) {
                // It hears that nobody waits for it, and ends what it started.
                return Err(Outdated.into());
            }
        };
        if answer.is_err() {
            // Somebody may have stopped it.
            drop(self.process.kill());
        }
        let status = self.process.wait().context("the supervisor is gone")?;
        match answer.as_deref() {
            Ok("") | Err(_) if ended_by_signal(status).is_none() => {
                bail!("the supervisor of the check gave up ({status})")
            }
            Ok("") | Err(_) => Ok(Err(status)),
            Ok(line) => {
                let seen: Result<Seen, String> = serde_json::from_str(line)
                    .context("the supervisor's answer makes no sense")?;
                seen.map(Ok).map_err(|error| anyhow!(error))
            }
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // Only if something went wrong is it still there: then it hears that nobody waits for it.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

/// The first line, empty if there is none.
fn first_line(output: ChildStdout) -> Receiver<String> {
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut line = String::new();
        if BufReader::new(output).read_line(&mut line).is_err() {
            line.clear();
        }
        // Nobody may wait for it any more.
        drop(tell.send(line));
    });
    told
}
