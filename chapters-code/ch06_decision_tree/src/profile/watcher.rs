//! Looks at a program about a hundred times a second.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use lab::os::{
    self,
    watch::{self, Bytes},
};

use super::{
    family::Family,
    memory::Memory,
    moment::{Doing, Moment, moment},
    pace::{INTERVAL, Pace},
    tally::Tally,
    wait::{Resolver, Told, Wait},
};

/// At most so many threads are looked at each time, in turn.
const MOST_THREADS: usize = 16;
/// How often the counters of a thread are read.
const COUNT_EVERY: Duration = Duration::from_millis(100);
/// How often what changes slowly is read: first after the shorter time, as a program that starts
/// becomes another one, or moves to another control group.
const SLOWLY: (Duration, Duration) =
    (Duration::from_millis(40), Duration::from_millis(500));
/// Who was not looked at for so long was stopped, or slept with the machine.
const STOPPED: Duration = Duration::from_millis(600);

/// What was seen of a program.
#[derive(Debug)]
pub struct Watcher {
    /// Its processes.
    pub family: Family,
    /// What it waited for, and which files it had.
    pub resolver: Resolver,
    /// Most threads at a time.
    pub most_threads: usize,
    /// Seconds on a CPU, and ready with none free, of all threads together.
    pub schedule_s: (f64, f64),
    /// What it did, for how long.
    pub tally: Tally,
    /// How often to look.
    pub pace: Pace,
    /// How much memory it touched.
    pub memory: Memory,
    /// Most resident memory of one process that was seen.
    pub resident: u64,
    /// CPUs that it may use.
    pub cpus: HashSet<u32>,
    /// Control groups, and how long each was held back when it was seen first, and last.
    pub groups: HashMap<PathBuf, (f64, f64)>,
    /// Bytes that it had moved before it was watched.
    pub bytes_before: Bytes,
    last: Instant,
    slowly: Instant,
    slowly_every: Duration,
    turn: usize,
}

impl Watcher {
    /// Watches the program whose first process is `first`; with `adopts`, that process has just
    /// started it.
    pub fn new(first: u32, adopts: Option<u32>) -> Watcher {
        let now = Instant::now();
        let before = watch::bytes(first).filter(|_| adopts.is_none());
        let mut watcher = Watcher {
            family: Family::new(first, adopts),
            resolver: Resolver::default(),
            most_threads: 0,
            schedule_s: (0.0, 0.0),
            tally: Tally::default(),
            pace: Pace::new(now, first),
            memory: Memory::default(),
            resident: 0,
            cpus: HashSet::new(),
            groups: HashMap::new(),
            bytes_before: before.unwrap_or_default(),
            last: now,
            slowly: now,
            slowly_every: SLOWLY.0,
            turn: 0,
        };
        watcher.count_slowly(now);
        watcher
    }

    /// Looks until `stop` says something or is dropped, until the program has no process left, or
    /// until `most` has passed.
    pub fn watch(mut self, stop: &Receiver<()>, most: Option<Duration>) -> Watcher {
        let mut used = os::thread_schedule().map_or(0.0, |it| it.run);
        loop {
            let wait = self.pace.next_interval();
            let left = most.map(|most| most.saturating_sub(self.pace.elapsed()));
            let wait = left.map_or(wait, |left| wait.min(left));
            let stopped = stop.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
            if !stopped {
                self.look();
            }
            let is_over = left.is_some_and(|left| left <= wait);
            if stopped || is_over || self.family.has_ended() {
                // Whoever was started last may be what is left of it.
                self.family.look_for_new();
                self.family.count();
                return self;
            }
            let now = os::thread_schedule().map_or(0.0, |it| it.run);
            self.pace.spent_s += now - used;
            used = now;
        }
    }

    fn look(&mut self) {
        let now = Instant::now();
        let mut passed = now.duration_since(self.last).as_secs_f64();
        self.last = now;
        if passed > STOPPED.as_secs_f64() {
            passed = INTERVAL.as_secs_f64();
        }
        self.family.look_for_new();
        let schedule = self.look_at_threads(now);
        let cpus = self.cpus.len().max(1) as f64;
        self.tally.note(passed, &self.moment(), schedule, cpus);
        if now.duration_since(self.slowly) > self.slowly_every {
            self.slowly_every = SLOWLY.1.min(self.slowly_every * 2);
            self.count_slowly(now);
        }
        let busy = self.tally.strips.last_running();
        self.memory.look(&self.family, busy, self.resident, self.tally.watched_s);
    }

    /// Looks at the threads, or at some of them in turn. Returns how much more they were on a CPU,
    /// and waited for one.
    fn look_at_threads(&mut self, now: Instant) -> (f64, f64) {
        let tree: Vec<u32> = self.family.members.keys().copied().collect();
        let mut all: Vec<(u32, u32)> = Vec::new();
        for (pid, member) in &self.family.members {
            all.extend(member.threads.keys().map(|tid| (*pid, *tid)));
        }
        self.most_threads = self.most_threads.max(all.len());
        if all.len() > MOST_THREADS {
            all.sort_unstable();
            let start = self.turn % all.len();
            self.turn = start + MOST_THREADS;
            all.rotate_left(start);
            // What was never looked at is not known to wait, or to run.
            let (seen, new): (Vec<_>, Vec<_>) =
                all.into_iter().partition(|(pid, tid)| {
                    let member = self.family.members.get(pid);
                    member
                        .and_then(|it| it.threads.get(tid))
                        .is_some_and(|it| it.is_seen)
                });
            all = [new, seen].concat();
            all.truncate(MOST_THREADS);
        }
        let mut more = (0.0, 0.0);
        for (pid, tid) in all {
            match self.look_at_thread(pid, tid, now, &tree) {
                Some((run, delay)) => {
                    more.0 += run;
                    more.1 += delay;
                }
                None => self.family.gone(pid, tid),
            }
        }
        self.schedule_s.0 += more.0;
        self.schedule_s.1 += more.1;
        more
    }

    /// `None` if it has ended.
    fn look_at_thread(
        &mut self,
        pid: u32,
        tid: u32,
        now: Instant,
        tree: &[u32],
    ) -> Option<(f64, f64)> {
        let glance = watch::glance(pid, tid)?;
        let member = self.family.members.get_mut(&pid)?;
        let thread = member.threads.get_mut(&tid)?;
        // The number is another thread's now; or the thread has ended, and nobody asked for it.
        if glance.started != thread.started || matches!(glance.state, 'Z' | 'X') {
            return None;
        }
        let told = match glance.state {
            'R' => Told::default(),
            state => {
                let told = self.resolver.wait(pid, tid, state, tree);
                let wait = told.wait.or(thread.known).or(Some(Wait::Unseen));
                Told { wait, ..told }
            }
        };
        let passed = now.duration_since(thread.looked).as_secs_f64();
        thread.looked = now;
        thread.note(told, passed.min(STOPPED.as_secs_f64()));
        if thread.counted.is_some_and(|at| now.duration_since(at) < COUNT_EVERY) {
            return Some((0.0, 0.0));
        }
        Some(thread.count(pid, tid, now))
    }

    /// What the program does now.
    fn moment(&self) -> Moment {
        let first = self.family.first;
        let doing = |wait: Option<Wait>| wait.map_or(Doing::Runs, Doing::Waits);
        let threads = self.family.members.iter().flat_map(|(pid, member)| {
            let threads = member.threads.values().filter(|thread| thread.is_seen);
            threads.map(move |thread| (*pid == first, doing(thread.wait)))
        });
        let members = self.family.members.iter();
        let timers = members.flat_map(|(pid, member)| {
            let threads = member.threads.values();
            let timers = threads.filter(|it| it.wait.is_some() && it.or_time);
            timers.map(move |_| (*pid == first, Doing::Waits(Wait::Time)))
        });
        moment(threads.chain(timers))
    }

    fn count_slowly(&mut self, now: Instant) {
        self.slowly = now;
        self.family.count();
        let members: Vec<u32> = self.family.members.keys().copied().collect();
        for pid in members.into_iter().take(MOST_THREADS) {
            if let Some(status) = watch::status(pid, pid) {
                self.resident = self.resident.max(status.resident);
                // What it was before it ran the command counts as little as what it is no more.
                if pid == self.family.first && !status.cpus.is_empty() {
                    self.cpus.clear();
                }
                self.cpus.extend(status.cpus);
            }
            self.resolver.descriptors.note_files(pid);
            for group in watch::groups(pid) {
                if let Some(now) = watch::throttled(&group) {
                    self.groups.entry(group).or_insert((now, now)).1 = now;
                }
            }
        }
    }

    /// Reads once more what can be read of a program that has ended and was not waited for yet.
    pub fn count_last(&mut self) {
        for (group, (_, last)) in &mut self.groups {
            *last = watch::throttled(group).unwrap_or(*last);
        }
        if let Some(member) = self.family.members.get_mut(&self.family.first) {
            member.bytes = watch::bytes(self.family.first).or(member.bytes);
        }
    }
}
