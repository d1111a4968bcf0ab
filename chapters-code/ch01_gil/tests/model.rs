//! The orders in which the steps of two workers can come, tried by loom: all with at most two
//! preemptions.
//!
//! The lock is the chapter's own file, built from loom's primitives instead of those of `std`. Time
//! does not exist there, so the end of a waiter's patience is a step like any other: it comes at any
//! moment.

#[path = "../src/gil.rs"]
#[allow(dead_code, reason = "the models do not measure")]
mod gil;
#[path = "../src/turns.rs"]
#[allow(dead_code, reason = "the models do not measure")]
mod turns;

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};

use gil::{Gil, Held, INTERVAL};
use loom::{sync::Arc, thread};

/// In place of the chapter's `sync`.
mod sync {
    use std::time::Duration;

    use loom::sync::Arc;
    pub use loom::sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering::Relaxed},
    };

    loom::lazy_static! {
        static ref PATIENCE_IS_OVER: AtomicBool = AtomicBool::new(false);
        static ref SIGNALS: std::sync::Mutex<Vec<Arc<loom::sync::Condvar>>> =
            std::sync::Mutex::new(Vec::new());
    }

    /// A condition variable whose waiters [`time_passes`] can wake.
    pub struct Condvar(Arc<loom::sync::Condvar>);

    impl Condvar {
        pub fn new() -> Condvar {
            let signal = Arc::new(loom::sync::Condvar::new());
            SIGNALS.lock().expect("nobody panics").push(signal.clone());
            Condvar(signal)
        }

        pub fn notify_one(&self) {
            self.0.notify_one();
        }

        pub fn notify_all(&self) {
            self.0.notify_all();
        }
    }

    pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().expect("nobody panics")
    }

    pub fn wait<'a, T>(
        signal: &Condvar,
        guard: MutexGuard<'a, T>,
    ) -> MutexGuard<'a, T> {
        signal.0.wait(guard).expect("nobody panics")
    }

    pub fn wait_for<'a, T>(
        signal: &Condvar,
        guard: MutexGuard<'a, T>,
        _patience: Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        let is_over = || PATIENCE_IS_OVER.swap(false, Relaxed);
        if is_over() {
            return (guard, true);
        }
        let guard = wait(signal, guard);
        (guard, is_over())
    }

    /// The step of the clock: the next to look at it, or the one who sleeps, has waited too long.
    pub fn time_passes() {
        PATIENCE_IS_OVER.store(true, Relaxed);
        let signals = SIGNALS.lock().expect("nobody panics").clone();
        signals.iter().for_each(|signal| signal.notify_all());
    }
}

/// What went on in one order of events.
#[derive(Default)]
struct Witness {
    somebody_is_inside: AtomicBool,
    /// Who ran, in order: each worker twice.
    runs: Mutex<Vec<usize>>,
}

impl Witness {
    /// Called by a worker that holds the lock.
    fn look(&self, me: usize) {
        assert!(!self.somebody_is_inside.swap(true, SeqCst), "two hold the lock");
        // Loom may switch to another worker here, so that a second one inside would be seen.
        thread::yield_now();
        self.runs.lock().expect("nobody panics").push(me);
        self.somebody_is_inside.store(false, SeqCst);
    }
}

/// Has `work` done by two workers under one lock while time passes `ticks` times. Returns in how
/// many of the orders a worker was made to let go.
///
/// That this ends shows that no wake-up is lost and that everybody who asks takes the lock in the
/// end: loom reports a deadlock otherwise.
fn in_every_order(ticks: usize, work: fn(&mut Held<'_>, usize, &Witness)) -> usize {
    let forced = std::sync::Arc::new(AtomicUsize::new(0));
    let counted = forced.clone();
    let mut model = loom::model::Builder::new();
    // Without a bound it takes hours.
    model.preemption_bound = Some(2);
    model.check(move || {
        let shared = Arc::new((Gil::new(INTERVAL), Witness::default()));
        let worker = |me: usize| {
            let shared = shared.clone();
            thread::spawn(move || {
                let (gil, witness) = &*shared;
                let mut held = gil.attach();
                witness.look(me);
                work(&mut held, me, witness);
                held.detach()
            })
        };
        let workers = [worker(0), worker(1)];
        let clock = thread::spawn(move || (0..ticks).for_each(|_| sync::time_passes()));
        let turns = workers.map(|worker| worker.join().expect("nobody panics"));
        clock.join().expect("nobody panics");

        assert!(!shared.0.is_asked(), "a request has outlived its holder");
        let runs = shared.1.runs.lock().expect("nobody panics").clone();
        for (me, turns) in turns.iter().enumerate() {
            let mine: Vec<_> = (0..runs.len()).filter(|at| runs[*at] == me).collect();
            let somebody_else = mine[1] > mine[0] + 1;
            assert!(
                !turns[0].forced || somebody_else,
                "{me} did not make way: {runs:?}"
            );
        }
        if turns.iter().flatten().any(|turn| turn.forced) {
            counted.fetch_add(1, SeqCst);
        }
    });
    forced.load(SeqCst)
}

#[test]
fn one_at_a_time_and_everybody_in_the_end_when_they_compute() {
    let forced = in_every_order(1, |held, me, witness| {
        held.poll();
        witness.look(me);
    });
    assert!(forced > 0, "nobody was ever asked to let go");
}

#[test]
fn a_worker_that_was_made_to_let_go_can_make_the_other_let_go() {
    let forced = in_every_order(2, |held, me, witness| {
        held.poll();
        witness.look(me);
    });
    assert!(forced > 0, "nobody was ever asked to let go");
}

#[test]
fn one_at_a_time_and_everybody_in_the_end_when_they_wait_outside() {
    in_every_order(1, |held, me, witness| {
        held.allow_threads(|| ());
        witness.look(me);
    });
}
