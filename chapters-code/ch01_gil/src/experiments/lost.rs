//! Two workers that count on one counter.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use anyhow::Result;
use ch01_gil::{
    gil::Gil,
    interpreter::Free,
    lost::{atomic, locked, read_and_write, read_then_write},
};
use lab::{
    bench::Bench,
    record::Experiment,
    trial::{Notes, Trial},
};

/// Shorter than CPython's, so that a short run has many hand-offs.
const INTERVAL: Duration = Duration::from_micros(500);

/// How many of the updates are missing in the end.
pub fn lost(bench: &Bench) -> Result<Experiment> {
    let times = bench.settings.count("updates") as u64;
    Trial::new("lost", "Two workers that count on one counter, switch interval 0.5 ms")
        .settings(bench.settings.only(&["updates"]))
        .series(
            "between",
            "under the lock, a turn may end between read and write",
            |notes| {
                let (gil, counter) = (Gil::new(INTERVAL), AtomicU64::new(0));
                both(|| read_then_write(&counter, times, &mut gil.attach()));
                note(counter.into_inner(), times, notes);
                Ok(())
            },
        )
        .series(
            "after",
            "under the lock, a turn may end after the write only",
            |notes| {
                let (gil, counter) = (Gil::new(INTERVAL), AtomicU64::new(0));
                both(|| read_and_write(&counter, times, &mut gil.attach()));
                note(counter.into_inner(), times, notes);
                Ok(())
            },
        )
        .series("free", "without any lock", |notes| {
            let counter = AtomicU64::new(0);
            both(|| read_and_write(&counter, times, &mut Free::attach()));
            note(counter.into_inner(), times, notes);
            Ok(())
        })
        .series("mutex", "a Mutex around the counter", |notes| {
            let counter = Mutex::new(0);
            both(|| locked(&counter, times));
            note(
                counter.into_inner().unwrap_or_else(PoisonError::into_inner),
                times,
                notes,
            );
            Ok(())
        })
        .series("atomic", "an atomic counter", |notes| {
            let counter = AtomicU64::new(0);
            both(|| atomic(&counter, times));
            note(counter.into_inner(), times, notes);
            Ok(())
        })
        .run(bench)
}

/// Two threads that begin together, each on a CPU if there are two: a thread that is woken up
/// would first share the CPU of the one that wakes it.
fn both(work: impl Fn() + Sync) {
    let ready = AtomicUsize::new(0);
    let run = || {
        ready.fetch_add(1, SeqCst);
        while ready.load(SeqCst) < 2 {
            thread::yield_now();
        }
        work();
    };
    thread::scope(|scope| {
        scope.spawn(run);
        run();
    });
}

fn note(counted: u64, times: u64, notes: &mut Notes) {
    notes.count("counted", counted as f64);
    notes.count("lost", (2 * times - counted) as f64);
}
