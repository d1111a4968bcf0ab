//! The records that pages refer to: of each chapter, the one of its reference machine.

use std::{fs, io, path::Path};

use lab::{
    claim::Judged,
    record::{METHOD, Record, Unusable},
};

use crate::{
    chapters::{self, Chapter},
    digest,
    exercises::catalogue::{self, Exercise},
    problem::{Problem, line_at, unknown},
};

/// The chapters with their records, and what is wrong with them.
#[derive(Debug)]
pub struct Library {
    shelves: Vec<Shelf>,
    exercises: Vec<Exercise>,
    /// Records and manifests that cannot be used, or no longer belong to their code.
    pub problems: Vec<Problem>,
}

/// Whose numbers a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Those of the reference machine: the same pages everywhere.
    Reference,
    /// The reader's own too, where there are any.
    AndOwn,
}

/// A chapter and the record that its page shows.
#[derive(Debug)]
pub struct Shelf {
    /// The chapter.
    pub chapter: Chapter,
    record: Option<Record>,
    /// The reader's own record, if it is to be shown and belongs to the code.
    pub own: Option<Record>,
    /// The reference machine that the manifest asks for.
    wanted: Option<String>,
}

impl Library {
    /// Reads the chapters of the workspace at `root` and their records.
    ///
    /// # Errors
    /// Where the chapters cannot be listed. What is wrong with one of them is noted and the rest
    /// read.
    pub fn open(root: &Path, shown: Shown) -> io::Result<Library> {
        let mut problems = Vec::new();
        let chapters = chapters::all(root)?;
        let shelves = chapters
            .into_iter()
            .map(|chapter| Shelf::open(chapter, shown, &mut problems));
        let shelves = shelves.collect();
        let exercises = match root.join(catalogue::CRATES).is_dir() {
            true => catalogue::all(root).unwrap_or_else(|problem| {
                problems.push(problem);
                Vec::new()
            }),
            false => Vec::new(),
        };
        Ok(Library { shelves, exercises, problems })
    }

    /// The chapters.
    pub fn chapters(&self) -> impl Iterator<Item = &Chapter> {
        self.shelves.iter().map(|shelf| &shelf.chapter)
    }

    /// The chapter called `name`, such as `ch05`.
    ///
    /// # Errors
    /// No such chapter: which there are.
    pub fn shelf(&self, name: &str) -> Result<&Shelf, String> {
        let there: Vec<&str> = self.chapters().map(Chapter::id).collect();
        let found = self.shelves.iter().find(|shelf| shelf.chapter.is_called(name));
        // They differ by a digit: which one is meant, nobody can tell.
        found.ok_or_else(|| {
            format!("no chapter `{name}`; there is: {}", there.join(", "))
        })
    }

    /// The exercise called `id`, such as `ch05.ordered`.
    ///
    /// # Errors
    /// No such exercise: which there are.
    pub fn exercise(&self, id: &str) -> Result<&Exercise, String> {
        self.exercises.iter().find(|exercise| exercise.id() == id).ok_or_else(|| {
            let there: Vec<String> = self.exercises.iter().map(Exercise::id).collect();
            unknown("exercise", id, &there)
        })
    }

    /// The exercises of a chapter, in their order.
    pub fn exercises<'a>(
        &'a self,
        chapter: &'a Chapter,
    ) -> impl Iterator<Item = &'a Exercise> {
        self.exercises.iter().filter(|exercise| exercise.chapter == chapter.name)
    }

    /// The claim called `id`, with the chapter whose run judged it: chapter `own`, if it did, for
    /// two chapters may look at one claim.
    ///
    /// # Errors
    /// No such claim: which there are; or perhaps one in a chapter that has no record.
    pub fn claim(&self, id: &str, own: &str) -> Result<(&Shelf, &Judged), Missing> {
        let all = self.shelves.iter().flat_map(|shelf| {
            let claims = shelf.record.iter().flat_map(|record| &record.claims);
            claims.map(move |claim| (shelf, claim))
        });
        let mut found: Vec<_> =
            all.clone().filter(|(_, claim)| claim.id == id).collect();
        found.sort_by_key(|(shelf, _)| shelf.chapter.name != own);
        if let Some(found) = found.first() {
            return Ok(*found);
        }
        // It may be one of a chapter whose record is missing.
        for shelf in &self.shelves {
            shelf.record()?;
        }
        let there: Vec<&str> = all.map(|(_, claim)| claim.id.as_str()).collect();
        Err(Missing::Name(format!(
            "no claim `{id}` in any record; there is: {}",
            there.join(", ")
        )))
    }
}

/// Why a directive finds nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum Missing {
    /// It names what is not there.
    Name(String),
    /// The chapter has no record at all, whatever is named.
    Record(String),
}

impl From<String> for Missing {
    fn from(what: String) -> Missing {
        Missing::Name(what)
    }
}

impl Shelf {
    fn open(chapter: Chapter, shown: Shown, problems: &mut Vec<Problem>) -> Shelf {
        let mut note = |problem| problems.push(problem);
        let manifest = chapter.manifest().map_err(&mut note).ok();
        let digest = digest::of(&chapter.folder()).map_err(&mut note).ok();
        let mut records = Vec::new();
        for name in chapter.references() {
            let file = chapter.record(&name);
            match read(&file) {
                Ok(record) => {
                    if let Some(stale) =
                        digest.as_ref().and_then(|now| stale(&record, now))
                    {
                        note(Problem::file(
                            &file,
                            format!("{stale}; {}", again(&chapter, &name)),
                        ));
                    }
                    records.push((name, record));
                }
                Err((line, what)) => {
                    let what = format!("{what}; {}", again(&chapter, &name));
                    note(Problem { file, line, what });
                }
            }
        }
        let wanted = manifest.and_then(|manifest| manifest.reference);
        let record = match &wanted {
            None => records.into_iter().next(),
            Some(wanted) => records.into_iter().find(|(name, _)| name == wanted).or_else(|| {
                let what = format!(
                    "the reference machine `{wanted}` has no record that can be used; {}",
                    again(&chapter, wanted)
                );
                note(Problem::file(chapter.folder().join("chapter.toml"), what));
                None
            }),
        };
        // A reader's own that cannot be used is no mistake of the book: it is not shown.
        let own =
            (shown == Shown::AndOwn).then(|| Record::read(&chapter.own_record()).ok());
        let own = own
            .flatten()
            .filter(|own| digest.is_some_and(|now| stale(own, &now).is_none()));
        Shelf { chapter, own, record: record.map(|(_, record)| record), wanted }
    }

    /// The record that the page shows.
    ///
    /// # Errors
    /// It has none: the command that makes one.
    pub fn record(&self) -> Result<&Record, Missing> {
        self.record.as_ref().ok_or_else(|| {
            let name = self.wanted.as_deref().unwrap_or("NAME");
            let (id, remedy) = (self.chapter.id(), again(&self.chapter, name));
            Missing::Record(format!("{id} has no record that can be used; {remedy}"))
        })
    }
}

/// Why `record` no longer belongs to the code whose digest is `now`; `None` if it does.
pub fn stale(record: &Record, now: &str) -> Option<String> {
    match &record.source {
        None => Some("it does not say which code it was made with".to_owned()),
        Some(source) if source.method != METHOD => Some(format!(
            "stale: measured by method {} of the kit, which is now at {METHOD}",
            source.method
        )),
        Some(source) if source.digest != now => {
            Some("stale: the chapter's code has changed since".to_owned())
        }
        Some(_) => None,
    }
}

fn again(chapter: &Chapter, name: &str) -> String {
    format!("run `cargo run -- measure {} --as {name}`", chapter.id())
}

/// Reads a record; an error comes with its line where there is one.
fn read(file: &Path) -> Result<Record, (Option<usize>, String)> {
    let text = fs::read_to_string(file).map_err(|error| (None, error.to_string()))?;
    Record::parse(&text).map_err(|error| {
        let line = match &error {
            Unusable::Json(error) => Some(error.line()),
            Unusable::Schema(_) => text.find("\"schema\"").map(|at| line_at(&text, at)),
            Unusable::SlowBuild(_) => {
                text.find("\"opt_level\"").map(|at| line_at(&text, at))
            }
            Unusable::Io(_) => None,
        };
        (line.filter(|line| *line > 0), error.to_string())
    })
}
