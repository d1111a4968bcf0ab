//! Threads that wait for each other: for the lock of a CPython, for one of their own, or for work.

use serde::Serialize;

use super::{
    family::Family,
    sums::{BUSY, WAITS},
    thread::Thread,
    wait::Wait,
};

/// A thread that gives the CPU up so often in a second takes part in something, if only in waiting
/// for its turn.
const TAKES_PART_PER_S: f64 = 5.0;
/// A lock that is waited for all the time has one holder all the time, give or take this.
const ONE_HOLDER: std::ops::Range<f64> = 0.8..1.2;
/// Threads that are on a CPU for less than this, on average, do not wait for the lock of a CPython:
/// who has that one runs.
const COMPUTES: f64 = 0.5;
/// The share of waits with a limit below which they are not for that lock either.
const TIMED: f64 = 0.2;

/// Threads of one process that wait for each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Contention {
    /// How many take part: those who wait, and those who keep them waiting.
    pub threads: usize,
    /// How many of them wait for a good part of their time.
    pub waiters: usize,
    /// The share of their time that they wait for each other.
    pub waiting: f64,
    /// The part of that for something that looks like a lock.
    pub lock: f64,
    /// The part of that which ends by itself after some time, of what was seen in full; `None` if
    /// nothing was.
    pub timed: Option<f64>,
    /// The part of that in one place.
    pub one_place: f64,
    /// How many of those who wait there do not, on average.
    pub holders: f64,
    /// How often in a second each of them gives the CPU up.
    pub switches_per_s: f64,
    /// How many of the process's threads are on a CPU, on average.
    pub running: f64,
    /// The share of its time that the busiest of the process's threads wants a CPU.
    pub busiest: f64,
    /// The part of all time on CPUs that the busiest of them had.
    pub alone: f64,
}

/// Threads that wait for the lock of a CPython, and threads that wait for each other otherwise; of
/// the process where there is most of it.
pub fn contentions(
    threads: &[(u32, &Thread)],
    family: &Family,
) -> (Option<Contention>, Option<Contention>) {
    let mut threads = threads.to_vec();
    threads.sort_by_key(|it| it.0);
    let (mut gil, mut other) = (None::<Contention>, None::<Contention>);
    for of_one in threads.chunk_by(|a, b| a.0 == b.0) {
        let of: Vec<&Thread> = of_one.iter().map(|it| it.1).collect();
        let mut found = contention(&of);
        let mut has_gil = family.pythons.get(&of_one[0].0) == Some(&true);
        if let Some(found) =
            found.as_mut().filter(|it| has_gil && it.is_of_python_code())
        {
            found.lock = 1.0;
            has_gil = false;
        }
        let best = if has_gil { &mut gil } else { &mut other };
        let weight = |it: &Contention| it.waiting * it.threads as f64;
        if let Some(found) = found
            && best.is_none_or(|best| weight(&best) < weight(&found))
        {
            *best = Some(found);
        }
    }
    (gil, other)
}

/// Whether threads of one process wait at one place, or processes wait, while one of them, in turn,
/// does not: perhaps a lock, however seldom it changes hands.
pub fn is_one_at_a_time(threads: &[(u32, &Thread)], watched_s: f64) -> bool {
    let waiters = waiters(threads);
    let in_one = at_one_place(&waiters).any(|them| ONE_HOLDER.contains(&holders(them)));
    // A lock that processes share may be at another place in each of them. Those that came one
    // after the other shared none: together they have no holder all the time.
    let by_process = waiters.chunk_by(|a, b| a.0 == b.0);
    let lone: Vec<_> = by_process.filter(|them| them.len() == 1).flatten().collect();
    let elsewhere_s = |it: &Thread| it.seen_s - it.waits_s[Wait::Futex.index()];
    let held_s: f64 = lone.iter().map(|it| elsewhere_s(it.1)).sum();
    in_one || lone.len() >= 2 && ONE_HOLDER.contains(&(held_s / watched_s))
}

/// Whether threads of one process wait at one place all the time: for work that does not come, or
/// for a lock that a thread keeps which takes it again at once. The system shows no difference.
pub fn is_kept_waiting(threads: &[(u32, &Thread)]) -> bool {
    at_one_place(&waiters(threads)).any(|them| holders(them) < ONE_HOLDER.start)
}

/// Those who wait for each other without a limit for a good part of their time, by process and place.
fn waiters<'a>(threads: &[(u32, &'a Thread)]) -> Vec<(u32, &'a Thread)> {
    let waits = |it: &&(u32, &Thread)| {
        let untimed = it.1.timed_s < TIMED * it.1.told_s;
        it.1.share(Wait::Futex) >= WAITS && untimed
    };
    let mut waiters: Vec<_> = threads.iter().filter(waits).copied().collect();
    waiters.sort_unstable_by_key(|it| (it.0, it.1.place.0));
    waiters
}

/// Two or more of them at each place.
fn at_one_place<'a>(
    waiters: &'a [(u32, &'a Thread)],
) -> impl Iterator<Item = &'a [(u32, &'a Thread)]> {
    let places = waiters.chunk_by(|a, b| (a.0, a.1.place.0) == (b.0, b.1.place.0));
    places.filter(|them| them.len() >= 2)
}

/// How many of them do not wait, on average.
fn holders(waiters: &[(u32, &Thread)]) -> f64 {
    waiters.iter().map(|it| 1.0 - it.1.share(Wait::Futex)).sum()
}

fn contention(threads: &[&Thread]) -> Option<Contention> {
    let wants = |it: &&Thread| (it.run_s + it.delay_s) / it.seen_s.max(f64::EPSILON);
    let longest = threads.iter().map(|it| it.seen_s).fold(0.0, f64::max);
    // Nobody sits in a futex with nobody to wake them and takes part.
    let part: Vec<&&Thread> = threads
        .iter()
        .filter(|it| it.switches_per_s() >= TAKES_PART_PER_S)
        .filter(|it| it.share(Wait::Futex) >= WAITS && it.seen_s > 0.2 * longest)
        .collect();
    if part.is_empty() {
        return None;
    }
    let sum = |of: fn(&Thread) -> f64| part.iter().map(|it| of(it)).sum::<f64>();
    let waited_s = sum(|it| it.waits_s[Wait::Futex.index()]);
    let told_s = sum(|it| it.told_s);
    let run_s = threads.iter().map(|it| it.run_s).sum::<f64>();
    // Whoever holds the lock most of the time waits too little to be among them.
    let is_busy = |it: &Thread| it.run_s / it.seen_s.max(f64::EPSILON) >= BUSY;
    let waits = |it: &Thread| part.iter().any(|one| std::ptr::eq(**one, it));
    let takes_part = |it: &&&Thread| is_busy(it) || waits(it);
    let mut by_place = part.clone();
    by_place.sort_unstable_by_key(|it| it.place.0);
    let places = by_place.chunk_by(|a, b| a.place.0 == b.place.0);
    let same = places.max_by_key(|them| them.len()).unwrap_or_default();
    Some(Contention {
        threads: threads.iter().filter(takes_part).count(),
        waiters: part.len(),
        waiting: waited_s / sum(|it| it.seen_s),
        lock: sum(|it| it.lock_s) / waited_s.max(f64::EPSILON),
        timed: (told_s > 0.0).then(|| sum(|it| it.timed_s) / told_s),
        one_place: same.len() as f64 / part.len() as f64,
        holders: same.iter().map(|it| 1.0 - it.share(Wait::Futex)).sum(),
        switches_per_s: sum(Thread::switches_per_s) / part.len() as f64,
        running: run_s / longest,
        busiest: threads.iter().map(wants).fold(0.0, f64::max).min(1.0),
        alone: threads.iter().map(|it| it.run_s).fold(0.0, f64::max)
            / run_s.max(f64::EPSILON),
    })
}

impl Contention {
    /// Whether threads of a CPython wait for a lock of their own code, such as a `threading.Lock`.
    /// The system shows such a wait as it shows one for a queue; but a lock is always held by one of
    /// those who want it, and workers whose queue is empty all wait.
    fn is_of_python_code(&self) -> bool {
        self.one_place * self.waiters as f64 >= 2.0
            && ONE_HOLDER.contains(&self.holders)
            && self.running < COMPUTES
            && self.timed.is_some_and(|timed| timed < TIMED)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{
        super::wait::{Futex, Told},
        *,
    };

    /// A thread that waited at this place for so long, and slept for so long.
    fn waited(at: u64, waited_s: f64, slept_s: f64) -> Thread {
        let mut thread = Thread::new(1, Instant::now(), true);
        let futex = Some(Futex { at, lock: false, timed: false });
        thread.note(Told { futex, ..Wait::Futex.into() }, waited_s);
        thread.note(Wait::Time.into(), slept_s);
        thread
    }

    #[test]
    fn processes_that_wait_all_but_one_may_share_a_lock() {
        let is = |waited_s, slept_s, watched_s| {
            let [a, b, c] = [7, 8, 9].map(|at| waited(at, waited_s, slept_s));
            is_one_at_a_time(&[(1, &a), (2, &b), (3, &c)], watched_s)
        };
        assert!(is(6.7, 3.3, 10.0));
        // An empty queue, work for each, and the same three one after the other.
        assert!(!is(9.9, 0.1, 10.0));
        assert!(!is(4.0, 6.0, 10.0));
        assert!(!is(6.7, 3.3, 30.0));
    }

    #[test]
    fn threads_of_a_process_share_a_lock_at_one_place_only() {
        let is = |places: [u64; 3]| {
            let [a, b, c] = places.map(|at| waited(at, 6.7, 3.3));
            is_one_at_a_time(&[(1, &a), (1, &b), (1, &c)], 10.0)
        };
        assert!(is([7, 7, 7]));
        assert!(!is([7, 8, 9]));
    }

    #[test]
    fn a_lock_of_python_code_has_one_holder_who_does_not_compute() {
        let lock = Contention {
            threads: 5,
            waiters: 4,
            waiting: 0.75,
            one_place: 1.0,
            holders: 1.0,
            running: 0.05,
            timed: Some(0.0),
            ..Contention::default()
        };
        assert!(lock.is_of_python_code());
        let interpreter = Contention { timed: Some(0.5), running: 0.97, ..lock };
        let empty_queue = Contention { holders: 0.1, ..lock };
        let own_queues = Contention { one_place: 0.25, ..lock };
        let not_seen = Contention { timed: None, ..lock };
        for other in [interpreter, empty_queue, own_queues, not_seen] {
            assert!(!other.is_of_python_code(), "{other:?}");
        }
    }
}
