//! Notices what was saved.
//!
//! It asks for the time and size of some hundred files, a few times a second: that costs less than
//! a thousandth of a CPU, needs no other crate, and works where the system's notices do not reach
//! (network drives, containers' mounts).

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::{MissedTickBehavior, interval, sleep};
use walkdir::{DirEntry, WalkDir};

/// How often is looked.
const PAUSE: Duration = Duration::from_millis(150);
/// How long a change must be over.
const SETTLED: Duration = Duration::from_millis(30);

/// What the book at `root` is made of.
pub fn book(root: &Path) -> Vec<PathBuf> {
    let parts = [
        "book.toml",
        "book",
        "src/assets",
        "chapters-code",
        "exercises",
        ".workbook/records",
    ];
    parts.map(|part| root.join(part)).to_vec()
}

/// Every change of a file in `paths`, which may be folders, is another fingerprint.
pub fn fingerprint(paths: &[PathBuf]) -> u64 {
    let mut hash = DefaultHasher::new();
    for path in paths {
        let entries = WalkDir::new(path).sort_by_file_name();
        let entries =
            entries.into_iter().filter_entry(is_of_interest).filter_map(Result::ok);
        for entry in entries.filter(|entry| !entry.file_type().is_dir()) {
            entry.path().hash(&mut hash);
            // A file that is gone again by now leaves only its name.
            if let Ok(about) = fs::metadata(entry.path()) {
                (about.len(), about.modified().ok()).hash(&mut hash);
            }
        }
    }
    hash.finish()
}

/// Neither what compilers and tests write, nor what an editor keeps beside the file.
fn is_of_interest(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let hidden = name.starts_with('.') && name != ".workbook";
    let passing =
        name.ends_with('~') || name.ends_with(".swp") || name.ends_with(".part");
    let made = matches!(name.as_ref(), "target" | "__pycache__" | "snapshots");
    entry.depth() == 0 || !(hidden || passing || made)
}

/// Waits until `paths` differ from the fingerprint `seen`, and are no longer changing: many programs
/// empty a file before they write it.
pub async fn change(paths: Vec<PathBuf>, seen: u64) {
    let mut ticks = interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut now = seen;
    while now == seen {
        ticks.tick().await;
        now = fingerprint(&paths);
    }
    loop {
        sleep(SETTLED).await;
        let later = fingerprint(&paths);
        if later == now {
            return;
        }
        now = later;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_page_is_noticed_and_an_editors_own_file_is_not() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let book = root.path().join("book");
        fs::create_dir(&book).expect("a folder");
        let paths = super::book(root.path());
        let empty = fingerprint(&paths);
        fs::write(book.join(".a.md.swp"), "a").expect("a file");
        fs::write(book.join("a.md~"), "a").expect("a file");
        assert_eq!(fingerprint(&paths), empty);
        fs::write(book.join("a.md"), "a").expect("a file");
        let saved = fingerprint(&paths);
        assert_ne!(saved, empty);
        fs::write(book.join("a.md"), "ab").expect("a file");
        assert_ne!(fingerprint(&paths), saved);
    }
}
