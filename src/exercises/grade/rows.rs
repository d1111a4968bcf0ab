//! The CSV file of a roster: grades so far in a file beside it, all of them in the file itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use super::sheet::{Graded, Sheet};
use crate::exercises::{catalogue::Exercise, file, stop, terminal::on_one_line};

/// The grades so far, and their file.
pub struct Rows {
    file: PathBuf,
    writer: csv::Writer<Vec<u8>>,
}

impl Rows {
    /// Looks whether `file` can be one.
    ///
    /// # Errors
    /// Something else of that name, or no folder for it: then its name is mistyped.
    pub fn check_place(file: &Path) -> Result<()> {
        let is_other = file.exists() && !file.is_file();
        ensure!(
            !is_other,
            "{} is there, and is not a file: name another one with --csv",
            file.display()
        );
        let folder = file.parent().filter(|it| *it != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        ensure!(
            folder.is_dir(),
            "there is no folder {} for the grades: make it, or name another place with --csv",
            folder.display()
        );
        Ok(())
    }

    /// Begins the file of the grades so far. An earlier file of all grades stays until
    /// [`Rows::finish`].
    ///
    /// # Errors
    /// A place that cannot be written to.
    pub fn begin(file: &Path, exercises: &[Exercise]) -> Result<Rows> {
        let mut head: Vec<String> =
            ["learner", "points", "of", "inconclusive", "percent"]
                .map(str::to_owned)
                .into();
        for exercise in exercises {
            head.push(exercise.id());
            head.push(format!("{} state", exercise.id()));
        }
        head.extend(["hints", "gave up", "notes"].map(str::to_owned));
        let writer = csv::Writer::from_writer(Vec::new());
        let mut rows = Rows { file: file.to_owned(), writer };
        rows.write(&head)?;
        Ok(rows)
    }

    /// Where the grades so far of `file` are.
    pub fn so_far(file: &Path) -> PathBuf {
        let mut name = file.as_os_str().to_owned();
        name.push(".part");
        name.into()
    }

    /// Adds a row to the grades so far.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn add(&mut self, learner: &str, sheet: &Sheet) -> Result<()> {
        let mut row = vec![learner.to_owned()];
        row.extend(cells(sheet));
        self.write(&row)
    }

    /// Replaces the file by one with all rows.
    ///
    /// # Errors
    /// A file that cannot be replaced; then the rows are where those so far were.
    pub fn finish(self) -> Result<()> {
        let so_far = Rows::so_far(&self.file);
        let _work = stop::at_work();
        file::replace(&self.file, &self.text()).with_context(|| {
            format!(
                "{} cannot be written (is it open somewhere?); the grades are in {}",
                self.file.display(),
                so_far.display()
            )
        })?;
        // It is in nobody's way.
        drop(fs::remove_file(so_far));
        Ok(())
    }

    fn write(&mut self, row: &[String]) -> Result<()> {
        let _work = stop::at_work();
        self.writer.write_record(row.iter().map(|cell| harmless(cell)))?;
        self.writer.flush()?;
        let so_far = Rows::so_far(&self.file);
        file::replace(&so_far, &self.text()).with_context(|| {
            format!(
                "{} cannot be written; make room, or name another place with --csv",
                so_far.display()
            )
        })
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.writer.get_ref()).into_owned()
    }
}

/// What follows the learner in a row.
fn cells(sheet: &Sheet) -> Vec<String> {
    let totals = &sheet.totals;
    // Empty, not 0: nobody knows.
    let known = |is_known: bool, number: u32| match is_known {
        true => number.to_string(),
        false => String::new(),
    };
    let is_graded = sheet.layout.is_some() && !sheet.is_refused();
    let percent = totals.percent.filter(|_| is_graded);
    let percent = percent.map(|percent| format!("{percent:.1}"));
    let mut cells = vec![
        known(is_graded, totals.points),
        known(is_graded, totals.of),
        known(is_graded, totals.inconclusive),
        percent.unwrap_or_default(),
    ];
    for graded in &sheet.exercises {
        // Of one that is not graded, some checks may have been.
        let is_known = graded.state.is_graded() || graded.points > 0;
        cells.push(known(is_known, graded.points));
        cells.push(graded.state.words().to_owned());
    }
    let hints = sheet.exercises.iter().filter_map(|graded| graded.hints);
    let hints = hints.reduce(u32::saturating_add).map(|it| it.to_string());
    let gave_up = sheet.exercises.iter().filter(|it| it.gave_up == Some(true));
    let gave_up: Vec<&str> = gave_up.map(|graded| graded.id.as_str()).collect();
    let mut notes = sheet.notes.clone();
    let reason =
        |graded: &Graded| Some(format!("{}: {}", graded.id, sheet.own_reason(graded)?));
    notes.extend(sheet.exercises.iter().filter_map(reason));
    cells.extend([hints.unwrap_or_default(), gave_up.join(" "), notes.join("; ")]);
    cells
}

/// A cell on one line that no spreadsheet takes for a formula, also one that knows full-width signs.
fn harmless(cell: &str) -> String {
    let cell = on_one_line(cell);
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    match cell.trim_start().starts_with(signs) {
        true => format!("'{cell}"),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_leaves_its_line() {
        for (cell, expected) in [
            ("ada", "ada"),
            ("=1+1", "'=1+1"),
            (" -cmd", "' -cmd"),
            ("\t@x", "\\t@x"),
            ("＝1", "'＝1"),
            ("a\r\n=b\u{1b}[2J", "a\\r\\n=b\\u{1b}[2J"),
        ] {
            assert_eq!(harmless(cell), expected);
        }
    }
}
