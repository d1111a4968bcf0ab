//! How often a program is looked at: often enough to see what it does, and so seldom that it is not
//! slower for it.

use std::time::{Duration, Instant};

/// Time between two looks, for the most part.
pub const INTERVAL: Duration = Duration::from_millis(10);
/// With very many threads we look less often, but at least so often.
const LONGEST: Duration = Duration::from_millis(300);
/// The share of one CPU that looking may take.
const BUDGET: f64 = 0.01;
/// Seconds that it may take besides, so that something can be said of a program that runs for a
/// second. What that costs a program with a thousand threads is measured: `experiments/overhead.rs`.
const GRANT_S: f64 = 0.015;

/// When to look next.
#[derive(Debug)]
pub struct Pace {
    began: Instant,
    /// Seconds on a CPU that looking took.
    pub spent_s: f64,
    seed: u64,
}

impl Pace {
    /// From `now` on.
    pub fn new(now: Instant, seed: u32) -> Pace {
        Pace { began: now, spent_s: 0.0, seed: u64::from(seed) | 1 }
    }

    /// How long it has been so.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Around [`INTERVAL`], longer if looking takes long, and never twice the same: a program that
    /// has a rhythm of its own must not be met at the same point of it again and again.
    pub fn next_interval(&mut self) -> Duration {
        let passed = self.elapsed().as_secs_f64();
        // Until then, what was spent is no more than what may be.
        let needed_s = ((self.spent_s - GRANT_S) / BUDGET - passed).max(0.0);
        let needed = LONGEST.min(Duration::from_secs_f64(needed_s));
        // Xorshift: all that is asked of it is that it has no rhythm.
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        let from_half = 0.5 + (self.seed % 1000) as f64 / 1000.0;
        INTERVAL.max(needed).mul_f64(from_half)
    }
}
