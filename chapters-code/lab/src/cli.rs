//! The command line that every chapter shares.

use std::{
    fs,
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::{self, ExitCode},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, builder::ValueParser,
};

use crate::{
    bench::{self, Bench},
    claim::{Claim, Judged},
    machine::{Machine, usable_cpus},
    param::{Param, Settings},
    record::{Experiment, Record, SCHEMA},
    report::{self, Progress},
    trace, trial,
};

/// A chapter's program: what it asks, what can be set, what it tries, what it judges.
#[derive(Clone, Copy, Debug)]
pub struct Chapter {
    /// The crate's name, such as `ch05_image_pool`.
    pub name: &'static str,
    /// The chapter's question.
    pub question: &'static str,
    /// What `--help` says after it: what the program does, and examples.
    pub help: &'static str,
    /// What can be set.
    pub params: &'static [Param],
    /// What is tried, in order.
    pub experiments: &'static [Plan],
    /// What is judged.
    pub claims: &'static [Claim],
}

/// An experiment that a chapter can run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Its name in paths and for `--only`.
    pub id: &'static str,
    /// When it is run.
    pub when: When,
    /// Runs it.
    pub run: fn(&Bench) -> Result<Experiment>,
}

/// When an experiment is run without being named by `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In every run.
    Always,
    /// Under `--full`.
    Full,
    /// Under `--full`, if a Python was given.
    Python,
}

#[derive(Args, Debug)]
struct Shared {
    /// Print the record as JSON instead of the report
    #[arg(long)]
    json: bool,
    /// Run every experiment at the book's own sizes (minutes instead of seconds)
    #[arg(long)]
    full: bool,
    /// Run these experiments only, of those listed below
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Run only the experiments that judge what the sources say
    #[arg(long, conflicts_with = "only")]
    claims: bool,
    /// Counted rounds of each experiment; a warm-up comes before them
    #[arg(long, value_name = "N", default_value_t = trial::ROUNDS as u64,
        value_parser = clap::value_parser!(u64).range(1..=1000))]
    rounds: u64,
    /// Write who worked when to FILE, for ui.perfetto.dev or chrome://tracing
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Run the Python originals beside, with this interpreter
    #[arg(long, value_name = "EXE")]
    python: Option<PathBuf>,
    /// Run them with this interpreter too, such as a Python without a GIL
    #[arg(long, value_name = "EXE", requires = "python")]
    python_exe: Option<PathBuf>,
    /// Run one series once and print its memory (the program starts itself this way)
    #[arg(long = bench::MEMORY_OF, hide = true)]
    memory_of: Option<String>,
}

/// The chapter's command line: the shared flags, and one for each parameter.
pub fn command(chapter: &Chapter) -> Command {
    let mut command = Command::new(chapter.name)
        .about(chapter.question)
        .after_help(format!("{}\n\n{}", experiments(chapter), chapter.help))
        .max_term_width(100);
    command = Shared::augment_args(command);
    for param in chapter.params {
        let default = match param.default {
            crate::param::Default::Is(number) => format!("{number}"),
            crate::param::Default::UsableCpus => "one a usable CPU".to_owned(),
        };
        let full = param
            .full
            .map(|number| format!("; {number} with --full"))
            .unwrap_or_default();
        let unit = if param.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", param.unit)
        };
        let help = format!("{} [default: {default}{unit}{full}]", param.help);
        let declared = *param;
        let parse = move |text: &str| declared.parse(text);
        command = command.arg(
            Arg::new(param.name)
                .long(param.name)
                .value_name("N")
                .help(help)
                // So that -1 is refused with the bounds, not taken for a flag.
                .allow_negative_numbers(true)
                .value_parser(ValueParser::new(parse))
                .action(ArgAction::Set),
        );
    }
    command
}

/// The names of the experiments, and when each is run.
fn experiments(chapter: &Chapter) -> String {
    let named = |when: &[When]| {
        let plans = chapter.experiments.iter().filter(|plan| when.contains(&plan.when));
        plans.map(|plan| plan.id).collect::<Vec<_>>().join(", ")
    };
    let always = named(&[When::Always]);
    let mut text = format!("Experiments:\n  in every run: {always}");
    for (what, when) in [("with --full", When::Full), ("and --python", When::Python)] {
        let names = named(&[when]);
        if !names.is_empty() {
            text.push_str(&format!("\n  {what}:  {names}"));
        }
    }
    text
}

/// The parameters that the reader set, and the defaults of the others.
pub fn settings(chapter: &Chapter, matches: &ArgMatches, full: bool) -> Settings {
    Settings::new(chapter.params.iter().map(|param| {
        let said = matches.get_one::<f64>(param.name).copied();
        param.set(said.unwrap_or_else(|| param.default(full)))
    }))
}

/// Runs the chapter's experiments and prints the report, or the record.
///
/// Exit status: 0 done, 1 an experiment failed, 2 it could not start, 130 stopped by Ctrl-C.
pub fn run(chapter: &Chapter, matches: &ArgMatches) -> ExitCode {
    let shared = match Shared::from_arg_matches(matches) {
        Ok(shared) => shared,
        Err(error) => error.exit(),
    };
    // Before the run, which may take minutes: its result must not be lost for a wrong path.
    if let Err(error) = check(chapter, &shared) {
        eprintln!("error: {error:#}");
        return ExitCode::from(2);
    }
    if let Err(error) = ctrlc::set_handler(interrupted) {
        eprintln!("warning: Ctrl-C will end the run at once: {error}");
    }
    match record(chapter, matches, &shared).and_then(|record| print(&shared, &record)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<trial::Stopped>() => {
            eprintln!("stopped; nothing was written");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Refuses what cannot be done as it was asked for.
fn check(chapter: &Chapter, shared: &Shared) -> Result<()> {
    for name in &shared.only {
        let Some(plan) = chapter.experiments.iter().find(|plan| plan.id == name) else {
            let all: Vec<_> = chapter.experiments.iter().map(|plan| plan.id).collect();
            bail!("no experiment `{name}`; there is: {}", all.join(", "));
        };
        if plan.when == When::Python && shared.python.is_none() {
            bail!("the experiment {name} needs --python EXE, such as --python python3");
        }
    }
    for (flag, python) in
        [("--python", &shared.python), ("--python-exe", &shared.python_exe)]
    {
        if let Some(python) = python {
            runs(python).with_context(|| {
                format!("{flag} {}: cannot run it", python.display())
            })?;
        }
    }
    if let Some(path) = &shared.trace {
        writable(path)
            .with_context(|| format!("cannot write the trace to {}", path.display()))?;
    }
    Ok(())
}

/// Whether a program can be run, as one that tells its version.
fn runs(program: &Path) -> Result<()> {
    let output = process::Command::new(program)
        .arg("--version")
        .stdin(process::Stdio::null())
        .output()?;
    ensure!(output.status.success(), "with --version it ends with {}", output.status);
    Ok(())
}

/// Whether a file at `path` can be written. What is in it stays.
fn writable(path: &Path) -> io::Result<()> {
    let is_new = !path.exists();
    fs::OpenOptions::new().append(true).create(true).open(path)?;
    if is_new { fs::remove_file(path) } else { Ok(()) }
}

/// Ctrl-C, or a signal that asks the program to end: at first after the run in hand, then at once.
fn interrupted() {
    if !trial::stop() {
        eprintln!("stopping after the run in hand; once more to stop at once");
        return;
    }
    bench::tidy_up();
    process::exit(130);
}

fn record(chapter: &Chapter, matches: &ArgMatches, shared: &Shared) -> Result<Record> {
    let settings = settings(chapter, matches, shared.full);
    let mut bench = Bench::new(settings, shared.rounds as usize, Progress::new())?;
    bench.full = shared.full;
    bench.python = shared.python.clone();
    bench.other_python = shared.python_exe.clone();
    bench.memory_of = shared.memory_of.clone();
    let of = shared.memory_of.as_ref().and_then(|path| path.split('.').next());
    let chosen = |plan: &&Plan| match plan.when {
        _ if of.is_some() => of == Some(plan.id),
        _ if !shared.only.is_empty() => shared.only.iter().any(|name| name == plan.id),
        _ if shared.claims && !chapter.claims.iter().any(|it| it.needs(plan.id)) => {
            false
        }
        When::Always => true,
        When::Full => shared.full,
        When::Python => shared.full && shared.python.is_some(),
    };
    let everything = shared.only.is_empty() && of.is_none();
    let mut experiments: Vec<Experiment> = Vec::new();
    for plan in chapter.experiments.iter().filter(chosen) {
        trial::go_on()?;
        let ran =
            run_plan(plan, &bench).with_context(|| format!("experiment {}", plan.id));
        match ran {
            Ok(experiment) => experiments.push(experiment),
            // Another Python than ours may lack something; the rest need not be lost for that.
            Err(error)
                if everything
                    && plan.when == When::Python
                    && !error.is::<trial::Stopped>() =>
            {
                eprintln!("left out: {error:#}");
            }
            Err(error) => return Err(error),
        }
    }
    let made = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock is before 1970")?;
    let mut record = Record {
        schema: SCHEMA,
        chapter: chapter.name.to_owned(),
        made: made.as_secs(),
        source: None,
        full: shared.full,
        machine: Machine { python: python_version(shared), ..Machine::this() },
        claims: Vec::new(),
        experiments,
        transcript: String::new(),
    };
    let changed = changed(chapter, matches, shared.full);
    if changed.is_none() {
        record.claims = judge(chapter, shared, &record.experiments);
    }
    record.transcript = report::text(chapter.question, &record);
    if !shared.full && shared.only.is_empty() {
        record.transcript.push_str(
            "\nThis was a first look, with smaller sizes than the book's. Add --full for all of\nit, and --only with a name from --help for one experiment.\n",
        );
    }
    if let Some(name) = changed {
        record.transcript.push_str(&format!(
            "\nWhat the sources say is judged with the chapter's own parameters; --{name} was \
             changed.\n"
        ));
    }
    Ok(record)
}

/// Runs an experiment. A panic, as of a thread that the system did not give, ends it with an error.
fn run_plan(plan: &Plan, bench: &Bench) -> Result<Experiment> {
    let run = AssertUnwindSafe(|| (plan.run)(bench));
    catch_unwind(run).unwrap_or_else(|_| Err(anyhow!("it panicked, as said above")))
}

/// A parameter with which the reader tries something else than what the claims are about.
fn changed(
    chapter: &Chapter,
    matches: &ArgMatches,
    full: bool,
) -> Option<&'static str> {
    let set = |param: &&Param| {
        let said = matches.get_one::<f64>(param.name);
        said.is_some_and(|said| *said != param.default(full))
    };
    chapter.params.iter().find(set).map(|param| param.name)
}

/// Judges what this run could: a quick look judges what it ran, a full one every claim.
fn judge(
    chapter: &Chapter,
    shared: &Shared,
    experiments: &[Experiment],
) -> Vec<Judged> {
    let everything = shared.full && shared.only.is_empty();
    let was_run = |claim: &&Claim| everything || claim.was_run(experiments);
    let judged = chapter.claims.iter().filter(was_run);
    judged.map(|claim| claim.judge(experiments, usable_cpus())).collect()
}

fn print(shared: &Shared, record: &Record) -> Result<()> {
    if let Some(path) = &shared.trace {
        let mut series = Vec::new();
        for experiment in &record.experiments {
            for one in experiment.series.iter().filter(|one| !one.spans.is_empty()) {
                series.push((
                    format!("{}: {}", experiment.title, one.label),
                    one.spans.as_slice(),
                ));
            }
        }
        trace::write_chrome(path, &series)
            .with_context(|| format!("cannot write the trace to {}", path.display()))?;
    }
    let text = match shared.json {
        true => serde_json::to_string(record)? + "\n",
        false => record.transcript.clone(),
    };
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        // If nobody reads to the end, as with `| head`, the run was no less good.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write the report"),
    }
}

/// The interpreter and its packages, as they name themselves.
fn python_version(shared: &Shared) -> Option<String> {
    const ASK: &str = "import platform as p, importlib.metadata as m; \
        print(p.python_implementation(), p.python_version(), \
        *sorted(f'{d.name} {d.version}' for d in m.distributions()), sep=', ')";
    let output = process::Command::new(shared.python.as_ref()?)
        .args(["-c", ASK])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAPTER: Chapter = Chapter {
        name: "chapter",
        question: "Is it refused?",
        help: "",
        params: &[],
        experiments: &[
            Plan { id: "one", when: When::Always, run: nothing },
            Plan { id: "python", when: When::Python, run: nothing },
        ],
        claims: &[],
    };

    fn nothing(_bench: &Bench) -> Result<Experiment> {
        bail!("nobody runs this")
    }

    /// What is said against these arguments; empty if nothing is.
    fn said(arguments: &[&str]) -> String {
        let line = [&["chapter"], arguments].concat();
        let matches = command(&CHAPTER).try_get_matches_from(line).expect("it parses");
        let shared = Shared::from_arg_matches(&matches).expect("it parses");
        check(&CHAPTER, &shared).err().map(|it| format!("{it:#}")).unwrap_or_default()
    }

    /// A program that runs anywhere where these tests do: one that knows `--version`.
    fn runs_here() -> String {
        std::env::var("CARGO").expect("the path of cargo")
    }

    #[test]
    fn a_python_that_cannot_be_run_is_refused() {
        assert!(
            said(&["--python", "/nope"]).starts_with("--python /nope: cannot run it: ")
        );
        let cargo = runs_here();
        assert_eq!(said(&["--python", &cargo]), "");
        let other = said(&["--python", &cargo, "--python-exe", "/nope"]);
        assert!(other.starts_with("--python-exe /nope: cannot run it: "), "{other}");
    }

    #[cfg(unix)]
    #[test]
    fn a_python_that_fails_to_tell_its_version_is_refused() {
        let said = said(&["--python", "false"]);
        assert!(said.contains("with --version it ends with exit status: 1"), "{said}");
    }

    #[test]
    fn an_experiment_that_is_named_needs_its_python() {
        let needs =
            "the experiment python needs --python EXE, such as --python python3";
        assert_eq!(said(&["--only", "one,python"]), needs);
        assert_eq!(said(&["--only", "python", "--python", &runs_here()]), "");
        assert_eq!(said(&["--only", "one"]), "");
        assert_eq!(
            said(&["--only", "two"]),
            "no experiment `two`; there is: one, python"
        );
    }
}
