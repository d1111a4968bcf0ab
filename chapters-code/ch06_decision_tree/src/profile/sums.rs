//! What a watcher saw, added up.

use super::{
    contention::{contentions, is_kept_waiting, is_one_at_a_time},
    evidence::{Evidence, Moved, Shares, Touched},
    family::Family,
    strip,
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
            one_at_a_time: is_one_at_a_time(&threads, watched_s),
            kept_waiting: is_kept_waiting(&threads),
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
