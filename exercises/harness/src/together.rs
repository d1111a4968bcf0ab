//! The two questions that most exercises ask: do jobs run together, and does a slow one hold up the
//! others?

use std::{
    collections::HashSet,
    ops::Deref,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use crate::{
    Entered, InFlight, Latch, Rendezvous, at_least, fail, leaks, patience::others,
};

/// Jobs that must be in progress together: each waits at its start until so many have started.
///
/// This is an [`InFlight`] and a [`Rendezvous`] in one. Only a wrong answer is held up, and only
/// once.
#[derive(Debug)]
pub struct Together {
    wanted: usize,
    what: &'static str,
    in_flight: InFlight,
    meeting: Rendezvous,
    /// The threads before the learner's code ran.
    before: HashSet<u32>,
    /// How many more there were when the meeting failed, with the one that noticed it.
    started: OnceLock<usize>,
}

/// It counts its jobs, and the threads that do them.
impl Deref for Together {
    type Target = InFlight;

    fn deref(&self) -> &InFlight {
        &self.in_flight
    }
}

impl Together {
    /// `wanted` of them at a time; `what` names them: "jobs".
    pub fn new(wanted: usize, what: &'static str) -> Together {
        Together {
            wanted,
            what,
            in_flight: InFlight::new(),
            meeting: Rendezvous::new(wanted),
            before: leaks::threads(),
            started: OnceLock::new(),
        }
    }

    /// A job begins. Drop the guard when it ends.
    pub fn enter(&self) -> Entered<'_> {
        let entered = self.in_flight.enter();
        if !self.meeting.meet() {
            let is_new = |tid: &u32| !self.before.contains(tid);
            let started = || 1 + others().into_iter().filter(is_new).count();
            self.started.get_or_init(started);
        }
        entered
    }

    /// Fails unless so many were in progress together. The idea to look at is `alone` if there was
    /// one thread to do them, and `in_turn` if there were others, which waited.
    pub fn expect(&self, alone: &str, in_turn: &str) {
        if self.meeting.took_place() {
            return;
        }
        let Together { wanted, what, in_flight, .. } = self;
        let (ran, most) = (in_flight.total(), in_flight.peak());
        // One of several may be quick enough to do all of them: whoever unlocks, locks again first.
        let started = self.started.get().copied().unwrap_or_default();
        let idea = match in_flight.threads().max(started) {
            _ if ran == 0 => NOBODY,
            0 | 1 => alone,
            _ => in_turn,
        };
        let observed = format!("{ran} {what} ran, never more than {most} at a time");
        fail(format_args!("{wanted} {what} at a time"), observed, idea);
    }
}

/// What jobs have to learn that did not begin.
const NOBODY: &str = "nobody does them";

/// A slow job: it goes on until all others are done.
#[derive(Debug)]
pub struct Slowest {
    all: usize,
    what: &'static str,
    others: Latch,
    began: AtomicUsize,
}

impl Slowest {
    /// One of `all` jobs will be slow; `what` names them: "jobs".
    pub fn new(all: usize, what: &'static str) -> Slowest {
        Slowest { all, what, others: Latch::new(all - 1), began: AtomicUsize::new(0) }
    }

    /// A job: the slow one, or one of the others.
    pub fn job(&self, slow: bool) {
        self.began.fetch_add(1, SeqCst);
        if slow {
            self.others.wait();
        } else {
            self.others.count();
        }
    }

    /// Fails with `idea` if others had to wait until the slow one was over; and if not all of them
    /// were done at all.
    pub fn expect(&self, idea: &str) {
        let Slowest { all, what, began, .. } = self;
        at_least(&format!("{what} begun"), began.load(SeqCst), *all, NOBODY);
        if let Some(done) = self.others.gave_up_at() {
            let observed = format!("{done} of {} {what} were done by then", all - 1);
            let expected =
                format!("all other {what} to be done while a slow one goes on");
            fail(expected, observed, idea);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::graded::said;

    #[test]
    fn a_slow_job_fails_those_who_wait_for_it() {
        let slowest = Slowest::new(3, "jobs");
        slowest.job(false);
        slowest.job(true);
        slowest.job(false);
        let message = said(|| slowest.expect("dealt out")).unwrap_or_default();
        assert!(
            message.ends_with("1 of 2 jobs were done by then: dealt out"),
            "{message}"
        );
    }

    #[test]
    fn nothing_is_said_if_the_others_were_done() {
        let slowest = Slowest::new(3, "jobs");
        thread::scope(|scope| {
            scope.spawn(|| slowest.job(true));
            scope.spawn(|| (0..2).for_each(|_| slowest.job(false)));
        });
        assert_eq!(said(|| slowest.expect("dealt out")), None);
    }
}
