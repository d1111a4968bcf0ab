//! Linux: the tree of processes as `/proc` lists it, and its end.

use std::{
    collections::HashSet,
    fs, iter, thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};

use crate::os::{command, process_memory, watch};

/// Whoever was sent SIGKILL is gone soon, unless a disk or a driver holds it.
const PATIENCE: Duration = Duration::from_secs(10);

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

/// Bytes of memory of some processes. What they share is counted once as soon as it matters: when
/// the sum without regard to it is above `most`.
pub fn tree_memory(pids: &[u32], most: u64) -> u64 {
    // A first thread that has ended while others go on tells nothing.
    let threads = |pid: u32| iter::once(pid).chain(watch::threads(pid));
    let resident = |pid: &u32| {
        let mut of_threads = threads(*pid).filter_map(|tid| watch::status(*pid, tid));
        of_threads.find_map(|it| (it.resident > 0).then_some(it.resident)).unwrap_or(0)
    };
    let sum: u64 = pids.iter().map(resident).sum();
    if sum <= most {
        return sum;
    }
    let share =
        |pid: &u32| process_memory(*pid).map_or_else(|| resident(pid), |it| it.pss);
    pids.iter().map(share).sum()
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
    use std::process::Command;

    use super::*;

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
