//! Several workers, three ways, with one signature.

use std::{
    any::Any,
    hint::black_box,
    panic::resume_unwind,
    thread,
    time::{Duration, Instant},
};

use crate::{
    gil::Gil,
    interpreter::{Free, Op, run},
    turns::Turn,
};

/// What a worker runs.
pub type Program = Vec<Op>;

/// A worker, from its beginning to its end.
#[derive(Debug)]
pub struct Life {
    /// When it was ready to run.
    pub began: Instant,
    /// When its program was done.
    pub ended: Instant,
    /// When it could run, and when it waited for that.
    pub turns: Vec<Turn>,
}

// ANCHOR: serial
/// One program after the other, on one thread.
pub fn serial(programs: &[Program], _interval: Duration) -> Vec<Life> {
    let life = |program: &Program| {
        let began = Instant::now();
        let mut free = Free::attach();
        black_box(run(program, &mut free));
        let turns = free.detach();
        Life { began, ended: Instant::now(), turns }
    };
    programs.iter().map(life).collect()
}
// ANCHOR_END: serial

// ANCHOR: gil
/// A thread for each program, all under one lock.
pub fn under_the_gil(programs: &[Program], interval: Duration) -> Vec<Life> {
    let gil = Gil::new(interval);
    on_threads(programs, |program| {
        let began = Instant::now();
        let mut held = gil.attach();
        black_box(run(program, &mut held));
        let turns = held.detach();
        Life { began, ended: Instant::now(), turns }
    })
}
// ANCHOR_END: gil

// ANCHOR: free
/// A thread for each program, and no lock.
pub fn without_a_lock(programs: &[Program], _interval: Duration) -> Vec<Life> {
    on_threads(programs, |program| {
        let began = Instant::now();
        let mut free = Free::attach();
        black_box(run(program, &mut free));
        let turns = free.detach();
        Life { began, ended: Instant::now(), turns }
    })
}
// ANCHOR_END: free

// ANCHOR: threads
/// Has each program worked on by a thread of its own.
fn on_threads(
    programs: &[Program],
    work: impl Fn(&Program) -> Life + Sync,
) -> Vec<Life> {
    thread::scope(|scope| {
        let work = &work;
        let start = |program| scope.spawn(move || work(program));
        let threads: Vec<_> = programs.iter().map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(resume)).collect()
    })
}
// ANCHOR_END: threads

/// Hands a thread's panic on.
fn resume(panic: Box<dyn Any + Send>) -> Life {
    resume_unwind(panic)
}
