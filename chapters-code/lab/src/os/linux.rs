//! Linux: the counters under `/proc` and `/sys`, see proc(5) and cgroups(7).

use std::{fs, process};

use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::Pid,
};

use super::{Memory, Schedule};

/// While this lives, the thread that made it, and every thread and process that it starts, may use
/// one CPU only.
#[derive(Debug)]
pub struct Pinned {
    before: CpuSet,
}

/// Pins the calling thread to the first CPU that it may use, until the result is dropped.
pub fn pin_to_one_cpu() -> Option<Pinned> {
    let this = Pid::from_raw(0);
    let before = sched_getaffinity(this).ok()?;
    let first = (0..CpuSet::count()).find(|cpu| before.is_set(*cpu) == Ok(true))?;
    let mut one = CpuSet::new();
    one.set(first).ok()?;
    sched_setaffinity(this, &one).ok()?;
    Some(Pinned { before })
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // The set was in force before, so the system takes it again.
        let _ = sched_setaffinity(Pid::from_raw(0), &self.before);
    }
}

/// The CPU's own name.
pub fn cpu_name() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The quota of this program's control group, in CPUs.
pub fn cpu_quota() -> Option<f64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let quota = |text: String| {
        let (quota, period) = text.trim().split_once(' ')?;
        Some(quota.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
    };
    // Version 2 has one line, `0::/path`; a container may see its own group as the root.
    let path = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    [format!("/sys/fs/cgroup{path}/cpu.max"), "/sys/fs/cgroup/cpu.max".to_owned()]
        .into_iter()
        .filter_map(|file| quota(fs::read_to_string(file).ok()?))
        .reduce(f64::min)
}

/// The kernel's release.
pub fn kernel() -> Option<String> {
    Some(fs::read_to_string("/proc/sys/kernel/osrelease").ok()?.trim().to_owned())
}

/// The machine's memory in bytes.
pub fn memory() -> Option<u64> {
    kib_after("MemTotal:", &fs::read_to_string("/proc/meminfo").ok()?)
}

/// How the calling thread fared with the scheduler so far: `/proc/thread-self/schedstat`, in
/// nanoseconds.
pub fn thread_schedule() -> Option<Schedule> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let mut fields = text.split_whitespace().map(|field| field.parse::<f64>());
    let mut next = || Some(fields.next()?.ok()? / 1e9);
    Some(Schedule { run: next()?, delay: next()? })
}

/// Memory of this program and its descendants now.
pub fn tree_memory() -> Option<Memory> {
    // Some kernels are built without the list of children: then nobody knows the tree.
    fs::read_to_string("/proc/thread-self/children").ok()?;
    let mut total = process_memory(process::id())?;
    let mut unseen = children(process::id());
    while let Some(pid) = unseen.pop() {
        // A process may end while we look.
        if let Some(memory) = process_memory(pid) {
            total.pss += memory.pss;
            total.rss += memory.rss;
            unseen.extend(children(pid));
        }
    }
    Some(total)
}

fn process_memory(pid: u32) -> Option<Memory> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    Some(Memory { pss: kib_after("Pss:", &rollup)?, rss: kib_after("Rss:", &rollup)? })
}

fn children(pid: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let lists =
        tasks.flatten().map(|task| fs::read_to_string(task.path().join("children")));
    let pids = |list: String| -> Vec<u32> {
        list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
    };
    lists.flatten().flat_map(pids).collect()
}

fn kib_after(key: &str, text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_pinned_thread_may_use_one_cpu_until_it_is_released() {
        let usable = || thread::available_parallelism().map_or(0, usize::from);
        let before = usable();
        let pinned = pin_to_one_cpu().expect("Linux pins threads");
        assert_eq!(usable(), 1);
        drop(pinned);
        assert_eq!(usable(), before);
    }

    #[test]
    fn a_child_belongs_to_the_tree_while_it_lives() {
        let mut child =
            process::Command::new("sleep").arg("60").spawn().expect("sleep starts");
        let known = children(process::id()).contains(&child.id());
        child.kill().and_then(|()| child.wait()).expect("the child ends");
        assert!(known);
        assert!(!children(process::id()).contains(&child.id()));
    }
}
