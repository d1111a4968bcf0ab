//! What was found out about a program: all that the rules judge by.

use serde::Serialize;

use super::{
    family::Family,
    probe::Probed,
    strip::{self, Strip},
    thread::Thread,
    wait::Wait,
    watcher::Watcher,
};

/// A thread that took part in the work: this share of its time on a CPU.
const BUSY: f64 = 0.05;
/// A thread that gives the CPU up so often in a second takes part in something, if only in waiting
/// for its turn.
const TAKES_PART_PER_S: f64 = 5.0;
/// Of threads that wait for each other, each waits for this share of its time at least.
const WAITS: f64 = 0.3;

/// If so large a share of waits was hidden, something is not known.
const HIDDEN: f64 = 0.2;
/// With fewer waits seen than this, it is not known what it waits for.
const FEWEST_WAITS: f64 = 10.0;

/// What was found out about a program. Shares are of the time for which it was watched.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Evidence {
    /// Seconds from its start to its end, or for which it was watched.
    pub watched_s: f64,
    /// How often it was looked at.
    pub samples: u64,
    /// Seconds on a CPU that looking took; they are not the program's.
    pub looking_s: f64,
    /// Seconds on a CPU meanwhile, all processes and threads.
    pub cpu_s: f64,
    /// The part of that in the system's code.
    pub system_s: f64,
    /// CPUs that it may use.
    pub cpus: f64,
    /// What it did.
    pub shares: Shares,
    /// The share of waits for input or output that could be the reason behind what was noted.
    pub also_io: f64,
    /// The share of sleep that could be the reason behind what was noted.
    pub also_sleeping: f64,
    /// Seconds for which threads were ready and other programs had the CPUs.
    pub delayed_by_others_s: f64,
    /// Seconds for which threads were ready and had no CPU, all in all.
    pub delayed_s: f64,
    /// How many threads ran or could, on average while any did.
    pub runnable: f64,
    /// Seconds for which its control group held it back; `None` if there is none that could.
    pub throttled_s: Option<f64>,
    /// The most threads at a time.
    pub threads: usize,
    /// Threads that took part in the work.
    pub busy_threads: usize,
    /// The share of its time that the busiest thread was on a CPU.
    pub busiest_thread: f64,
    /// Processes that were seen.
    pub processes: usize,
    /// How evenly running and waiting are spread: 1 evenly, 0 in phases.
    pub blend: f64,
    /// Threads that wait for each other.
    pub contention: Option<Contention>,
    /// Threads that wait for the lock of a CPython.
    pub gil: Option<Contention>,
    /// Memory.
    pub memory: Touched,
    /// How often memory had to be read from a disk.
    pub major_faults: u64,
    /// Bytes moved, if we may see that.
    pub bytes: Option<Moved>,
    /// Context switches, as the system counts them.
    pub voluntary: u64,
    /// Context switches that took the CPU away.
    pub involuntary: u64,
    /// Seconds for which some program on the machine had to wait.
    pub pressure: Pressure,
    /// What the causal tests found.
    pub probed: Option<Probed>,
    /// What could not be seen, in words.
    pub unseen: Vec<String>,
    /// The share of the time for which it was seen to run and the system counted nothing.
    pub uncounted: f64,
    /// Nobody looked: all that is known is the time that it took and used.
    pub only_usage: bool,
    /// When it did what.
    pub strips: Vec<Strip>,
}

/// What the program did, in shares of the time for which it was watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Shares {
    /// At least one thread ran, or could.
    pub running: f64,
    /// All waited, at least one for a network.
    pub network: f64,
    /// For a disk.
    pub disk: f64,
    /// For a pipe.
    pub pipe: f64,
    /// For a terminal.
    pub terminal: f64,
    /// For something asked for through a ring in memory.
    pub ring: f64,
    /// For time to pass.
    pub time: f64,
    /// For work: a connection, an event, another thread that waits as well.
    pub work: f64,
    /// For a lock on a file.
    pub file_lock: f64,
    /// For children that came and went too fast to be seen.
    pub child: f64,
    /// It was stopped.
    pub stopped: f64,
    /// Nobody could see what for.
    pub unseen: f64,
}

impl Shares {
    /// Waits for a network, a disk, a pipe or a terminal.
    pub fn io(&self) -> f64 {
        self.network + self.disk + self.pipe + self.terminal + self.ring
    }

    fn scale(&mut self, by: f64) {
        for share in [
            &mut self.running,
            &mut self.network,
            &mut self.disk,
            &mut self.pipe,
            &mut self.terminal,
            &mut self.ring,
            &mut self.time,
            &mut self.work,
            &mut self.file_lock,
            &mut self.child,
            &mut self.stopped,
            &mut self.unseen,
        ] {
            *share *= by;
        }
    }

    /// Waits for time, or for work.
    pub fn sleeping(&self) -> f64 {
        self.time + self.work + self.stopped
    }
}

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
    /// How often in a second each of them gives the CPU up.
    pub switches_per_s: f64,
    /// How many of the process's threads are on a CPU, on average.
    pub running: f64,
    /// The share of its time that the busiest of the process's threads wants a CPU.
    pub busiest: f64,
    /// The part of all time on CPUs that the busiest of them had.
    pub alone: f64,
}

/// How much memory the program has and touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Touched {
    /// Resident memory of the largest process.
    pub resident: u64,
    /// Bytes touched in a fiftieth of a second; `None` if it was not counted.
    pub touched: Option<u64>,
    /// Bytes touched in a second in which it ran, by that count.
    pub per_s: Option<f64>,
    /// The size of the last cache; `None` if the system does not tell.
    pub cache: Option<u64>,
}

/// Bytes moved by the whole program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Moved {
    /// Read, wherever they were.
    pub read: u64,
    /// Written.
    pub written: u64,
    /// Fetched from a disk.
    pub from_disk: u64,
    /// Sent to a disk, or to be sent.
    pub to_disk: u64,
}

/// Seconds for which some program on the machine, this one or another, had to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Pressure {
    /// For a CPU.
    pub cpu_s: Option<f64>,
    /// For a disk.
    pub io_s: Option<f64>,
    /// For memory.
    pub memory_s: Option<f64>,
    /// Seconds that the host of a virtual machine took.
    pub stolen_s: Option<f64>,
    /// Seconds for which CPUs were in use, by this program or another.
    pub busy_s: Option<f64>,
}

impl Evidence {
    /// What a watcher saw.
    pub fn of(watcher: Watcher) -> Evidence {
        let watched_s = watcher.watched_s.max(f64::EPSILON);
        let threads = all_threads(&watcher.family);
        let (run_s, delayed_s) = watcher.schedule_s;
        let cpu_s = watcher.family.cpu_s().max(run_s);
        let wants = |it: &&(u32, &Thread)| it.1.run_s / watched_s >= BUSY;
        let busiest =
            threads.iter().map(|it| it.1.run_s / watched_s).fold(0.0, f64::max);
        let strips = watcher.strips.clone().finish();
        let throttled = watcher.groups.values().map(|(first, last)| last - first);
        let (gil, contention) = contentions(&threads, &watcher.family);
        Evidence {
            watched_s,
            samples: watcher.samples,
            looking_s: watcher.spent_s,
            cpu_s,
            system_s: watcher.family.system_s(),
            cpus: watcher.cpus.len().max(1) as f64,
            shares: shares(&watcher, cpu_s),
            also_io: watcher.also_io_s / watched_s,
            also_sleeping: watcher.also_sleep_s / watched_s,
            delayed_by_others_s: (delayed_s - watcher.crowded_s).max(0.0),
            delayed_s,
            runnable: watcher.runnable_s / watcher.running_s.max(f64::EPSILON),
            throttled_s: throttled.reduce(f64::max),
            threads: watcher.most_threads,
            busy_threads: threads.iter().filter(wants).count(),
            busiest_thread: busiest.min(1.0),
            processes: watcher.family.processes,
            blend: strip::blend(&strips),
            contention,
            gil,
            memory: Touched {
                resident: watcher.resident,
                touched: watcher.memory.typical().map(|it| it.bytes),
                per_s: watcher.memory.typical().map(|it| it.per_s()),
                cache: lab::os::watch::last_cache(),
            },
            major_faults: 0,
            bytes: moved(&watcher),
            voluntary: threads.iter().map(|it| it.1.voluntary).sum(),
            unseen: unseen(&watcher, cpu_s),
            strips,
            ..Evidence::default()
        }
    }
}

fn all_threads(family: &Family) -> Vec<(u32, &Thread)> {
    let ended = family.ended.iter().map(|(pid, thread)| (*pid, thread));
    let there = family
        .members
        .iter()
        .flat_map(|(pid, member)| member.threads.values().map(|thread| (*pid, thread)));
    ended.chain(there).collect()
}

fn shares(watcher: &Watcher, cpu_s: f64) -> Shares {
    let watched_s = watcher.watched_s.max(f64::EPSILON);
    let mut waits_s = watcher.waits_s;
    let within_s = waits_s[Wait::Within.index()];
    // One that gets nothing through its pipe waits for whoever has the other end.
    let first = watcher.family.members.get(&watcher.family.first);
    let flows = first.is_none_or(|it| {
        it.threads.values().any(|thread| {
            thread.share(Wait::Within) > WAITS && thread.switches_per_s() > 1.0
        })
    });
    if !flows {
        let pairs = waits_s.iter_mut().zip(watcher.within_s);
        pairs.for_each(|(to, seconds)| *to += seconds);
        waits_s[Wait::Within.index()] -= within_s;
    }
    // What children did that nobody saw is known by what they used.
    let child = Wait::Child.index();
    let missed = (cpu_s.min(watched_s) - watcher.running_s).clamp(0.0, waits_s[child]);
    waits_s[child] -= missed;
    let share = |wait: Wait| waits_s[wait.index()] / watched_s;
    Shares {
        running: (watcher.running_s + missed) / watched_s,
        network: share(Wait::Network),
        disk: share(Wait::Disk),
        pipe: share(Wait::Pipe) + share(Wait::Within),
        terminal: share(Wait::Terminal),
        ring: share(Wait::Ring),
        time: share(Wait::Time),
        work: share(Wait::Connection) + share(Wait::Event) + share(Wait::Futex),
        file_lock: share(Wait::FileLock),
        child: share(Wait::Child),
        stopped: share(Wait::Stopped),
        unseen: share(Wait::Unseen),
    }
}

/// Threads that wait for the lock of a CPython, and threads that wait for each other otherwise; of
/// the process where there is most of it.
fn contentions(
    threads: &[(u32, &Thread)],
    family: &Family,
) -> (Option<Contention>, Option<Contention>) {
    let mut threads = threads.to_vec();
    threads.sort_by_key(|it| it.0);
    let (mut gil, mut other) = (None::<Contention>, None::<Contention>);
    for of_one in threads.chunk_by(|a, b| a.0 == b.0) {
        let of: Vec<&Thread> = of_one.iter().map(|it| it.1).collect();
        let found = contention(&of);
        let has_gil = family.pythons.get(&of_one[0].0) == Some(&true);
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
    let mut places: Vec<u64> = part.iter().map(|it| it.place.0).collect();
    places.sort_unstable();
    let same = places.chunk_by(|a, b| a == b).map(<[u64]>::len).max().unwrap_or(0);
    Some(Contention {
        threads: threads.iter().filter(takes_part).count(),
        waiters: part.len(),
        waiting: waited_s / sum(|it| it.seen_s),
        lock: sum(|it| it.lock_s) / waited_s.max(f64::EPSILON),
        timed: (told_s > 0.0).then(|| sum(|it| it.timed_s) / told_s),
        one_place: same as f64 / part.len() as f64,
        switches_per_s: sum(Thread::switches_per_s) / part.len() as f64,
        running: run_s / longest,
        busiest: threads.iter().map(wants).fold(0.0, f64::max).min(1.0),
        alone: threads.iter().map(|it| it.run_s).fold(0.0, f64::max)
            / run_s.max(f64::EPSILON),
    })
}

/// What the system did not tell, in words.
fn unseen(watcher: &Watcher, cpu_s: f64) -> Vec<String> {
    let mut unseen = Vec::new();
    if watcher.schedule_s.0 == 0.0 && cpu_s > 0.1 {
        unseen.push("whether its threads waited for a CPU".to_owned());
    }
    let (waits, hidden) = watcher.resolver.waits;
    if hidden as f64 > HIDDEN * waits as f64 {
        unseen.push(hidden_calls());
    }
    unseen
}

/// Why we may not see in which calls threads wait.
fn hidden_calls() -> String {
    let scope = std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope");
    let why = match scope.as_deref().map(str::trim) {
        Ok("1") => {
            "kernel.yama.ptrace_scope is 1, so it takes root's rights, or a command that we start"
        }
        Ok("2" | "3") => "kernel.yama.ptrace_scope does not allow it",
        _ => "it takes its user's rights, or root's",
    };
    format!("which descriptors its threads wait for: {why}")
}

fn moved(watcher: &Watcher) -> Option<Moved> {
    let before = watcher.bytes_before;
    let mut sum = Moved::default();
    for member in watcher.family.members.values() {
        let bytes = member.bytes?;
        sum.read += bytes.read;
        sum.written += bytes.written;
        sum.from_disk += bytes.from_disk;
        sum.to_disk += bytes.to_disk;
    }
    Some(Moved {
        read: sum.read.saturating_sub(before.read),
        written: sum.written.saturating_sub(before.written),
        from_disk: sum.from_disk.saturating_sub(before.from_disk),
        to_disk: sum.to_disk.saturating_sub(before.to_disk),
    })
}

impl Evidence {
    /// Notes how the machine was meanwhile. Others cannot have taken more than they used: a thread
    /// may also wait for a CPU because the system put it behind another one of the program, with
    /// a CPU idle.
    pub fn machine(&mut self, pressure: Pressure) {
        self.pressure = pressure;
        if let Some(busy_s) = pressure.busy_s {
            let of_others_s = (busy_s - self.cpu_s).max(0.0);
            let most_s = of_others_s * self.runnable.max(1.0);
            self.delayed_by_others_s = self.delayed_by_others_s.min(most_s);
        }
    }

    /// Seconds for which its control group held it back while it wanted a CPU: the group may hold
    /// others back too, and counts each CPU.
    pub fn held_back_s(&self) -> f64 {
        let counted = self.delayed_s > 0.0;
        let seen_s = self.shares.running * self.runnable.max(1.0) * self.watched_s;
        let wanted_s =
            if counted { self.delayed_s } else { (seen_s - self.cpu_s).max(0.0) };
        self.throttled_s.unwrap_or(0.0).min(wanted_s).min(self.watched_s)
    }

    /// What others took from the whole program's time: while several of its threads wait for a
    /// CPU, time passes only once.
    pub fn lost_to_others_s(&self) -> f64 {
        let lost_s = self.delayed_by_others_s / self.runnable.max(1.0);
        lost_s.min(self.shares.running * self.watched_s * 0.95)
    }

    /// The shares as they would be on a machine without others who want the CPUs.
    pub fn quiet(&self) -> Shares {
        let lost = self.lost_to_others_s() / self.watched_s.max(f64::EPSILON);
        let mut shares = self.shares;
        shares.running -= lost;
        shares.scale(1.0 / (1.0 - lost));
        shares
    }

    /// Has it run for no longer than the system counted, on CPUs and ready for one. What is seen
    /// at a look may be more: while it waits, its CPU sleeps, and if that is the CPU that we are
    /// woken on, the answer that it waits for and our turn to look come at the same moment.
    pub fn as_counted(&mut self) {
        let (seen, watched_s) = (self.shares.running, self.watched_s.max(f64::EPSILON));
        let counted = (self.cpu_s + self.delayed_s) / watched_s;
        // Without a delay of a microsecond, the system does not count them.
        if counted >= seen || self.delayed_s <= 0.0 {
            return;
        }
        // What little it was seen to wait says not enough of how it waits for the rest.
        let waits = (1.0 - seen) * self.samples as f64;
        if waits < FEWEST_WAITS {
            self.uncounted = seen - counted;
            return;
        }
        self.shares.scale((1.0 - counted) / (1.0 - seen));
        self.shares.running = counted;
        strip::as_counted(&mut self.strips, counted / seen);
        self.blend = strip::blend(&self.strips);
    }

    /// Counts as running what children did that came and went too fast to be seen: what they used
    /// is known once they were waited for.
    pub fn missed_running(&mut self) {
        let used = (self.cpu_s / self.watched_s.max(f64::EPSILON)).min(1.0);
        let missed = (used - self.shares.running).clamp(0.0, self.shares.child);
        self.shares.child -= missed;
        self.shares.running += missed;
    }
}
