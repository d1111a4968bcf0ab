//! A submission: somebody's folder, and what is taken of it.
//!
//! Nothing in it is trusted: a name may be a link to elsewhere, a pipe that never ends, or a file
//! without end.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;

use crate::{
    chapters::is_chapter,
    exercises::catalogue::{CRATES, Exercise},
};

/// A file that is larger is nobody's answer.
const MOST: u64 = 1 << 20;
/// How many folders may be around a submission that was packed with the folder that it was in.
const WRAPPERS: usize = 2;

/// What somebody handed in.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Its folder, without links.
    pub folder: PathBuf,
    /// Which layout was found there.
    pub layout: Layout,
    /// The folder of the chapters' folders.
    pub exercises: PathBuf,
}

/// How a submission is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A copy of the repository, or of its `exercises/` in the same place.
    Repository,
    /// Its folder `exercises/`.
    Exercises,
    /// Only `chNN_name/src/x.rs`.
    Sources,
}

impl Layout {
    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Layout::Repository => "laid out as the repository",
            Layout::Exercises => "laid out as the folder exercises/",
            Layout::Sources => "only sources",
        }
    }
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// There is none.
    Missing,
    /// It is refused, for this reason.
    Refused(String),
}

impl Submission {
    /// Looks what is in `folder`; `exercises` are all that could be.
    ///
    /// # Errors
    /// No such folder, or nothing in it that belongs to an exercise.
    pub fn open(folder: &Path, exercises: &[Exercise]) -> Result<Submission> {
        let shown = folder.display();
        let folder = folder
            .canonicalize()
            .with_context(|| format!("there is no folder {shown}"))?;
        ensure!(!folder.is_file(), "{shown} is not a folder: unpack it");
        fs::read_dir(&folder).with_context(|| format!("{shown} cannot be read"))?;
        let mut inner = folder.clone();
        for _ in 0..=WRAPPERS {
            if let Some((layout, exercises)) = recognised(&inner, exercises) {
                return Ok(Submission { folder: inner, layout, exercises });
            }
            let Some(only) = only_folder(&inner) else { break };
            inner = only;
        }
        bail!(
            "nothing in {shown} belongs to an exercise: expected a copy of the repository, \
             its folder {CRATES}/, or folders such as {}",
            example(exercises)
        )
    }

    /// Whether `folder` itself is one, and so no folder of them.
    pub fn is_one(folder: &Path, exercises: &[Exercise]) -> bool {
        recognised(folder, exercises).is_some()
    }

    /// What was handed in for an exercise.
    ///
    /// # Errors
    /// Nothing, or nothing that can be taken.
    pub fn source(&self, exercise: &Exercise) -> Result<String, NotTaken> {
        let bytes = self.read(&self.place(exercise))?;
        String::from_utf8(bytes).map_err(|_| {
            NotTaken::Refused(format!("{} is not UTF-8", source(exercise)))
        })
    }

    /// The contents of a file, if it is one, belongs to the submission, and is not too large.
    ///
    /// # Errors
    /// No such file, or which of this is not so.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, NotTaken> {
        let name = path.strip_prefix(&self.folder).unwrap_or(path).display();
        let refused = |what: String| NotTaken::Refused(format!("{name} {what}"));
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => NotTaken::Missing,
            _ => refused(format!("cannot be read: {error}")),
        };
        fs::symlink_metadata(path).map_err(unreadable)?;
        if self.leads_out(path) {
            return Err(refused(
                "is a link that leads out of the submission".to_owned(),
            ));
        }
        // Before it is opened: that would wait for the other end of a pipe.
        let is = fs::metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                refused("is a link that leads nowhere".to_owned())
            }
            _ => unreadable(error),
        })?;
        if !is.is_file() {
            return Err(refused("is not a file".to_owned()));
        }
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(MOST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MOST {
            return Err(refused(format!("is larger than {} MiB", MOST >> 20)));
        }
        Ok(bytes)
    }

    /// Whether `path`, followed to its end, is not in the submission.
    pub fn leads_out(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|end| !end.starts_with(&self.folder))
    }

    /// The folder of a chapter's exercises.
    pub fn chapter(&self, chapter: &str) -> PathBuf {
        self.exercises.join(chapter)
    }

    fn place(&self, exercise: &Exercise) -> PathBuf {
        self.exercises.join(source(exercise))
    }
}

/// Where the answer to an exercise is, from the folder of the chapters' folders.
fn source(exercise: &Exercise) -> String {
    format!("{}/src/{}.rs", exercise.chapter, exercise.entry.id)
}

fn example(exercises: &[Exercise]) -> String {
    exercises.first().map_or("chNN_name/src/x.rs".to_owned(), source)
}

fn recognised(folder: &Path, exercises: &[Exercise]) -> Option<(Layout, PathBuf)> {
    let holds = |folder: &Path| {
        let is_there = |path: String| fs::symlink_metadata(folder.join(path)).is_ok();
        exercises.iter().any(|exercise| is_there(source(exercise)))
    };
    let below = folder.join(CRATES);
    if holds(&below) {
        return Some((Layout::Repository, below));
    }
    if !holds(folder) {
        return None;
    }
    let has_manifest = folder.read_dir().ok()?.flatten().any(|entry| {
        is_chapter(&entry.file_name().to_string_lossy())
            && entry.path().join("Cargo.toml").exists()
    });
    let layout = if has_manifest { Layout::Exercises } else { Layout::Sources };
    Some((layout, folder.to_owned()))
}

/// The folder in `folder`, if there is one and nothing else, but for what systems leave behind.
fn only_folder(folder: &Path) -> Option<PathBuf> {
    let is_of_interest = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        !name.to_string_lossy().starts_with(['.', '_'])
    };
    let mut entries = folder.read_dir().ok()?.flatten().filter(is_of_interest);
    let only = entries.next().filter(|_| entries.next().is_none())?;
    only.file_type().ok()?.is_dir().then(|| only.path())
}
