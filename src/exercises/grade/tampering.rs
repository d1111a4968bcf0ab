//! What a submission may not change: whatever decides how answers are built. And what it changed in
//! vain.

use std::{fs, path::Path};

use super::{
    history::History,
    submission::{Layout, NotTaken, Submission},
};
use crate::{
    exercises::catalogue::{CRATES, Exercise},
    problem::shown,
};

/// Files that cargo or rustup go by.
const BUILD: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "rust-toolchain",
    "rust-toolchain.toml",
    ".cargo/config",
    ".cargo/config.toml",
];

/// What is there in the place of the repository's own files.
#[derive(Debug)]
pub struct Tampering<'a> {
    root: &'a Path,
    history: &'a History,
    submission: &'a Submission,
}

/// What was found to be as in an earlier version of the repository; or why it is refused.
type Found = Result<Vec<String>, String>;

impl<'a> Tampering<'a> {
    /// That of a submission; `root` is the repository.
    pub fn with(
        root: &'a Path,
        history: &'a History,
        submission: &'a Submission,
    ) -> Tampering<'a> {
        Tampering { root, history, submission }
    }

    /// What is around the chapters.
    ///
    /// # Errors
    /// Why nothing of the submission is graded.
    pub fn of_all(&self) -> Found {
        let Submission { folder, exercises, layout } = self.submission;
        if self.submission.leads_out(exercises) {
            return Err(format!("{CRATES} is a link that leads out of the submission"));
        }
        let mut earlier = match layout {
            Layout::Repository => self.changed(folder, Path::new(""))?,
            Layout::Exercises | Layout::Sources => Vec::new(),
        };
        earlier.extend(self.changed(exercises, Path::new(CRATES))?);
        Ok(earlier)
    }

    /// What belongs to a chapter.
    ///
    /// # Errors
    /// Why nothing of the chapter is graded.
    pub fn of_chapter(&self, chapter: &str) -> Found {
        let own = self.submission.chapter(chapter);
        self.changed(&own, &Path::new(CRATES).join(chapter))
    }

    /// What belongs to an exercise, and counts for nothing: what was edited, and what is as in an
    /// earlier version.
    pub fn in_vain(&self, exercise: &Exercise) -> (Vec<String>, Vec<String>) {
        let chapter = &exercise.chapter;
        let own = self.submission.chapter(chapter);
        let (mut edited, mut earlier) = (Vec::new(), Vec::new());
        let test = format!("tests/{}.rs", exercise.entry.id);
        for file in [test.as_str(), "exercises.toml"] {
            let Ok(theirs) = self.submission.read(&own.join(file)) else { continue };
            let ours = Path::new(CRATES).join(chapter).join(file);
            let name = format!("{chapter}/{file}");
            if is_same(&theirs, &self.root.join(&ours)) {
                continue;
            } else if self.history.has(&ours, &theirs) {
                earlier.push(name);
            } else {
                edited.push(format!("{name} was edited; the repository's own counts"));
            }
        }
        (edited, earlier)
    }

    /// Looks at the files in `theirs` that decide how answers are built. `ours` is the folder in
    /// their place, from the root.
    fn changed(&self, theirs: &Path, ours: &Path) -> Found {
        let mut earlier = Vec::new();
        for file in BUILD {
            let path = theirs.join(file);
            let content = match self.submission.read(&path) {
                Err(NotTaken::Missing) => continue,
                Err(NotTaken::Refused(why)) => return Err(why),
                Ok(content) => content,
            };
            let name = path.strip_prefix(&self.submission.folder).unwrap_or(&path);
            let name = shown(name);
            let ours = ours.join(file);
            if is_same(&content, &self.root.join(&ours)) {
                continue;
            } else if self.history.has(&ours, &content) {
                earlier.push(name);
            } else {
                return Err(self.refusal(&name, self.root.join(&ours).exists()));
            }
        }
        Ok(earlier)
    }

    fn refusal(&self, name: &str, has_original: bool) -> String {
        match (has_original, self.history.is_whole()) {
            (true, true) => format!(
                "{name} is not the repository's, nor was it ever: only sources are handed in; put \
                 the original back, or leave it out"
            ),
            (true, false) => format!(
                "{name} is not the repository's: only sources are handed in; put the original \
                 back, or leave it out. Whether it is the original of an earlier version cannot be \
                 told, since the repository's history is not here: grade in a whole clone of it \
                 (git fetch --unshallow)"
            ),
            (false, _) => format!(
                "{name} could change how answers are built, and the repository has none: leave it \
                 out"
            ),
        }
    }
}

/// Whether a text is that of a file, but for how its lines end.
pub fn is_same(content: &[u8], file: &Path) -> bool {
    fs::read(file).is_ok_and(|original| lines(content).eq(lines(&original)))
}

/// The lines of a text, without the empty ones at its end.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end)
}
