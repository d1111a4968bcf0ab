//! What was found out about a program: all that the rules judge by.

use serde::Serialize;

use super::{
    contention::{Contention, contentions, is_one_at_a_time},
    family::Family,
    probe::Probed,
    strip::{self, Strip},
    thread::Thread,
    wait::Wait,
    watcher::Watcher,
};

/// A thread that took part in the work: this share of its time on a CPU.
pub(super) const BUSY: f64 = 0.05;
/// Of threads that wait for each other, each waits for this share of its time at least.
pub(super) const WAITS: f64 = 0.3;

/// If so large a share of waits was hidden, something is not known.
const HIDDEN: f64 = 0.2;

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
    /// Seconds on a CPU of children that came and went between two looks, where most of them did.
    pub brief_s: f64,
    /// How evenly running and waiting are spread: 1 evenly, 0 in phases.
    pub blend: f64,
    /// Threads that wait for each other.
    pub contention: Option<Contention>,
    /// Threads that wait for the lock of a CPython.
    pub gil: Option<Contention>,
    /// Threads wait at one place, and one of them in turn does not.
    pub one_at_a_time: bool,
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

    pub(super) fn scale(&mut self, by: f64) {
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
        self.time + self.work
    }
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
        let watched_s = watcher.tally.watched_s.max(f64::EPSILON);
        let threads = all_threads(&watcher.family);
        let (run_s, delayed_s) = watcher.schedule_s;
        let cpu_s = watcher.family.cpu_s().max(run_s);
        let wants = |it: &&(u32, &Thread)| it.1.run_s / watched_s >= BUSY;
        let busiest =
            threads.iter().map(|it| it.1.run_s / watched_s).fold(0.0, f64::max);
        let strips = watcher.tally.strips.clone().finish();
        let throttled = watcher.groups.values().map(|(first, last)| last - first);
        let (gil, contention) = contentions(&threads, &watcher.family);
        Evidence {
            watched_s,
            samples: watcher.tally.samples,
            looking_s: watcher.pace.spent_s,
            cpu_s,
            system_s: watcher.family.system_s(),
            cpus: watcher.cpus.len().max(1) as f64,
            shares: shares(&watcher, cpu_s),
            also_io: watcher.tally.also_io_s / watched_s,
            also_sleeping: watcher.tally.also_sleep_s / watched_s,
            delayed_by_others_s: (delayed_s - watcher.tally.crowded_s).max(0.0),
            delayed_s,
            runnable: watcher.tally.runnable_s
                / watcher.tally.running_s.max(f64::EPSILON),
            throttled_s: throttled.reduce(f64::max),
            threads: watcher.most_threads,
            busy_threads: threads.iter().filter(wants).count(),
            busiest_thread: busiest.min(1.0),
            processes: watcher.family.processes,
            brief_s: watcher.family.brief_s(),
            blend: strip::blend(&strips),
            contention,
            gil,
            one_at_a_time: is_one_at_a_time(&threads),
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
    let watched_s = watcher.tally.watched_s.max(f64::EPSILON);
    let mut waits_s = watcher.tally.waits_s;
    let within_s = waits_s[Wait::Within.index()];
    // One that gets nothing through its pipe waits for whoever has the other end.
    let first = watcher.family.members.get(&watcher.family.first);
    let flows = first.is_none_or(|it| {
        it.threads.values().any(|thread| {
            thread.share(Wait::Within) > WAITS && thread.switches_per_s() > 1.0
        })
    });
    if !flows {
        let pairs = waits_s.iter_mut().zip(watcher.tally.within_s);
        pairs.for_each(|(to, seconds)| *to += seconds);
        waits_s[Wait::Within.index()] -= within_s;
    }
    // What children did that nobody saw is known by what they used.
    let child = Wait::Child.index();
    let missed =
        (cpu_s.min(watched_s) - watcher.tally.running_s).clamp(0.0, waits_s[child]);
    waits_s[child] -= missed;
    let share = |wait: Wait| waits_s[wait.index()] / watched_s;
    Shares {
        running: (watcher.tally.running_s + missed) / watched_s,
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
