//! Every order in which the steps of two workers can come, tried by loom.
//!
//! The lock is the chapter's own file, built from loom's primitives instead of those of `std`. Time
//! does not exist there, so the end of a waiter's patience is a step like any other: it may come
//! at any moment, or not at all.

#[path = "../src/gil.rs"]
#[allow(dead_code, reason = "the models do not measure")]
mod gil;
#[path = "../src/turns.rs"]
#[allow(dead_code, reason = "the models do not measure")]
mod turns;

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering::SeqCst},
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

/// Has `work` done by two workers under one lock while time passes, in every order.
///
/// That this ends shows that no wake-up is lost and that everybody who asks takes the lock in the
/// end: loom reports a deadlock otherwise.
fn in_every_order(work: fn(&mut Held<'_>, usize, &Witness)) {
    let mut model = loom::model::Builder::new();
    // Enough for a switch, a switch back and a step of the clock; without a bound it takes hours.
    model.preemption_bound = Some(2);
    model.check(move || {
        let shared = Arc::new((Gil::new(INTERVAL), Witness::default()));
        let worker = |me: usize| {
            let shared = shared.clone();
            thread::spawn(move || {
                let (gil, witness) = &*shared;
                let mut held = gil.attach(me);
                witness.look(me);
                work(&mut held, me, witness);
                held.detach()
            })
        };
        let workers = [worker(0), worker(1)];
        let clock = thread::spawn(sync::time_passes);
        let turns = workers.map(|worker| worker.join().expect("nobody panics"));
        clock.join().expect("nobody panics");

        let runs = shared.1.runs.lock().expect("nobody panics").clone();
        for (me, turns) in turns.iter().enumerate() {
            let mine: Vec<_> = (0..runs.len()).filter(|at| runs[*at] == me).collect();
            let somebody_else = mine[1] > mine[0] + 1;
            let made_way = turns.len() == 2 && turns[0].forced;
            assert!(!made_way || somebody_else, "{me} did not make way: {runs:?}");
        }

        // A request that outlived its holder would make this worker wait for nobody.
        let mut alone = shared.0.attach(2);
        alone.poll();
        assert!(alone.detach().iter().all(|turn| !turn.forced), "a stale request");
    });
}

#[test]
fn one_at_a_time_and_everybody_in_the_end_when_they_compute() {
    in_every_order(|held, me, witness| {
        held.poll();
        witness.look(me);
    });
}

#[test]
fn one_at_a_time_and_everybody_in_the_end_when_they_wait_outside() {
    in_every_order(|held, me, witness| {
        held.allow_threads(|| ());
        witness.look(me);
    });
}
