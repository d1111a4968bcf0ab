//! The folder that a check may write to.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

/// A folder that is gone when this is dropped, whatever was done to it.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// An empty one.
    ///
    /// # Errors
    /// If the system has no place for it.
    pub fn new() -> Result<Scratch> {
        let folder = tempfile::Builder::new().prefix("workbook-").tempdir();
        let folder = folder.context("cannot make a folder for the check")?;
        Ok(Scratch(folder.keep()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// More folders in folders are a mistake.
const DEEPEST: usize = 100;

/// Whether there is no more in a folder than `bytes` in `files` files, nor very deep down, nor where
/// we may not look.
pub fn fits(folder: &Path, files: usize, bytes: u64) -> bool {
    let (mut found, mut size) = (0, 0_u64);
    for entry in WalkDir::new(folder) {
        let entry = match entry {
            Ok(entry) => entry,
            // It came and went.
            Err(error) if is_of(&error, ErrorKind::NotFound) => continue,
            Err(_) => return false,
        };
        found += 1;
        size = size.saturating_add(entry.metadata().map_or(0, |it| it.len()));
        if found > files || size > bytes || entry.depth() > DEEPEST {
            return false;
        }
    }
    true
}

fn is_of(error: &walkdir::Error, kind: ErrorKind) -> bool {
    error.io_error().is_some_and(|it| it.kind() == kind)
}

/// Removes a folder, also one whose owner took the right to do that from himself, or made it so deep
/// that this program could not.
pub fn remove(folder: &Path) {
    let is_plain = |entry: walkdir::Result<DirEntry>| {
        entry.is_ok_and(|entry| entry.depth() <= DEEPEST)
    };
    if WalkDir::new(folder).into_iter().all(is_plain)
        && fs::remove_dir_all(folder).is_ok()
    {
        return;
    }
    #[cfg(unix)]
    {
        use std::{
            os::unix::fs::PermissionsExt,
            process::{Command, Stdio},
        };
        // What cannot be opened cannot be removed either. A folder is opened before what is in it
        // is looked for.
        for entry in WalkDir::new(folder).max_depth(DEEPEST).into_iter().flatten() {
            if entry.file_type().is_dir() {
                let open = fs::Permissions::from_mode(0o700);
                drop(fs::set_permissions(entry.path(), open));
            }
        }
        let mut remove = Command::new("rm");
        remove.args(["-rf", "--"]).arg(folder).stderr(Stdio::null());
        drop(remove.status());
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_folder_is_removed_whatever_was_done_to_it() {
        for script in [
            "mkdir -p inside/again; touch inside/again/file; chmod 0 inside/again inside .",
            "d=$(yes deep | head -n 400 | tr '\\n' '/')
             for i in 1 2 3 4 5; do mkdir -p $d; cd -P $d; done",
        ] {
            let scratch = Scratch::new().expect("a folder");
            let path = scratch.path().to_owned();
            let mut shell = Command::new("sh");
            shell.args(["-c", script]).current_dir(&path);
            assert!(shell.status().expect("a shell").success());
            drop(scratch);
            assert!(!path.exists(), "{script}");
        }
    }
}
