//! The folder that a check may write to.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

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

/// Removes a folder, also one whose owner took the right to do that from himself.
pub fn remove(folder: &Path) {
    if fs::remove_dir_all(folder).is_err() {
        // What cannot be opened cannot be removed either: that is tried next.
        drop(open_up(folder));
        drop(fs::remove_dir_all(folder));
    }
}

fn open_up(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    for entry in fs::read_dir(folder)?.flatten() {
        // A link is no folder, wherever it leads.
        if entry.file_type()?.is_dir() {
            open_up(&entry.path())?;
        }
    }
    Ok(())
}
