//! What does it cost to start a worker? Each function starts one that has nothing to do, and waits
//! until it has ended.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use tokio::runtime::Runtime;

/// The argument that has this program end at once.
pub const NOTHING: &str = "nothing";

/// A thread of this process.
///
/// # Errors
/// If the system gives us no thread.
// ANCHOR: thread
pub fn thread() -> io::Result<()> {
    let worker = thread::Builder::new().spawn(|| ())?;
    worker.join().map_err(|_| io::Error::other("it panicked"))
}
// ANCHOR_END: thread

/// A process that runs `program`.
///
/// # Errors
/// If it does not start, or fails.
// ANCHOR: process
pub fn process(program: &Path, arguments: &[&str]) -> io::Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    let mut worker = command.spawn()?;
    let status = worker.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}
// ANCHOR_END: process

/// A task of `runtime`.
///
/// # Errors
/// If the task panics, which it cannot.
// ANCHOR: task
pub fn task(runtime: &Runtime) -> io::Result<()> {
    let worker = async { tokio::spawn(async {}).await };
    runtime.block_on(worker).map_err(io::Error::other)
}
// ANCHOR_END: task

/// The smallest program that every system has, and its arguments.
#[must_use]
pub fn trivial() -> (&'static Path, &'static [&'static str]) {
    match cfg!(windows) {
        true => (Path::new("cmd"), &["/C", "exit"]),
        false => (Path::new("true"), &[]),
    }
}
