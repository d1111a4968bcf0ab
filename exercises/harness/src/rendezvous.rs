//! A meeting that takes place only if enough are alive together.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::patience::{Patience, STEP_S, event};

/// A meeting of `wanted` jobs: whoever comes waits for the others.
///
/// It takes place if so many jobs are in progress together, however slow the machine is; jobs that
/// are done one after the other never meet. Once it took place, or failed because nobody else will
/// come, nobody waits any more: a wrong answer is found out once, and not with every job. Nobody will
/// come if all other threads wait, or work and work without coming.
#[derive(Debug)]
pub struct Rendezvous {
    wanted: usize,
    state: Mutex<State>,
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
        Rendezvous { wanted, state: Mutex::default() }
    }

    /// Waits until all are here; whether they met.
    pub fn meet(&self) -> bool {
        // Somebody else may keep the state, and have no CPU: then nobody else gives up.
        event();
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
        event();
        let mut patience = Patience::new(STEP_S);
        while state.outcome.is_none() {
            let came = state.came;
            drop(state);
            let lost = patience.look(&HashSet::new());
            state = self.state();
            if state.came != came {
                patience.renew();
            } else if lost.is_some() {
                state.outcome.get_or_insert(false);
                event();
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
    use std::{hint::black_box, thread, time::Duration};

    use super::*;

    #[test]
    fn threads_meet_however_late_they_come() {
        let rendezvous = Rendezvous::new(3);
        thread::scope(|scope| {
            scope.spawn(|| assert!(rendezvous.meet()));
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(100));
                assert!(rendezvous.meet());
            });
            scope.spawn(|| {
                black_box((0..3_000_000_u64).map(black_box).sum::<u64>());
                assert!(rendezvous.meet());
            });
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
