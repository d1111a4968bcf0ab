//! What is left when something happens to a worker? The same jobs and the same misfortunes, with
//! threads and with processes.

use std::hint::black_box;
use std::io;
use std::mem::forget;
use std::ops::ControlFlow;
use std::panic;
use std::path::Path;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use crossbeam::queue::SegQueue;
use serde::{Deserialize, Serialize};

use crate::crew::{self, Errand};

/// The argument that makes this program a worker of [`by_processes`]: its `main` must then call
/// [`worker`].
pub const WORKER: &str = "unlucky-worker";

/// What a worker leaks when it leaks.
pub const LEAK: usize = 64 << 20;

/// Half a job. What happens, happens in the middle, when the other worker is in the middle, too.
const HALF: Duration = Duration::from_millis(1);

// ANCHOR: misfortunes
/// What may happen to a worker in the middle of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Misfortune {
    /// A bug that Rust notices.
    Panic,
    /// A bug that the program gives up at.
    Abort,
    /// A signal that nobody can catch, such as when memory runs out.
    Kill,
    /// Memory that is never given back.
    Leak,
    /// A write to where it should not.
    Corrupt,
}
// ANCHOR_END: misfortunes

impl Misfortune {
    /// All of them.
    pub const ALL: [Misfortune; 5] = [
        Misfortune::Panic,
        Misfortune::Abort,
        Misfortune::Kill,
        Misfortune::Leak,
        Misfortune::Corrupt,
    ];

    /// Its name on the command line and in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Misfortune::Panic => "panic",
            Misfortune::Abort => "abort",
            Misfortune::Kill => "kill",
            Misfortune::Leak => "leak",
            Misfortune::Corrupt => "corrupt",
        }
    }

    /// Lets it happen.
    // ANCHOR: strike
    fn strike(self) {
        match self {
            Misfortune::Panic => panic!("as asked for"),
            Misfortune::Abort => process::abort(),
            Misfortune::Kill => kill_this_process(),
            Misfortune::Leak => forget(black_box(vec![1_u8; LEAK])),
            Misfortune::Corrupt => {
                TABLE.iter().for_each(|entry| entry.store(13, Relaxed))
            }
        }
    }
    // ANCHOR_END: strike
}

/// How many jobs there are.
pub const JOBS: usize = 12;

/// What all jobs of a process read: the squares. Safe Rust lets nobody write here by mistake, so
/// the entries are atomics, and the mistake is staged.
static TABLE: [AtomicU64; JOBS] = {
    let mut table = [const { AtomicU64::new(0) }; JOBS];
    let mut number = 0;
    while number < JOBS {
        table[number] = AtomicU64::new((number * number) as u64);
        number += 1;
    }
    table
};

/// A job: look up a square.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Of which number.
    pub number: usize,
    /// What happens meanwhile, if anything.
    pub misfortune: Option<Misfortune>,
}

/// The jobs, with a misfortune in the fifth.
#[must_use]
pub fn jobs(misfortune: Option<Misfortune>) -> Vec<Job> {
    let job = |number| Job { number, misfortune: misfortune.filter(|_| number == 4) };
    (0..JOBS).map(job).collect()
}

/// Does a job.
#[must_use]
pub fn work(job: Job) -> u64 {
    thread::sleep(HALF);
    if let Some(misfortune) = job.misfortune {
        misfortune.strike();
    }
    thread::sleep(HALF);
    TABLE[job.number % JOBS].load(Relaxed)
}

/// Does the jobs on threads, and hands over each answer as soon as it is there.
///
/// # Errors
/// If there is no thread.
// ANCHOR: threads
pub fn by_threads(
    jobs: &[Job],
    workers: usize,
    done: &(dyn Fn(Job, u64) + Sync),
) -> io::Result<()> {
    let queue = SegQueue::new();
    jobs.iter().for_each(|job| queue.push(*job));
    thread::scope(|scope| {
        let worker = || {
            while let Some(job) = queue.pop() {
                done(job, work(job));
            }
        };
        let start = |_| thread::Builder::new().spawn_scoped(scope, worker);
        let threads = (0..workers).map(start).collect::<io::Result<Vec<_>>>()?;
        for thread in threads {
            // A panic has ended the thread, and its job is lost; the others go on.
            let _ = thread.join();
        }
        Ok(())
    })
}
// ANCHOR_END: threads

/// Does the jobs in processes that run `program`, and hands over each answer as soon as it is there.
///
/// # Errors
/// If there is no process.
// ANCHOR: processes
pub fn by_processes(
    program: &Path,
    jobs: &[Job],
    workers: usize,
    done: &(dyn Fn(Job, u64) + Sync),
) -> io::Result<()> {
    let command = || as_worker(program);
    crew::run(&command, workers, jobs, &|job, answer| {
        if let Ok(answer) = answer {
            done(*job, answer);
        }
        ControlFlow::Continue(())
    })
}
// ANCHOR_END: processes

impl Errand for Job {
    type Answer = u64;
}

fn as_worker(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(WORKER);
    command
}

/// The worker process: what happened to one worker does not happen again to the next.
///
/// # Errors
/// If a pipe breaks in the middle of a message.
pub fn worker() -> io::Result<()> {
    let work = |attempt, job: Job| {
        let misfortune = job.misfortune.filter(|_| attempt == 1);
        work(Job { misfortune, ..job })
    };
    without_messages();
    crew::serve(work, || ())
}

/// Has panics say nothing: here they are asked for, and would only frighten.
pub fn without_messages() {
    panic::set_hook(Box::new(|_| ()));
}

/// Ends this process as the system does when memory runs out: at once, with no goodbye.
#[cfg(unix)]
fn kill_this_process() {
    use nix::sys::signal::{Signal, kill};
    let _ = kill(nix::unistd::Pid::this(), Signal::SIGKILL);
    // The signal may need a moment to arrive; nothing may happen until then.
    loop {
        thread::park();
    }
}

/// Ends this process at once, with no goodbye.
#[cfg(not(unix))]
fn kill_this_process() {
    process::abort();
}
