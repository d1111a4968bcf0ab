//! A folder of submissions, one after the other, and a CSV file with a row for each.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    Scope,
    grader::Grader,
    reports::Reports,
    rows::Rows,
    sheet::{Graded, Sheet},
    submission::Submission,
    warn_of_strangers,
};
use crate::exercises::{
    catalogue, stop,
    terminal::{counted, note, on_one_line},
};

/// What `workbook roster` was asked for.
#[derive(clap::Args, Debug)]
pub struct RosterArgs {
    /// A folder with a folder for each learner
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Where to write the grades; an earlier file is replaced when all are there
    #[arg(long, value_name = "FILE")]
    pub csv: PathBuf,
    /// Write a report for each learner too, as JSON, into this folder
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// What is graded, and how long that may take.
    #[command(flatten)]
    pub scope: Scope,
}

/// What somebody handed in.
struct Entry {
    learner: String,
    folder: PathBuf,
    /// Why it is not even looked into.
    refusal: Option<&'static str>,
}

/// Grades every submission in a folder. Whatever one of them does, the others are graded.
///
/// Exit status 0 if every one could be graded, 2 if not.
///
/// # Errors
/// No submissions, or one only, no such exercise, or a file that cannot be written.
pub fn roster(root: &Path, args: &RosterArgs) -> Result<ExitCode> {
    let so_far = Rows::so_far(&args.csv);
    stop::at_ctrl_c(format!("the grades so far are in {}", so_far.display()))?;
    let all = catalogue::all(root)?;
    let chosen = catalogue::chosen(root, &args.scope.only)?;
    let shown = args.folder.display();
    ensure!(
        !Submission::is_one(&args.folder, &all),
        "{shown} is one submission, not a folder of them: cargo run -- grade {shown}"
    );
    let entries = entries(args)?;
    // What cannot be written is said now, not when all are graded.
    Rows::check_place(&args.csv)?;
    let mut reports = args.reports.as_deref().map(Reports::begin).transpose()?;
    let mut rows = Rows::begin(&args.csv, &chosen)?;
    let grader = Grader::new(root, &all, &chosen, args.scope.deadline)?;
    warn_of_strangers();
    let bar = bar(entries.len() as u64);
    let mut ungraded = 0;
    for entry in &entries {
        let Entry { learner, folder, refusal } = entry;
        let shown = on_one_line(learner);
        bar.set_message(shown.clone());
        let told = |what: &str| bar.set_message(format!("{shown}: {what}"));
        let graded = match *refusal {
            Some(why) => Err(anyhow::anyhow!(why)),
            None => grader.grade(folder, Some(learner), &told),
        };
        let said = match &graded {
            Ok(sheet) => said(sheet),
            Err(error) => format!("not graded: {error:#}"),
        };
        let sheet = graded.unwrap_or_else(|error| {
            let place = folder.to_string_lossy().into_owned();
            Sheet::not_graded(place, learner.clone(), &chosen, &format!("{error:#}"))
        });
        ungraded += usize::from(sheet.status() == 2);
        rows.add(learner, &sheet)?;
        reports.iter_mut().try_for_each(|it| it.add(learner, &sheet))?;
        let line = on_one_line(&format!("{learner}: {said}"));
        // Whoever reads it may have gone.
        bar.suspend(|| drop(writeln!(io::stdout(), "{line}")));
        bar.inc(1);
    }
    bar.finish_and_clear();
    rows.finish()?;
    let all = entries.len();
    let end = match ungraded {
        0 => format!("{all} graded"),
        some => format!(
            "{} of {all} graded whole; {some} not, or not wholly",
            all - ungraded
        ),
    };
    drop(writeln!(io::stdout(), "{end}: {}", args.csv.display()));
    Ok(ExitCode::from(if ungraded == 0 { 0 } else { 2 }))
}

/// What a submission came to, and why some of it was not graded.
fn said(sheet: &Sheet) -> String {
    let totals = &sheet.totals;
    let of = format!("{} of {}", totals.points, totals.of);
    let nots: Vec<&Graded> =
        sheet.exercises.iter().filter(|it| !it.state.is_graded()).collect();
    let Some(first) = nots.first() else { return of };
    let why = first.reason.as_deref().unwrap_or("see the notes");
    let same = nots.iter().filter(|it| it.reason == first.reason).count();
    let more = match nots.len() - same {
        0 => String::new(),
        more => format!("; and {more} for other reasons, see the notes"),
    };
    let state = first.state.words();
    if sheet.is_refused() {
        return format!("{state}: {why}{more}");
    }
    let some = counted(same, "exercise");
    format!("{of}; {some} {state}: {why}{more}")
}

/// What was handed in, by name; what is passed over is told.
fn entries(args: &RosterArgs) -> Result<Vec<Entry>> {
    let shown = args.folder.display();
    let listed =
        || fs::read_dir(&args.folder)?.collect::<io::Result<Vec<fs::DirEntry>>>();
    let listed = listed().with_context(|| format!("{shown} cannot be read"))?;
    let mut outputs = vec![args.csv.clone(), Rows::so_far(&args.csv)];
    outputs.extend(args.reports.clone());
    let outputs: Vec<PathBuf> =
        outputs.iter().filter_map(|it| it.canonicalize().ok()).collect();
    let mut entries = Vec::new();
    for entry in listed {
        let name = entry.file_name();
        let learner = name.to_string_lossy().into_owned();
        let folder = entry.path();
        if folder.canonicalize().is_ok_and(|it| outputs.contains(&it)) {
            continue;
        }
        if learner.starts_with('.') {
            let learner = on_one_line(&learner);
            note(format_args!(
                "passed over, since its name begins with a dot: {learner}"
            ));
            continue;
        }
        let kind = entry.file_type().ok();
        let refusal = match name.to_str() {
            None => Some("its name is not UTF-8, so it is no learner's id"),
            _ if kind.is_some_and(|it| it.is_symlink()) => {
                Some("it is a link, and leads elsewhere")
            }
            _ if kind.is_some_and(|it| !it.is_dir()) => Some(
                "it is not a folder: unpack it, or take it away if nobody handed it in",
            ),
            Some(_) => None,
        };
        entries.push(Entry { learner, folder, refusal });
    }
    ensure!(
        entries.iter().any(|entry| entry.folder.is_dir()),
        "{shown} has no folders: expected one for each learner"
    );
    entries.sort_by(|one, other| one.folder.cmp(&other.folder));
    Ok(entries)
}

fn bar(learners: u64) -> ProgressBar {
    let bar = ProgressBar::new(learners);
    let style =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left");
    // Only a broken template fails, and a plain bar would do as well.
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
