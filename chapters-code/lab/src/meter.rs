//! What one run cost: wall time, CPU time, context switches, peak memory.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    bench::Peak,
    os::{self, Usage},
    record::Sample,
};

/// A stopwatch that also reads the operating system's counters.
#[derive(Debug)]
pub struct Meter {
    started: Instant,
    before: Option<Usage>,
}

impl Meter {
    /// Starts measuring.
    pub fn start() -> Meter {
        Meter { before: os::usage(), started: Instant::now() }
    }

    /// What the run cost since [`Meter::start`]. Children count once they have been waited for.
    pub fn stop(self) -> Sample {
        let wall = self.started.elapsed().as_secs_f64();
        let used = self.before.zip(os::usage());
        Sample {
            wall,
            cpu: used.map(|(before, after)| after.cpu - before.cpu),
            voluntary: used.map(|(before, after)| after.voluntary - before.voluntary),
            involuntary: used
                .map(|(before, after)| after.involuntary - before.involuntary),
            counts: Default::default(),
        }
    }
}

/// How often memory is looked at. A look walks the page tables of every process of the program
/// (about 1 ms for 300 MiB), which is why no timed run is ever watched.
const LOOK_EVERY: Duration = Duration::from_millis(4);

/// Runs `work` and watches the memory of this program and its children meanwhile.
///
/// The peak is `None` where the system does not tell.
pub fn watch_memory<T>(work: impl FnOnce() -> T) -> (T, Option<Peak>) {
    let Some(base) = os::tree_memory() else { return (work(), None) };
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = thread::Builder::new().spawn_scoped(scope, || {
            let mut peak = base;
            while !done.load(Ordering::Acquire) {
                if let Some(now) = os::tree_memory() {
                    peak.pss = peak.pss.max(now.pss);
                    peak.rss = peak.rss.max(now.rss);
                    peak.space = peak.space.max(now.space);
                }
                thread::park_timeout(LOOK_EVERY);
            }
            peak
        });
        let result = work();
        done.store(true, Ordering::Release);
        // The watcher only reads files. Without it, or if it panicked, the run still counts.
        let peak = watcher.ok().and_then(|watcher| {
            watcher.thread().unpark();
            watcher.join().ok()
        });
        (result, peak.map(|peak| Peak { base, peak }))
    })
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn cpu_time_counts_the_work_of_every_thread() {
        let meter = Meter::start();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..30_000_000u64).fold(0, |sum, n| sum ^ black_box(n)));
            }
        });
        let sample = meter.stop();
        assert!(sample.wall > 0.0);
        if let Some(cpu) = sample.cpu {
            assert!(cpu > 0.0);
        }
    }

    #[test]
    fn the_peak_is_seen_although_the_memory_is_gone_in_the_end() {
        const SIZE: usize = 64 << 20;
        let (_, peak) = watch_memory(|| {
            // Held until the watcher has certainly looked: two of its looks can be counted on.
            let block = vec![1u8; SIZE];
            let started = Instant::now();
            while started.elapsed() < LOOK_EVERY * 20 {
                black_box(&block);
            }
        });
        if let Some(peak) = peak {
            assert!(peak.peak.rss >= peak.base.rss + SIZE as u64 * 9 / 10, "{peak:?}");
        }
    }
}
