//! Cargo builds what somebody wrote: for as long as it makes progress, and within bounds.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use lab::os::{
    command::{end_group, in_own_group},
    confine,
};
use serde::Deserialize;

use super::stop;

/// How often cargo is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Memory is looked at each so many ticks.
const TICKS_PER_LOOK: u32 = 4;
/// More memory than this, in bytes, no compiler needs for an answer.
const MEMORY: u64 = 2 << 30;
/// What the name of a variable with a secret has in it: an answer could be compiled with its value.
const SECRET: [&str; 5] = ["TOKEN", "SECRET", "PASSW", "CREDENTIAL", "KEY"];
/// Of what the compiler says of one target, so many bytes are kept: a macro can err a million times.
const SAID: usize = 64 << 10;
/// More processes than this no build has.
const PROCESSES: usize = 10_000;

/// The workspace that is built.
#[derive(Clone, Copy, Debug)]
pub struct Workspace<'a> {
    /// Where its manifest is.
    pub folder: &'a Path,
    /// Where results go.
    pub target: &'a Path,
}

/// What came of a build.
#[derive(Debug, Default)]
pub struct Compiled {
    /// The programs, by their targets' names.
    pub programs: BTreeMap<String, PathBuf>,
    /// The compiler's errors, by targets' names.
    pub errors: BTreeMap<String, String>,
    /// What cargo said besides.
    pub log: String,
    /// Why it was ended, if it was.
    pub ended: Option<String>,
    /// Whether it began to compile: otherwise something is wrong that is nobody's answer.
    pub has_begun: bool,
}

#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact { target: Target, executable: Option<PathBuf> },
    #[serde(rename = "compiler-message")]
    Words { target: Target, message: Words },
    #[serde(rename = "build-finished")]
    Finished,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Words {
    level: String,
    rendered: Option<String>,
}

/// Where the results of building at `root` go.
pub fn target(root: &Path) -> PathBuf {
    let named = env::var_os("CARGO_TARGET_DIR");
    // A relative one is meant from where cargo was called.
    let named = named.map(|it| env::current_dir().unwrap_or_default().join(it));
    named.unwrap_or_else(|| root.join("target"))
}

impl Workspace<'_> {
    /// Builds the tests that `which` selects. With `silence` it is somebody else's code: it is ended
    /// if nothing is finished for so long, or if a compiler takes too much memory; and it does not
    /// see variables that may be secrets.
    ///
    /// # Errors
    /// No cargo.
    pub fn compile(
        self,
        which: &[&str],
        silence: Option<Duration>,
    ) -> Result<Compiled> {
        let at_work = stop::at_work();
        let mut command = self.command(which);
        if silence.is_some() {
            without_secrets(&mut command);
        }
        in_own_group(&mut command);
        let mut cargo = command.spawn().with_context(|| {
            format!("{} cannot be started", command.get_program().display())
        })?;
        let mut stderr = cargo.stderr.take();
        let log = thread::spawn(move || {
            let mut log = Vec::new();
            // What was read before an error is all there is.
            let _ = stderr.as_mut().map(|it| it.read_to_end(&mut log));
            String::from_utf8_lossy(&log).into_owned()
        });
        let mut compiled = Compiled::default();
        let lines = lines(cargo.stdout.take());
        compiled.ended = follow(&mut cargo, &lines, silence, &mut compiled);
        if compiled.ended.is_some() || stop::is_asked() {
            end_group(&mut cargo);
        }
        cargo.wait().context("cargo is lost")?;
        compiled.log = log.join().unwrap_or_default();
        if stop::is_asked() {
            stop::give_way(at_work);
        }
        Ok(compiled)
    }

    fn command(self, which: &[&str]) -> Command {
        let mut command =
            Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["test", "--no-run", "--no-fail-fast", "--message-format", "json"])
            .args(["--color", "never", "--target-dir"])
            .arg(self.target)
            .args(which)
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

fn without_secrets(command: &mut Command) {
    let is_secret = |name: &OsString| {
        let name = name.to_string_lossy().to_ascii_uppercase();
        SECRET.iter().any(|part| name.contains(part))
    };
    let names = env::vars_os().map(|(name, _)| name);
    for name in names.filter(is_secret) {
        command.env_remove(name);
    }
}

fn lines(stdout: Option<ChildStdout>) -> Receiver<String> {
    let (tell, told) = channel();
    thread::spawn(move || {
        let lines = stdout.into_iter().flat_map(|it| BufReader::new(it).lines());
        for line in lines.map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    told
}

/// Notes what cargo says until it has said all, and returns why it must be ended before that.
fn follow(
    cargo: &mut Child,
    lines: &Receiver<String>,
    silence: Option<Duration>,
    compiled: &mut Compiled,
) -> Option<String> {
    let mut last = Instant::now();
    let mut tick = 0_u32;
    loop {
        match lines.recv_timeout(TICK) {
            Ok(line) => {
                // Not what a compiler says: it may have no end of that to say.
                if compiled.note(&line) {
                    last = Instant::now();
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                tick += 1;
                let look = tick.is_multiple_of(TICKS_PER_LOOK);
                if let Some(silence) = silence
                    && let Some(why) = excess(cargo, last.elapsed(), silence, look)
                {
                    return Some(why);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return None,
        }
        if stop::is_asked() {
            return None;
        }
    }
}

/// What there is too much of; memory only if it is time to `look`.
fn excess(
    cargo: &Child,
    silent: Duration,
    silence: Duration,
    look: bool,
) -> Option<String> {
    if silent > silence {
        let seconds = silence.as_secs_f64();
        return Some(format!(
            "the compiler was not done after {seconds} s, and was ended"
        ));
    }
    // Each by itself: there are as many compilers as CPUs.
    let is_large = |pid: &u32| confine::tree_memory(&[*pid], MEMORY) > MEMORY;
    let is_large =
        look && confine::descendants(cargo.id(), PROCESSES).iter().any(is_large);
    let most = MEMORY >> 30;
    is_large.then(|| {
        format!("the compiler took more than {most} GiB of memory, and was ended")
    })
}

impl Compiled {
    /// Notes a line, and returns whether it tells that something is finished.
    fn note(&mut self, line: &str) -> bool {
        match serde_json::from_str(line) {
            Ok(Message::Artifact { target, executable }) => {
                self.programs.extend(executable.map(|program| (target.name, program)));
                true
            }
            Ok(Message::Words { target, message }) if message.level == "error" => {
                let errors = self.errors.entry(target.name).or_default();
                if errors.len() < SAID {
                    errors.push_str(message.rendered.as_deref().unwrap_or_default());
                }
                false
            }
            Ok(Message::Finished) => {
                self.has_begun = true;
                true
            }
            // Not a word of cargo's, or one that says nothing about an answer.
            _ => false,
        }
    }
}
