//! A file is replaced whole or not at all, what would be lost is kept under a free name, and whoever
//! changes one can keep others waiting.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
};

/// Replaces the file at `path`, or makes it: whoever reads it meanwhile, or after a crash, finds
/// the old text or the new.
///
/// # Errors
/// A folder that cannot be written to.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Not seen by those who wait for a save, see `watch`.
    let unfinished = path.with_extension(format!("{}.part", process::id()));
    let written = File::create(&unfinished)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&unfinished, path))
        .inspect_err(|_| drop(fs::remove_file(&unfinished)));
    // The new name too should outlive a loss of power; not every system can promise that.
    drop(File::open(folder).and_then(|folder| folder.sync_all()));
    written
}

/// Writes `content` to the first of `name(1)`, `name(2)`, … that is free, and returns which.
///
/// # Errors
/// A folder that cannot be written to.
pub fn keep(content: &[u8], name: impl Fn(u32) -> PathBuf) -> io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let path = name(number);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        match File::create_new(&path) {
            Ok(mut file) => {
                file.write_all(content)?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Makes others wait who ask for the same: until the file that is returned is closed, also if the
/// program is killed. If there is somebody to wait for, that is told first by `wait`.
///
/// # Errors
/// A folder that cannot be written to.
pub fn lock(path: &Path, wait: impl FnOnce()) -> io::Result<File> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let file = File::create(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            wait();
            file.lock()?;
        }
        // A file system without locks: better two at once than none.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_never_takes_the_place_of_what_was_kept_before() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = |number| folder.path().join("saved").join(format!("a-{number}.rs"));
        let first = keep(b"one", name).expect("a file");
        let second = keep(b"two", name).expect("a file");
        assert_eq!((first.clone(), second), (name(1), name(2)));
        assert_eq!(fs::read(first).expect("a file"), b"one");
    }

    #[test]
    fn a_replaced_file_leaves_no_other_behind() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("new/a.toml");
        replace(&path, "one").expect("a file");
        replace(&path, "two").expect("a file");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "two");
        let entries = fs::read_dir(path.parent().expect("a folder")).expect("a folder");
        assert_eq!(entries.count(), 1);
    }
}
