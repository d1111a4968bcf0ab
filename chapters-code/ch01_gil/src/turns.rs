//! Who held the lock, and when.

use std::time::{Duration, Instant};

/// A turn: one worker's time with the lock, and its wait before.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// When the worker asked for the lock.
    pub asked: Instant,
    /// When it had it.
    pub taken: Instant,
    /// When it let go.
    pub dropped: Instant,
    /// Whether it was still computing, and let go because somebody had asked it to.
    pub forced: bool,
}

impl Turn {
    /// How long the lock was held.
    pub fn hold(&self) -> Duration {
        self.dropped - self.taken
    }
}

/// How many of these stretches of time overlap at most. One that ends when the next begins does
/// not overlap it, and an empty one overlaps nothing.
pub fn most_at_once(stretches: impl Iterator<Item = (Instant, Instant)>) -> usize {
    let stretches = stretches.filter(|(start, end)| start < end);
    let mut events: Vec<(Instant, bool)> =
        stretches.flat_map(|(start, end)| [(start, true), (end, false)]).collect();
    // `false` sorts first: an end before a beginning at the same instant.
    events.sort_unstable();
    let (mut now, mut most) = (0, 0);
    for (_, begins) in events {
        if begins {
            now += 1;
            most = most.max(now);
        } else {
            now -= 1;
        }
    }
    most
}
