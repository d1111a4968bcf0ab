//! Programs that wait for time to pass, or for work that does not come.

use std::io;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::worker::Errand;
use super::{Cpus, Kind, Program, WORKER};
use crate::label::Label;

/// Programs that sleep.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "sleep",
        does: "Sleeps ten milliseconds, again and again.",
        label: Label::Sleeping,
        because: "Between two naps it does nothing but count them.",
        cpus: Cpus::Few,
        kind: Kind::Worker(sleep),
        ..WORKER
    },
    Program {
        id: "timer",
        does: "Waits for the next tick of an asynchronous timer.",
        label: Label::Sleeping,
        because: "It waits for events, and the clock is the only one that could send any.",
        cpus: Cpus::Few,
        kind: Kind::Worker(timer),
        ..WORKER
    },
    Program {
        id: "idle-pool",
        does: "Keeps a pool of eight threads, and has no work for them.",
        label: Label::Sleeping,
        because: "All threads wait for a signal that comes only at the end: nobody holds what they \
                  wait for.",
        cpus: Cpus::Few,
        kind: Kind::Worker(idle_pool),
        ..WORKER
    },
];

// ANCHOR: asleep
const NAP: Duration = Duration::from_millis(10);

fn sleep(errand: &Errand) -> io::Result<u64> {
    let mut naps = 0;
    while !errand.until.is_over() {
        thread::sleep(NAP);
        naps += 1;
    }
    Ok(naps)
}

fn timer(errand: &Errand) -> io::Result<u64> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let mut ticks = tokio::time::interval(NAP);
        let mut ticked = 0;
        while !errand.until.is_over() {
            ticks.tick().await;
            ticked += 1;
        }
        Ok(ticked)
    })
}
// ANCHOR_END: asleep

// ANCHOR: pool
fn idle_pool(errand: &Errand) -> io::Result<u64> {
    let (work, closed) = (Condvar::new(), Mutex::new(false));
    let worker = || {
        let mut is_closed = closed.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_closed {
            is_closed = work.wait(is_closed).unwrap_or_else(PoisonError::into_inner);
        }
    };
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(worker);
        }
        thread::sleep(errand.until.left());
        *closed.lock().unwrap_or_else(PoisonError::into_inner) = true;
        work.notify_all();
    });
    Ok(8)
}
// ANCHOR_END: pool
