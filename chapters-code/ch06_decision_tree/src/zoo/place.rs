//! What the programs of the zoo need around them, and their command lines.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::group::Group;
use super::server::Server;
use super::worker::ZOO;
use super::{Kind, Need, Program, disk, tools};

/// A folder, a server, a control group, a Python: what the programs need, as far as it is there.
#[derive(Debug)]
pub struct Place {
    /// This program.
    program: PathBuf,
    folder: PathBuf,
    server: Server,
    group: Result<Group, String>,
    python: Result<Python, String>,
    /// How much work a tool does in a second, found by trying.
    rates: Mutex<BTreeMap<&'static str, f64>>,
}

#[derive(Debug)]
struct Python {
    path: OsString,
    has_gil: bool,
}

/// What stands for an amount of work in a tool's command line.
const AMOUNTS: [&str; 4] = ["{n}", "{text}", "{rows}", "{folders…}"];

/// A tool gets more and more to do until that takes so long.
const LONG_ENOUGH: Duration = Duration::from_millis(100);

/// It gets no more than this much text, in KiB, or so many rows.
const MOST: u64 = 1 << 20;

/// No command line may be longer than the system takes.
const MOST_FOLDERS: u64 = 10_000;

impl Place {
    /// Starts the server, and keeps what else is needed in `folder`. `program` is this one, and
    /// `python` the Python to use, if not the one that is called `python3`.
    ///
    /// # Errors
    /// If there is no server. What else is missing leaves programs out.
    pub fn new(program: &Path, folder: &Path, python: Option<&Path>) -> Result<Place> {
        Ok(Place {
            program: program.to_owned(),
            folder: folder.to_owned(),
            server: Server::start(program).context("the slow server")?,
            group: Group::new().map_err(|error| format!("no control group: {error}")),
            python: find_python(python.unwrap_or(Path::new("python3"))),
            rates: Mutex::default(),
        })
    }

    /// Where the slow server is.
    #[must_use]
    pub fn server(&self) -> SocketAddr {
        self.server.address
    }

    /// The folder of the control group, if there is one.
    #[must_use]
    pub fn group(&self) -> Option<&Path> {
        Some(self.group.as_ref().ok()?.folder())
    }

    /// Why `program` cannot be run here; `None` if it can.
    #[must_use]
    pub fn lacks(&self, program: &Program) -> Option<String> {
        let of_kind = match program.kind {
            Kind::Worker(_) => None,
            Kind::Python => self.python.as_ref().err().cloned(),
            Kind::Tool(line) => {
                (!is_there(line[0])).then(|| format!("there is no {}", line[0]))
            }
        };
        of_kind.or_else(|| program.needs.iter().find_map(|need| self.lack(*need)))
    }

    fn lack(&self, need: Need) -> Option<String> {
        let unless = |is_there: bool, why: &str| (!is_there).then(|| why.to_owned());
        match need {
            Need::TwoCpus => {
                let cpus = thread::available_parallelism().map_or(1, usize::from);
                unless(cpus >= 2, "it needs two CPUs")
            }
            Need::Gil => {
                let has_gil = self.python.as_ref().is_ok_and(|python| python.has_gil);
                unless(has_gil, "this Python has no GIL")
            }
            Need::Disk => {
                unless(disk::is_on_disk(&self.folder), "temporary files are in memory")
            }
            Need::Group => self.group.as_ref().err().cloned(),
            Need::Pin => unless(
                lab::os::pin_to_one_cpu().is_some(),
                "a program cannot choose its CPU on this system",
            ),
        }
    }

    /// The command line that has `program` run for about so many seconds.
    ///
    /// # Errors
    /// If what it needs cannot be made.
    pub fn command(&self, program: &Program, seconds: f64) -> Result<Vec<OsString>> {
        match program.kind {
            Kind::Worker(_) => {
                if disk::PROGRAMS.iter().any(|of_disk| of_disk.id == program.id) {
                    disk::prepare(&self.folder).context("files to read")?;
                }
                Ok(self.worker(program, seconds))
            }
            Kind::Python => {
                let python =
                    self.python.as_ref().map_err(|why| anyhow::anyhow!("{why}"))?;
                let script =
                    Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join("zoo.py");
                let address = self.server().to_string();
                Ok(vec![
                    python.path.clone(),
                    script.into(),
                    program.id.into(),
                    seconds.to_string().into(),
                    address.into(),
                ])
            }
            Kind::Tool(line) => {
                let rate = self.rate(program, line)?;
                self.fill(line, ((rate * seconds) as u64).max(1), seconds)
            }
        }
    }

    fn worker(&self, program: &Program, seconds: f64) -> Vec<OsString> {
        let mut line: Vec<OsString> = vec![
            self.program.clone().into(),
            ZOO.into(),
            program.id.into(),
            "--seconds".into(),
            seconds.to_string().into(),
            "--folder".into(),
            self.folder.clone().into(),
            "--server".into(),
            self.server().to_string().into(),
        ];
        if let Ok(group) = &self.group {
            line.extend(["--group".into(), group.folder().into()]);
        }
        line
    }

    /// How much of its work a tool does in a second: more and more, until it takes long enough to
    /// tell.
    fn rate(&self, program: &Program, line: &[&str]) -> Result<f64> {
        let has_amount = |part: &&str| AMOUNTS.iter().any(|name| part.contains(name));
        if !line.iter().any(has_amount) {
            return Ok(0.0);
        }
        let known = || self.rates.lock().unwrap_or_else(|poison| poison.into_inner());
        if let Some(rate) = known().get(program.id) {
            return Ok(*rate);
        }
        let mut amount = 8;
        // The first run may be slow because the tool itself has to be read from a disk.
        let mut took = self.time(program, line, amount)?;
        took = took.min(self.time(program, line, amount)?);
        while took < LONG_ENOUGH && amount < MOST {
            amount *= 2;
            took = self.time(program, line, amount)?;
            if took >= LONG_ENOUGH {
                // Once may be bad luck.
                took = took.min(self.time(program, line, amount)?);
            }
        }
        let rate = amount as f64 / took.as_secs_f64();
        known().insert(program.id, rate);
        Ok(rate)
    }

    /// Learns from a run that took `took` seconds instead of `seconds`: a tool gets more to do next
    /// time, or less.
    pub fn learn(&self, program: &Program, seconds: f64, took: f64) {
        let mut rates = self.rates.lock().unwrap_or_else(|poison| poison.into_inner());
        if let Some(rate) = rates.get_mut(program.id) {
            // One odd run must not make the next one endless.
            *rate *= (seconds / took).clamp(0.25, 4.0);
        }
    }

    /// How long a tool takes for so much work.
    fn time(&self, program: &Program, line: &[&str], amount: u64) -> Result<Duration> {
        let mut command = to_run(&self.fill(line, amount, 0.0)?);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let clock = Instant::now();
        let output = command.output()?;
        let took = clock.elapsed();
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}: {}", program.id, said.trim());
        Ok(took)
    }

    /// A tool's command line with what stands in braces filled in.
    fn fill(&self, line: &[&str], amount: u64, seconds: f64) -> Result<Vec<OsString>> {
        let folder = self.folder.to_str().context("the folder's name is no text")?;
        let mut command = Vec::new();
        for part in line {
            if *part == "{folders…}" {
                let found: OsString = format!("{folder}/f").into();
                tools::fill(Path::new(&found)).context("a folder to look through")?;
                command.extend((0..amount.min(MOST_FOLDERS)).map(|_| found.clone()));
                continue;
            }
            let mut part = part.replace("{n}", &amount.to_string());
            for (name, write) in [
                ("{text}", tools::write_text as fn(&Path, u64) -> std::io::Result<()>),
                ("{rows}", tools::write_rows),
            ] {
                if part.contains(name) {
                    let amount = amount.min(MOST);
                    let file =
                        format!("{folder}/{}-{amount}", name.trim_matches(['{', '}']));
                    if !Path::new(&file).exists() {
                        write(Path::new(&file), amount)
                            .with_context(|| format!("cannot write {file}"))?;
                    }
                    part = part.replace(name, &file);
                }
            }
            part = part.replace("{folder}", folder);
            part = part.replace("{server}", &self.server().to_string());
            command.push(part.replace("{seconds}", &seconds.to_string()).into());
        }
        Ok(command)
    }

    /// A command line of the same program, for `seconds`, that is no part of what is watched.
    pub(super) fn beside(&self, id: &str, seconds: f64) -> Command {
        let mut command = Command::new(&self.program);
        command.args([ZOO, id, "--seconds", &seconds.to_string()]);
        command
    }
}

/// The command of a command line.
#[must_use]
pub fn to_run(line: &[OsString]) -> Command {
    let mut command = Command::new(line.first().cloned().unwrap_or_default());
    command.args(line.iter().skip(1));
    command
}

/// Whether there is a tool of this name.
fn is_there(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| fs::metadata(folder.join(tool)).is_ok())
}

/// The interpreter itself: what is called `python3` may be a script that looks for one.
fn find_python(name: &Path) -> Result<Python, String> {
    const ASK: &str = "import sys; print(getattr(sys, '_is_gil_enabled', lambda: True)()); \
                       print(sys.executable)";
    let missing = || format!("there is no Python called {}", name.display());
    let output = Command::new(name)
        .args(["-c", ASK])
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())
        .ok_or_else(missing)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let (has_gil, path) = said.trim().split_once('\n').ok_or_else(missing)?;
    Ok(Python { path: path.trim().into(), has_gil: has_gil.trim() == "True" })
}
