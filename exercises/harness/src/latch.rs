//! Waiting for something that others do.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::patience::{Patience, STEP_S, event};

/// Opens when `wanted` have been counted. Unlike at a [`Rendezvous`](crate::Rendezvous), those who
/// are counted do not wait: a job that waits at a latch for all others is the slowest one.
#[derive(Debug)]
pub struct Latch {
    wanted: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    counted: usize,
    /// How many had been counted when somebody gave up.
    gave_up_at: Option<usize>,
}

impl Latch {
    /// Closed until `wanted` have been counted.
    pub fn new(wanted: usize) -> Latch {
        Latch { wanted, state: Mutex::default() }
    }

    /// Counts one more.
    pub fn count(&self) {
        self.state().counted += 1;
        event();
    }

    /// Waits until it opens, or until nobody else will be counted: all other threads wait, or work
    /// and work without it. Whether it opened; after it did not, nobody waits any more.
    pub fn wait(&self) -> bool {
        let mut state = self.state();
        let mut patience = Patience::new(STEP_S);
        while state.counted < self.wanted && state.gave_up_at.is_none() {
            let before = state.counted;
            drop(state);
            let lost = patience.look(&HashSet::new());
            state = self.state();
            if state.counted != before {
                patience.renew();
            } else if lost.is_some() {
                state.gave_up_at.get_or_insert(before);
                event();
            }
        }
        state.gave_up_at.is_none()
    }

    /// How many have been counted.
    pub fn counted(&self) -> usize {
        self.state().counted
    }

    /// How many had been counted when somebody gave up waiting; `None` if nobody did.
    pub fn gave_up_at(&self) -> Option<usize> {
        self.state().gave_up_at
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn whoever_waits_goes_on_when_all_have_been_counted() {
        let latch = Latch::new(3);
        thread::scope(|scope| {
            let waits = scope.spawn(|| latch.wait());
            (0..3).for_each(|_| latch.count());
            assert!(waits.join().expect("no panic"));
        });
    }

    #[test]
    fn it_gives_up_on_those_who_never_come_and_stays_so() {
        let latch = Latch::new(2);
        latch.count();
        assert!(!latch.wait());
        latch.count();
        assert!(!latch.wait());
        assert_eq!((latch.counted(), latch.gave_up_at()), (2, Some(1)));
    }
}
