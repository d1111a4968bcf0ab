//! Loops in which a CPU waits for memory most of the time. The system counts that as computing.

use std::hint;
use std::io;
use std::thread;

use super::compute::on_threads;
use super::worker::Errand;
use super::{Cpus, Kind, Need, Program, WORKER};
use crate::label::Label;

/// Programs that wait for memory.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "stream",
        does: "Adds up two long lists into a third, on all CPUs.",
        label: Label::MemoryBound,
        because: "512 MiB go through each pass, far more than a cache holds, and a number takes \
                  one addition.",
        needs: &[Need::TwoCpus],
        cpus: Cpus::All,
        kind: Kind::Worker(stream),
        ..WORKER
    },
    Program {
        id: "chase",
        does: "Follows pointers through 256 MiB, each to somewhere else.",
        label: Label::MemoryBound,
        because: "Where the next step goes stands in memory that no cache has, and between two \
                  steps there is nothing to compute.",
        kind: Kind::Worker(chase),
        ..WORKER
    },
];

/// Bytes that all lists have together.
const LISTS: usize = 512 << 20;

// ANCHOR: stream
fn stream(errand: &Errand) -> io::Result<u64> {
    let threads = thread::available_parallelism()?.get();
    let length = LISTS / size_of::<f64>() / 3 / threads;
    on_threads(threads, || {
        let (one, two) = (vec![1.0; length], vec![2.0; length]);
        let mut sum = vec![0.0; length];
        let mut passes = 0;
        while passes == 0 || !errand.until.is_over() {
            for ((sum, one), two) in sum.iter_mut().zip(&one).zip(&two) {
                *sum = one + 3.0 * two;
            }
            hint::black_box(&mut sum);
            passes += 1;
        }
        Ok(passes)
    })
}
// ANCHOR_END: stream

// ANCHOR: chase
/// What a cache fetches at once.
#[repr(align(64))]
struct Line {
    next: usize,
}

/// Together 256 MiB.
const LINES: usize = (256 << 20) / size_of::<Line>();

/// Comes by every line once before it is back at the first, in no order that could be foreseen.
fn after(line: usize) -> usize {
    (line * 1_664_525 + 1_013_904_223) % LINES
}

fn chase(errand: &Errand) -> io::Result<u64> {
    let ring: Vec<Line> = (0..LINES).map(|line| Line { next: after(line) }).collect();
    let (mut at, mut steps) = (0, 0);
    while steps == 0 || !errand.until.is_over() {
        for _ in 0..10_000 {
            at = ring[at].next;
        }
        steps += 10_000;
    }
    hint::black_box(at);
    Ok(steps)
}
// ANCHOR_END: chase

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chase_comes_by_every_line() {
        let mut seen = vec![false; LINES];
        let mut at = 0;
        for _ in 0..LINES {
            assert!(!seen[at], "{at} twice");
            seen[at] = true;
            at = after(at);
        }
        assert_eq!(at, 0);
    }
}
