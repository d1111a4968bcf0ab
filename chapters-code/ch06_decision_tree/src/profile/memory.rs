//! How much memory a program touches in a short while: more than the caches hold?

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use lab::os::watch;

use super::family::Family;

/// What is touched is counted for so long. In a longer while, a program that computes on all that
/// it has touches all of it too.
const WHILE: Duration = Duration::from_millis(20);
/// The share of time that counting may take: the system walks through all pages for it.
const BUDGET: f64 = 0.005;
/// A program that runs less than this does not compute.
const BUSY: f64 = 0.7;
/// What it takes the system to forget which of 4 KiB were touched, and to count them, in seconds;
/// with room for a slow machine.
const PAGE_S: f64 = 20e-9;
/// Who ran for less than this meanwhile had no time to touch anything.
const RAN_S: f64 = 0.005;
/// Threads whose time on a CPU is read for it.
const MOST_THREADS: usize = 16;

/// The size of the last cache.
static CACHE: LazyLock<Option<u64>> = LazyLock::new(watch::last_cache);

/// What was counted once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// Bytes touched.
    pub bytes: u64,
    /// In so many seconds in which it ran.
    pub running_s: f64,
}

impl Count {
    /// Bytes touched in a second in which it runs.
    pub fn per_s(&self) -> f64 {
        self.bytes as f64 / self.running_s.max(0.001)
    }
}

/// How much memory the process with the most work touches.
#[derive(Debug, Default)]
pub struct Memory {
    counts: Vec<Count>,
    counting: Option<Counting>,
    next: Option<Instant>,
}

#[derive(Debug)]
struct Counting {
    pid: u32,
    started: u64,
    since: Instant,
    /// What it took to begin.
    cost: Duration,
    /// Seconds on a CPU so far, by thread.
    ran_s: Vec<(u32, f64)>,
}

impl Memory {
    /// Goes on counting, or begins to, if the program computes and has more memory than the caches.
    /// It is watched for `watched_s` so far.
    pub fn look(&mut self, family: &Family, busy: f64, resident: u64, watched_s: f64) {
        if let Some(counting) = self.counting.take() {
            if counting.since.elapsed() < WHILE {
                self.counting = Some(counting);
                return;
            }
            let now = Instant::now();
            let running_s = counting.running_s();
            let bytes = watch::touched(counting.pid);
            let is_same = family
                .members
                .get(&counting.pid)
                .is_some_and(|it| it.started == counting.started);
            if let Some(bytes) = bytes.filter(|_| is_same && running_s >= RAN_S) {
                self.counts.push(Count { bytes, running_s });
            }
            let cost = counting.cost + now.elapsed();
            self.next = Some(Instant::now() + cost.div_f64(BUDGET));
            return;
        }
        let fits = CACHE.is_none_or(|cache| resident <= cache);
        let dear = resident as f64 / 4096.0 * PAGE_S > BUDGET * watched_s;
        let later = dear || self.next.is_some_and(|next| Instant::now() < next);
        if fits || busy < BUSY || later {
            return;
        }
        self.begin(family);
    }

    fn begin(&mut self, family: &Family) {
        // Of those that nothing is known of yet, the newest.
        let busiest =
            family.members.iter().max_by(|a, b| a.1.lately_s.total_cmp(&b.1.lately_s));
        let Some((&pid, member)) = busiest else { return };
        let now = Instant::now();
        if !watch::forget_touched(pid) {
            // It is not ours to count, and will not be later.
            self.next = Some(now + Duration::from_secs(3600));
            return;
        }
        let threads = member.threads.keys().take(MOST_THREADS);
        let ran = |tid: &u32| Some((*tid, watch::schedule(pid, *tid)?.run));
        self.counting = Some(Counting {
            pid,
            started: member.started,
            since: Instant::now(),
            cost: now.elapsed(),
            ran_s: threads.filter_map(ran).collect(),
        });
    }

    /// What is typical: the count in the middle.
    pub fn typical(&self) -> Option<Count> {
        let mut all = self.counts.clone();
        all.sort_by(|a, b| a.per_s().total_cmp(&b.per_s()));
        all.get(all.len() / 2).copied()
    }
}

impl Counting {
    /// Seconds for which at least one thread was on a CPU: as long as the busiest was.
    fn running_s(&self) -> f64 {
        let more = |(tid, before): &(u32, f64)| {
            watch::schedule(self.pid, *tid).map_or(0.0, |it| it.run - before)
        };
        self.ran_s.iter().map(more).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_typical_count_is_the_one_in_the_middle() {
        let count = |bytes| Count { bytes, running_s: 0.02 };
        let counts = vec![count(9 << 20), count(1 << 20), count(2 << 20)];
        let memory = Memory { counts, ..Memory::default() };
        assert_eq!(memory.typical(), Some(count(2 << 20)));
        assert_eq!(Memory::default().typical(), None);
    }
}
