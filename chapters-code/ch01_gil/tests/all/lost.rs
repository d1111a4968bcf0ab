use std::{
    sync::{
        Barrier, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use ch01_gil::{
    gil::Gil,
    interpreter::Permit,
    lost::{atomic, locked, read_and_write, read_then_write},
};

/// At each poll, somebody else adds one.
struct Intruder<'a>(&'a AtomicU64);

impl Permit for Intruder<'_> {
    fn poll(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }

    fn allow_threads<T>(&mut self, work: impl FnOnce() -> T) -> T {
        work()
    }
}

#[test]
fn an_update_between_read_and_write_is_lost() {
    let counter = AtomicU64::new(0);
    read_then_write(&counter, 10, &mut Intruder(&counter));
    assert_eq!(counter.into_inner(), 10, "ten of twenty are gone");
}

#[test]
fn an_update_after_the_write_is_kept() {
    let counter = AtomicU64::new(0);
    read_and_write(&counter, 10, &mut Intruder(&counter));
    assert_eq!(counter.into_inner(), 20);
}

const TIMES: u64 = 100_000;

/// Two threads that begin together.
fn both<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    let together = Barrier::new(2);
    thread::scope(|scope| {
        let start = |_| {
            scope.spawn(|| {
                together.wait();
                work()
            })
        };
        let threads: Vec<_> = (0..2).map(start).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

#[test]
fn under_the_lock_nothing_is_lost_if_no_turn_ends_within_an_update() {
    let (gil, counter) = (Gil::new(Duration::from_micros(50)), AtomicU64::new(0));
    let (arrived, updates) = (AtomicU64::new(0), AtomicU64::new(0));
    let turns = both(|| {
        let mut held = gil.attach();
        arrived.fetch_add(1, Relaxed);
        // The first one counts until it was made to let the other one in.
        loop {
            read_and_write(&counter, TIMES, &mut held);
            updates.fetch_add(TIMES, Relaxed);
            if arrived.load(Relaxed) == 2 {
                return held.detach();
            }
        }
    });
    assert_eq!(counter.into_inner(), updates.into_inner());
    assert!(turns.iter().flatten().any(|turn| turn.forced), "they took no turns");
}

#[test]
fn a_mutex_and_an_atomic_lose_nothing() {
    let (mutex, counter) = (Mutex::new(0), AtomicU64::new(0));
    both(|| locked(&mutex, TIMES));
    both(|| atomic(&counter, TIMES));
    assert_eq!(mutex.into_inner().expect("nobody panics"), 2 * TIMES);
    assert_eq!(counter.into_inner(), 2 * TIMES);
}
