//! Some jobs, done one after the other, by threads, by tasks, and by processes, with one signature
//! to be read side by side.

use std::env;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crossbeam::queue::SegQueue;
use serde::{Deserialize, Serialize};

use crate::crew::{self, Errand};
use crate::job::Job;

/// The argument that makes this program a worker of [`processes`]: its `main` must then call
/// [`worker`].
pub const WORKER: &str = "worker";

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// Its place in the list of jobs.
    pub number: usize,
    /// What came out.
    pub answer: u128,
    /// Who did it.
    pub worker: String,
    /// When it began, by the clock on the wall.
    pub started: SystemTime,
    /// How long it took.
    pub took: Duration,
}

/// Does the jobs one after the other.
///
/// # Errors
/// If a job fails.
// ANCHOR: sequential
pub fn sequential(jobs: &[Job], _workers: usize) -> io::Result<Vec<Done>> {
    let jobs = jobs.iter().enumerate();
    jobs.map(|(number, job)| run(number, *job)).collect()
}
// ANCHOR_END: sequential

/// Does the jobs on `workers` threads, each of which takes the next job when it is done with one.
///
/// # Errors
/// If a job fails, or there is no thread.
// ANCHOR: threads
pub fn threads(jobs: &[Job], workers: usize) -> io::Result<Vec<Done>> {
    let queue = SegQueue::new();
    jobs.iter().enumerate().for_each(|job| queue.push(job));
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let work = || {
            while let Some((number, job)) = queue.pop() {
                put(&done, run(number, *job));
            }
        };
        for _ in 0..workers.min(jobs.len()) {
            thread::Builder::new().spawn_scoped(scope, work)?;
        }
        Ok::<(), io::Error>(())
    })?;
    in_order(done)
}
// ANCHOR_END: threads

/// Does the jobs as tasks of one thread. A nap gives the thread back, and nothing else does.
///
/// # Errors
/// If a job fails, or there is no runtime.
// ANCHOR: tasks
pub fn tasks(jobs: &[Job], _workers: usize) -> io::Result<Vec<Done>> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let jobs = jobs.iter().copied().enumerate();
        let tasks: Vec<_> = jobs.map(|job| tokio::spawn(task(job))).collect();
        let mut done = Vec::new();
        for task in tasks {
            done.push(task.await.map_err(io::Error::other)??);
        }
        Ok(done)
    })
}

async fn task((number, job): (usize, Job)) -> io::Result<Done> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let done = match job {
        Job::Nap(time) => {
            tokio::time::sleep(time).await;
            run(number, Job::Nap(Duration::ZERO))?
        }
        job => run(number, job)?,
    };
    let worker = format!("task {number}");
    Ok(Done { worker, started, took: clock.elapsed(), ..done })
}
// ANCHOR_END: tasks

/// Does the jobs in `workers` processes that run this program again.
///
/// # Errors
/// If a job fails, or a process does not start.
pub fn processes(jobs: &[Job], workers: usize) -> io::Result<Vec<Done>> {
    processes_of(&env::current_exe()?, jobs, workers)
}

/// As [`processes`], with workers that run `program`: a test is a program without workers.
///
/// # Errors
/// If a job fails, or a process does not start.
// ANCHOR: processes
pub fn processes_of(
    program: &Path,
    jobs: &[Job],
    workers: usize,
) -> io::Result<Vec<Done>> {
    let jobs = jobs.iter().copied().enumerate();
    let errands: Vec<Numbered> =
        jobs.map(|(number, job)| Numbered { number, job }).collect();
    let done = Mutex::new(Vec::new());
    let command = || as_worker(program);
    crew::run(&command, workers, &errands, &|_, answer| {
        let answer = answer.map_err(|lost| io::Error::other(format!("{lost:?}")));
        put(&done, answer.and_then(|it| it.map_err(io::Error::other)));
        ControlFlow::Continue(())
    })?;
    in_order(done)
}
// ANCHOR_END: processes

/// A job with its place in the list, for a worker process.
#[derive(Serialize, Deserialize)]
struct Numbered {
    number: usize,
    job: Job,
}

impl Errand for Numbered {
    type Answer = Result<Done, String>;
}

fn as_worker(program: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(program));
    command.arg(WORKER);
    command
}

/// The other end: does the jobs that come through the standard input until it is closed.
///
/// # Errors
/// If a pipe breaks in the middle of a message.
pub fn worker() -> io::Result<()> {
    let work = |_, errand: Numbered| {
        run(errand.number, errand.job).map_err(|error| error.to_string())
    };
    crew::serve(work, || ())
}

/// Does one job, and notes who did it and when.
fn run(number: usize, job: Job) -> io::Result<Done> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let answer = job.run()?;
    let worker = format!("{} {:?}", process::id(), thread::current().id());
    Ok(Done { number, answer, worker, started, took: clock.elapsed() })
}

/// Puts a result on the pile. Nobody panics while they hold it.
fn put(pile: &Mutex<Vec<io::Result<Done>>>, done: io::Result<Done>) {
    pile.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(done);
}

/// The results in the order of the jobs.
fn in_order(pile: Mutex<Vec<io::Result<Done>>>) -> io::Result<Vec<Done>> {
    let pile = pile.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut done = pile.into_iter().collect::<io::Result<Vec<Done>>>()?;
    done.sort_by_key(|done| done.number);
    Ok(done)
}
