//! The supervisor of a check: a process of its own, which starts the test program, watches it and
//! all that comes of it, and ends what is left.

use std::{
    io::{self, BufRead, Read, Write},
    process::{self, Child, ExitStatus},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use lab::os::{
    command,
    confine::{self, Confined, Most},
    watch,
};

use super::{
    desk::Desk,
    inside,
    output::{self, Printed},
    scratch, threads,
    wire::{End, Job, Seen, Stopped},
};

/// How often the processes are looked at.
const TICK: Duration = Duration::from_millis(20);
/// At first, and at last.
const QUICK: Duration = Duration::from_millis(1);
/// The folder's size is looked at each so many ticks.
const TICKS_PER_WALK: u32 = 10;
/// Whoever is about to end when the test program does has so long for it.
const PATIENCE: Duration = Duration::from_secs(1);
/// More threads than this, in all processes together, are a mistake.
const MOST_THREADS: u32 = 16_000;
/// More files than this in the folder are a mistake.
pub const MOST_FILES: usize = 20_000;
/// The system itself stops a process at so many times the memory: before we can, if we are kept
/// from looking. It counts what is asked for, so also stacks of threads that are hardly used.
const MEMORY_AT_ONCE: u64 = 4;
/// In addition to the threads that there are on the machine. See [`Most::threads`].
const THREADS_AT_ONCE: u64 = 4096;

/// Reads a job from standard input, does it, and writes what was seen to standard output. If the
/// input ends meanwhile, whoever wanted to know is gone: then everything is ended and removed.
///
/// # Errors
/// If there is no job. What goes wrong with a job is told on standard output.
pub fn answer_stdio() -> Result<()> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("no job")?;
    let job: Job = serde_json::from_str(&line)
        .context("no job: this command is for the tool itself")?;
    let deserted = Arc::new(AtomicBool::new(false));
    let gone = Arc::clone(&deserted);
    thread::spawn(move || {
        // There is nothing to read until it ends.
        drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
        gone.store(true, Ordering::SeqCst);
    });
    let answer = thread::scope(|scope| {
        let supervisor = scope.spawn(|| supervise(&job, &deserted));
        supervisor.join().unwrap_or_else(|_| bail!("the supervisor panicked"))
    });
    let answer = answer.map_err(|error| format!("{error:#}"));
    if deserted.load(Ordering::SeqCst) {
        scratch::remove(&job.scratch);
        return Ok(());
    }
    let answer = serde_json::to_string(&answer)?;
    writeln!(io::stdout(), "{answer}").context("nobody to tell it to")
}

/// Does a job, in a thread of its own: that is confined, and what removes the folder is not.
fn supervise(job: &Job, deserted: &AtomicBool) -> Result<Seen> {
    command::adopt_orphans();
    confine::limit_self(Most {
        memory: job.limits.memory.saturating_mul(MEMORY_AT_ONCE),
        file: job.limits.memory,
        threads: THREADS_AT_ONCE,
    })
    .context("cannot limit what the check may take")?;
    confine::ahead_of_others();
    // Whoever grades is told what is not possible here.
    let confined = confine::this_thread(&job.scratch).unwrap_or_default();
    let mut cell = Cell::start(job, confined)?;
    let mut seen = Seen::default();
    let watched = cell.watch(&mut seen, deserted);
    // Also what cannot be watched any more.
    cell.clear(&mut seen);
    watched?;
    cell.output(&mut seen);
    Ok(seen)
}

/// A test program that runs, and what belongs to it.
struct Cell<'a> {
    job: &'a Job,
    child: Child,
    confined: Confined,
    printed: Reading,
    handed_in: Reading,
    began: Instant,
}

impl Cell<'_> {
    fn start(job: &Job, confined: Confined) -> Result<Cell<'_>> {
        let (reader, writer) = output::channel().context("no descriptors")?;
        let (mut desk, input) = Desk::open().context("no descriptors")?;
        let mut test = inside::test(job, input, writer)?;
        let began = Instant::now();
        let mut child = test
            .spawn()
            .with_context(|| format!("cannot start {}", job.binary.display()))?;
        // It has ends of what is the test's now.
        drop(test);
        desk.send(&mut child, &job.token);
        let nothing = || Printed::new(&job.token, job.limits.output);
        let printed = Reading::start(reader, nothing());
        let handed_in = Reading::start(desk.receipts(), nothing());
        Ok(Cell { job, child, confined, printed, handed_in, began })
    }

    /// Looks on until the program and all that it started have ended, or must be.
    fn watch(&mut self, seen: &mut Seen, deserted: &AtomicBool) -> Result<()> {
        let mut ended: Option<Instant> = None;
        let mut pause = QUICK;
        for tick in 0.. {
            if ended.is_none()
                && let Some(status) = self.child.try_wait()?
            {
                seen.end = Some(end(status));
                seen.took = self.began.elapsed();
                ended = Some(Instant::now());
            }
            let tree = Tree::now(self.child.id(), self.job.limits.processes);
            if let Some(at) = ended {
                // Who starts another process and ends, again and again, is in no list, but a child.
                let is_over = tree.alive.is_empty() && command::reap_orphans();
                if is_over || at.elapsed() > PATIENCE {
                    seen.left = if is_over { 0 } else { tree.alive.len().max(1) };
                    break;
                }
            }
            seen.stopped = self.excess(&tree, tick, ended.is_some());
            if seen.stopped == Some(Stopped::Deadline) {
                let (main, name) = (self.child.id(), &self.job.name);
                seen.threads = threads::tell(&tree.alive, main, name);
            }
            if seen.stopped.is_some() || deserted.load(Ordering::SeqCst) {
                break;
            }
            pause = if ended.is_some() { QUICK } else { TICK.min(pause * 2) };
            thread::sleep(pause);
        }
        if ended.is_none() {
            seen.took = self.began.elapsed();
        }
        Ok(())
    }

    /// What there is too much of.
    fn excess(&self, tree: &Tree, tick: u32, has_ended: bool) -> Option<Stopped> {
        let limits = &self.job.limits;
        let is_large = || {
            tick.is_multiple_of(TICKS_PER_WALK)
                && !scratch::fits(&self.job.scratch, MOST_FILES, limits.memory)
        };
        if tree.all > limits.processes {
            Some(Stopped::Processes)
        } else if tree.threads > MOST_THREADS {
            Some(Stopped::Threads)
        } else if confine::tree_memory(&tree.alive, limits.memory) > limits.memory {
            Some(Stopped::Memory)
        } else if is_large() {
            Some(Stopped::Files)
        } else if !has_ended && self.began.elapsed() > limits.deadline {
            Some(Stopped::Deadline)
        } else {
            None
        }
    }

    /// Ends what is left.
    fn clear(&mut self, seen: &mut Seen) {
        let has_ended = seen.end.is_some() && seen.left == 0 && seen.stopped.is_none();
        if has_ended && cfg!(target_os = "linux") {
            return;
        }
        seen.immortal = confine::end_descendants(self.child.id(), || {
            confine::end_others_within(self.confined);
        });
        if seen.end.is_none() {
            // Where there are groups, it has ended with its own.
            drop(self.child.kill().and_then(|()| self.child.wait()));
        }
    }

    fn output(self, seen: &mut Seen) {
        let (mut printed, mut handed_in) = (self.printed.end(), self.handed_in.end());
        seen.output = String::from_utf8_lossy(&printed.head).into_owned();
        seen.out_of_memory = printed.out_of_memory.take();
        let receipts = if cfg!(unix) { &mut handed_in } else { &mut printed };
        seen.receipts.append(&mut receipts.receipts);
    }
}

fn end(status: ExitStatus) -> End {
    match (status.code(), command::ended_by_signal(status)) {
        (None, Some(signal)) => End::Signal(signal),
        (code, _) => End::Code(code.unwrap_or_default()),
    }
}

/// A thread that reads what comes.
struct Reading {
    so_far: Arc<Mutex<Printed>>,
    drained: Receiver<()>,
}

impl Reading {
    fn start(from: impl Read + Send + 'static, so_far: Printed) -> Reading {
        let so_far = Arc::new(Mutex::new(so_far));
        let (tell, drained) = channel();
        let printed = Arc::clone(&so_far);
        thread::spawn(move || {
            Printed::read(from, |bytes| lock(&printed).add(bytes));
            // Nobody may wait for it any more.
            let _ = tell.send(());
        });
        Reading { so_far, drained }
    }

    /// All that came. Somebody else may hold the other end, wherever he got it: then what comes later
    /// is not waited for.
    fn end(self) -> Printed {
        let _: Result<(), RecvTimeoutError> = self.drained.recv_timeout(PATIENCE);
        let mut so_far = lock(&self.so_far);
        so_far.end_line();
        so_far.clone()
    }
}

fn lock(printed: &Mutex<Printed>) -> MutexGuard<'_, Printed> {
    // What was taken before a panic is still what was printed.
    printed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The processes that come of the test program, at one moment.
struct Tree {
    /// How many, with those that have ended and were not waited for.
    all: usize,
    alive: Vec<u32>,
    threads: u32,
}

impl Tree {
    fn now(child: u32, most: usize) -> Tree {
        let us = process::id();
        let mut tree = Tree { all: 0, alive: Vec::new(), threads: 0 };
        for pid in confine::descendants(us, most) {
            let Some(process) = watch::process(pid) else { continue };
            match process.state {
                // Its parent has ended too, so it is for us to wait for it.
                _ if process.has_ended() && process.parent == us && pid != child => {
                    command::reap_orphan(pid)
                }
                _ if process.has_ended() => tree.all += 1,
                _ => {
                    tree.all += 1;
                    tree.threads += process.threads;
                    tree.alive.push(pid);
                }
            }
        }
        tree
    }
}
