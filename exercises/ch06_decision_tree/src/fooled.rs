//! Fool the rule.
//!
//! "Divide the CPU time of the process by the wall time. Above 0.8 the program is CPU-bound; if
//! not, it is I/O-bound." Write three programs that it gets wrong. They are run in a small world of
//! CPUs, a server and a lock; then something in that world is changed, and they are run again.

/// What a thread does. Times are in milliseconds, and a program takes 20 seconds at most.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Compute(u64),
    /// Asks a server, and waits for the answer.
    Ask(u64),
    /// Waits until no other thread has the lock, and takes it.
    Lock,
    Unlock,
}
use Step::{Ask, Compute, Lock, Unlock};

/// A program; it ends when all of it has.
pub struct Program {
    /// Its threads, each with its steps.
    pub threads: Vec<Vec<Step>>,
    /// Processes that it starts, with one thread each.
    pub children: Vec<Vec<Step>>,
}

/// The rule says CPU-bound. Faster CPUs would hardly help; a faster server would.
pub fn waits_for_a_server(cpus: usize) -> Program {
    let thread = vec![Compute(1000)];
    Program { threads: vec![thread; cpus], children: vec![] }
}

/// The rule says I/O-bound. A faster server would not help; faster CPUs would.
pub fn computes(cpus: usize) -> Program {
    let thread = [Compute(5), Ask(95)].repeat(20);
    Program { threads: vec![thread; cpus], children: vec![] }
}

/// The rule says CPU-bound. More CPUs would not help; to have no lock would.
pub fn waits_for_a_lock(cpus: usize) -> Program {
    let thread = vec![Lock, Compute(1000), Unlock];
    Program { threads: vec![thread], children: vec![] }
}
