//! Linux: the counters under `/proc` and `/sys`, see proc(5) and cgroups(7).

use std::{fs, path::Path, process};

use nix::{
    fcntl::{PosixFadviseAdvice, posix_fadvise},
    sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity},
    sys::resource::{Resource, getrlimit},
    unistd::Pid,
};

use super::{Disk, Limit, Memory, Most, Schedule, watch::children};

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
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|it| *it > 0.0);
    // Version 2: one line, `QUOTA PERIOD`, or `max PERIOD` if there is no quota.
    let new = control_files("", "cpu.max").into_iter().filter_map(|text| {
        let (quota, period) = text.trim().split_once(' ')?;
        Some(number(quota)? / number(period)?)
    });
    // Version 1: two files, and a quota of -1 if there is none.
    let quotas = control_files("cpu", "cpu.cfs_quota_us");
    let periods = control_files("cpu", "cpu.cfs_period_us");
    let old = quotas
        .iter()
        .zip(&periods)
        .filter_map(|(quota, period)| Some(number(quota)? / number(period)?));
    new.chain(old).reduce(f64::min)
}

/// The contents of `file` in this program's control group and all groups around it: those of
/// version 2, or of one `controller` of version 1.
fn control_files(controller: &str, file: &str) -> Vec<String> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    // `ID:CONTROLLERS:/PATH`, with no controllers in version 2.
    let path = groups.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        controllers.split(',').any(|one| one == controller).then_some(path)
    });
    let root = Path::new("/sys/fs/cgroup").join(controller);
    // A container may see its own group as the root.
    let inside = root.join(path.unwrap_or("/").trim_start_matches('/'));
    let folders = inside.ancestors().take_while(|folder| folder.starts_with(&root));
    folders.filter_map(|folder| fs::read_to_string(folder.join(file)).ok()).collect()
}

/// The limits on the number of threads that this program may have, the tightest first.
pub fn thread_limits() -> Vec<Limit> {
    // A thread of Rust has four mappings: its stack, another one for signals, and their guards.
    const MAPPINGS: u64 = 4;
    let read = |path: &str| fs::read_to_string(path).ok();
    let number = |path: &str| read(path)?.trim().parse::<u64>().ok();
    // In /proc/loadavg, behind the slash: threads that there are now.
    let there = read("/proc/loadavg")
        .and_then(|text| text.split_once('/')?.1.split(' ').next()?.parse().ok())
        .unwrap_or(0);
    let maps = read("/proc/self/maps").map_or(0, |maps| maps.lines().count() as u64);
    let groups = control_files("pids", "pids.max")
        .into_iter()
        .zip(control_files("pids", "pids.current"))
        .chain(
            control_files("", "pids.max")
                .into_iter()
                .zip(control_files("", "pids.current")),
        )
        .filter_map(|(most, used)| {
            let used = used.trim().parse::<u64>().ok()?;
            Some(most.trim().parse::<u64>().ok()?.saturating_sub(used))
        });
    // It counts the threads of a user, and root is exempt; we count those of the machine.
    let user = getrlimit(Resource::RLIMIT_NPROC).ok().map(|(soft, _)| soft);
    let user = user.filter(|_| !nix::unistd::geteuid().is_root());
    let limit = |name: &str, room: Option<u64>| {
        room.map(|room| Limit { name: name.to_owned(), room })
    };
    let less = |limit: Option<u64>| Some(limit?.saturating_sub(there));
    let mut limits: Vec<Limit> = [
        limit("pid_max", less(number("/proc/sys/kernel/pid_max"))),
        limit("threads-max", less(number("/proc/sys/kernel/threads-max"))),
        limit("pids.max", groups.min()),
        limit("RLIMIT_NPROC", less(user)),
        limit(
            "max_map_count",
            number("/proc/sys/vm/max_map_count")
                .map(|most| most.saturating_sub(maps) / MAPPINGS),
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    limits.sort_by_key(|limit| limit.room);
    limits
}

/// How many descriptors this program has open.
pub fn descriptors_in_use() -> Option<u64> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}

/// How many ports the system has for connections that programs of this machine begin. One is
/// needed for each connection to the same server.
pub fn ports() -> Option<u64> {
    let text = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()?;
    let mut ends = text.split_whitespace().map(|end| end.parse::<u64>().ok());
    let (low, high) = (ends.next()??, ends.next()??);
    Some(high.checked_sub(low)? + 1)
}

/// The most memory that this program has had so far.
pub fn peak_memory() -> Option<Most> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    Some(Most {
        rss: kib_after("VmHWM:", &status)?,
        space: kib_after("VmPeak:", &status)?,
    })
}

/// The CPU on which the calling thread runs at this moment.
pub fn current_cpu() -> Option<usize> {
    sched_getcpu().ok()
}

/// How many bytes this program has handed to the system so far, to files and pipes.
pub fn bytes_written() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/io").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("wchar:"))?;
    line.trim().parse().ok()
}

/// What this program has read so far, and how much of it from a disk.
pub fn disk() -> Option<Disk> {
    let text = fs::read_to_string("/proc/self/io").ok()?;
    let number = |key| {
        let line = text.lines().find_map(|line| line.strip_prefix(key))?;
        line.trim().parse().ok()
    };
    Some(Disk { asked: number("rchar:")?, read: number("read_bytes:")? })
}

/// Has the system forget what it keeps in memory of a file, so that the next reader has to wait for
/// the disk. A file that lives in memory only is never forgotten.
pub fn forget_file(file: &fs::File) -> Option<()> {
    // What is not on the disk yet cannot be forgotten.
    file.sync_all().ok()?;
    posix_fadvise(file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).ok()
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
            total.space += memory.space;
            unseen.extend(children(pid));
        }
    }
    Some(total)
}

/// Memory of one process now.
pub fn process_memory(pid: u32) -> Option<Memory> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    Some(Memory {
        pss: kib_after("Pss:", &rollup)?,
        rss: kib_after("Rss:", &rollup)?,
        space: kib_after("VmSize:", &status)?,
    })
}

fn kib_after(key: &str, text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Seek, Write},
        thread,
    };

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
    fn the_limits_on_threads_come_tightest_first_and_leave_room_for_one() {
        let limits = thread_limits();
        assert!(limits.is_sorted_by_key(|limit| limit.room), "{limits:?}");
        assert!(limits.iter().any(|limit| limit.name == "pid_max"), "{limits:?}");
        assert!(limits[0].room > 0, "{limits:?}");
    }

    #[test]
    fn what_is_written_is_counted() {
        // Some kernels are built without the counter.
        let Some(before) = bytes_written() else { return };
        fs::write("/dev/null", [0; 5000]).expect("nothing to go wrong");
        let after = bytes_written().expect("it was there before");
        assert!(after >= before + 5000, "{before}, then {after}");
    }

    #[test]
    fn what_is_read_is_counted_and_what_is_forgotten_is_still_there() {
        // Some kernels are built without the counter.
        let Some(before) = disk() else { return };
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&[7; 5000]).expect("nothing to go wrong");
        forget_file(&file).expect("Linux forgets");
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("a file");
        assert_eq!(bytes, [7; 5000]);
        assert!(disk().expect("it was there before").asked >= before.asked + 5000);
    }

    #[test]
    fn address_space_is_reserved_before_anything_is_behind_it() {
        let before = process_memory(process::id()).expect("Linux tells");
        let reserved: Vec<u8> = std::hint::black_box(Vec::with_capacity(1 << 30));
        let after = process_memory(process::id()).expect("Linux tells");
        // Other tests give space back meanwhile.
        assert!(after.space >= before.space + (1 << 29), "{before:?}, {after:?}");
        assert!(after.rss < before.rss + (1 << 29), "{before:?}, {after:?}");
        drop(reserved);
    }

    #[test]
    fn the_peak_stays_when_the_memory_is_gone() {
        const SIZE: usize = 64 << 20;
        let before = process_memory(process::id()).expect("Linux tells");
        drop(std::hint::black_box(vec![1u8; SIZE]));
        let most = peak_memory().expect("Linux tells");
        assert!(most.rss >= SIZE as u64 && most.space >= before.space, "{most:?}");
    }

    #[test]
    fn an_open_file_takes_a_descriptor_and_there_are_ports() {
        let files: Vec<_> = (0..50).map(|_| fs::File::open("/dev/null")).collect();
        assert!(descriptors_in_use().expect("Linux tells") >= 50);
        drop(files);
        assert!(ports().expect("Linux tells") > 1000);
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
