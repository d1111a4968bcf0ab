//! Does a second core always help? Two loops: one adds up numbers from memory, the other computes
//! in registers.
//!
//! Cores have registers and small caches of their own, and share the way to memory. A loop that
//! needs only registers can use every core. A loop that streams through memory can use only as many
//! as the memory keeps fed.

use std::{hint::black_box, thread};

/// Adds up the numbers, each thread a part of them, `times` over.
// ANCHOR: stream
pub fn stream(numbers: &[u64], threads: usize, times: usize) -> u64 {
    let part = numbers.len().div_ceil(threads);
    let add =
        |part: &[u64]| (0..times).fold(0, |sum: u64, _| sum.wrapping_add(sum_of(part)));
    thread::scope(|scope| {
        let parts = numbers.chunks(part).map(|part| scope.spawn(move || add(part)));
        let running: Vec<_> = parts.collect();
        running
            .into_iter()
            .fold(0, |sum: u64, thread| sum.wrapping_add(thread.join().unwrap_or(0)))
    })
}
// ANCHOR_END: stream

/// `black_box` keeps the compiler from adding up once and multiplying.
fn sum_of(part: &[u64]) -> u64 {
    black_box(part).iter().fold(0, |sum: u64, number| sum.wrapping_add(*number))
}

/// `steps` steps of a chain of multiplications in registers, each thread a part of them.
///
/// The multiplier is that of Knuth's MMIX generator.
pub fn compute(steps: u64, threads: usize) -> u64 {
    let part = steps / threads as u64;
    let chain = move |seed: u64| {
        let step = |state: u64, _| {
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1)
        };
        black_box((0..part).fold(black_box(seed), step))
    };
    thread::scope(|scope| {
        let running: Vec<_> =
            (0..threads as u64).map(|n| scope.spawn(move || chain(n))).collect();
        running.into_iter().fold(0, |all, thread| all ^ thread.join().unwrap_or(0))
    })
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
        // From 0, one step leads to 1, and two lead to the multiplier + 1.
        assert_eq!(compute(1, 1), 1);
        assert_eq!(compute(2, 1), 6_364_136_223_846_793_006);
    }
}
