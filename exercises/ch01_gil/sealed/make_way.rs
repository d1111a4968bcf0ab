//! Make way for the worker that asks.
//!
//! Whoever waits for this small GIL asks at once, and its holder calls `poll` after every unit of
//! work. Now it lets go, and is back before the other is awake. Have a worker that was asked do no
//! further unit before another has had the GIL. The check tries many orders of events, and shows one;
//! "the lock" there is that of `state`.

use std::sync::atomic::Ordering::Relaxed;

use crate::sync::{AtomicBool, Condvar, Mutex};
//@ wrong looks_now_and_then
use crate::sync::AtomicUsize;
//@ solution
//@ end

#[derive(Default)]
pub struct Gil {
    state: Mutex<State>,
    freed: Condvar,    // somebody has let go
    switched: Condvar, // somebody has taken the GIL
    pub asked: AtomicBool,
    //@ wrong looks_now_and_then
    polls: AtomicUsize,
    //@ wrong makes_way_once
    made_way: AtomicBool,
    //@ solution
    //@ end
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
        //@ starter
        if self.asked.load(Relaxed) {
            self.release();
            self.take(me);
        }
        //@ solution
        if self.asked.load(Relaxed) {
            let mut state = self.state.lock().unwrap();
            state.held = false;
            self.freed.notify_one();
            while state.last_holder == Some(me) {
                state = self.switched.wait(state).unwrap();
            }
            drop(state);
            self.take(me);
        }
        //@ wrong yields
        if self.asked.load(Relaxed) {
            self.release();
            std::thread::yield_now();
            self.take(me);
        }
        //@ wrong unasked
        let mut state = self.state.lock().unwrap();
        state.held = false;
        self.freed.notify_one();
        while state.last_holder == Some(me) {
            state = self.switched.wait(state).unwrap();
        }
        drop(state);
        self.take(me);
        //@ wrong waits_too_late
        if self.asked.load(Relaxed) {
            self.release();
            let state = self.state.lock().unwrap();
            drop(self.switched.wait(state).unwrap());
            self.take(me);
        }
        //@ wrong waits_until_it_is_held
        if self.asked.load(Relaxed) {
            let mut state = self.state.lock().unwrap();
            state.held = false;
            self.freed.notify_one();
            while !state.held {
                state = self.switched.wait(state).unwrap();
            }
            drop(state);
            self.take(me);
        }
        //@ wrong looks_once
        if self.asked.load(Relaxed) {
            let mut state = self.state.lock().unwrap();
            state.held = false;
            self.freed.notify_one();
            if state.last_holder == Some(me) {
                state = self.switched.wait(state).unwrap();
            }
            drop(state);
            self.take(me);
        }
        //@ wrong looks_now_and_then
        let is_time = self.polls.fetch_add(1, Relaxed) % 100 == 99;
        if is_time && self.asked.load(Relaxed) {
            let mut state = self.state.lock().unwrap();
            state.held = false;
            self.freed.notify_one();
            while state.last_holder == Some(me) {
                state = self.switched.wait(state).unwrap();
            }
            drop(state);
            self.take(me);
        }
        //@ wrong makes_way_once
        if self.asked.load(Relaxed) && !self.made_way.swap(true, Relaxed) {
            let mut state = self.state.lock().unwrap();
            state.held = false;
            self.freed.notify_one();
            while state.last_holder == Some(me) {
                state = self.switched.wait(state).unwrap();
            }
            drop(state);
            self.take(me);
        }
        //@ wrong comes_back_without
        if self.asked.load(Relaxed) {
            let mut state = self.state.lock().unwrap();
            state.held = false;
            self.freed.notify_one();
            while state.last_holder == Some(me) {
                state = self.switched.wait(state).unwrap();
            }
        }
        //@ end
    }
}
