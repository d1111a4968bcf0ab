//! What the first programs do: nap, ask and wait, add up squares, throw darts.

use std::hint::black_box;
use std::io;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::late;

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Sleep.
    Nap(Duration),
    /// Call the server at this port of this machine, and wait for its answer.
    Ask(u16),
    /// Add up the squares of all numbers below, so many times.
    Squares(u64, u32),
    /// Throw so many darts at a square, and count those that hit the circle in it. The second
    /// number is where chance begins.
    Darts(u64, u64),
}

impl Job {
    /// Does it. The answer is the sum, or the number of hits, or 0.
    ///
    /// # Errors
    /// If it asked, and nobody answered.
    pub fn run(self) -> io::Result<u128> {
        match self {
            Job::Nap(time) => thread::sleep(time),
            Job::Ask(port) => late::ask(port)?,
            Job::Squares(below, times) => return Ok(squares(below, times)),
            Job::Darts(count, seed) => return Ok(u128::from(darts(count, seed))),
        }
        Ok(0)
    }
}

// ANCHOR: squares
fn squares(below: u64, times: u32) -> u128 {
    let mut sum = 0;
    for _ in 0..times {
        sum = 0;
        for number in 0..below {
            // Opaque to the compiler, which knows a formula for this sum.
            sum = black_box(sum) + u128::from(number) * u128::from(number);
        }
    }
    sum
}
// ANCHOR_END: squares

// ANCHOR: darts
fn darts(count: u64, seed: u64) -> u64 {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut throw = || random().powi(2) + random().powi(2) <= 1.0;
    (0..count).filter(|_| throw()).count() as u64
}
// ANCHOR_END: darts
