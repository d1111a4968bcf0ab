//! Runs chapters, stores their records, and judges their claims.

use std::{
    env, fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use lab::{
    claim::{Holds, Judged},
    record::Record,
    trial::ROUNDS,
};

use crate::{
    chapters::{self, Chapter},
    digest,
};

/// What `workbook measure` was asked for.
#[derive(clap::Args, Debug)]
pub struct MeasureArgs {
    /// Chapters, such as ch05; all of them if none is named
    #[arg(value_name = "CHAPTER")]
    pub chapters: Vec<String>,
    /// Which Python to run beside.
    #[command(flatten)]
    pub python: PythonArgs,
    /// Counted rounds of each experiment; more of them narrow down a noisy machine
    #[arg(long, value_name = "N", default_value_t = ROUNDS as u64,
          value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub rounds: u64,
    /// Store a reference record of this machine under NAME, to be committed
    #[arg(long = "as", value_name = "NAME", value_parser = reference_name)]
    pub name: Option<String>,
}

/// What `workbook verify` was asked for.
#[derive(clap::Args, Debug)]
pub struct VerifyArgs {
    /// Chapters, such as ch05; all of them if none is named
    #[arg(value_name = "CHAPTER")]
    pub chapters: Vec<String>,
    /// Which Python to run beside.
    #[command(flatten)]
    pub python: PythonArgs,
}

/// Which Python to run beside.
#[derive(clap::Args, Debug)]
pub struct PythonArgs {
    /// Run the Python originals beside, in a virtual environment under target/
    #[arg(long)]
    pub python: bool,
    /// Run them with this interpreter too, such as a Python without a GIL [default: python3.14t or
    /// python3.13t, if there is one]
    #[arg(long, value_name = "EXE", requires = "python")]
    pub python_exe: Option<PathBuf>,
}

fn reference_name(name: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(allowed) {
        return Err("a name has lower-case letters, digits and hyphens".to_owned());
    }
    Ok(name.to_owned())
}

/// Runs the chapters and stores a record of each.
///
/// Exit status 130 if Ctrl-C stopped it.
///
/// # Errors
/// A chapter that does not build or run, or a record that cannot be written.
pub fn measure(root: &Path, args: &MeasureArgs) -> Result<ExitCode> {
    with_chapters(root, &args.chapters, |chapters| {
        or_stopped(
            "stopped; the chapter in hand was not stored",
            store(root, chapters, args),
        )
    })
}

/// Does something with the chapters that were named, or says with status 2 which one there is not.
fn with_chapters(
    root: &Path,
    names: &[String],
    work: impl Fn(&[Chapter]) -> Result<ExitCode>,
) -> Result<ExitCode> {
    match chapters::named(root, names) {
        Ok(chapters) => work(&chapters),
        Err(error) if !names.is_empty() => {
            eprintln!("{error:#}");
            Ok(ExitCode::from(2))
        }
        Err(error) => Err(error),
    }
}

fn store(root: &Path, chapters: &[Chapter], args: &MeasureArgs) -> Result<ExitCode> {
    for chapter in chapters {
        let record = run(root, chapter, &args.python, args.rounds, &[])?;
        let path = match &args.name {
            Some(name) => chapter.record(name),
            None => chapter.own_record(),
        };
        record
            .write(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        let stored = path.strip_prefix(root).unwrap_or(&path).display();
        say(&format!("{}\nstored in {stored}", record.transcript));
        if args.name.is_some() {
            warn_of_noise(&record);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A reference record should have verdicts on its timings.
fn warn_of_noise(record: &Record) {
    let experiments = record.experiments.iter().filter_map(|one| {
        Some(format!("  {}: {}", one.id, one.noise.withheld.as_ref()?))
    });
    let claims = record.claims.iter().filter_map(|claim| match &claim.holds {
        Holds::Inconclusive(why) => Some(format!("  {}: {why}", claim.id)),
        _ => None,
    });
    let noisy: Vec<String> = experiments.chain(claims).collect();
    if !noisy.is_empty() {
        eprintln!(
            "warning: some timings of {} are not judged:\n{}\n\
             measure again on a quiet machine before you commit it",
            record.chapter,
            noisy.join("\n")
        );
    }
}

/// Runs the chapters and says of each claim whether it holds on this machine.
///
/// Exit status 1 if one does not hold; a claim that is inconclusive or was not measured is no
/// failure. 130 if Ctrl-C stopped it.
///
/// # Errors
/// A chapter that does not build or run.
pub fn verify(root: &Path, args: &VerifyArgs) -> Result<ExitCode> {
    with_chapters(root, &args.chapters, |chapters| {
        or_stopped(
            "stopped; the chapter in hand was not judged",
            judge(root, chapters, args),
        )
    })
}

fn judge(root: &Path, chapters: &[Chapter], args: &VerifyArgs) -> Result<ExitCode> {
    let (mut refuted, mut open, mut all) = (0, 0, 0);
    for chapter in chapters {
        let record = run(root, chapter, &args.python, ROUNDS as u64, &["--claims"])?;
        say(&format!("{}: {}", record.chapter, record.machine.line()));
        for claim in &record.claims {
            say(&format!("  {}", verdict(claim)));
        }
        for claim in &record.claims {
            all += 1;
            match claim.holds {
                Holds::Yes => {}
                Holds::No => refuted += 1,
                Holds::Inconclusive(_) | Holds::NotMeasured(_) => open += 1,
            }
        }
    }
    say(&format!(
        "of {all} claims, {} hold on this machine, {refuted} do not, {open} are open",
        all - refuted - open
    ));
    Ok(if refuted == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verdict(claim: &Judged) -> String {
    let also = claim.also.iter().map(|one| (&one.what, &one.value, one.bound));
    let measured: Vec<String> = [(&claim.what, &claim.value, claim.bound)]
        .into_iter()
        .chain(also)
        .map(|(what, value, bound)| match value {
            Some(value) => format!(
                "{what} = {} ({}), needs {}",
                value.show(),
                value.show_range(),
                bound.show(value.unit)
            ),
            None => what.clone(),
        })
        .collect();
    let measured = measured.join("; ");
    let why = match &claim.holds {
        Holds::Yes | Holds::No => String::new(),
        Holds::Inconclusive(why) | Holds::NotMeasured(why) => format!("; {why}"),
    };
    format!("{} {:<14} {measured}{why}", claim.id, claim.holds.to_string())
}

/// A line to standard output; whoever reads it may have gone, and the work goes on.
fn say(text: &str) {
    drop(writeln!(io::stdout(), "{text}"));
}

/// Whether there was a Ctrl-C.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Ctrl-C ended the work.
#[derive(Debug)]
struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

/// Takes note of Ctrl-C, which ends the program in hand too: cargo, Python or the chapter, which
/// tidies up. This program waits for it.
fn listen() -> Result<()> {
    static ONCE: Once = Once::new();
    let mut listening = Ok(());
    ONCE.call_once(|| {
        listening = ctrlc::set_handler(|| STOPPED.store(true, Ordering::SeqCst));
    });
    listening.context("no Ctrl-C on this system")
}

/// What a step came to, unless Ctrl-C ended it.
fn step<T>(result: Result<T>) -> Result<T> {
    if result.is_err() {
        // Ctrl-C may end a program a moment before this one hears of it.
        thread::sleep(Duration::from_millis(50));
    }
    ensure!(!STOPPED.load(Ordering::SeqCst), Stopped);
    result
}

/// What was done, or `what` and status 130 if it was stopped.
fn or_stopped(what: &str, done: Result<ExitCode>) -> Result<ExitCode> {
    match done {
        Err(error) if error.is::<Stopped>() => {
            eprintln!("{what}");
            Ok(ExitCode::from(130))
        }
        done => done,
    }
}

/// One full run of a chapter, with its source stamped on the record.
fn run(
    root: &Path,
    chapter: &Chapter,
    args: &PythonArgs,
    rounds: u64,
    further: &[&str],
) -> Result<Record> {
    listen()?;
    let source = digest::source(&chapter.folder())?;
    let program = step(build(root, chapter))?;
    let mut command = Command::new(&program);
    command.args(["--json", "--full", &format!("--rounds={rounds}")]);
    command.args(further);
    command.current_dir(root).stderr(Stdio::inherit());
    if args.python {
        match step(virtual_environment(root, chapter)) {
            Ok(python) => {
                command.arg("--python").arg(python);
                if let Some(other) = args.python_exe.clone().or_else(without_a_gil) {
                    command.arg("--python-exe").arg(other);
                }
            }
            Err(error) if error.is::<Stopped>() => return Err(error),
            Err(error) => eprintln!("Python is left out, the rest goes on: {error:#}"),
        }
    }
    let output = command.output();
    let output =
        step(output.with_context(|| format!("cannot run {}", program.display())))?;
    ensure!(output.status.code() != Some(130), Stopped);
    ensure!(output.status.success(), "{} failed: {}", chapter.name, output.status);
    let json = String::from_utf8(output.stdout)
        .context("the chapter's record is not UTF-8")?;
    let mut record = Record::parse(&json).with_context(|| {
        format!("the record that {} printed is refused", chapter.name)
    })?;
    ensure!(
        source == digest::source(&chapter.folder())?,
        "the code of {} changed while it was measured; run it again",
        chapter.name
    );
    record.source = Some(source);
    Ok(record)
}

/// Builds the chapter and returns its program.
fn build(root: &Path, chapter: &Chapter) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--package",
            &chapter.name,
            "--message-format=json-render-diagnostics",
        ])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "{} does not build", chapter.name);
    let messages = String::from_utf8_lossy(&output.stdout);
    let program = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let named = message["target"]["name"] == chapter.name.as_str();
        message["executable"].as_str().filter(|_| named).map(PathBuf::from)
    });
    program.with_context(|| format!("cargo built no program called {}", chapter.name))
}

/// A free-threaded build of CPython, if there is one on the path.
fn without_a_gil() -> Option<PathBuf> {
    let runs = |name: &&&str| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    };
    ["python3.14t", "python3.13t"].iter().find(runs).map(PathBuf::from)
}

/// The interpreter of the chapter's virtual environment, with what its original requires: nothing,
/// if it has no `requirements.txt`.
fn virtual_environment(root: &Path, chapter: &Chapter) -> Result<PathBuf> {
    let requirements = chapter.folder().join("python/requirements.txt");
    let wanted = match fs::read_to_string(&requirements) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => {
            read.with_context(|| format!("cannot read {}", requirements.display()))?
        }
    };
    let folder = root.join("target/python").join(&chapter.name);
    let python =
        folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    // Written last, so that an environment that was half made is made again.
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("making a virtual environment in target/python/{}", chapter.name);
    let base = if cfg!(windows) { "python" } else { "python3" };
    let mut make = Command::new(base);
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    if wanted.is_empty() {
        make.arg("--without-pip");
    }
    quietly(&mut make).context(
        "no virtual environment (install Python 3; on Debian: \
         `apt-get install python3 python3-venv`)",
    )?;
    if !wanted.is_empty() {
        let install =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        quietly(Command::new(&python).args(install).arg(&requirements))
            .context("the packages that it requires cannot be installed")?;
    }
    fs::write(&stamp, wanted)
        .with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(python)
}

/// Runs a command that has nothing to tell unless it fails.
fn quietly(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        step(command.output().with_context(|| format!("cannot run {program}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!(
        "{program}: {}",
        said.trim().lines().next_back().unwrap_or("it failed and said nothing")
    )
}
