//! The tool: blurs and shrinks a folder of photos.

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use walkdir::{DirEntry, WalkDir};

use crate::job::{Job, Outcome, Settings};
use crate::{s1_sequential, s2_threads, s3_rayon, s4_processes, save};

/// What to do with which folder.
#[derive(Clone, Debug)]
pub struct Task {
    /// The folder with the photos.
    pub input: PathBuf,
    /// The folder for the results, made if missing.
    pub output: PathBuf,
    /// Who does the work.
    pub pool: Pool,
    /// How many work at once.
    pub workers: usize,
    /// What to do with each photo.
    pub settings: Settings,
    /// Look into folders within the folder too.
    pub recursive: bool,
    /// Replace results that exist.
    pub force: bool,
    /// Print the report as JSON.
    pub json: bool,
}

/// The ways to spread the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pool {
    /// One after the other
    Sequential,
    /// Threads with a shared queue
    Threads,
    /// A rayon thread pool
    Rayon,
    /// Worker processes
    Processes,
}

impl Pool {
    /// Does the jobs this way.
    ///
    /// # Errors
    /// If the workers cannot be started.
    pub fn run(
        self,
        jobs: &[Job],
        workers: usize,
        done: &(dyn Fn(Outcome) -> ControlFlow<()> + Sync),
    ) -> io::Result<()> {
        match self {
            Self::Sequential => s1_sequential::run(jobs, workers, done),
            Self::Threads => s2_threads::run(jobs, workers, done),
            Self::Rayon => s3_rayon::run(jobs, workers, done),
            Self::Processes => s4_processes::run(jobs, workers, done),
        }
    }
}

/// What happened, as `--json` prints it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Photos done in this run.
    pub processed: usize,
    /// Photos left alone since their results exist.
    pub skipped: usize,
    /// What could not be done.
    pub failed: Vec<Failed>,
    /// Seconds from the first job to the last.
    pub wall_s: f64,
    /// How many worked at once.
    pub workers: usize,
    /// Who worked.
    pub pool: Pool,
}

/// An input without a result.
#[derive(Debug, Serialize)]
pub struct Failed {
    /// Path of the input.
    pub input: String,
    /// What is wrong with it.
    pub error: String,
}

impl Failed {
    fn new(input: &Path, error: impl fmt::Display) -> Self {
        Self { input: input.to_string_lossy().into_owned(), error: error.to_string() }
    }
}

/// Runs the tool and reports on the terminal.
///
/// Exit status: 0 if all went well, 1 if some photos failed, 2 if it could not start, and 130 if
/// it was interrupted; the same command then continues where it stopped.
#[must_use]
pub fn main(task: &Task) -> ExitCode {
    let interrupted: &'static AtomicBool = Box::leak(Box::default());
    let report = stop_on_ctrl_c(interrupted).and_then(|()| {
        let plan = plan(task)?;
        let (total, hopeless) = (plan.jobs.len(), plan.failed.len());
        let report = run(task, plan, interrupted)?;
        let done = report.processed + report.failed.len() - hopeless;
        Ok((report, done, total))
    });
    match report {
        Ok((report, done, total)) => conclude(task, &report, done, total),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// The first Ctrl-C asks to stop, the second one does not ask.
fn stop_on_ctrl_c(interrupted: &'static AtomicBool) -> anyhow::Result<()> {
    let handler = move || {
        if interrupted.swap(true, SeqCst) {
            std::mem::forget(save::no_more());
            std::process::exit(130);
        }
        let hint = "finishing the photos in hand; press Ctrl-C again to quit at once";
        let _ = writeln!(io::stderr(), "\n{hint}");
    };
    ctrlc::set_handler(handler).context("cannot listen for Ctrl-C")
}

/// What is to be done, and what cannot be.
struct Plan {
    jobs: Vec<Job>,
    skipped: usize,
    failed: Vec<Failed>,
}

/// Looks for photos, and decides where their results go.
fn plan(task: &Task) -> anyhow::Result<Plan> {
    let output = prepare(task)?;
    let (found, failed) = search(task, &output);
    // A photo, and where it really lies if it is a link: neither may be replaced.
    let places = |path: &PathBuf| [real_place(path), path.canonicalize().ok()];
    let photos: HashSet<PathBuf> = found.iter().flat_map(places).flatten().collect();
    let mut results = HashSet::new();
    let mut plan = Plan { jobs: Vec::new(), skipped: 0, failed };
    for path in found {
        let result = task.output.join(path.strip_prefix(&task.input)?);
        let place = real_place(&result);
        if place.as_ref().is_some_and(|place| photos.contains(place)) {
            plan.failed.push(Failed::new(&path, "its result would replace an input"));
        } else if place.is_some_and(|place| !results.insert(place)) {
            plan.failed
                .push(Failed::new(&path, "its result would replace another one"));
        } else if is_taken(&result) && !task.force {
            plan.skipped += 1;
        } else {
            let (id, settings) = (plan.jobs.len(), task.settings);
            let temp = save::temp_for(&result, id);
            let (input, output) = (path, result);
            plan.jobs.push(Job { id, input, output, temp, settings, fault: None });
        }
    }
    Ok(plan)
}

/// Makes the output folder if it is missing, and says where it really is.
fn prepare(task: &Task) -> anyhow::Result<PathBuf> {
    if !task.input.is_dir() {
        bail!("the input {} is not a folder", task.input.display());
    }
    let input = task.input.canonicalize().context("cannot read the input folder")?;
    fs::read_dir(&input).context("cannot read the input folder")?;
    fs::create_dir_all(&task.output).with_context(|| {
        format!("cannot make the output folder {}", task.output.display())
    })?;
    let output = task.output.canonicalize().context("cannot read the output folder")?;
    if input == output {
        bail!(
            "the output folder must not be the input folder: results would replace photos"
        );
    }
    Ok(output)
}

/// All that looks like a photo, sorted by name, and what cannot even be looked at.
fn search(task: &Task, output: &Path) -> (Vec<PathBuf>, Vec<Failed>) {
    let depth = if task.recursive { usize::MAX } else { 1 };
    let walk =
        WalkDir::new(&task.input).min_depth(1).max_depth(depth).follow_links(true);
    let is_output = |entry: &DirEntry| {
        entry.file_type().is_dir()
            && entry.path().canonicalize().is_ok_and(|dir| dir == output)
    };
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for entry in
        walk.sort_by_file_name().into_iter().filter_entry(|entry| !is_output(entry))
    {
        match entry {
            Ok(entry) if is_photo(entry.path()) => found.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => failed.extend(missed(task, &error)),
        }
    }
    (found, failed)
}

/// What could not be looked at, if it is among what was asked for.
fn missed(task: &Task, error: &walkdir::Error) -> Option<Failed> {
    let path = error.path().unwrap_or(&task.input);
    let is_link = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
    // A broken link may have been a link to anything: its name decides.
    let asked_for = is_photo(path)
        || task.recursive && (!is_link || error.loop_ancestor().is_some());
    asked_for.then(|| Failed::new(path, what_is_wrong(error)))
}

/// Says it without the path, which is in the report already.
fn what_is_wrong(error: &walkdir::Error) -> String {
    match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => {
            format!("a link back to {}: it would never end", ancestor.display())
        }
        (None, Some(cause)) => format!("cannot read it: {cause}"),
        (None, None) => error.to_string(),
    }
}

fn is_photo(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    matches!(extension.to_str(), Some("jpg" | "jpeg" | "png" | "webp"))
}

/// Whether something is there already, be it a link that leads nowhere. A folder is no result:
/// it makes the job fail.
fn is_taken(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_dir())
}

/// Where a file is, or would be, whatever links lead to its folder. None if that is missing.
fn real_place(path: &Path) -> Option<PathBuf> {
    Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
}

/// Does the jobs and counts.
fn run(task: &Task, plan: Plan, interrupted: &AtomicBool) -> anyhow::Result<Report> {
    let workers = if matches!(task.pool, Pool::Sequential) { 1 } else { task.workers };
    let progress = progress_bar(plan.jobs.len());
    let count = Mutex::new((0, plan.failed));
    let done = |outcome: Outcome| {
        let (processed, failed) =
            &mut *count.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome.result {
            Ok(_) => *processed += 1,
            Err(why) => failed.push(Failed::new(&plan.jobs[outcome.id].input, why)),
        }
        progress.inc(1);
        if interrupted.load(SeqCst) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let clock = Instant::now();
    if !plan.jobs.is_empty() && !interrupted.load(SeqCst) {
        task.pool
            .run(&plan.jobs, workers, &done)
            .context("cannot start the workers")?;
    }
    let wall_s = clock.elapsed().as_secs_f64();
    progress.finish_and_clear();
    let (processed, mut failed) =
        count.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort_by(|a, b| a.input.cmp(&b.input));
    Ok(Report {
        processed,
        skipped: plan.skipped,
        failed,
        wall_s,
        workers,
        pool: task.pool,
    })
}

/// On the standard error, and only if that is a terminal.
fn progress_bar(jobs: usize) -> ProgressBar {
    let layout = "{bar:30} {pos} of {len} photos, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(layout);
    let bar = ProgressBar::new(jobs as u64);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Tells how it went, and turns that into the program's exit code.
///
/// Only Ctrl-C leaves jobs undone; if it comes during the last ones, nothing was interrupted.
fn conclude(task: &Task, report: &Report, done: usize, total: usize) -> ExitCode {
    let interrupted = done < total;
    // If nobody listens any more, the photos are no less done: write errors are let pass.
    for Failed { input, error } in &report.failed {
        let line =
            format!("failed: {input}: {error}").replace(char::is_control, "\u{fffd}");
        let _ = writeln!(io::stderr(), "{line}");
    }
    if interrupted {
        let text = format!(
            "interrupted after {done} of {total} photos; the same command continues"
        );
        let _ = writeln!(io::stderr(), "{text}");
    }
    let text = if task.json {
        serde_json::to_string(report).unwrap_or_default()
    } else {
        report.to_string()
    };
    let _ = writeln!(io::stdout(), "{text}");
    match (interrupted, report.failed.is_empty()) {
        (true, _) => ExitCode::from(130),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::FAILURE,
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processed, skipped, wall_s, workers, .. } = self;
        let pool = format!("{:?}", self.pool).to_lowercase();
        write!(f, "{processed} photos in {wall_s:.2} s")?;
        if *processed > 0 {
            write!(f, " ({:.1} a second)", *processed as f64 / wall_s)?;
        }
        write!(f, ", {workers} workers ({pool}); {skipped} skipped, ")?;
        write!(f, "{} failed", self.failed.len())
    }
}
