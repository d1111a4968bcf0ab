//! Turns with a lock, counted in units of work.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Protected, step, thread};
use crate::fail;

/// Who works under a lock, and how long one goes on that was asked to let go.
#[derive(Debug, Default)]
pub struct Turns {
    state: Mutex<State>,
    /// What is worked on.
    data: Protected,
}

#[derive(Debug, Default)]
struct State {
    /// Whether somebody works.
    is_busy: bool,
    /// Who had the lock last, as far as they told.
    last: Option<usize>,
    /// How often another was next.
    changes: usize,
    /// How often one has gone on since it was asked.
    went_on: usize,
}

impl Turns {
    /// Worker `me` does a unit of work, in the middle of which others could work, and `look`.
    /// Fails if another worker is at it, or if it need not see what that one did.
    #[track_caller]
    pub fn unit<T>(&self, me: usize, look: impl FnOnce() -> T) -> T {
        let is_busy = {
            let mut state = self.state();
            state.has(me);
            mem::replace(&mut state.is_busy, true)
        };
        if is_busy {
            fail("one to work at a time", "two do", "one goes on without the lock");
        }
        step("does a unit of work");
        self.data.change();
        thread::yield_now();
        let seen = look();
        self.state().is_busy = false;
        seen
    }

    /// Worker `me` may go on, which was asked to let go, or was not. Returns how often one that was
    /// asked has gone on before another had the lock, and how often another had it.
    pub fn goes_on(&self, me: usize, was_asked: bool) -> (usize, usize) {
        let mut state = self.state();
        if !state.has(me) {
            state.went_on += usize::from(was_asked);
        }
        (state.went_on, state.changes)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Worker `me` has the lock. Returns whether another had it before.
    fn has(&mut self, me: usize) -> bool {
        let is_another = self.last.replace(me).is_some_and(|last| last != me);
        if is_another {
            (self.changes, self.went_on) = (self.changes + 1, 0);
        }
        is_another
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{graded::said, model};

    #[test]
    fn whoever_goes_on_is_counted_until_another_has_the_lock() {
        model(|| {
            let turns = Turns::default();
            turns.unit(1, || ());
            assert_eq!(turns.goes_on(1, false), (0, 0));
            assert_eq!(turns.goes_on(1, true), (1, 0));
            turns.unit(1, || ());
            assert_eq!(turns.goes_on(1, true), (2, 0));
            turns.unit(2, || ());
            assert_eq!(turns.goes_on(1, true), (0, 2));
            assert_eq!(turns.goes_on(1, true), (1, 2));
        });
    }

    #[test]
    fn two_who_work_at_a_time_are_found() {
        let both = || {
            let turns = Turns::default();
            turns.unit(1, || turns.unit(2, || ()));
        };
        let message = said(|| model(both)).unwrap_or_default();
        assert!(message.starts_with("expected one to work at a time"), "{message}");
    }
}
