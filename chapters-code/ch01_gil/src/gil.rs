//! One lock for a whole interpreter, after CPython's `Python/ceval_gil.c`.
//!
//! A flag says whether somebody holds the lock. Waiters sleep on a condition variable, with a
//! watch: whoever has waited for a whole switch interval, during which the lock did not change
//! hands, sets the drop request. The holder looks at the request at every iteration of a loop. If it is
//! set, it lets go, and waits until somebody else has taken the lock ("forced switching"):
//! otherwise it would be back before a waiter has woken up.
//!
//! CPython guards the switch with a second mutex. Here one mutex guards all of the state, which is
//! easier to read.

use std::time::{Duration, Instant};

use crate::{
    sync::{AtomicBool, Condvar, Mutex, Relaxed, lock, wait, wait_for},
    turns::Turn,
};

/// How long a waiter waits before it asks: `sys.getswitchinterval()` of CPython since 3.2.
pub const INTERVAL: Duration = Duration::from_millis(5);

/// The lock.
pub struct Gil {
    state: Mutex<State>,
    /// Somebody has let go.
    freed: Condvar,
    /// Somebody else has taken the lock.
    switched: Condvar,
    /// "Please let go", from a waiter who has run out of patience.
    drop_request: AtomicBool,
    interval: Duration,
}

struct State {
    held: bool,
    last_holder: Option<usize>,
    /// How often it went from one worker to another.
    switches: u64,
    /// How many workers there have been.
    workers: usize,
}

impl Gil {
    /// A lock that nobody holds, with waiters who wait for `interval` before they ask.
    pub fn new(interval: Duration) -> Gil {
        let state = State { held: false, last_holder: None, switches: 0, workers: 0 };
        Gil {
            state: Mutex::new(state),
            freed: Condvar::new(),
            switched: Condvar::new(),
            drop_request: AtomicBool::new(false),
            interval,
        }
    }

    /// Waits for the lock on behalf of a new worker.
    pub fn attach(&self) -> Held<'_> {
        let asked = Instant::now();
        let me = {
            let mut state = lock(&self.state);
            state.workers += 1;
            state.workers
        };
        let turn = Turn { asked, taken: asked, dropped: asked, forced: false };
        let mut held = Held { gil: self, me, turn, holding: false, turns: Vec::new() };
        held.begin_turn(asked);
        held
    }

    // ANCHOR: take
    fn take(&self, me: usize) {
        let mut state = lock(&self.state);
        while state.held {
            let switches = state.switches;
            let (back, patience_is_over) = wait_for(&self.freed, state, self.interval);
            state = back;
            if patience_is_over && state.held && state.switches == switches {
                self.drop_request.store(true, Relaxed);
            }
        }
        state.held = true;
        if state.last_holder != Some(me) {
            state.last_holder = Some(me);
            state.switches += 1;
        }
        self.drop_request.store(false, Relaxed);
        self.switched.notify_all();
    }
    // ANCHOR_END: take

    // ANCHOR: release
    fn release(&self, me: usize) {
        let mut state = lock(&self.state);
        state.held = false;
        self.freed.notify_one();
        let asked = self.drop_request.load(Relaxed);
        while asked && state.last_holder == Some(me) {
            state = wait(&self.switched, state);
        }
    }
    // ANCHOR_END: release

    /// Whether a request is pending.
    #[cfg(test)]
    pub fn is_asked(&self) -> bool {
        self.drop_request.load(Relaxed)
    }
}

/// The right to run, for as long as it lives. It belongs to one worker.
pub struct Held<'gil> {
    gil: &'gil Gil,
    me: usize,
    turn: Turn,
    holding: bool,
    turns: Vec<Turn>,
}

impl Held<'_> {
    // ANCHOR: poll
    /// Lets another worker run, if one has asked for it. Called at every iteration of a loop.
    pub fn poll(&mut self) {
        if self.gil.drop_request.load(Relaxed) {
            self.turn.forced = true;
            self.end_turn();
            self.begin_turn(self.turn.dropped);
        }
    }

    /// Does what needs no lock, such as waiting for a network, and lets others run
    /// meanwhile. Takes the lock again in the end, even if `work` panics.
    pub fn allow_threads<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.end_turn();
        let _taken_again_at_the_end = TakeAgain(self);
        work()
    }
    // ANCHOR_END: poll

    /// Lets go for good, and tells of every turn that there was.
    pub fn detach(mut self) -> Vec<Turn> {
        self.end_turn();
        std::mem::take(&mut self.turns)
    }

    /// Takes the lock, which the worker has wanted since `asked`.
    fn begin_turn(&mut self, asked: Instant) {
        self.gil.take(self.me);
        self.holding = true;
        let taken = Instant::now();
        self.turn = Turn { asked, taken, dropped: taken, forced: false };
    }

    /// Notes the turn, and lets go of the lock.
    fn end_turn(&mut self) {
        self.turn.dropped = Instant::now();
        self.turns.push(self.turn);
        self.holding = false;
        self.gil.release(self.me);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.holding {
            self.end_turn();
        }
    }
}

struct TakeAgain<'a, 'gil>(&'a mut Held<'gil>);

impl Drop for TakeAgain<'_, '_> {
    fn drop(&mut self) {
        self.0.begin_turn(Instant::now());
    }
}
