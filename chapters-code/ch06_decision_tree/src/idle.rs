//! Five programs that are slow while their CPU is idle. Each has a reason of its own, and only two
//! of them do input or output.

use std::hint::black_box;
use std::io::{self, Read};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Sleeps: waits for time to pass.
// ANCHOR: sleep
pub fn sleep(turns: u32, pause: Duration) {
    for _ in 0..turns {
        thread::sleep(pause);
    }
}
// ANCHOR_END: sleep

/// Wants a lock, which another thread always has at that moment, and keeps for `pause`.
///
/// # Errors
/// If the system gives no thread.
// ANCHOR: lock
pub fn lock(turns: u32, pause: Duration) -> io::Result<()> {
    let (lock, meet) = (Mutex::new(()), Barrier::new(2));
    let other = || {
        for _ in 0..turns {
            let held = lock.lock();
            meet.wait();
            thread::sleep(pause);
            drop(held);
            meet.wait();
        }
    };
    thread::scope(|scope| {
        thread::Builder::new().spawn_scoped(scope, other)?;
        for _ in 0..turns {
            meet.wait();
            drop(lock.lock());
            meet.wait();
        }
        Ok(())
    })
}
// ANCHOR_END: lock

/// Reads a byte a turn from a connection or a pipe, when somebody sends it.
///
/// # Errors
/// If they hang up before the last one.
// ANCHOR: read
pub fn read(turns: u32, mut from: impl Read) -> io::Result<()> {
    for _ in 0..turns {
        from.read_exact(&mut [0])?;
    }
    Ok(())
}
// ANCHOR_END: read

/// Computes all the time, for so long by the clock. How much comes of it depends on who else wants
/// the CPU.
// ANCHOR: compute
pub fn compute(time: Duration) -> u64 {
    let (clock, mut done) = (Instant::now(), 0);
    while clock.elapsed() < time {
        done += black_box(1);
    }
    done
}
// ANCHOR_END: compute

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_read_each_turn_and_one_that_is_missing_is_told() {
        assert!(read(3, &[1, 2, 3][..]).is_ok());
        assert!(read(4, &[1, 2, 3][..]).is_err());
    }

    #[test]
    fn whoever_wants_the_lock_gets_it_each_turn() {
        assert!(lock(100, Duration::ZERO).is_ok());
    }
}
