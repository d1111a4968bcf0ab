//! Programs that keep one CPU busy all the time: by waiting, by walking through memory, by working.

use std::hint::{black_box, spin_loop};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

/// Asks again and again whether something has happened. It happens after `pause`.
///
/// # Errors
/// If the system gives no thread.
// ANCHOR: spin
pub fn spin(pause: Duration) -> io::Result<()> {
    after(pause, |happened| {
        while !happened.load(SeqCst) {
            spin_loop();
        }
    })
}

/// The same, but asleep until it is told.
///
/// # Errors
/// As [`spin`].
pub fn park(pause: Duration) -> io::Result<()> {
    after(pause, |happened| {
        while !happened.load(SeqCst) {
            thread::park();
        }
    })
}
// ANCHOR_END: spin

/// Has another thread make it happen after `pause`, and wait for it with `wait`.
fn after(pause: Duration, wait: impl Fn(&AtomicBool)) -> io::Result<()> {
    let (happened, waiting) = (AtomicBool::new(false), thread::current());
    thread::scope(|scope| {
        let other = || {
            thread::sleep(pause);
            happened.store(true, SeqCst);
            waiting.unpark();
        };
        thread::Builder::new().spawn_scoped(scope, other)?;
        wait(&happened);
        Ok(())
    })
}

/// A cache line, which says where the next one is. Nobody can know that before it has come.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Line(u32);

/// A walk through `lines` lines of 64 bytes, to each once and back to the first, in an order that
/// no CPU can guess (Sattolo's shuffle).
#[must_use]
pub fn path(lines: u32) -> Vec<Line> {
    let mut path: Vec<Line> = (0..lines).map(Line).collect();
    let mut state = 1;
    for last in (1..path.len()).rev() {
        state = step(state);
        path.swap(last, (state % last as u64) as usize);
    }
    path
}

/// So many steps of the walk. Returns where it ended.
// ANCHOR: walk
#[must_use]
pub fn walk(path: &[Line], steps: u64) -> u32 {
    (0..steps).fold(0, |at, _| path[at as usize].0)
}
// ANCHOR_END: walk

/// So many steps of Marsaglia's xorshift64 (2003), which need nothing but registers.
// ANCHOR: work
#[must_use]
pub fn work(steps: u64) -> u64 {
    (0..steps).fold(black_box(1), |state, _| step(state))
}
// ANCHOR_END: work

fn step(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ (state << 17)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_walk_comes_to_each_line_once_and_back_to_the_first() {
        let path = path(1000);
        let seen: HashSet<u32> = (0..1000).map(|steps| walk(&path, steps)).collect();
        assert_eq!(seen.len(), 1000);
        assert_eq!(walk(&path, 1000), 0);
    }

    #[test]
    fn whoever_waits_goes_on_when_it_has_happened() {
        assert!(spin(Duration::ZERO).is_ok() && park(Duration::ZERO).is_ok());
    }

    #[test]
    fn the_work_is_as_many_steps_as_were_asked_for() {
        assert_eq!(work(0), 1);
        assert_eq!(work(3), step(step(step(1))));
    }
}
