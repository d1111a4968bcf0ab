//! A fair lock, refuted.
//!
//! The GIL is not fair: of several waiters, any may be next. This lock is meant to be. Whoever wants
//! it draws a ticket, and the tickets have their turns in order, one at a time.
//!
//! It has several flaws. The check tries many orders of events, and shows one in which the lock
//! fails, step by step. Mend what you see, and check again, until no order refutes it.

use std::sync::atomic::Ordering::SeqCst;

//@ solution
use crate::sync::{AtomicUsize, Condvar, Mutex};
//@ wrong unseen
use std::sync::{Condvar, Mutex};

use crate::sync::AtomicUsize;
//@ end

#[derive(Default)]
pub struct Fair {
    /// How many were drawn.
    tickets: AtomicUsize,
    /// Whose turn it is.
    turn: Mutex<usize>,
    next_turn: Condvar,
    //@ wrong looks_without_the_lock
    shown: AtomicUsize,
    //@ solution
    //@ end
}

impl Fair {
    /// A place in the queue.
    pub fn draw(&self) -> usize {
        //@ starter, wrong draws_in_two_steps
        let ticket = self.tickets.load(SeqCst);
        self.tickets.store(ticket + 1, SeqCst);
        ticket
        //@ solution
        self.tickets.fetch_add(1, SeqCst)
        //@ end
    }

    /// Waits for this ticket's turn.
    pub fn take(&self, ticket: usize) {
        //@ starter, wrong looks_once
        let turn = self.turn.lock().unwrap();
        if *turn != ticket {
            drop(self.next_turn.wait(turn).unwrap());
        }
        //@ solution
        let mut turn = self.turn.lock().unwrap();
        while *turn != ticket {
            turn = self.next_turn.wait(turn).unwrap();
        }
        //@ wrong looks_twice
        let mut turn = self.turn.lock().unwrap();
        for _ in 0..2 {
            if *turn != ticket {
                turn = self.next_turn.wait(turn).unwrap();
            }
        }
        //@ wrong looks_without_the_lock
        if self.shown.load(std::sync::atomic::Ordering::Relaxed) == ticket {
            return;
        }
        let mut turn = self.turn.lock().unwrap();
        while *turn != ticket {
            turn = self.next_turn.wait(turn).unwrap();
        }
        //@ wrong spins
        while *self.turn.lock().unwrap() != ticket {
            std::hint::spin_loop();
        }
        //@ wrong barges
        let mut turn = self.turn.lock().unwrap();
        while *turn % 2 == 1 {
            turn = self.next_turn.wait(turn).unwrap();
        }
        *turn += 1;
        //@ end
    }

    /// The next ticket has its turn.
    pub fn release(&self) {
        //@ starter
        self.next_turn.notify_one();
        *self.turn.lock().unwrap() += 1;
        //@ solution
        *self.turn.lock().unwrap() += 1;
        self.next_turn.notify_all();
        //@ wrong looks_without_the_lock
        let mut turn = self.turn.lock().unwrap();
        *turn += 1;
        self.shown.store(*turn, std::sync::atomic::Ordering::Relaxed);
        self.next_turn.notify_all();
        //@ wrong wakes_one
        *self.turn.lock().unwrap() += 1;
        self.next_turn.notify_one();
        //@ wrong signals_first
        self.next_turn.notify_all();
        *self.turn.lock().unwrap() += 1;
        //@ end
    }
}
