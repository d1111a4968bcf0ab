//! Linux: the tree of processes as `/proc` lists it, and its end.

use std::{
    collections::{HashMap, HashSet},
    fs, iter,
    os::unix::{ffi::OsStrExt, fs::MetadataExt},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};

use crate::os::{command, process_memory, watch};

/// Whoever was sent SIGKILL is gone soon, unless a disk or a driver holds it.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many descriptors of a process are looked at, as many as it may have unless it asks for more:
/// whoever looks every few milliseconds must not be kept busy by it.
const MOST_DESCRIPTORS: usize = 1024;
/// What `st_blocks` counts in, in bytes, whatever the file system: stat(2).
const BLOCK: u64 = 512;

/// The processes below `pid`, also those that have ended and were not waited for. With more than
/// `most` of them, the list is cut there.
pub fn descendants(pid: u32, most: usize) -> Vec<u32> {
    // Some kernels are built without the lists of children.
    let tells = fs::exists("/proc/thread-self/children").unwrap_or(false);
    if !tells {
        return by_parents(pid);
    }
    let mut found = Vec::new();
    let mut unseen = vec![pid];
    while let Some(pid) = unseen.pop() {
        let below = watch::children(pid);
        found.extend(&below);
        if found.len() > most {
            break;
        }
        unseen.extend(below);
    }
    found
}

fn by_parents(pid: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = watch::every_process()
        .into_iter()
        .filter_map(|pid| Some((pid, watch::process(pid)?.parent)))
        .collect();
    let mut family = HashSet::from([pid]);
    let mut found = Vec::new();
    while let Some(&(pid, _)) = parents
        .iter()
        .find(|(pid, parent)| family.contains(parent) && !family.contains(pid))
    {
        family.insert(pid);
        found.push(pid);
    }
    found
}

/// Bytes of memory of some processes, and of the files in memory (memfd_create(2)) that they hold
/// open. What they share is counted once as soon as it matters: when the sum without regard to it is
/// above `most`.
///
/// A file that is mapped, too, counts as both, since nobody tells which pages are the same at the
/// price of a look every few milliseconds. So a program has `most / 2` for what it shares in this
/// way. Right answers of the exercises share some tens of MiB, and may have a GiB.
pub fn tree_memory(pids: &[u32], most: u64) -> u64 {
    let resident = |pid: &u32| {
        let mut of_threads = threads(*pid).filter_map(|tid| watch::status(*pid, tid));
        of_threads.find_map(|it| (it.resident > 0).then_some(it.resident)).unwrap_or(0)
    };
    let files: HashMap<File, u64> =
        pids.iter().flat_map(|pid| files_in_memory(*pid)).collect();
    let files: u64 = files.values().sum();
    let sum = files + pids.iter().map(resident).sum::<u64>();
    if sum <= most {
        return sum;
    }
    let share =
        |pid: &u32| process_memory(*pid).map_or_else(|| resident(pid), |it| it.pss);
    files + pids.iter().map(share).sum::<u64>()
}

/// The threads of a process, beginning with the first: one that has ended while others go on tells
/// nothing.
fn threads(pid: u32) -> impl Iterator<Item = u32> {
    iter::once(pid).chain(iter::once_with(move || watch::threads(pid)).flatten())
}

/// A file, by its device and its number there.
type File = (u64, u64);

/// The files in memory that a process has open, and how many bytes of memory each has: what nobody
/// maps is in no other sum.
fn files_in_memory(pid: u32) -> Vec<(File, u64)> {
    let entries = threads(pid).find_map(|tid| {
        let entries = fs::read_dir(format!("/proc/{pid}/task/{tid}/fd")).ok()?;
        let mut entries = entries.flatten().peekable();
        entries.peek()?;
        Some(entries)
    });
    let file = |entry: fs::DirEntry| {
        let link = entry.path();
        let target = fs::read_link(&link).ok()?;
        if !target.as_os_str().as_bytes().starts_with(b"/memfd:") {
            return None;
        }
        let about = fs::metadata(link).ok()?;
        Some(((about.dev(), about.ino()), about.blocks() * BLOCK))
    };
    entries.into_iter().flatten().take(MOST_DESCRIPTORS).filter_map(file).collect()
}

/// Ends all processes below this one, and all of the process group `group`, and waits until they
/// are gone. `within` is called each time round, to end them by other means. Returns how many could
/// not be ended.
///
/// The calling process must have adopted its orphans.
pub fn end_descendants(group: u32, mut within: impl FnMut()) -> usize {
    let until = Instant::now() + PATIENCE;
    loop {
        // In one step for the system: whoever forks all the time is stopped by this.
        let _ = killpg(Pid::from_raw(group as i32), Signal::SIGKILL);
        within();
        stop_below(until);
        for pid in alive_below() {
            let _ = kill(Pid::from_raw(pid as i32), Signal::SIGKILL);
        }
        if command::reap_orphans() {
            return 0;
        }
        if Instant::now() > until {
            return alive_below().len().max(1);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Stops all processes below this one, until there is none that it did not see before. To end one
/// of many that fork all the time would only make room for another one.
fn stop_below(until: Instant) {
    let mut seen = HashSet::new();
    loop {
        let mut new = alive_below();
        new.retain(|pid| seen.insert(*pid));
        for pid in &new {
            let _ = kill(Pid::from_raw(*pid as i32), Signal::SIGSTOP);
        }
        if new.is_empty() || Instant::now() > until {
            return;
        }
    }
}

fn alive_below() -> Vec<u32> {
    let ended = |pid: &u32| watch::process(*pid).is_none_or(|it| it.has_ended());
    let mut found = descendants(std::process::id(), usize::MAX);
    found.retain(|pid| !ended(pid));
    found
}

/// Ends all processes that were started with `entry`, such as `TMPDIR=/tmp/abc`, in their
/// environment, as far as we may see it: for when their supervisor is gone. Returns how many there
/// were.
pub fn end_holders_of(entry: &str) -> usize {
    let until = Instant::now() + PATIENCE;
    let mut ended = HashSet::new();
    loop {
        let holders = holders_of(entry);
        if holders.is_empty() || Instant::now() > until {
            return ended.len();
        }
        for signal in [Signal::SIGSTOP, Signal::SIGKILL] {
            for pid in &holders {
                let _ = kill(Pid::from_raw(*pid as i32), signal);
            }
        }
        ended.extend(holders);
        thread::sleep(Duration::from_millis(1));
    }
}

fn holders_of(entry: &str) -> Vec<u32> {
    // Those that have ended have none any more.
    let holds = |pid: &u32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|it| it == entry.as_bytes())
    };
    watch::every_process().into_iter().filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use std::{io::Write, process::Command};

    use super::*;
    use crate::os::Shared;

    #[test]
    fn files_in_memory_count_once_with_the_bytes_that_they_have() {
        let us = std::process::id();
        let file = Shared::new(64 << 20).expect("memory");
        let number = fs::metadata(file.path()).expect("it is open").ino();
        let again = fs::File::options().write(true).open(file.path());
        let mut again = again.expect("it is ours");
        let bytes = || {
            let found = files_in_memory(us).into_iter().chain(files_in_memory(us));
            let found: HashMap<File, u64> = found.collect();
            found.into_iter().filter(|it| it.0.1 == number).map(|it| it.1).sum::<u64>()
        };
        assert_eq!(bytes(), 0, "nothing was written yet");
        again.write_all(&vec![1; 3 << 20]).expect("there is room");
        let large = (3 << 20)..(8 << 20);
        assert!(large.contains(&bytes()), "{}", bytes());
    }

    #[test]
    fn children_are_found_both_ways_and_by_their_environment() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 60 & wait"])
            .env("CONFINE_TEST", "a mark")
            .spawn()
            .expect("it starts");
        let us = std::process::id();
        let grandchild = || descendants(child.id(), 9).first().copied();
        let grandchild =
            std::iter::repeat_with(grandchild).flatten().next().expect("it starts");
        for found in
            [descendants(us, 99), by_parents(us), holders_of("CONFINE_TEST=a mark")]
        {
            assert!(found.contains(&child.id()), "{found:?}");
            assert!(found.contains(&grandchild), "{found:?}");
        }
        assert_eq!(end_holders_of("CONFINE_TEST=a mark"), 2);
        child.wait().expect("it ends");
        assert!(watch::process(grandchild).is_none_or(|it| it.state == 'Z'));
    }
}
