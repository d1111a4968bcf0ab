//! The tool: fetches a list of URLs, and writes their titles to a CSV file.
//!
//! | file | what it holds |
//! |---|---|
//! | [`options`] | what can be asked of it |
//! | [`lines`] | the list of URLs |
//! | [`queue`] | who is next, and how each host is spared |
//! | [`web`], [`fetch`] | the client, and one request with its limits |
//! | [`failure`], [`retry`] | what can go wrong, and when to try again |
//! | [`run`] | all of them together, in one thread |
//! | [`row`], [`journal`] | what is written, and why a kill does not matter |
//! | [`stream`] | rows that are written as they come |
//! | [`save`] | what is kept of the pages themselves |

pub mod failure;
pub mod fetch;
pub mod journal;
pub mod lines;
pub mod options;
pub mod queue;
pub mod retry;
pub mod row;
pub mod run;
pub mod save;
pub mod stream;
pub mod units;
pub mod web;

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::LocalSet;

use fetch::Limits;
use journal::{Journal, Kept};
use options::Options;
use row::HEADER;
use run::{Run, Settings, Tally};
use stream::Stream;
use web::Web;

/// What happened, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Report {
    ok: usize,
    failed: usize,
    wall_s: f64,
    peak_in_flight: usize,
}

/// Runs the tool on a list of URLs, and reports on the terminal.
///
/// Exit status: 0 if every page was fetched, 1 if some were not, 2 if it could not start or not go
/// on, 130 if it was stopped.
#[must_use]
pub fn main(options: &Options, list: &Path, json: bool) -> ExitCode {
    let clock = Instant::now();
    match start(options, list, json).and_then(Task::run) {
        Ok(tally) => conclude(options, &tally, clock.elapsed().as_secs_f64(), json),
        // Whoever reads our rows has seen enough, as with `| head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// A run that can begin.
struct Task {
    settings: Settings,
    list: Box<dyn Read + Send>,
    /// How many lines of the list ask for a page, if that can be known.
    pages: Option<u64>,
    /// Where the CSV file goes; `None` for the standard output.
    csv: Option<PathBuf>,
    journal: Journal,
    kept: Kept,
    web: Web,
    stop: watch::Receiver<bool>,
}

/// Checks all that can be checked before the first request. What is there already comes last: no
/// mistake in another option may cost it.
fn start(options: &Options, list: &Path, json: bool) -> Result<Task> {
    let csv = csv_path(options, list, json)?;
    let (pages, lines) = (count(list), open(list)?);
    if let Some(folder) = &options.save {
        if folder.is_file() {
            bail!("--save {}: this is a file, not a folder", folder.display());
        }
        fs::create_dir_all(folder)
            .and_then(|()| save::draft(folder).map(drop))
            .with_context(|| {
                format!("cannot write to the folder {}", folder.display())
            })?;
    }
    allow_sockets(options.concurrency)?;
    let (web, stop) = (Web::new()?, stop_on_ctrl_c()?);
    let (journal, kept) = match &csv {
        Some(csv) => Journal::open(csv, options.resume)?,
        None => (Journal::fleeting().context("no temporary file")?, Kept::default()),
    };
    let reserved = reserved(options, list, csv.as_deref());
    let settings = Settings { reserved, ..settings(options, list) };
    Ok(Task { settings, list: lines, pages, csv, journal, kept, web, stop })
}

fn settings(options: &Options, list: &Path) -> Settings {
    let per_host = options.per_host.unwrap_or(options.concurrency);
    Settings {
        concurrency: options.concurrency as usize,
        per_host: per_host as usize,
        limits: Limits {
            timeout: options.timeout,
            stall: options.stall,
            max_bytes: options.max_bytes,
        },
        retries: options.retries,
        backoff: options.backoff,
        max_wait: options.max_wait,
        save: options.save.clone(),
        list: list.to_owned(),
        reserved: Vec::new(),
    }
}

/// What is in the folder for saved files already, and must stay: the list and the rows.
fn reserved(options: &Options, list: &Path, csv: Option<&Path>) -> Vec<String> {
    let save = options.save.as_ref().and_then(|save| save.canonicalize().ok());
    let Some(save) = save else { return Vec::new() };
    // A link as well as the file behind it.
    let list = [Some(list.to_owned()), list.canonicalize().ok()];
    let part = csv.map(journal::part);
    let rows = [options.csv.clone(), csv.map(Path::to_owned), part];
    let files = list.into_iter().chain(rows).flatten();
    files
        .filter(|file| !is_dash(file))
        .filter(|file| journal::folder(file).canonicalize().is_ok_and(|it| it == save))
        .filter_map(|file| Some(file.file_name()?.to_str()?.to_owned()))
        .collect()
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Where the CSV file goes; `None` for the standard output.
fn csv_path(options: &Options, list: &Path, json: bool) -> Result<Option<PathBuf>> {
    let Some(csv) = &options.csv else {
        bail!("--urls {} needs --csv FILE for the rows", list.display());
    };
    if is_dash(csv) {
        if options.resume {
            bail!(
                "--resume needs the rows of the earlier run: name a file after --csv"
            );
        } else if json {
            bail!(
                "--json and --csv - both want the standard output: name a file after --csv"
            );
        }
        return Ok(None);
    }
    // A link stays one: what is replaced is the file behind it.
    let linked = csv.canonicalize().ok().filter(|_| csv.is_symlink());
    let csv = linked.unwrap_or_else(|| csv.clone());
    check_place(&csv)?;
    check_not_list(&csv, list)?;
    Ok(Some(csv))
}

/// Refuses a CSV file that could not be written in the end.
fn check_place(csv: &Path) -> Result<()> {
    let (name, folder) = (csv.display(), journal::folder(csv));
    if csv.is_dir() || csv.to_string_lossy().ends_with(std::path::is_separator) {
        bail!("--csv {name} names a folder: add a file name");
    }
    if csv.exists() && !csv.is_file() {
        bail!("--csv {name}: this is not a file");
    }
    // Any other error than this says itself what it is about.
    if matches!(folder.try_exists(), Ok(false)) {
        let folder = folder.display();
        bail!("--csv {name}: the folder {folder} does not exist; make it first");
    }
    Ok(())
}

/// Refuses to write over the list of URLs, by whatever name.
fn check_not_list(csv: &Path, list: &Path) -> Result<()> {
    // A name for what was redirected, where there is one.
    let list = if is_dash(list) { Path::new("/dev/stdin") } else { list };
    let (name, part) = (csv.display(), journal::part(csv));
    if are_same(csv, list) {
        bail!("--csv {name} would replace the list of URLs itself");
    }
    if are_same(&part, list) {
        bail!(
            "--csv {name} keeps its rows in {}, which is the list of URLs itself: name another \
             file",
            part.display()
        );
    }
    Ok(())
}

/// Whether both are there, and are one file.
fn are_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |path: &Path| path.metadata().ok().map(|it| (it.dev(), it.ino()));
        if id(one).is_some() && id(one) == id(other) {
            return true;
        }
    }
    let (one, other) = (one.canonicalize(), other.canonicalize());
    one.is_ok_and(|one| other.is_ok_and(|other| one == other))
}

fn open(list: &Path) -> Result<Box<dyn Read + Send>> {
    if is_dash(list) {
        return Ok(Box::new(io::stdin()));
    }
    let context = || format!("cannot read the list of URLs {}", list.display());
    if list.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory)).with_context(context);
    }
    Ok(Box::new(File::open(list).with_context(context)?))
}

/// How many rows there will be, if somebody can see the progress and the list can be read twice.
fn count(list: &Path) -> Option<u64> {
    if !io::stderr().is_terminal() || !list.is_file() {
        return None;
    }
    let list = io::BufReader::new(File::open(list).ok()?);
    Some(lines::read(list).map_while(io::Result::ok).count() as u64)
}

/// Each request needs a socket, and the system may allow fewer than were asked for.
#[cfg(unix)]
fn allow_sockets(concurrency: u32) -> Result<()> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // Besides: files, and some connections that wait for another request.
    let wanted = 2 * u64::from(concurrency) + 64;
    let (now, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    // All that there are, for a connection of each of many hosts may wait for another request. A
    // system may promise more than it gives; then as many as are needed must do.
    let raised = [most, wanted.max(now)]
        .into_iter()
        .any(|limit| setrlimit(Resource::RLIMIT_NOFILE, limit, most).is_ok());
    if most < wanted || now < wanted && !raised {
        bail!(
            "--concurrency {concurrency} may need {wanted} open files, and this system allows \
             {most}; raise that (ulimit -Hn) or lower --concurrency"
        );
    }
    Ok(())
}

/// Other systems set no such limit, or none that a program could ask for.
#[cfg(not(unix))]
fn allow_sockets(_concurrency: u32) -> Result<()> {
    Ok(())
}

/// The first Ctrl-C asks to stop, the second one does not ask.
fn stop_on_ctrl_c() -> Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let handler = move || {
        if stop.send_replace(true) {
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).context("cannot listen for Ctrl-C")?;
    Ok(stopped)
}

impl Task {
    /// Fetches everything, and puts the rows where they belong.
    fn run(mut self) -> Result<Tally> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start")?;
        let bar = progress_bar(self.pages);
        let mut stream = None;
        if self.csv.is_none() {
            io::stdout()
                .write_all(HEADER.as_bytes())
                .context("cannot write to the standard output")?;
            stream = Some(Stream::start(io::stdout())?);
        }
        let run = Run::new(
            &self.settings,
            self.web,
            (&mut self.journal, self.kept),
            stream,
            &bar,
        );
        let tally = LocalSet::new().block_on(&runtime, run.go(self.list, self.stop));
        bar.finish_and_clear();
        // The system may still be looking for the address of a host. Nobody waits for it any more.
        runtime.shutdown_background();
        let tally = tally?;
        if let Some(csv) = &self.csv {
            let context = || format!("cannot write {}", csv.display());
            self.journal.write_csv(csv).with_context(context)?;
            if !tally.stopped {
                self.journal.close(csv).with_context(context)?;
            }
        }
        Ok(tally)
    }
}

/// On the standard error, and only if that is a terminal.
fn progress_bar(pages: Option<u64>) -> ProgressBar {
    let layout = match pages {
        Some(_) => "{bar:30} {pos} of {len} URLs, {per_sec}, {eta} left; {msg}",
        None => "{spinner} {pos} URLs, {per_sec}; {msg}",
    };
    let style = ProgressStyle::with_template(layout);
    let bar = pages.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe)
}

/// Tells how it went, and turns that into the program's exit code.
fn conclude(options: &Options, tally: &Tally, wall_s: f64, json: bool) -> ExitCode {
    let Tally { ok, failed, peak_in_flight, stopped, .. } = *tally;
    let report = Report { ok, failed, wall_s, peak_in_flight };
    let csv = options.csv.as_deref().unwrap_or(Path::new("-"));
    let text = match json {
        true => serde_json::to_string(&report).unwrap_or_default(),
        false => sentence(tally, wall_s),
    };
    // If nobody listens any more, the pages are no less fetched: write errors are let pass.
    if is_dash(csv) {
        let _ = writeln!(io::stderr(), "{text}");
    } else {
        let _ = writeln!(io::stdout(), "{text}");
    }
    if stopped {
        let done = ok + failed;
        let hint = match is_dash(csv) {
            true => "",
            false => "; the same command with --resume goes on",
        };
        let _ = writeln!(io::stderr(), "stopped after {done} rows{hint}");
        return ExitCode::from(130);
    }
    if failed > 0 {
        let _ = writeln!(io::stderr(), "{failed} failed: the column error says why");
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn sentence(tally: &Tally, wall_s: f64) -> String {
    let Tally { ok, kept, failed, bytes, peak_in_flight, .. } = *tally;
    let megabytes = bytes as f64 / 1e6;
    let kept = match kept {
        0 => String::new(),
        kept => format!(" ({kept} of them earlier)"),
    };
    format!(
        "{}{kept} and {} in {wall_s:.2} s: {megabytes:.1} MB, at most {} at once",
        counted(ok, "page"),
        counted(failed, "failure"),
        counted(peak_in_flight, "request"),
    )
}
