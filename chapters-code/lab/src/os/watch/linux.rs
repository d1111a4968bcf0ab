//! Linux: `/proc/PID`, see proc(5).

use std::{
    fmt::Arguments,
    fs::{self, File},
    io::Read,
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::LazyLock,
};

use nix::unistd::{SysconfVar, sysconf};

use super::{Bytes, Call, Glance, Process, Schedule, Status, calls};
pub use super::{
    descriptors::{descriptor, descriptors, for_writing, listening, local, watched_by},
    surroundings::{
        busy, forget_touched, groups, last_cache, pressure, stolen, throttled, touched,
    },
};

/// Times in `stat` are in ticks; 100 a second wherever anybody looked.
static TICKS_PER_S: LazyLock<f64> = LazyLock::new(|| {
    let told = sysconf(SysconfVar::CLK_TCK).ok().flatten();
    told.map_or(100.0, |ticks| ticks as f64)
});

/// A small file, in one read: it must not change between two.
fn small(path: Arguments<'_>) -> Option<String> {
    let mut buffer = [0; 4096];
    let mut file = File::open(path.to_string()).ok()?;
    let length = file.read(&mut buffer).ok()?;
    // Names in it are whatever bytes somebody chose.
    Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

/// The name in a line of `stat`, and the fields behind it. A name may hold spaces, parentheses and
/// line ends, so the last parenthesis ends it.
fn fields(stat: &str) -> Option<(&str, Vec<&str>)> {
    let (head, rest) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    Some((name, rest.split_ascii_whitespace().collect()))
}

/// A process, also one that has ended and was not waited for yet.
pub fn process(pid: u32) -> Option<Process> {
    parse_process(&small(format_args!("/proc/{pid}/stat"))?)
}

fn parse_process(stat: &str) -> Option<Process> {
    let (name, fields) = fields(stat)?;
    // proc(5) counts from 1, and the first behind the name is its third.
    let number = |nth: usize| fields.get(nth - 3)?.parse::<u64>().ok();
    let seconds = |nth| Some(number(nth)? as f64 / *TICKS_PER_S);
    Some(Process {
        name: name.to_owned(),
        state: fields.first()?.chars().next()?,
        parent: number(4)? as u32,
        major_faults: number(12)?,
        user: seconds(14)?,
        system: seconds(15)?,
        children: seconds(16)? + seconds(17)?,
        threads: number(20)? as u32,
        started: number(22)?,
    })
}

fn numbers(folder: Arguments<'_>) -> Vec<u32> {
    let Ok(entries) = fs::read_dir(folder.to_string()) else {
        return Vec::new();
    };
    entries.flatten().filter_map(|it| it.file_name().to_str()?.parse().ok()).collect()
}

/// The threads of a process; none if it is gone.
pub fn threads(pid: u32) -> Vec<u32> {
    numbers(format_args!("/proc/{pid}/task"))
}

/// Every process that we can see.
pub fn every_process() -> Vec<u32> {
    numbers(format_args!("/proc"))
}

/// The children of a process, also those that have ended and were not waited for yet. One may be
/// missing if another one ends just now.
pub fn children(pid: u32) -> Vec<u32> {
    // Some kernels are built without these lists.
    static TELLS: LazyLock<bool> =
        LazyLock::new(|| fs::exists("/proc/thread-self/children").unwrap_or(false));
    if !*TELLS {
        let is_child = |it: &u32| process(*it).is_some_and(|it| it.parent == pid);
        return every_process().into_iter().filter(is_child).collect();
    }
    let lists = threads(pid).into_iter().filter_map(|tid| {
        fs::read_to_string(format!("/proc/{pid}/task/{tid}/children")).ok()
    });
    let pids = |list: String| -> Vec<u32> {
        list.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect()
    };
    lists.flat_map(pids).collect()
}

/// The number that was given to a process or a thread last. They count up, and begin anew at some
/// limit.
pub fn newest_id() -> Option<u32> {
    small(format_args!("/proc/loadavg"))?.split_ascii_whitespace().nth(4)?.parse().ok()
}

/// The process of a thread.
pub fn group_of(tid: u32) -> Option<u32> {
    after("Tgid:", &small(format_args!("/proc/{tid}/status"))?)?.parse().ok()
}

/// A thread at this moment.
pub fn glance(pid: u32, tid: u32) -> Option<Glance> {
    let stat = small(format_args!("/proc/{pid}/task/{tid}/stat"))?;
    let (_, fields) = fields(&stat)?;
    Some(Glance {
        state: fields.first()?.chars().next()?,
        major_faults: fields.get(9)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

/// What a thread asks of the system. For those of other users, and on systems with a stricter
/// `ptrace_scope` for those that we did not start, it is hidden.
pub fn call(pid: u32, tid: u32) -> Call {
    let text = small(format_args!("/proc/{pid}/task/{tid}/syscall"));
    text.as_deref().and_then(calls::parse).unwrap_or(Call::Hidden)
}

/// The function of the system in which a thread waits. Hidden as [`call`] is.
pub fn place(pid: u32, tid: u32) -> Option<String> {
    let place = small(format_args!("/proc/{pid}/task/{tid}/wchan"))?;
    (!place.is_empty() && place != "0").then_some(place)
}

/// How a thread fared with the scheduler so far.
pub fn schedule(pid: u32, tid: u32) -> Option<Schedule> {
    let text = small(format_args!("/proc/{pid}/task/{tid}/schedstat"))?;
    let mut fields = text.split_ascii_whitespace().map(|field| field.parse::<f64>());
    let mut next = || Some(fields.next()?.ok()? / 1e9);
    Some(Schedule { run: next()?, delay: next()? })
}

/// What a thread may do, and how often it changed.
pub fn status(pid: u32, tid: u32) -> Option<Status> {
    let text = small(format_args!("/proc/{pid}/task/{tid}/status"))?;
    let count = |key| after(key, &text)?.parse().ok();
    let resident =
        after("VmRSS:", &text).and_then(|it| it.split_once(' ')?.0.parse().ok());
    Some(Status {
        voluntary: count("voluntary_ctxt_switches:")?,
        involuntary: count("nonvoluntary_ctxt_switches:")?,
        cpus: after("Cpus_allowed_list:", &text).map(list).unwrap_or_default(),
        resident: resident.unwrap_or(0u64) * 1024,
    })
}

/// What follows `key` at the start of a line.
fn after<'a>(key: &str, text: &'a str) -> Option<&'a str> {
    Some(text.lines().find_map(|line| line.strip_prefix(key))?.trim())
}

/// Such as `0-3,6`.
fn list(text: &str) -> Vec<u32> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.trim().parse::<u32>().ok()?..=last.trim().parse::<u32>().ok()?)
    };
    text.split(',').filter_map(range).flatten().collect()
}

/// Reads the memory of another process from `at` on. Hidden as [`call`] is.
pub fn peek(pid: u32, at: u64, into: &mut [u8]) -> bool {
    let file = File::open(format!("/proc/{pid}/mem"));
    file.is_ok_and(|file| file.read_exact_at(into, at).is_ok())
}

/// Bytes that a process, and its children that it waited for, moved.
pub fn bytes(pid: u32) -> Option<Bytes> {
    let text = small(format_args!("/proc/{pid}/io"))?;
    let count = |key| after(key, &text)?.parse().ok();
    Some(Bytes {
        read: count("rchar:")?,
        written: count("wchar:")?,
        from_disk: count("read_bytes:")?,
        to_disk: count("write_bytes:")?,
    })
}

/// The program that a process runs.
pub fn executable(pid: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()
}

/// The first file that a process has mapped whose name contains `part`.
pub fn maps_file(pid: u32, part: &str) -> Option<PathBuf> {
    let maps = fs::read(format!("/proc/{pid}/maps")).ok()?;
    let maps = String::from_utf8_lossy(&maps);
    let paths = maps.lines().filter_map(|line| Some(&line[line.find('/')?..]));
    let named =
        |path: &&str| path.rsplit('/').next().is_some_and(|it| it.contains(part));
    paths.into_iter().find(named).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let stat =
            "12 (a) R 1\n (b) S 7 1 1 0 -1 4 10 0 3 0 150 50 30 20 20 0 4 0 999 1 1";
        let process = parse_process(stat).expect("it parses");
        assert_eq!(process.name, "a) R 1\n (b");
        assert_eq!((process.state, process.parent, process.threads), ('S', 7, 4));
        assert_eq!((process.major_faults, process.started), (3, 999));
        let ticks = [process.user, process.system, process.children]
            .map(|it| it * *TICKS_PER_S);
        assert_eq!(ticks, [150.0, 50.0, 50.0]);
    }

    #[test]
    fn what_is_cut_short_is_nothing() {
        for stat in ["", "12 (a", "12 (a) ", "12 (a) S 1 2", ") ( S 1"] {
            assert_eq!(parse_process(stat), None, "{stat}");
        }
    }

    #[test]
    fn lists_of_cpus_are_read() {
        assert_eq!(list("0-2,5"), [0, 1, 2, 5]);
        assert_eq!(list("7"), [7]);
        assert!(list("").is_empty());
    }

    #[test]
    fn we_see_ourselves() {
        let (pid, own) = (std::process::id(), nix::unistd::gettid().as_raw() as u32);
        assert!(threads(pid).contains(&own));
        assert!(every_process().contains(&pid));
        assert_eq!(group_of(own), Some(pid));
        assert!(process(pid).is_some_and(|it| it.threads >= 1 && it.started > 0));
        assert_eq!(glance(pid, own).map(|it| it.state), Some('R'));
        assert_eq!(executable(pid), std::env::current_exe().ok());
        let said = b"here it is";
        let mut read = [0; 10];
        assert!(peek(pid, said.as_ptr() as u64, &mut read) && read == *said);
        let name = std::env::current_exe()
            .ok()
            .and_then(|path| maps_file(pid, path.file_name()?.to_str()?));
        assert_eq!(name, std::env::current_exe().ok());
    }
}
