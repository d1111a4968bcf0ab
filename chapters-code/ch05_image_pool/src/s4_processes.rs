//! Worker processes: this program starts itself again, and sends the jobs through pipes.

use std::env;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use ch02_threads_vs_processes::crew::{self, Answered, Errand, Reason};

use crate::job::{Failure, Job, Outcome, Worker, shrink};
use crate::save;

/// The argument that makes this program a worker: its `main` must then call [`worker`].
pub const WORKER: &str = "worker";

/// Does the jobs in `workers` processes, and hands each outcome to `done` as soon as it is
/// known.
///
/// When `done` breaks, the jobs in hand are finished, and no more are taken. If a worker
/// process dies, another takes its place and its job; a job that costs two is given up.
///
/// # Errors
/// If the worker processes cannot be started.
// ANCHOR: run
pub fn run(
    jobs: &[Job],
    workers: usize,
    done: &(dyn Fn(Outcome) -> ControlFlow<()> + Sync),
) -> io::Result<()> {
    let program = env::current_exe()?;
    let command = || as_worker(&program);
    crew::run(&command, workers, jobs, &|job, answer| done(outcome(job, answer)))
}
// ANCHOR_END: run

/// As [`run`], with workers that run `program`: a test is a program without workers.
///
/// # Errors
/// If the worker processes cannot be started.
pub fn run_program(
    program: &Path,
    jobs: &[Job],
    workers: usize,
    done: &(dyn Fn(Outcome) -> ControlFlow<()> + Sync),
) -> io::Result<()> {
    let command = || as_worker(program);
    crew::run(&command, workers, jobs, &|job, answer| done(outcome(job, answer)))
}

/// Starts the program as a worker.
fn as_worker(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(WORKER);
    command
}

/// The other end: does the jobs that come through the standard input until it is closed.
///
/// # Errors
/// If a pipe breaks in the middle of a message.
pub fn worker() -> io::Result<()> {
    crew::serve(
        |attempt, mut job: Job| {
            if attempt > 1 {
                job.fault = job.fault.and_then(|fault| fault.again());
            }
            shrink(&job)
        },
        // Nobody waits for the result any more: stop, but not in the middle of a save.
        || std::mem::forget(save::no_more()),
    )
}

impl Errand for Job {
    type Answer = Outcome;

    fn clear_up(&self) {
        // Most often there is none: the worker died before it had anything to write.
        let _ = fs::remove_file(&self.temp);
    }
}

/// What a worker told, or, if none lived to tell, how that came.
fn outcome(job: &Job, answer: Answered<Job>) -> Outcome {
    answer.unwrap_or_else(|lost| Outcome {
        id: job.id,
        worker: Worker { pid: lost.pid, thread: 0 },
        started: lost.started,
        took: lost.took,
        result: Err(match lost.reason {
            Reason::Died(how) => Failure::WorkerLost(how),
            Reason::NotReplaced(why) => Failure::NoWorker(why),
        }),
    })
}
