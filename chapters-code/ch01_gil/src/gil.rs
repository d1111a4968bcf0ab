//! One lock for a whole interpreter, after CPython's `Python/ceval_gil.c`.
//!
//! A flag says whether somebody holds the lock. Waiters sleep on a condition variable, with a
//! watch: whoever has waited for a whole switch interval, during which the lock did not change
//! hands, sets the drop request. The holder looks at the request at every turn of a loop. If it is
//! set, it lets go, and waits until somebody else has taken the lock ("forced switching"):
//! otherwise it would be back before a waiter has woken up.
//!
//! CPython guards the switch with a second mutex. Here one mutex guards all of the state, which is
//! slower and easier to read.

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
    /// Who holds the lock, or held it last.
    holder: Option<usize>,
    /// How often it went from one worker to another.
    switches: u64,
}

impl Gil {
    /// A lock that nobody holds, with waiters who wait for `interval` before they ask.
    pub fn new(interval: Duration) -> Gil {
        Gil {
            state: Mutex::new(State { held: false, holder: None, switches: 0 }),
            freed: Condvar::new(),
            switched: Condvar::new(),
            drop_request: AtomicBool::new(false),
            interval,
        }
    }

    /// Waits for the lock on behalf of worker `me`, who must not hold it already.
    pub fn attach(&self, me: usize) -> Held<'_> {
        let now = Instant::now();
        let turn = Turn { asked: now, taken: now, dropped: now, forced: false };
        let mut held = Held { gil: self, me, turn, holding: false, turns: Vec::new() };
        held.take(now);
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
        if state.holder != Some(me) {
            state.holder = Some(me);
            state.switches += 1;
        }
        self.drop_request.store(false, Relaxed);
        self.switched.notify_all();
    }
    // ANCHOR_END: take

    // ANCHOR: release
    /// Returns whether somebody had asked for it.
    fn release(&self, me: usize) -> bool {
        let mut state = lock(&self.state);
        state.held = false;
        self.freed.notify_one();
        let asked = self.drop_request.load(Relaxed);
        while asked && state.holder == Some(me) {
            state = wait(&self.switched, state);
        }
        asked
    }
    // ANCHOR_END: release
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
    /// Lets another worker run, if one has asked for it. Called at every turn of a loop.
    pub fn poll(&mut self) {
        if self.gil.drop_request.load(Relaxed) {
            self.let_go();
            self.take(self.turn.dropped);
        }
    }

    /// Does what needs no lock, such as waiting for a network, and lets others run
    /// meanwhile. Takes the lock again in the end, even if `work` panics.
    pub fn allow_threads<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.let_go();
        let _taken_again_at_the_end = TakeAgain(self);
        work()
    }
    // ANCHOR_END: poll

    /// Lets go for good, and tells of every turn that there was.
    pub fn detach(mut self) -> Vec<Turn> {
        self.let_go();
        std::mem::take(&mut self.turns)
    }

    /// Takes the lock, which the worker has wanted since `asked`.
    fn take(&mut self, asked: Instant) {
        self.turn.asked = asked;
        self.gil.take(self.me);
        self.turn.taken = Instant::now();
        self.holding = true;
    }

    fn let_go(&mut self) {
        self.holding = false;
        self.turn.dropped = Instant::now();
        self.turn.forced = self.gil.release(self.me);
        self.turns.push(self.turn);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.holding {
            self.let_go();
        }
    }
}

struct TakeAgain<'a, 'gil>(&'a mut Held<'gil>);

impl Drop for TakeAgain<'_, '_> {
    fn drop(&mut self) {
        self.0.take(Instant::now());
    }
}
