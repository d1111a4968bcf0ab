//! Are files read faster if somebody awaits them? Three ways to read some files; each returns how
//! many bytes there were.

use std::fs;
use std::io;
use std::path::PathBuf;

use tokio::runtime::{Builder, Runtime};
use tokio::task;

/// Reads one after the other.
///
/// # Errors
/// If a file cannot be read.
// ANCHOR: ways
pub fn plain(files: &[PathBuf]) -> io::Result<usize> {
    files.iter().map(|file| fs::read(file).map(|content| content.len())).sum()
}

/// Awaits one after the other.
///
/// # Errors
/// If a file cannot be read, or there is no runtime.
pub fn awaited(files: &[PathBuf]) -> io::Result<usize> {
    runtime()?.block_on(async {
        let mut bytes = 0;
        for file in files {
            bytes += tokio::fs::read(file).await?.len();
        }
        Ok(bytes)
    })
}

/// Hands all of them to another thread at once, and awaits that.
///
/// # Errors
/// If a file cannot be read, or there is no runtime.
pub fn handed_over(files: &[PathBuf]) -> io::Result<usize> {
    let files = files.to_vec();
    let read = async { task::spawn_blocking(move || plain(&files)).await };
    runtime()?.block_on(read).map_err(io::Error::other)?
}
// ANCHOR_END: ways

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().build()
}
