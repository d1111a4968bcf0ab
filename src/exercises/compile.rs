//! Cargo builds what somebody wrote: for as long as it makes progress, and within bounds.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use lab::os::{
    command::{end_group, in_own_group},
    confine,
};
use serde::Deserialize;

use super::{
    heard::{Heard, listen},
    stop,
    terminal::{note, on_one_line},
};

/// How often cargo is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Memory is looked at each so many ticks.
const TICKS_PER_LOOK: u32 = 4;
/// Whoever still holds cargo's output when cargo has ended, such as a server that it started, is not
/// waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// So a line of cargo's begins when it waits for another cargo; what it waits for follows.
const BLOCKED: &str = "Blocking waiting for ";
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
    /// The files that these errors are in, as the compiler names them.
    pub at: BTreeSet<PathBuf>,
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
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    file_name: PathBuf,
    is_primary: bool,
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
        let mut command = self.command(which);
        if silence.is_some() {
            without_secrets(&mut command);
        }
        run(command, silence)
    }

    fn command(self, which: &[&str]) -> Command {
        let mut command = Command::new(cargo());
        command
            .args(["test", "--no-run", "--no-fail-fast", "--message-format", "json"])
            .args(["--color", "never", "--target-dir"])
            .arg(self.target)
            .args(which)
            // It must tell when it waits for another cargo.
            .env("CARGO_TERM_QUIET", "false")
            .stderr(Stdio::piped())
            .current_dir(self.folder);
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

/// The cargo that runs this program, or the one on the path.
pub fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs cargo, whose messages are JSON, to its end; at Ctrl-C it is ended with all that it started.
/// What it says on standard error is noted if that is a pipe. With `silence` it is also ended if
/// nothing is finished for so long, or if a compiler takes too much memory.
///
/// # Errors
/// No cargo.
pub fn run(mut command: Command, silence: Option<Duration>) -> Result<Compiled> {
    let at_work = stop::at_work();
    in_own_group(&mut command);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut cargo = command.spawn().map_err(|error| not_started(&command, &error))?;
    let mut compiled = Compiled::default();
    let heard = listen(&mut cargo);
    compiled.ended = follow(&mut cargo, &heard, silence, &mut compiled)?;
    if compiled.ended.is_some() || stop::is_asked() {
        end_group(&mut cargo);
    }
    cargo.wait().context("cargo is lost")?;
    if stop::is_asked() {
        stop::give_way(at_work);
    }
    Ok(compiled)
}

fn not_started(cargo: &Command, error: &io::Error) -> anyhow::Error {
    let cargo = cargo.get_program().display();
    match error.kind() {
        io::ErrorKind::NotFound => anyhow!(
            "no `{cargo}` here, which builds the exercises: install Rust (https://rustup.rs), \
             and see that it is on the PATH"
        ),
        _ => anyhow!("`{cargo}` cannot be run: {error}"),
    }
}

/// Notes what cargo says until it has said all, and returns why it must be ended before that.
fn follow(
    cargo: &mut Child,
    heard: &Receiver<Heard>,
    silence: Option<Duration>,
    compiled: &mut Compiled,
) -> Result<Option<String>> {
    let mut last = Instant::now();
    let mut is_blocked = false;
    let mut next = Instant::now() + TICK;
    let mut tick = 0_u32;
    let mut ended: Option<Instant> = None;
    loop {
        match heard.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Heard::Words(words)) => {
                let lock = words.trim_start().strip_prefix(BLOCKED).map(on_one_line);
                is_blocked = lock.is_some();
                if let Some(lock) = lock {
                    note(format_args!("waiting for another cargo ({lock})"));
                }
                compiled.log(&words);
            }
            Ok(Heard::TooLong) => {
                compiled.log("(a message of the compiler is too long to be shown)");
            }
            Ok(Heard::Message(message)) => {
                // Not what a compiler says: it may have no end of that to say.
                if compiled.note(&message) {
                    (last, is_blocked) = (Instant::now(), false);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
        if stop::is_asked() {
            return Ok(None);
        }
        // Whatever was heard: who talks without end is looked at, too.
        if Instant::now() < next {
            continue;
        }
        next = Instant::now() + TICK;
        tick += 1;
        if is_blocked {
            last = Instant::now();
        }
        if ended.is_none() && cargo.try_wait().context("cargo is lost")?.is_some() {
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|at| at.elapsed() > PATIENCE) {
            return Ok(None);
        }
        let look = tick.is_multiple_of(TICKS_PER_LOOK);
        if let Some(silence) = silence.filter(|_| ended.is_none())
            && let Some(why) = excess(cargo, last.elapsed(), silence, look)
        {
            return Ok(Some(why));
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

/// Adds to a text that is not to become longer than [`SAID`].
fn add(text: &mut String, more: &str) {
    let most = SAID.saturating_sub(text.len());
    text.push_str(&more[..more.floor_char_boundary(most)]);
}

impl Compiled {
    fn log(&mut self, line: &str) {
        add(&mut self.log, line);
        add(&mut self.log, "\n");
    }

    /// Notes a line, and returns whether it tells that something is finished.
    fn note(&mut self, line: &str) -> bool {
        match serde_json::from_str(line) {
            Ok(Message::Artifact { target, executable }) => {
                self.programs.extend(executable.map(|program| (target.name, program)));
                true
            }
            Ok(Message::Words { target, message }) if message.level == "error" => {
                let errors = self.errors.entry(target.name).or_default();
                add(errors, message.rendered.as_deref().unwrap_or_default());
                let at = message.spans.into_iter().filter(|span| span.is_primary);
                self.at.extend(at.map(|span| span.file_name));
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn said(script: &str, silence: u64) -> Compiled {
        let mut cargo = Command::new("sh");
        cargo.args(["-c", script]).stderr(Stdio::piped());
        run(cargo, Some(Duration::from_secs(silence))).expect("a shell")
    }

    const ENDED: &str = "the compiler was not done after 1 s, and was ended";
    const ERROR: &str = r#"{"reason":"compiler-message","target":{"name":"a"},"message":{"level":"error","rendered":"no"}}"#;

    #[test]
    fn whoever_talks_without_end_is_ended_and_not_all_of_it_is_kept() {
        for script in [
            format!("while :; do echo '{ERROR}'; done"),
            "yes 'words and words and words' >&2".to_owned(),
            "yes | tr -d '\\n'".to_owned(),
        ] {
            let compiled = said(&script, 1);
            assert_eq!(compiled.ended.as_deref(), Some(ENDED), "{script}");
            let kept: usize = compiled.errors.values().map(String::len).sum();
            assert!(kept + compiled.log.len() <= SAID, "{script}");
        }
    }

    #[test]
    fn a_message_that_is_too_long_is_left_out_and_the_next_one_heard() {
        let long = "head -c 3000000 /dev/zero | tr '\\0' x; echo";
        let compiled = said(&format!("{long}; echo '{ERROR}'"), 60);
        assert_eq!(compiled.errors["a"], "no");
        assert_eq!(
            compiled.log,
            "(a message of the compiler is too long to be shown)\n"
        );
    }

    #[test]
    fn the_time_in_which_another_cargo_builds_does_not_count() {
        let wait =
            "echo '    Blocking waiting for file lock on build directory' >&2; sleep 6";
        let compiled =
            said(&format!("{wait}; echo '{{\"reason\":\"build-finished\"}}'"), 3);
        assert_eq!((compiled.ended, compiled.has_begun), (None, true));
    }

    #[test]
    fn whoever_keeps_cargos_output_open_is_not_waited_for() {
        let compiled = said("sleep 600 & echo $! >&2", 60);
        assert_eq!(compiled.ended, None);
        let kill = Command::new("kill").arg(compiled.log.trim()).status();
        assert!(kill.expect("kill").success(), "it still ran");
    }
}
