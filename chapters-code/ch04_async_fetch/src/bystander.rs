//! Does it disturb others that ten thousand wait? A bystander that wants to do something every
//! millisecond, and notes how long it really takes until it can.

use std::thread;
use std::time::{Duration, Instant};

/// How often the bystander wants to do something.
pub const EVERY: Duration = Duration::from_millis(1);

/// Naps `count` times. Returns how long each nap was, the shortest first.
#[must_use]
// ANCHOR: naps
pub fn naps(count: usize) -> Vec<Duration> {
    let nap = |_| {
        let clock = Instant::now();
        thread::sleep(EVERY);
        clock.elapsed()
    };
    let mut naps: Vec<Duration> = (0..count).map(nap).collect();
    naps.sort();
    naps
}
// ANCHOR_END: naps
