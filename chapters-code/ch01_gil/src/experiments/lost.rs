//! Two workers that count on one counter.

use std::{
    hint,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
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

/// How long the system may take to give two busy threads a CPU each.
const WARM: Duration = Duration::from_millis(20);

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
                both(notes, || read_then_write(&counter, times, &mut gil.attach()));
                note(counter.into_inner(), times, notes);
                Ok(())
            },
        )
        .series(
            "after",
            "under the lock, a turn may end after the write only",
            |notes| {
                let (gil, counter) = (Gil::new(INTERVAL), AtomicU64::new(0));
                both(notes, || read_and_write(&counter, times, &mut gil.attach()));
                note(counter.into_inner(), times, notes);
                Ok(())
            },
        )
        .series("free", "without any lock", |notes| {
            let counter = AtomicU64::new(0);
            both(notes, || read_and_write(&counter, times, &mut Free::attach()));
            note(counter.into_inner(), times, notes);
            Ok(())
        })
        .series("mutex", "a Mutex around the counter", |notes| {
            let counter = Mutex::new(0);
            both(notes, || locked(&counter, times));
            note(
                counter.into_inner().unwrap_or_else(PoisonError::into_inner),
                times,
                notes,
            );
            Ok(())
        })
        .series("atomic", "an atomic counter", |notes| {
            let counter = AtomicU64::new(0);
            both(notes, || atomic(&counter, times));
            note(counter.into_inner(), times, notes);
            Ok(())
        })
        .run(bench)
}

/// Has two threads do `work` at once, and notes the time that they took.
fn both(notes: &mut Notes, work: impl Fn() + Sync) {
    let ready = AtomicUsize::new(0);
    let run = || {
        // Until the system has given each of them a CPU, if there are two.
        let warming = Instant::now();
        while warming.elapsed() < WARM {
            hint::spin_loop();
        }
        ready.fetch_add(1, SeqCst);
        while ready.load(SeqCst) < 2 {
            thread::yield_now();
        }
        let began = Instant::now();
        work();
        began.elapsed()
    };
    let took = thread::scope(|scope| {
        let other = scope.spawn(run);
        let mine = run();
        mine.max(other.join().unwrap_or_default())
    });
    notes.measured_itself(took.as_secs_f64(), None);
}

fn note(counted: u64, times: u64, notes: &mut Notes) {
    notes.count("counted", counted as f64);
    notes.count("lost", (2 * times - counted) as f64);
}
