//! What does it cost to give a worker something? The same parcel by three ways: a channel to a
//! thread, a pipe to a process, memory that both processes see.
//!
//! Each way sends a parcel and waits for an answer: the sum of its first and last byte, so that the
//! worker must have it. What it costs to read the whole parcel is left out. That is the same for
//! everybody who reads it.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

/// The argument that makes this program receive parcels through a pipe: its `main` must then call
/// [`receive_copies`].
pub const BY_PIPE: &str = "parcels-by-pipe";

/// The argument that makes this program look at parcels in shared memory: its `main` must then call
/// [`receive_notices`]. The path of the memory follows.
pub const BY_MEMORY: &str = "parcels-by-memory";

/// What the receiver answers.
#[must_use]
pub fn answer(parcel: &[u8]) -> u8 {
    let (first, last) = (parcel.first(), parcel.last());
    first.zip(last).map_or(0, |(first, last)| first.wrapping_add(*last))
}

/// A thread that receives parcels through a channel.
pub struct ByChannel {
    parcels: Option<Sender<Vec<u8>>>,
    answers: Receiver<(u8, Vec<u8>)>,
    worker: Option<JoinHandle<()>>,
}

impl ByChannel {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system gives us none.
    pub fn start() -> io::Result<Self> {
        let (parcels, inbox) = mpsc::channel::<Vec<u8>>();
        let (outbox, answers) = mpsc::channel();
        let work = move || {
            for parcel in inbox {
                if outbox.send((answer(&parcel), parcel)).is_err() {
                    break;
                }
            }
        };
        let worker = thread::Builder::new().spawn(work)?;
        Ok(Self { parcels: Some(parcels), answers, worker: Some(worker) })
    }

    /// Hands the parcel over, and gets it back with the answer.
    ///
    /// # Errors
    /// If the thread is gone.
    // ANCHOR: channel
    pub fn send(&self, parcel: Vec<u8>) -> io::Result<(u8, Vec<u8>)> {
        let parcels = self.parcels.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        parcels.send(parcel).map_err(io::Error::other)?;
        self.answers.recv().map_err(io::Error::other)
    }
    // ANCHOR_END: channel
}

impl Drop for ByChannel {
    fn drop(&mut self) {
        self.parcels = None;
        // It has nothing that could panic.
        let _ = self.worker.take().map(JoinHandle::join);
    }
}

/// A process that is sent parcels, or notices of them.
pub struct Process {
    child: Child,
    orders: Option<ChildStdin>,
    answers: ChildStdout,
}

impl Process {
    /// Starts `program` as one that receives parcels through a pipe.
    ///
    /// # Errors
    /// If it does not start.
    pub fn by_pipe(program: &Path) -> io::Result<Self> {
        Self::start(Command::new(program).arg(BY_PIPE))
    }

    /// Starts `program` as one that finds parcels in the memory at `path`.
    ///
    /// # Errors
    /// If it does not start.
    pub fn by_memory(program: &Path, path: &Path) -> io::Result<Self> {
        Self::start(Command::new(program).arg(BY_MEMORY).arg(path))
    }

    fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let answers = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let orders = child.stdin.take();
        Ok(Self { child, orders, answers })
    }

    // ANCHOR: pipe
    /// Sends all bytes of the parcel through the pipe.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn send(&mut self, parcel: &[u8]) -> io::Result<u8> {
        let pipe = self.orders.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        pipe.write_all(&(parcel.len() as u64).to_le_bytes())?;
        pipe.write_all(parcel)?;
        self.answer()
    }

    /// Says that there is a parcel of `length` bytes in the memory that both see.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn notify(&mut self, length: usize) -> io::Result<u8> {
        let pipe = self.orders.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        pipe.write_all(&(length as u64).to_le_bytes())?;
        self.answer()
    }
    // ANCHOR_END: pipe

    fn answer(&mut self) -> io::Result<u8> {
        let mut answer = [0];
        self.answers.read_exact(&mut answer)?;
        Ok(answer[0])
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.orders = None;
        // If it cannot be waited for, it is gone already.
        let _ = self.child.wait();
    }
}

/// The receiver at the other end of the pipe; ends when the pipe is closed.
///
/// # Errors
/// If the pipe breaks in the middle of a parcel.
pub fn receive_copies() -> io::Result<()> {
    let (mut orders, mut answers) = (io::stdin().lock(), io::stdout().lock());
    let mut parcel = Vec::new();
    while let Some(length) = length(&mut orders)? {
        parcel.resize(length, 0);
        orders.read_exact(&mut parcel)?;
        answers.write_all(&[answer(&parcel)])?;
        answers.flush()?;
    }
    Ok(())
}

/// The receiver that looks into `memory`; ends when the pipe with the notices is closed.
///
/// # Errors
/// If the pipe breaks in the middle of a notice.
pub fn receive_notices(memory: &[AtomicU8]) -> io::Result<()> {
    let (mut orders, mut answers) = (io::stdin().lock(), io::stdout().lock());
    while let Some(length) = length(&mut orders)? {
        let parcel = memory.get(..length).unwrap_or_default();
        let ends =
            [parcel.first(), parcel.last()].map(|byte| byte.map(|it| it.load(Relaxed)));
        let sum = ends.into_iter().flatten().fold(0, u8::wrapping_add);
        answers.write_all(&[sum])?;
        answers.flush()?;
    }
    Ok(())
}

fn length(from: &mut impl Read) -> io::Result<Option<usize>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        read => read.and_then(|()| {
            usize::try_from(u64::from_le_bytes(length))
                .map(Some)
                .map_err(io::Error::other)
        }),
    }
}
