//! A crew of worker processes that loses none of its work when a worker is killed.
//!
//! Each worker is a child process with a thread of ours at its side. The thread takes an
//! errand, sends it through the child's standard input, and waits for the answer on its
//! standard output. Every message is its length in four bytes, the lowest first, then JSON.
//!
//! If the answer does not come because the worker is gone, the thread clears up, starts
//! another worker, and sends the errand once more. Only once: an errand that costs two
//! workers would cost a third.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::process::{self, Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crossbeam::queue::SegQueue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How often an errand is sent.
const ATTEMPTS: u32 = 2;

/// Longest message in bytes: more means that the other side speaks something else.
const LONGEST: u32 = 1 << 30;

/// The first message of a worker: it has started and listens.
const READY: &str = "ready";

/// What a crew is sent to do.
pub trait Errand: Serialize + Sync {
    /// What a worker brings back.
    type Answer: DeserializeOwned;

    /// Removes what a worker that died may have left behind.
    fn clear_up(&self) {}
}

/// The answer to an errand, or how it was lost.
pub type Answered<E> = Result<<E as Errand>::Answer, Lost>;

/// An errand that brought back no answer.
#[derive(Debug)]
pub struct Lost {
    /// The last process that had it.
    pub pid: u32,
    /// When it was sent to that process.
    pub started: SystemTime,
    /// How long it took to be lost.
    pub took: Duration,
    /// Why.
    pub reason: Reason,
}

/// Why an errand brought back no answer.
#[derive(Debug)]
pub enum Reason {
    /// Two workers died of it; how the second one did.
    Died(String),
    /// One worker died of it, and no other could be started.
    NotReplaced(String),
}

/// Has `workers` processes run all the errands, and hands each answer to `done` when it comes.
///
/// `command` says how to start a worker, a program that calls [`serve`]. When `done` breaks,
/// the errands in hand are finished, and no more are sent. In the end all workers have exited
/// and been waited for, so that the system has added their CPU time to that of our children.
///
/// # Errors
/// If a worker process cannot be started at the beginning, or not even one thread to send it
/// errands; then nothing has been sent. With fewer threads than workers, the rest is let go.
pub fn run<E: Errand>(
    command: &(dyn Fn() -> Command + Sync),
    workers: usize,
    errands: &[E],
    done: &(dyn Fn(&E, Answered<E>) -> ControlFlow<()> + Sync),
) -> io::Result<()> {
    let queue = SegQueue::new();
    errands.iter().for_each(|errand| queue.push(errand));
    // ANCHOR: supervise
    let supervise = |mut worker: Worker| {
        while let Some(errand) = queue.pop() {
            if done(errand, worker.send(errand, command)).is_break() {
                while queue.pop().is_some() {}
            }
        }
    };
    // ANCHOR_END: supervise
    // Start them all before waiting for the first: they get ready side by side.
    let crew = (0..workers.min(errands.len())).map(|_| Worker::start(command()));
    let mut crew = crew.collect::<io::Result<Vec<_>>>()?;
    crew.iter_mut().try_for_each(Worker::expect_ready)?;
    thread::scope(|scope| {
        for (number, worker) in crew.into_iter().enumerate() {
            let job = || supervise(worker);
            let started = thread::Builder::new().spawn_scoped(scope, job);
            if number == 0 {
                started?;
            }
        }
        Ok(())
    })
}

/// What is sent to a worker.
#[derive(Serialize, Deserialize)]
struct Order<E> {
    /// 1 for the first attempt.
    attempt: u32,
    errand: E,
}

/// A worker process, seen from the side of the parent.
struct Worker {
    child: Child,
    /// Closed to say that there is no more to do.
    orders: Option<ChildStdin>,
    answers: ChildStdout,
}

impl Worker {
    fn start(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        out_of_reach_of_ctrl_c(&mut command);
        let mut child = command.spawn()?;
        let (orders, answers) = (child.stdin.take(), child.stdout.take());
        let answers = answers.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, orders, answers })
    }

    /// Waits until the worker says that it has started.
    fn expect_ready(&mut self) -> io::Result<()> {
        match receive::<String>(&mut self.answers) {
            Ok(Some(word)) if word == READY => Ok(()),
            _ => {
                Err(io::Error::other(format!("a worker did not start: {}", self.end())))
            }
        }
    }

    /// Sends an errand and waits for its answer; if this worker dies, another one gets it.
    fn send<E: Errand>(
        &mut self,
        errand: &E,
        command: &(dyn Fn() -> Command + Sync),
    ) -> Answered<E> {
        let mut attempt = 1;
        loop {
            let (pid, started, clock) =
                (self.child.id(), SystemTime::now(), Instant::now());
            let how = match self.ask(&Order { attempt, errand }) {
                Ok(answer) => return Ok(answer),
                Err(how) => how,
            };
            errand.clear_up();
            // Replaced even after the last attempt: the next errand needs a worker too.
            let reason = match self.replace(command()) {
                Err(error) => Reason::NotReplaced(error.to_string()),
                Ok(()) if attempt == ATTEMPTS => Reason::Died(how),
                Ok(()) => {
                    attempt += 1;
                    continue;
                }
            };
            return Err(Lost { pid, started, took: clock.elapsed(), reason });
        }
    }

    /// Sends one message and waits for one. On failure the process has ended, and says how.
    fn ask<E: Serialize, A: DeserializeOwned>(
        &mut self,
        order: &Order<E>,
    ) -> Result<A, String> {
        let orders = self.orders.as_mut().ok_or(io::ErrorKind::BrokenPipe);
        let asked =
            orders.map_err(io::Error::from).and_then(|orders| send(orders, order));
        match asked.and_then(|()| receive(&mut self.answers)) {
            Ok(Some(answer)) => Ok(answer),
            // The pipes only say that it is over; the exit status says how it came.
            Ok(None) | Err(_) => Err(self.end()),
        }
    }

    fn replace(&mut self, command: Command) -> io::Result<()> {
        *self = Self::start(command)?;
        self.expect_ready()
    }

    /// Ends the process, if it has not ended by itself, and tells how it ended.
    fn end(&mut self) -> String {
        self.orders = None;
        let _ = self.child.kill();
        self.child
            .wait()
            .map_or_else(|error| error.to_string(), |status| status.to_string())
    }
}

impl Drop for Worker {
    /// Lets the worker finish: closing its input tells it to go.
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.child.wait();
    }
}

/// Keeps the signal of Ctrl-C from the worker. The terminal sends it to a whole group of
/// processes, but when to stop is for the parent to say.
fn out_of_reach_of_ctrl_c(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    {
        /// From the Windows API, "Process Creation Flags".
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
        std::os::windows::process::CommandExt::creation_flags(
            command,
            CREATE_NEW_PROCESS_GROUP,
        );
    }
}

/// The worker's side: calls `work` with the attempt and the errand, and sends what it returns.
///
/// Ends when the standard input is closed. If that happens in the middle of an errand, the
/// parent is gone: then `abandoned` is called, and the process exits at once. Nothing else may
/// be printed to the standard output.
///
/// # Errors
/// If an answer cannot be sent.
pub fn serve<E: DeserializeOwned + Send + 'static, A: Serialize>(
    work: impl Fn(u32, E) -> A,
    abandoned: fn(),
) -> io::Result<()> {
    static WORKING: AtomicBool = AtomicBool::new(false);
    let mut answers = io::stdout().lock();
    send(&mut answers, &READY)?;
    let (inbox, orders) = mpsc::channel::<Order<E>>();
    // A thread of its own listens, so that the end of the input is noticed during work too.
    thread::spawn(move || {
        while let Ok(Some(order)) = receive(&mut io::stdin().lock()) {
            WORKING.store(true, SeqCst);
            let _ = inbox.send(order);
        }
        if WORKING.load(SeqCst) {
            abandoned();
            process::exit(1);
        }
    });
    for Order { attempt, errand } in orders {
        let answer = work(attempt, errand);
        WORKING.store(false, SeqCst);
        send(&mut answers, &answer)?;
    }
    Ok(())
}

/// Writes a message.
fn send<T: Serialize>(to: &mut impl Write, message: &T) -> io::Result<()> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len()).map_err(io::Error::other)?;
    // In one piece, so that a small message is one system call.
    to.write_all(&[&length.to_le_bytes(), json.as_slice()].concat())?;
    to.flush()
}

/// Reads a message; none if the other side has closed the pipe or died.
fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    if let Err(error) = from.read_exact(&mut length) {
        let closed = error.kind() == io::ErrorKind::UnexpectedEof;
        return if closed { Ok(None) } else { Err(error) };
    }
    let length = u32::from_le_bytes(length);
    if length > LONGEST {
        return Err(io::Error::other("this is no message"));
    }
    let mut json = vec![0; length as usize];
    from.read_exact(&mut json)?;
    Ok(Some(serde_json::from_slice(&json)?))
}
