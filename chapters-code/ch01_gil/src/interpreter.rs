//! What runs under the lock: a toy language with three instructions.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{gil::Held, turns::Turn};

// ANCHOR: op
/// An instruction.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// A loop of so many iterations. After each, other workers may have their turn.
    Loop(u64),
    /// The same work inside one native call, which does not look up before it is done.
    Native(u64),
    /// Waits for so long, as for a disk or a network, without the lock.
    Wait(Duration),
}
// ANCHOR_END: op

/// What a worker needs in order to run.
pub trait Permit {
    /// Lets another worker run, if one has asked for it.
    fn poll(&mut self);

    /// Does something that needs no permit, and lets others run meanwhile.
    fn allow_threads<T>(&mut self, work: impl FnOnce() -> T) -> T;
}

impl Permit for Held<'_> {
    fn poll(&mut self) {
        Held::poll(self);
    }

    fn allow_threads<T>(&mut self, work: impl FnOnce() -> T) -> T {
        Held::allow_threads(self, work)
    }
}

/// The permit of a worker that needs none: there is no lock.
pub struct Free {
    since: Instant,
    turns: Vec<Turn>,
}

impl Free {
    /// A worker that begins now.
    pub fn attach() -> Free {
        Free { since: Instant::now(), turns: Vec::new() }
    }

    /// Ends, and tells when the worker could run.
    pub fn detach(mut self) -> Vec<Turn> {
        self.end_turn();
        self.turns
    }

    fn end_turn(&mut self) {
        let (taken, dropped) = (self.since, Instant::now());
        self.turns.push(Turn { asked: taken, taken, dropped, forced: false });
    }
}

impl Permit for Free {
    fn poll(&mut self) {}

    fn allow_threads<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.end_turn();
        let result = work();
        self.since = Instant::now();
        result
    }
}

// ANCHOR: run
/// Runs a program, and returns what its loops have computed.
pub fn run(program: &[Op], permit: &mut impl Permit) -> u64 {
    let mut value = 1;
    for op in program {
        match *op {
            Op::Loop(times) => {
                for _ in 0..times {
                    value = iteration(value);
                    permit.poll();
                }
            }
            Op::Native(times) => {
                value = (0..times).fold(value, |value, _| iteration(value));
                permit.poll();
            }
            Op::Wait(time) => permit.allow_threads(|| thread::sleep(time)),
        }
    }
    value
}
// ANCHOR_END: run

/// Some arithmetic, about as much as one iteration of a Python loop costs. Each step needs the last
/// one's result, so that nothing of it can be left out. The step is Marsaglia's xorshift64 (2003).
fn iteration(mut value: u64) -> u64 {
    for _ in 0..16 {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
    }
    value
}
