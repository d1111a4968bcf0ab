//! What a submission may not change: whatever decides how answers are built. And what it changed in
//! vain.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    history::History,
    submission::{Layout, NotTaken, Submission},
};
use crate::{
    chapters,
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
/// What all exercises are tested with.
const HARNESS: [&str; 2] = ["harness/src", "harness_attribute/src"];
/// Where a chapter's tests have their scenes.
const SCENES: &str = "tests/scenes";

/// What is there in the place of the repository's own files.
#[derive(Debug)]
pub struct Tampering<'a> {
    root: &'a Path,
    history: &'a History,
    submission: &'a Submission,
}

/// What was found to be as in an earlier version of the repository; or why it is refused.
type Found = Result<Vec<String>, String>;

/// What is there in the place of a file of the repository.
enum Compared {
    /// The same, or nothing.
    Same,
    /// The same as in an earlier version.
    Earlier,
    /// What never was the repository's, as far as its history is here.
    Edited,
}

impl<'a> Tampering<'a> {
    /// That of a submission; `root` is the repository.
    pub fn with(
        root: &'a Path,
        history: &'a History,
        submission: &'a Submission,
    ) -> Tampering<'a> {
        Tampering { root, history, submission }
    }

    /// What is around the chapters of the `chosen` exercises, also other chapters.
    ///
    /// # Errors
    /// Why nothing of the submission is graded.
    pub fn of_all(&self, chosen: &[Exercise]) -> Found {
        let Submission { folder, exercises, layout } = self.submission;
        let mut places = vec![(exercises.clone(), CRATES)];
        if *layout == Layout::Repository {
            places.push((folder.join(chapters::CRATES), chapters::CRATES));
        }
        let is_out = |(theirs, _): &&(PathBuf, _)| self.submission.leads_out(theirs);
        if let Some((_, name)) = places.iter().find(is_out) {
            return Err(leads_out(name));
        }
        let mut earlier = match layout {
            Layout::Repository => self.changed(folder, Path::new(""))?,
            Layout::Exercises | Layout::Sources => Vec::new(),
        };
        for (theirs, ours) in places {
            let ours = Path::new(ours);
            earlier.extend(self.changed(&theirs, ours)?);
            if *layout == Layout::Sources {
                continue;
            }
            // What is wrong with a chapter of these is no fault of the others.
            let is_chosen = |name: &OsStr| chosen.iter().any(|it| *it.chapter == *name);
            for name in self.members(&theirs)? {
                let member = theirs.join(&name);
                if theirs == *exercises && is_chosen(&name) {
                    continue;
                } else if self.submission.leads_out(&member) {
                    return Err(leads_out(&self.name(&member)));
                }
                earlier.extend(self.changed(&member, &ours.join(name))?);
            }
        }
        Ok(earlier)
    }

    /// The names of the folders in `folder`: cargo takes each for a member of the workspace.
    fn members(&self, folder: &Path) -> Result<Vec<OsString>, String> {
        let unreadable =
            |error: io::Error| format!("{} cannot be read: {error}", self.name(folder));
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut members = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            if entry.path().is_dir() {
                members.push(entry.file_name());
            }
        }
        // Whatever the order in which the system tells them, the same is refused.
        members.sort();
        Ok(members)
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
        let (mut edited, mut earlier) = (Vec::new(), Vec::new());
        let test = format!("tests/{}.rs", exercise.entry.id);
        let files = [test, "exercises.toml".to_owned()].map(PathBuf::from);
        let scenes = self.sources(&Path::new(chapter).join(SCENES));
        let chapter = Path::new(chapter);
        for file in files.map(|file| chapter.join(file)).into_iter().chain(scenes) {
            match self.compared(&file) {
                Compared::Same => (),
                Compared::Earlier => earlier.push(shown(&file)),
                Compared::Edited => edited.push(format!(
                    "{} was edited; the repository's own counts",
                    shown(&file)
                )),
            }
        }
        (edited, earlier)
    }

    /// What is in the place of the harness, and counts for nothing: a note on what was edited, and
    /// what is as in an earlier version.
    pub fn with_harness(&self) -> (Option<String>, Option<String>) {
        let (mut edited, mut earlier) = (Vec::new(), Vec::new());
        for file in HARNESS.iter().flat_map(|folder| self.sources(Path::new(folder))) {
            match self.compared(&file) {
                Compared::Same => (),
                Compared::Earlier => earlier.push(shown(&file)),
                Compared::Edited => edited.push(shown(&file)),
            }
        }
        let edited = first_of(&edited).map(|files| {
            let were = if edited.len() == 1 { "was" } else { "were" };
            format!("{files} {were} edited; the repository's own counts")
        });
        (edited, first_of(&earlier))
    }

    /// The Rust sources that this repository has in a folder of its exercises, and below; their
    /// paths, as `folder`, are from there.
    fn sources(&self, folder: &Path) -> Vec<PathBuf> {
        let there = self.root.join(CRATES).join(folder);
        let mut sources = Vec::new();
        for entry in fs::read_dir(there).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                sources.extend(self.sources(&path));
            } else if path.extension().is_some_and(|it| it == "rs") {
                sources.push(path);
            }
        }
        sources.sort();
        sources
    }

    /// What there is in the place of a file, whose path is from the folder of the chapters'
    /// folders; what cannot be read was not edited.
    fn compared(&self, file: &Path) -> Compared {
        let theirs = self.submission.read(&self.submission.exercises.join(file));
        let Ok(theirs) = theirs else { return Compared::Same };
        let ours = Path::new(CRATES).join(file);
        if is_same(&theirs, &self.root.join(&ours)) {
            Compared::Same
        } else if self.history.has(&ours, &theirs) {
            Compared::Earlier
        } else {
            Compared::Edited
        }
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
            let name = self.name(&path);
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

    /// A path in the submission, from its folder.
    fn name(&self, path: &Path) -> String {
        shown(path.strip_prefix(&self.submission.folder).unwrap_or(path))
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

fn leads_out(name: &str) -> String {
    format!("{name} is a link that leads out of the submission")
}

/// The first of some files, and how many more there are.
fn first_of(files: &[String]) -> Option<String> {
    let (first, others) = files.split_first()?;
    let others = match others.len() {
        0 => return Some(first.clone()),
        1 => "1 other".to_owned(),
        count => format!("{count} others"),
    };
    Some(format!("{first} and {others} of the harness"))
}

/// Whether a text is that of a file, but for how its lines end.
pub fn is_same(content: &[u8], file: &Path) -> bool {
    fs::read(file).is_ok_and(|original| lines(content).eq(lines(&original)))
}

/// The lines of a text, without the empty ones at its end.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end)
}
