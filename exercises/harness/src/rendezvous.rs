//! A meeting that takes place only if enough are alive together.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::PATIENCE;

/// A meeting of `wanted` jobs: whoever comes waits for the others.
///
/// It takes place if so many jobs are in progress together, however slow the machine is; jobs that
/// are done one after the other never meet. Once it took place, or failed because nobody came for
/// [`PATIENCE`], nobody waits any more: a wrong answer is found out once, and not with every job.
#[derive(Debug)]
pub struct Rendezvous {
    wanted: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Who waits.
    here: usize,
    /// The most that ever were there together.
    most: usize,
    /// How many came.
    came: usize,
    outcome: Option<bool>,
}

impl Rendezvous {
    /// A meeting of `wanted`.
    pub fn new(wanted: usize) -> Rendezvous {
        Rendezvous { wanted, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits until all are here; whether they met.
    pub fn meet(&self) -> bool {
        let mut state = self.state();
        state.came += 1;
        if let Some(outcome) = state.outcome {
            return outcome;
        }
        state.here += 1;
        state.most = state.most.max(state.here);
        if state.here >= self.wanted {
            state.outcome = Some(true);
        }
        self.changed.notify_all();
        while state.outcome.is_none() {
            let came = state.came;
            let waited = self.changed.wait_timeout(state, PATIENCE);
            let (again, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = again;
            if timeout.timed_out() && state.came == came {
                state.outcome.get_or_insert(false);
                self.changed.notify_all();
            }
        }
        state.here -= 1;
        state.outcome == Some(true)
    }

    /// Whether it took place.
    pub fn took_place(&self) -> bool {
        self.state().outcome == Some(true)
    }

    /// The most that were there together.
    pub fn most(&self) -> usize {
        self.state().most
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
    fn threads_meet_however_late_they_come() {
        let rendezvous = Rendezvous::new(3);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| assert!(rendezvous.meet()));
            }
        });
        assert!(rendezvous.took_place());
        assert!(rendezvous.meet(), "whoever comes later does not wait");
    }

    #[test]
    fn one_alone_gives_up_and_nobody_waits_again() {
        let rendezvous = Rendezvous::new(2);
        assert!(!rendezvous.meet());
        assert!((0..1000).all(|_| !rendezvous.meet()));
        assert_eq!((rendezvous.took_place(), rendezvous.most()), (false, 1));
    }
}
