//! What does a worker see of the others? A note that somebody else writes, and who they are.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::thread;

/// The argument that has this program leave a note and tell its number: its `main` must then call
/// [`leave_note`]. A path of shared memory may follow.
pub const NOTE: &str = "note";

/// What is written.
pub const TEXT: u8 = 7;

// ANCHOR: board
/// Where this process keeps its note.
static BOARD: AtomicU8 = AtomicU8::new(0);

/// Writes the note.
pub fn write() {
    BOARD.store(TEXT, SeqCst);
}
// ANCHOR_END: board

/// The note, wiped away so that the next one is seen for sure.
#[must_use]
pub fn take() -> u8 {
    BOARD.swap(0, SeqCst)
}

/// What we read after another thread of ours has written.
///
/// # Errors
/// If there is no thread.
// ANCHOR: thread
pub fn read_after_thread() -> io::Result<u8> {
    let writer = thread::Builder::new().spawn(write)?;
    writer.join().map_err(|_| io::Error::other("it panicked"))?;
    Ok(take())
}
// ANCHOR_END: thread

/// What we read after another process that runs the same `program` has written.
///
/// # Errors
/// If it does not start, or fails.
// ANCHOR: process
pub fn read_after_process(program: &Path) -> io::Result<u8> {
    let status = Command::new(program).arg(NOTE).stdout(Stdio::null()).status()?;
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    Ok(take())
}
// ANCHOR_END: process

/// What is in `memory`, which `path` leads to, after another process has written there.
///
/// # Errors
/// If it does not start, or fails.
pub fn read_after_sharing(
    program: &Path,
    path: &Path,
    memory: &[AtomicU8],
) -> io::Result<u8> {
    let mut command = Command::new(program);
    let status = command.arg(NOTE).arg(path).stdout(Stdio::null()).status()?;
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    Ok(memory.first().map_or(0, |byte| byte.swap(0, SeqCst)))
}

/// The other process: leaves a note on its own board, and in `memory`; tells its number.
pub fn leave_note(memory: &[AtomicU8]) {
    write();
    if let Some(byte) = memory.first() {
        byte.store(TEXT, SeqCst);
    }
    println!("{}", process::id());
}

/// How many different numbers `count` threads have that run at once.
///
/// # Errors
/// If there is no thread.
pub fn ids_of_threads(count: usize) -> io::Result<usize> {
    let start = |_| thread::Builder::new().spawn(process::id);
    let threads = (0..count).map(start).collect::<io::Result<Vec<_>>>()?;
    // To ask for a number cannot panic.
    let ids = threads.into_iter().filter_map(|thread| thread.join().ok());
    Ok(ids.collect::<HashSet<_>>().len())
}

/// How many different numbers `count` processes have that run `program` at once.
///
/// # Errors
/// If one does not start, or tells no number.
pub fn ids_of_processes(program: &Path, count: usize) -> io::Result<usize> {
    let mut ids = HashSet::from([process::id()]);
    let start = || Command::new(program).arg(NOTE).stdout(Stdio::piped()).spawn();
    let children: Vec<_> = (0..count).map(|_| start()).collect::<io::Result<_>>()?;
    for mut child in children {
        let mut said = String::new();
        if let Some(output) = &mut child.stdout {
            output.read_to_string(&mut said)?;
        }
        child.wait()?;
        ids.insert(said.trim().parse().map_err(io::Error::other)?);
    }
    Ok(ids.len() - 1)
}
