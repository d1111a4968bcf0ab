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
    sheet::{Graded, Sheet},
    warn_of_strangers,
};
use crate::exercises::{
    catalogue::{self, Exercise},
    file, stop,
};

/// What `workbook roster` was asked for.
#[derive(clap::Args, Debug)]
pub struct RosterArgs {
    /// A folder with a folder for each learner
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Where to write the grades; an earlier file is replaced
    #[arg(long, value_name = "FILE")]
    pub csv: PathBuf,
    /// What is graded, and how long that may take.
    #[command(flatten)]
    pub scope: Scope,
}

/// A learner's folder.
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
/// No submissions, no such exercise, or a file that cannot be written.
pub fn roster(root: &Path, args: &RosterArgs) -> Result<ExitCode> {
    stop::at_ctrl_c()?;
    let all = catalogue::all(root)?;
    let chosen = args.scope.chosen(root, &all)?;
    let entries = entries(&args.folder)?;
    let mut rows = Rows::begin(&args.csv, &chosen)?;
    let grader = Grader::new(root, &all, &chosen, args.scope.deadline)?;
    warn_of_strangers();
    let bar = bar(entries.len() as u64);
    let mut ungraded = 0;
    for entry in &entries {
        bar.set_message(entry.learner.clone());
        let told = |what: &str| bar.set_message(format!("{}: {what}", entry.learner));
        let sheet = match entry.refusal {
            Some(why) => Err(anyhow::anyhow!(why)),
            None => grader.grade(&entry.folder, Some(&entry.learner), &told),
        };
        ungraded += u32::from(sheet.as_ref().map_or(true, |it| it.status() == 2));
        let said = said(sheet.as_ref());
        rows.add(&entry.learner, sheet)?;
        let line = format!("{}: {said}", entry.learner);
        // Whoever reads it may have gone.
        bar.suspend(|| drop(writeln!(io::stdout(), "{line}")));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let end = match ungraded {
        0 => format!("{} graded", entries.len()),
        some => format!("{} graded, {some} not, or not whole", entries.len()),
    };
    drop(writeln!(io::stdout(), "{end}: {}", args.csv.display()));
    Ok(ExitCode::from(if ungraded == 0 { 0 } else { 2 }))
}

fn said(sheet: Result<&Sheet, &anyhow::Error>) -> String {
    match sheet {
        Ok(sheet) => {
            let totals = &sheet.totals;
            format!("{} of {}", totals.points, totals.of)
        }
        Err(error) => format!("not graded: {error:#}"),
    }
}

/// The learners' folders, by name.
fn entries(folder: &Path) -> Result<Vec<Entry>> {
    let shown = folder.display();
    let listed =
        fs::read_dir(folder).with_context(|| format!("{shown} cannot be read"))?;
    let mut entries = Vec::new();
    for entry in listed.flatten() {
        let name = entry.file_name();
        let learner = name.to_string_lossy().into_owned();
        let path = entry.path();
        if learner.starts_with('.') || !path.is_dir() {
            continue;
        }
        let is_link = entry.file_type().is_ok_and(|it| it.is_symlink());
        let refusal = match name.to_str() {
            _ if is_link => Some("it is a link, and leads elsewhere"),
            None => Some("its folder's name is not UTF-8, so it is no learner's id"),
            Some(_) => None,
        };
        entries.push(Entry { learner, folder: path, refusal });
    }
    ensure!(
        !entries.is_empty(),
        "{shown} has no folders: expected one for each learner"
    );
    entries.sort_by(|one, other| one.folder.cmp(&other.folder));
    Ok(entries)
}

/// The grades so far, and their file.
struct Rows {
    file: PathBuf,
    writer: csv::Writer<Vec<u8>>,
    exercises: usize,
}

impl Rows {
    fn begin(file: &Path, exercises: &[Exercise]) -> Result<Rows> {
        let is_other = file.exists() && !file.is_file();
        ensure!(!is_other, "{} is there, and is not a file", file.display());
        let mut head: Vec<String> =
            ["learner", "points", "of", "inconclusive", "percent"]
                .map(str::to_owned)
                .into();
        for exercise in exercises {
            head.push(exercise.id());
            head.push(format!("{} state", exercise.id()));
        }
        head.extend(["hints", "gave up", "notes"].map(str::to_owned));
        let mut rows = Rows {
            file: file.to_owned(),
            writer: csv::Writer::from_writer(Vec::new()),
            exercises: exercises.len(),
        };
        rows.write(&head)?;
        Ok(rows)
    }

    fn add(&mut self, learner: &str, sheet: Result<Sheet>) -> Result<()> {
        let mut row = vec![learner.to_owned()];
        match sheet {
            Ok(sheet) => row.extend(cells(&sheet)),
            // Empty, not 0: nobody knows yet.
            Err(error) => {
                row.extend(vec![String::new(); 4]);
                row.extend(
                    vec![[String::new(), "not graded".to_owned()]; self.exercises]
                        .concat(),
                );
                row.extend([String::new(), String::new(), format!("{error:#}")]);
            }
        }
        self.write(&row)
    }

    /// Replaces the file by one with this row too.
    fn write(&mut self, row: &[String]) -> Result<()> {
        let _work = stop::at_work();
        self.writer.write_record(row.iter().map(|cell| harmless(cell)))?;
        self.writer.flush()?;
        file::replace(&self.file, &String::from_utf8_lossy(self.writer.get_ref()))
            .with_context(|| format!("{} cannot be written", self.file.display()))
    }
}

/// What follows the learner in a row.
fn cells(sheet: &Sheet) -> Vec<String> {
    let totals = &sheet.totals;
    let percent = totals.percent.map(|percent| format!("{percent:.1}"));
    let mut cells = vec![
        totals.points.to_string(),
        totals.of.to_string(),
        totals.inconclusive.to_string(),
        percent.unwrap_or_default(),
    ];
    for graded in &sheet.exercises {
        cells.push(graded.points.to_string());
        cells.push(graded.state.words().to_owned());
    }
    let hints = sheet.exercises.iter().filter_map(|graded| graded.hints);
    // Empty, not 0, where nothing is known.
    let hints = hints.reduce(|one, other| one + other).map(|it| it.to_string());
    let gave_up = sheet.exercises.iter().filter(|it| it.gave_up == Some(true));
    let gave_up: Vec<&str> = gave_up.map(|graded| graded.id.as_str()).collect();
    let mut notes = sheet.notes.clone();
    let reason =
        |graded: &Graded| Some(format!("{}: {}", graded.id, sheet.own_reason(graded)?));
    notes.extend(sheet.exercises.iter().filter_map(reason));
    cells.extend([hints.unwrap_or_default(), gave_up.join(" "), notes.join("; ")]);
    cells
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn bar(learners: u64) -> ProgressBar {
    let bar = ProgressBar::new(learners);
    let style =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left");
    // Only a broken template fails, and a plain bar would do as well.
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
