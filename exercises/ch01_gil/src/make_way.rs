//! Make way for the worker that asks.
//!
//! Whoever waits for this small GIL asks at once, and its holder calls `poll` after every unit of
//! work. Now it lets go, and is back before the other is awake. Have a worker that was asked do no
//! further unit before another has had the GIL. The check tries many orders of events, and shows one;
//! "the lock" there is that of `state`.

use std::sync::atomic::Ordering::Relaxed;

use crate::sync::{AtomicBool, Condvar, Mutex};

#[derive(Default)]
pub struct Gil {
    state: Mutex<State>,
    freed: Condvar,    // somebody has let go
    switched: Condvar, // somebody has taken the GIL
    pub asked: AtomicBool,
}

#[derive(Default)]
struct State {
    held: bool,
    last_holder: Option<usize>,
}

impl Gil {
    /// Waits for the GIL, on behalf of worker `me`.
    pub fn take(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        while state.held {
            self.asked.store(true, Relaxed);
            state = self.freed.wait(state).unwrap();
        }
        *state = State { held: true, last_holder: Some(me) };
        self.asked.store(false, Relaxed);
        self.switched.notify_all();
    }

    pub fn release(&self) {
        self.state.lock().unwrap().held = false;
        self.freed.notify_one();
    }

    /// Lets another worker run, if one has asked for it.
    pub fn poll(&self, me: usize) {
        if self.asked.load(Relaxed) {
            self.release();
            self.take(me);
        }
    }
}
