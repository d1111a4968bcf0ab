//! A fair lock, refuted.
//!
//! The GIL is not fair: of several waiters, any may be next. This lock is meant to be. Whoever wants
//! it draws a ticket, and the tickets have their turns in order, one at a time.
//!
//! It has several flaws. The check tries many orders of events, and shows one in which the lock
//! fails, step by step. Mend what you see, and check again, until no order refutes it.

use std::sync::atomic::Ordering::SeqCst;

use crate::sync::{AtomicUsize, Condvar, Mutex};

#[derive(Default)]
pub struct Fair {
    /// How many were drawn.
    tickets: AtomicUsize,
    /// Whose turn it is.
    turn: Mutex<usize>,
    next_turn: Condvar,
}

impl Fair {
    /// A place in the queue.
    pub fn draw(&self) -> usize {
        let ticket = self.tickets.load(SeqCst);
        self.tickets.store(ticket + 1, SeqCst);
        ticket
    }

    /// Waits for this ticket's turn.
    pub fn take(&self, ticket: usize) {
        let turn = self.turn.lock().unwrap();
        if *turn != ticket {
            drop(self.next_turn.wait(turn).unwrap());
        }
    }

    /// The next ticket has its turn.
    pub fn release(&self) {
        self.next_turn.notify_one();
        *self.turn.lock().unwrap() += 1;
    }
}
