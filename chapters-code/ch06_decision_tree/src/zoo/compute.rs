//! Computing: a generator of pseudo-random numbers, whose state fits into a register.

use std::hint;
use std::io;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use super::worker::{Deadline, Errand};
use super::{Cpus, Kind, Program, WORKER};
use crate::label::Label;

/// Programs that compute.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "compute-one",
        does: "Computes on one thread.",
        label: Label::CpuBound,
        because: "It never waits: the numbers stay in registers.",
        kind: Kind::Worker(one),
        ..WORKER
    },
    Program {
        id: "compute-all",
        does: "Computes on one thread for each CPU.",
        label: Label::CpuBound,
        because: "No thread ever waits, and each has a CPU.",
        cpus: Cpus::All,
        kind: Kind::Worker(all),
        ..WORKER
    },
    Program {
        id: "compute-crowd",
        does: "Computes on three threads for each CPU.",
        label: Label::CpuBound,
        because: "Its threads stand in line for a CPU, but only behind each other.",
        cpus: Cpus::All,
        kind: Kind::Worker(crowd),
        ..WORKER
    },
    Program {
        id: "compute-children",
        does: "Has two child processes compute, and waits for them.",
        label: Label::CpuBound,
        because: "The children never wait, and it waits for nothing but them.",
        cpus: Cpus::Two,
        kind: Kind::Worker(children),
        ..WORKER
    },
    Program {
        id: "spin",
        does: "Asks again and again whether another thread is done, which sleeps.",
        label: Label::CpuBound,
        because: "It waits, but on a CPU: from outside that is computing.",
        kind: Kind::Worker(spin),
        ..WORKER
    },
];

// ANCHOR: compute
/// Some microseconds of computing.
#[must_use]
pub fn work(mut state: u64) -> u64 {
    for _ in 0..10_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    state
}

/// Computes until it is time, and says how much.
#[must_use]
pub fn compute(until: Deadline) -> u64 {
    let (mut state, mut steps) = (1, 0);
    while !until.is_over() {
        state = hint::black_box(work(state));
        steps += 1;
    }
    steps
}
// ANCHOR_END: compute

/// Does the same on several threads at once, and adds up what they say.
///
/// # Errors
/// The first error of a thread, or that there is none.
pub fn on_threads(
    number: usize,
    work: impl Fn() -> io::Result<u64> + Sync,
) -> io::Result<u64> {
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, &work);
        let threads = (0..number).map(start).collect::<io::Result<Vec<_>>>()?;
        let join = |thread: thread::ScopedJoinHandle<'_, io::Result<u64>>| {
            thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread panicked")))
        };
        threads.into_iter().map(join).sum()
    })
}

fn one(errand: &Errand) -> io::Result<u64> {
    Ok(compute(errand.until))
}

fn all(errand: &Errand) -> io::Result<u64> {
    let cpus = thread::available_parallelism()?.get();
    on_threads(cpus, || Ok(compute(errand.until)))
}

fn crowd(errand: &Errand) -> io::Result<u64> {
    let cpus = thread::available_parallelism()?.get();
    on_threads(3 * cpus, || Ok(compute(errand.until)))
}

// ANCHOR: children
fn children(errand: &Errand) -> io::Result<u64> {
    let mut children = [errand.child("compute-one")?, errand.child("compute-one")?];
    for child in &mut children {
        let status = child.0.wait()?;
        if !status.success() {
            return Err(io::Error::other(format!("a child: {status}")));
        }
    }
    Ok(children.len() as u64)
}
// ANCHOR_END: children

// ANCHOR: spin
fn spin(errand: &Errand) -> io::Result<u64> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(errand.until.left());
            done.store(true, Relaxed);
        });
        let mut asked = 0;
        while !done.load(Relaxed) {
            hint::spin_loop();
            asked += 1;
        }
        Ok(asked)
    })
}
// ANCHOR_END: spin

/// A child process that does not outlive whoever started it.
#[derive(Debug)]
pub struct Kept(pub Child);

impl Kept {
    /// Starts it, with no input and with an output that nobody sees.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(command: &mut Command) -> io::Result<Kept> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().map(Kept)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // If it has ended already, there is nobody to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
