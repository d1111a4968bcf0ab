//! Who belongs to a program: its first process, and whoever descends from that one.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    time::{Duration, Instant},
};

use lab::os::{command, watch};

use super::{member::Member, thread::Thread};

/// After so many new numbers it is cheaper to look at every process than at each of them.
const MOST_NEW: u32 = 100;
/// But not more often than this: a large machine has thousands.
const ALL_EVERY: Duration = Duration::from_millis(200);

/// All of them.
#[derive(Debug)]
pub struct Family {
    /// The first one.
    pub first: u32,
    /// The process that adopts their orphans, if there is one.
    adopts: Option<u32>,
    /// Those that are there.
    pub members: BTreeMap<u32, Member>,
    /// Threads that have ended, by their process.
    pub ended: Vec<(u32, Thread)>,
    /// How many processes were seen.
    pub processes: usize,
    /// Seconds on a CPU in the system's code of processes that have ended.
    system_s: f64,
    /// Those that run a CPython with its lock, also those that have ended.
    pub pythons: HashMap<u32, bool>,
    newest: Option<u32>,
    /// Numbers that had been given and could not be looked at yet.
    missed: Vec<u32>,
    /// How many of them belonged to nobody any more at the next look.
    brief: usize,
    all_at: Option<Instant>,
}

impl Family {
    /// The family of `first`. With `adopts` it was just started by that process.
    pub fn new(first: u32, adopts: Option<u32>) -> Family {
        let mut family = Family {
            first,
            adopts,
            members: BTreeMap::new(),
            ended: Vec::new(),
            processes: 0,
            system_s: 0.0,
            pythons: HashMap::new(),
            // Who comes after this is looked for by number.
            newest: watch::newest_id(),
            missed: Vec::new(),
            brief: 0,
            all_at: None,
        };
        family.add(first, adopts.is_some());
        family.look_at_all(adopts.is_some());
        family
    }

    /// Looks for members and threads that came, if any came on this machine.
    pub fn look_for_new(&mut self) {
        let newest = watch::newest_id();
        for id in mem::take(&mut self.missed) {
            self.brief += usize::from(!self.look_at(id));
        }
        if newest.is_some() && newest == self.newest {
            return;
        }
        match (self.newest, newest) {
            (Some(known), Some(newest))
                if known < newest && newest - known <= MOST_NEW =>
            {
                let missed = (known + 1..=newest).filter(|id| !self.look_at(*id));
                self.missed = missed.collect();
            }
            _ if self.all_at.is_some_and(|at| at.elapsed() < ALL_EVERY) => return,
            _ => self.look_at_all(true),
        }
        self.newest = newest;
    }

    /// Looks at one number that is new: perhaps a thread, perhaps a process, perhaps neither. Returns
    /// whether there is anything: a number is given a moment before it can be looked at.
    fn look_at(&mut self, id: u32) -> bool {
        let Some(group) = watch::group_of(id) else { return false };
        if let Some(member) = self.members.get_mut(&group) {
            member.add(group, id, true);
        } else if let Some(process) = watch::process(group)
            && self.is_ours(process.parent)
        {
            self.add(group, true);
        }
        true
    }

    fn is_ours(&self, parent: u32) -> bool {
        self.members.contains_key(&parent) || self.adopts == Some(parent)
    }

    /// Looks at every process. Children may be listed before their parents.
    fn look_at_all(&mut self, is_new: bool) {
        self.all_at = Some(Instant::now());
        let all = watch::every_process();
        let parents: Vec<(u32, u32)> = all
            .into_iter()
            .filter(|pid| !self.members.contains_key(pid))
            .filter_map(|pid| Some((pid, watch::process(pid)?.parent)))
            .collect();
        loop {
            let count = self.members.len();
            for (pid, parent) in &parents {
                if self.is_ours(*parent) && !self.members.contains_key(pid) {
                    self.add(*pid, is_new);
                }
            }
            if self.members.len() == count {
                break;
            }
        }
        self.look_for_threads(is_new);
    }

    fn look_for_threads(&mut self, is_new: bool) {
        for (pid, member) in &mut self.members {
            for tid in watch::threads(*pid) {
                member.add(*pid, tid, is_new);
            }
        }
    }

    fn add(&mut self, pid: u32, is_new: bool) {
        // Whoever watches its own shell descends from it, and is no part of what is watched.
        if pid == std::process::id() {
            return;
        }
        let Some(process) = watch::process(pid) else { return };
        let parent = process.parent;
        let mut member = Member::new(pid, process, is_new);
        watch::threads(pid).into_iter().for_each(|tid| member.add(pid, tid, is_new));
        if member.threads.is_empty() {
            // It has ended already.
            self.reap(pid, parent);
            return;
        }
        self.members.insert(pid, member);
        self.processes += 1;
    }

    /// Nobody else waits for an orphan that was left to us.
    fn reap(&self, pid: u32, parent: u32) {
        if self.adopts == Some(parent) && pid != self.first {
            command::reap_orphan(pid);
        }
    }

    /// Lets go of a thread that has ended, and of its process with the last one. The first process
    /// stays until somebody has waited for it: what it used is read at its end.
    pub fn gone(&mut self, pid: u32, tid: u32) {
        let Some(member) = self.members.get_mut(&pid) else { return };
        self.ended.extend(member.threads.remove(&tid).map(|thread| (pid, thread)));
        if !member.threads.is_empty() {
            return;
        }
        let process = watch::process(pid).filter(|it| it.started == member.started);
        let has_ended = process.as_ref().is_none_or(|it| it.state == 'Z');
        if has_ended && (process.is_none() || pid != self.first) {
            let parent = process.map_or(member.parent, |it| it.parent);
            self.remove(pid);
            self.reap(pid, parent);
        }
    }

    /// Lets go of a process. What it used before it was watched is from now on in what its parent's
    /// children used, if that one waits for it.
    fn remove(&mut self, pid: u32) {
        let Some(member) = self.members.remove(&pid) else { return };
        self.system_s += member.system_s;
        if let Some(parent) = self.members.get_mut(&member.parent) {
            parent.inherit(&member);
        }
        self.ended.extend(member.threads.into_values().map(|it| (pid, it)));
    }

    /// Reads what changes slowly: what each process has used so far, and what it runs.
    pub fn count(&mut self) {
        self.look_for_threads(true);
        let mut over = Vec::new();
        for (pid, member) in &mut self.members {
            match watch::process(*pid).filter(|it| it.started == member.started) {
                // If there is one, its number is another one's now.
                None => over.push(*pid),
                Some(it) => {
                    member.used(it.user, it.system, it.children);
                    member.name = it.name;
                    member.parent = it.parent;
                }
            }
            member.bytes = watch::bytes(*pid).or(member.bytes);
            member.look_for_python(*pid);
            if let Some(has_lock) = member.python {
                self.pythons.insert(*pid, has_lock);
            }
        }
        over.into_iter().for_each(|pid| self.remove(pid));
    }

    /// Whether no thread is left, though somebody may still have to wait for the first process.
    pub fn has_ended(&self) -> bool {
        self.members.values().all(|member| member.threads.is_empty())
    }

    /// Seconds on a CPU since they are watched, of all that are there and of those that they
    /// waited for.
    pub fn cpu_s(&self) -> f64 {
        self.members.values().map(|it| (it.cpu_s - it.before_s).max(0.0)).sum()
    }

    /// Seconds on a CPU of children that came and went between two looks, where most of them did so.
    pub fn brief_s(&self) -> f64 {
        // Numbers are given to all programs of the machine: that alone proves nothing.
        if self.brief < self.processes {
            return 0.0;
        }
        let waited_for_s: f64 = self.members.values().map(Member::waited_for_s).sum();
        let ended =
            self.ended.iter().filter(|(pid, _)| !self.members.contains_key(pid));
        let seen_s: f64 = ended.map(|(_, thread)| thread.used_s()).sum();
        (waited_for_s - seen_s).max(0.0)
    }

    /// The part of that in the system's code, as far as it was seen before they ended.
    pub fn system_s(&self) -> f64 {
        self.system_s + self.members.values().map(|it| it.system_s).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell of which the children used two seconds; one of them was seen, for half a second.
    fn shell(brief: usize) -> Family {
        let (pid, child) = (u32::MAX, u32::MAX - 1);
        let process = watch::Process {
            parent: 1,
            started: 1,
            name: "sh".to_owned(),
            state: 'S',
            threads: 1,
            user: 0.1,
            system: 0.0,
            children: 0.0,
            major_faults: 0,
        };
        let mut member = Member::new(pid, process, true);
        member.used(0.2, 0.1, 2.0);
        let mut seen = Thread::new(1, Instant::now(), true);
        seen.run_s = 0.5;
        Family {
            first: pid,
            adopts: None,
            members: BTreeMap::from([(pid, member)]),
            ended: vec![(child, seen)],
            processes: 2,
            system_s: 0.0,
            pythons: HashMap::new(),
            newest: None,
            missed: Vec::new(),
            brief,
            all_at: None,
        }
    }

    #[test]
    fn what_children_used_that_nobody_saw_is_told_if_most_were_not_seen() {
        assert_eq!(shell(2).brief_s(), 1.5);
        assert_eq!(shell(1).brief_s(), 0.0);
    }
}
