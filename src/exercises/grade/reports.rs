//! A folder with a JSON report for each learner.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::sheet::Sheet;
use crate::exercises::{file, stop};

/// A file's name is no longer, in characters, without its ending.
const LONGEST: usize = 50;

/// The reports.
pub struct Reports {
    folder: PathBuf,
    taken: BTreeSet<String>,
}

impl Reports {
    /// Makes the folder, unless it is there; not the one that it is in, whose name may be mistyped.
    ///
    /// # Errors
    /// A folder that cannot be made or written to.
    pub fn begin(folder: &Path) -> Result<Reports> {
        let writable = || {
            if !folder.exists() {
                fs::create_dir(folder)?;
            }
            // It is gone at once.
            tempfile::tempfile_in(folder)
        };
        writable().with_context(|| refusal(folder))?;
        Ok(Reports { folder: folder.to_owned(), taken: BTreeSet::new() })
    }

    /// Writes a report; an earlier one of that name is replaced.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn add(&mut self, learner: &str, sheet: &Sheet) -> Result<()> {
        let name = self.name(learner);
        let file = self.folder.join(name);
        let text = sheet.json()?;
        let _work = stop::at_work();
        file::replace(&file, &text).with_context(|| refusal(&file))
    }

    /// A name that every system allows, and that no other learner here has.
    fn name(&mut self, learner: &str) -> String {
        let harmless = |c: char| match c {
            '0'..='9' | '-' => c,
            c if c.is_alphabetic() => c,
            _ => '_',
        };
        let name: String = learner.chars().map(harmless).take(LONGEST).collect();
        let name = match name.strip_prefix('-') {
            Some(rest) => format!("_{rest}"),
            None => name,
        };
        // Some systems have one file for names that differ in case only.
        let is_free = |name: &String| !self.taken.contains(&name.to_lowercase());
        let others = (2..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.clone()).chain(others);
        let name = names.find(is_free).unwrap_or(name);
        self.taken.insert(name.to_lowercase());
        format!("{name}.json")
    }
}

fn refusal(place: &Path) -> String {
    format!(
        "{} cannot be written; make room, or name another place with --reports",
        place.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_elsewhere_or_takes_anothers_place() {
        let mut reports = Reports { folder: PathBuf::new(), taken: BTreeSet::new() };
        for (learner, expected) in [
            ("ada", "ada.json"),
            ("Ada", "Ada-2.json"),
            ("ädä", "ädä.json"),
            ("../x", "___x.json"),
            ("-x", "_x.json"),
            ("a/b\n", "a_b_.json"),
            ("a\\b:", "a_b_-2.json"),
            ("ada.zip", "ada_zip.json"),
        ] {
            assert_eq!(reports.name(learner), expected, "{learner:?}");
        }
        let long = reports.name(&"x".repeat(500));
        assert_eq!(long.len(), LONGEST + ".json".len());
    }
}
