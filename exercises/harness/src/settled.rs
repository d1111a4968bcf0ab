//! Waiting until nobody else has anything to do.

use std::{
    process, thread,
    time::{Duration, Instant},
};

use lab::os::watch;

use crate::{PATIENCE, stuck::is_busy};

/// So often in a row all others must have been seen waiting.
const LOOKS: u32 = 5;
/// Where the system does not show its threads, time has to do.
const ELSEWHERE: Duration = Duration::from_millis(200);

/// Waits until all other threads of this program wait too, for [`PATIENCE`] at most.
///
/// With it a check sees how far somebody gets who is not held back: a thread that fills a queue
/// without a bound fills it to the end. A thread that is ready and has no CPU does not wait, so it
/// does not matter how busy the machine is. Only one thread may call it at a time.
pub fn settle() {
    if watch::threads(process::id()).is_empty() {
        return thread::sleep(ELSEWHERE);
    }
    let began = Instant::now();
    let mut quiet = 0;
    while quiet < LOOKS && began.elapsed() < PATIENCE {
        quiet = if is_busy() { 0 } else { quiet + 1 };
    }
}

#[cfg(test)]
mod tests {
    use std::{
        hint::black_box,
        sync::atomic::{AtomicBool, Ordering::Relaxed},
    };

    use super::*;

    #[test]
    fn it_waits_for_a_thread_that_works() {
        // Tests run side by side, and the others may be at work too: here only its order counts.
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                (0..20_000_000u64).for_each(|number| {
                    black_box(number);
                });
                done.store(true, Relaxed);
            });
            settle();
            assert!(done.load(Relaxed));
        });
    }
}
