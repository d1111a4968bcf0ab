//! Looks at a program about a hundred times a second, and adds up what it did.

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
    moment::{Doing, moment},
    strip::Strips,
    wait::{Resolver, Told, Wait},
};

/// Time between two looks, for the most part.
const INTERVAL: Duration = Duration::from_millis(10);
/// With very many threads we look less often, but at least so often.
const LONGEST: Duration = Duration::from_millis(300);
/// The share of one CPU that looking may take.
const BUDGET: f64 = 0.01;
/// Seconds that it may take besides: enough for forty looks at as many threads, without which
/// nothing could be said of a program that runs for a second.
const GRANT_S: f64 = 0.025;
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
    /// How often it was looked at.
    pub samples: u64,
    /// Seconds for which it was watched, without those for which we were stopped.
    pub watched_s: f64,
    /// Seconds for which at least one thread ran or could.
    pub running_s: f64,
    /// The sum of seconds for which threads ran or could.
    pub runnable_s: f64,
    /// What part of that has no CPU because other threads of the program have them all.
    pub crowded_s: f64,
    /// Seconds for which no thread ran, by what was waited for.
    pub waits_s: [f64; Wait::ALL.len()],
    /// Seconds for which the first process waited for a pipe within the program, by what else
    /// was waited for.
    pub within_s: [f64; Wait::ALL.len()],
    /// Seconds for which a wait for input or output could be the reason as well as what was noted.
    pub also_io_s: f64,
    /// As that, of sleep.
    pub also_sleep_s: f64,
    /// Most threads at a time.
    pub most_threads: usize,
    /// Seconds on a CPU, and ready with none free, of all threads together.
    pub schedule_s: (f64, f64),
    /// Who did what when.
    pub strips: Strips,
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
    began: Instant,
    last: Instant,
    slowly: Instant,
    slowly_every: Duration,
    turn: usize,
    /// Seconds on a CPU that looking took.
    pub spent_s: f64,
    seed: u64,
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
            samples: 0,
            watched_s: 0.0,
            running_s: 0.0,
            runnable_s: 0.0,
            crowded_s: 0.0,
            waits_s: [0.0; Wait::ALL.len()],
            within_s: [0.0; Wait::ALL.len()],
            also_io_s: 0.0,
            also_sleep_s: 0.0,
            most_threads: 0,
            schedule_s: (0.0, 0.0),
            strips: Strips::default(),
            memory: Memory::default(),
            resident: 0,
            cpus: HashSet::new(),
            groups: HashMap::new(),
            bytes_before: before.unwrap_or_default(),
            began: now,
            last: now,
            slowly: now,
            slowly_every: SLOWLY.0,
            turn: 0,
            spent_s: 0.0,
            seed: u64::from(first) | 1,
        };
        watcher.count_slowly(now);
        watcher
    }

    /// Looks until `stop` says something or is dropped, until the program has no process left, or
    /// until `most` has passed.
    pub fn watch(mut self, stop: &Receiver<()>, most: Option<Duration>) -> Watcher {
        let mut used = os::thread_schedule().map_or(0.0, |it| it.run);
        loop {
            let wait = self.next_interval();
            let left = most.map(|most| most.saturating_sub(self.began.elapsed()));
            let wait = left.map_or(wait, |left| wait.min(left));
            let stopped = stop.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
            if !stopped {
                self.look();
            }
            let is_over = left.is_some_and(|left| left <= wait);
            if stopped || is_over || self.family.has_ended() {
                self.family.count();
                return self;
            }
            let now = os::thread_schedule().map_or(0.0, |it| it.run);
            self.spent_s += now - used;
            used = now;
        }
    }

    /// Around [`INTERVAL`], longer if looking takes long, and never twice the same: a program that
    /// has a rhythm of its own must not be met at the same point of it again and again.
    fn next_interval(&mut self) -> Duration {
        let passed = self.began.elapsed().as_secs_f64();
        // Until then, what was spent is no more than what may be.
        let needed_s = ((self.spent_s - GRANT_S) / BUDGET - passed).max(0.0);
        let needed = LONGEST.min(Duration::from_secs_f64(needed_s));
        // Xorshift: all that is asked of it is that it has no rhythm.
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        let from_half = 0.5 + (self.seed % 1000) as f64 / 1000.0;
        INTERVAL.max(needed).mul_f64(from_half)
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
        self.note(passed, schedule);
        if now.duration_since(self.slowly) > self.slowly_every {
            self.slowly_every = SLOWLY.1.min(self.slowly_every * 2);
            self.count_slowly(now);
        }
        let busy = self.strips.last_running();
        self.memory.look(&self.family, busy, self.resident, self.watched_s);
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
            all.sort_by_key(|(pid, tid)| {
                let member = self.family.members.get(pid);
                member.and_then(|it| it.threads.get(tid)).is_some_and(|it| it.is_seen)
            });
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

    /// Adds the time that passed to what the program does now.
    fn note(&mut self, passed: f64, schedule: (f64, f64)) {
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
        let moment = moment(threads.chain(timers));
        self.samples += 1;
        self.watched_s += passed;
        let runnable = moment.running as f64;
        let cpus = if self.cpus.is_empty() { 1.0 } else { self.cpus.len() as f64 };
        self.runnable_s += runnable * passed;
        let crowded_s = (runnable - cpus).max(0.0) * passed;
        self.crowded_s += crowded_s;
        match moment.wait {
            None if moment.running > 0 => self.running_s += passed,
            None => {}
            Some(wait) => {
                self.waits_s[wait.index()] += passed;
                let also = moment.also.unwrap_or(wait);
                if wait == Wait::Within {
                    self.within_s[also.index()] += passed;
                }
                if !wait.is_io() && also.is_io() {
                    self.also_io_s += passed;
                }
                if !wait.is_sleep() && also.is_sleep() {
                    self.also_sleep_s += passed;
                }
            }
        }
        self.strips.note(passed, &moment, schedule, crowded_s);
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
