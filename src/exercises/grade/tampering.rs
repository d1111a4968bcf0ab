//! What a submission may not change: whatever decides how answers are built. And what it changed in
//! vain.

use std::{fs, path::Path};

use walkdir::WalkDir;

use super::submission::{Layout, NotTaken, Submission};
use crate::exercises::catalogue::{CRATES, Exercise};

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
/// Nobody's crate has more files.
const FILES: usize = 10_000;

/// Why nothing of a submission is graded, if that is so. `root` is the repository.
pub fn of_all(root: &Path, submission: &Submission) -> Option<String> {
    if submission.leads_out(&submission.exercises) {
        return Some(format!("{CRATES} is a link that leads out of the submission"));
    }
    let exercises = root.join(CRATES);
    let around = match submission.layout {
        Layout::Repository => changed(submission, &submission.folder, root),
        Layout::Exercises | Layout::Sources => None,
    };
    around.or_else(|| changed(submission, &submission.exercises, &exercises))
}

/// Why nothing of a chapter is graded, if that is so.
pub fn of_chapter(
    root: &Path,
    submission: &Submission,
    chapter: &str,
) -> Option<String> {
    let own = submission.chapter(chapter);
    let changed = || changed(submission, &own, &root.join(CRATES).join(chapter));
    link_out(submission, &own).or_else(changed)
}

/// What was edited, and counts for nothing.
pub fn in_vain(submission: &Submission, exercise: &Exercise) -> Vec<String> {
    let own = submission.chapter(&exercise.chapter);
    let id = &exercise.entry.id;
    let files = [
        (format!("tests/{id}.rs"), exercise.test()),
        ("exercises.toml".to_owned(), exercise.folder().join("exercises.toml")),
    ];
    let edited = files.into_iter().filter(|(file, original)| {
        let theirs = submission.read(&own.join(file));
        theirs.is_ok_and(|theirs| !is_same(&theirs, original))
    });
    let note = |(file, _)| {
        let chapter = &exercise.chapter;
        format!("{chapter}/{file} was edited; the repository's own counts")
    };
    edited.map(note).collect()
}

/// The first file in `theirs` that decides how answers are built, and is not as in `ours`.
fn changed(submission: &Submission, theirs: &Path, ours: &Path) -> Option<String> {
    BUILD.iter().find_map(|file| {
        let path = theirs.join(file);
        let name = path.strip_prefix(&submission.folder).unwrap_or(&path);
        let name = name.display();
        match submission.read(&path) {
            Err(NotTaken::Missing) => None,
            Err(NotTaken::Refused(why)) => Some(why),
            Ok(content) if is_same(&content, &ours.join(file)) => None,
            Ok(_) if ours.join(file).exists() => Some(format!(
                "{name} is not the repository's: only sources are handed in; put the \
                 original back, or leave it out"
            )),
            Ok(_) => Some(format!(
                "{name} could change how answers are built, and the repository has none: \
                 leave it out"
            )),
        }
    })
}

fn link_out(submission: &Submission, folder: &Path) -> Option<String> {
    let entries = WalkDir::new(folder).into_iter().take(FILES).flatten();
    let mut links = entries.filter(walkdir::DirEntry::path_is_symlink);
    let link = links.find(|entry| submission.leads_out(entry.path()))?;
    let name = link.path().strip_prefix(&submission.folder).unwrap_or(link.path());
    Some(format!("{} is a link that leads out of the submission", name.display()))
}

/// Whether a text is that of a file, but for how its lines end.
pub fn is_same(content: &[u8], file: &Path) -> bool {
    fs::read(file).is_ok_and(|original| lines(content).eq(lines(&original)))
}

/// The lines of a text, without the empty ones at its end.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end)
}
