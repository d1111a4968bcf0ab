//! What is noted about one thread while it is watched.

use std::time::Instant;

use lab::os::watch::{self, Status};

use super::wait::{Told, Wait};

/// A limit of more than so many waits, as they are on average, ends few of them.
const SELDOM: f64 = 3.0;

/// One thread of the program.
#[derive(Clone, Debug)]
pub struct Thread {
    /// When it was started, in the system's unit.
    pub started: u64,
    /// When it was looked at last.
    pub looked: Instant,
    /// When its counters were read last.
    pub counted: Option<Instant>,
    /// What it did then; `None` if it ran.
    pub wait: Option<Wait>,
    /// As likely as that, it waited for time to pass.
    pub or_time: bool,
    /// Whether anybody looked what it does.
    pub is_seen: bool,
    /// What it waited for when it was last known.
    pub known: Option<Wait>,
    /// Seconds for which it was watched.
    pub seen_s: f64,
    /// Seconds for which it waited, by what for.
    pub waits_s: [f64; Wait::ALL.len()],
    /// Seconds for which it waited for something that looks like a lock.
    pub lock_s: f64,
    /// Seconds for which it waited for another thread, and we saw how.
    pub told_s: f64,
    /// As that, at most for some time.
    pub timed_s: f64,
    /// Where most of these waits were, and how far it leads.
    pub place: (u64, u32),
    /// Since it is watched: seconds on a CPU, and ready with no CPU free.
    pub run_s: f64,
    /// Seconds ready to run with no CPU free.
    pub delay_s: f64,
    /// How often it gave the CPU up.
    pub voluntary: u64,
    /// How often it had given the CPU up since its counters were read before: what starts up does
    /// so very often in a short while.
    wakes: u64,
    /// What its counters said at first, if it was not new then.
    before: Option<(f64, f64, u64)>,
}

impl Thread {
    /// A thread that is seen for the first time, `now`. One that `is_new` began while we watched.
    pub fn new(started: u64, now: Instant, is_new: bool) -> Thread {
        Thread {
            started,
            looked: now,
            counted: None,
            wait: None,
            or_time: false,
            is_seen: false,
            known: None,
            seen_s: 0.0,
            waits_s: [0.0; Wait::ALL.len()],
            lock_s: 0.0,
            told_s: 0.0,
            timed_s: 0.0,
            place: (0, 0),
            run_s: 0.0,
            delay_s: 0.0,
            voluntary: 0,
            wakes: 0,
            before: is_new.then_some((0.0, 0.0, 0)),
        }
    }

    /// Notes what it does now, as what it did for the `passed` seconds since the last time.
    pub fn note(&mut self, told: Told, passed: f64) {
        self.wait = told.wait;
        self.is_seen = true;
        self.seen_s += passed;
        if let Some(wait) = told.wait {
            self.known = Some(wait);
            self.waits_s[wait.index()] += passed;
            let wakes_per_s = self.wakes as f64 / self.seen_s.max(f64::EPSILON);
            let ends = |limit: f64| limit * wakes_per_s < SELDOM;
            self.or_time = wait.is_io() && told.limit_s.is_some_and(ends);
        }
        let Some(futex) = told.futex else { return };
        self.told_s += passed;
        self.lock_s += if futex.lock { passed } else { 0.0 };
        self.timed_s += if futex.timed { passed } else { 0.0 };
        // The place that has the majority, if one has.
        self.place = match self.place {
            (at, votes) if at == futex.at => (at, votes + 1),
            (_, 0) => (futex.at, 1),
            (at, votes) => (at, votes - 1),
        };
    }

    /// Reads its counters. Returns how many more seconds it was on a CPU, and ready with none free.
    pub fn count(&mut self, pid: u32, tid: u32, now: Instant) -> (f64, f64) {
        self.counted = Some(now);
        let schedule = watch::schedule(pid, tid);
        let status = watch::status(pid, tid);
        let (run, delay) = schedule.map_or((0.0, 0.0), |it| (it.run, it.delay));
        let voluntary = status.map_or(0, |Status { voluntary, .. }| voluntary);
        let before = *self.before.get_or_insert((run, delay, voluntary));
        let more = (run - before.0 - self.run_s, delay - before.1 - self.delay_s);
        // Of one that ended just now nothing is told; and these never go down.
        self.run_s += more.0.max(0.0);
        self.delay_s += more.1.max(0.0);
        let voluntary = voluntary.saturating_sub(before.2);
        self.wakes += u64::from(voluntary > self.voluntary);
        self.voluntary = self.voluntary.max(voluntary);
        (more.0.max(0.0), more.1.max(0.0))
    }

    /// Seconds on a CPU until it was looked at last, at most: its counters are read now and then.
    pub fn used_s(&self) -> f64 {
        let since = |at| self.looked.duration_since(at).as_secs_f64();
        self.run_s + self.counted.map_or(0.0, since)
    }

    /// The share of its time that it spent in one kind of wait.
    pub fn share(&self, wait: Wait) -> f64 {
        self.waits_s[wait.index()] / self.seen_s.max(f64::EPSILON)
    }

    /// How often in a second it gave the CPU up.
    pub fn switches_per_s(&self) -> f64 {
        self.voluntary as f64 / self.seen_s.max(f64::EPSILON)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::wait::Futex, *};

    #[test]
    fn the_place_of_most_waits_wins() {
        let mut thread = Thread::new(1, Instant::now(), true);
        for at in [7, 5, 7, 6, 7, 7] {
            let futex = Futex { at, lock: at == 7, timed: at == 5 };
            thread.note(Told { futex: Some(futex), ..Wait::Futex.into() }, 0.5);
        }
        assert_eq!(thread.place.0, 7);
        assert_eq!((thread.lock_s, thread.timed_s, thread.seen_s), (2.0, 0.5, 3.0));
        assert_eq!(thread.share(Wait::Futex), 1.0);
    }

    #[test]
    fn a_limit_that_is_reached_now_and_then_is_a_wait_for_time() {
        let or_time = |wakes, limit_s| {
            let mut thread = Thread::new(1, Instant::now(), true);
            thread.wakes = wakes;
            thread.note(Told { limit_s, ..Wait::Network.into() }, 10.0);
            thread.or_time
        };
        // It waits for a second; it is answered all the time, and would give up after 30 s.
        assert!(or_time(20, Some(1.0)));
        assert!(!or_time(100, Some(30.0)));
        assert!(!or_time(20, None));
    }
}
