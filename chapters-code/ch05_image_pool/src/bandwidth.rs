//! Does a second core always help? Two loops: one adds up numbers from memory, the other computes
//! in registers.
//!
//! Cores have registers and small caches of their own, and share the way to memory. A loop that
//! needs only registers can use every core. A loop that streams through memory can use only as many
//! as the memory keeps fed.

use std::{hint::black_box, thread};

const NO_PANIC: &str = "arithmetic that wraps cannot panic";

/// Adds up the numbers, each thread a part of them, `times` over.
// ANCHOR: stream
pub fn stream(numbers: &[u64], threads: usize, times: usize) -> u64 {
    let part = numbers.len().div_ceil(threads);
    thread::scope(|scope| {
        let parts = numbers.chunks(part);
        let running: Vec<_> =
            parts.map(|part| scope.spawn(|| add_up(part, times))).collect();
        let sums = running.into_iter().map(|thread| thread.join().expect(NO_PANIC));
        sums.fold(0, u64::wrapping_add)
    })
}

fn add_up(numbers: &[u64], times: usize) -> u64 {
    // The black box keeps the compiler from adding up once, and multiplying.
    let once = || black_box(numbers).iter().copied().fold(0, u64::wrapping_add);
    (0..times).map(|_| once()).fold(0, u64::wrapping_add)
}
// ANCHOR_END: stream

/// `steps` steps of Marsaglia's xorshift64 (2003) in registers, each thread a part of them.
///
/// Each step needs the result of the one before, so nothing can be left out or done at once.
pub fn compute(steps: u64, threads: usize) -> u64 {
    let part = steps / threads as u64;
    let chain =
        move |seed: u64| (0..part).fold(black_box(seed), |state, _| step(state));
    thread::scope(|scope| {
        let seeds = 1..=threads as u64;
        let running: Vec<_> =
            seeds.map(|seed| scope.spawn(move || chain(seed))).collect();
        let ends = running.into_iter().map(|thread| thread.join().expect(NO_PANIC));
        ends.fold(0, |all, end| all ^ end)
    })
}

fn step(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ (state << 17)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_does_not_depend_on_the_number_of_threads() {
        let numbers: Vec<u64> = (1..=1000).collect();
        for threads in 1..=4 {
            assert_eq!(stream(&numbers, threads, 1), 500_500);
            assert_eq!(stream(&numbers, threads, 3), 1_501_500);
        }
    }

    #[test]
    fn a_chain_ends_where_its_steps_lead() {
        let ends = |steps| compute(steps, 1);
        assert_eq!(ends(0), 1);
        assert_eq!(ends(3), step(step(step(1))));
        assert_eq!(compute(6, 2), ends(3) ^ step(step(step(2))));
    }
}
