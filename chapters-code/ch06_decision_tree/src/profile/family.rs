//! The processes of a program: the first one, and whoever descends from it.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    time::Instant,
};

use lab::os::{
    command,
    watch::{self, Bytes},
};

use super::thread::Thread;

/// After so many new numbers it is cheaper to look at every process than at each of them.
const MOST_NEW: u32 = 100;

/// One process of the program.
#[derive(Debug)]
pub struct Member {
    /// When it was started, in the system's unit.
    pub started: u64,
    /// Its name.
    pub name: String,
    /// Its threads that are there now.
    pub threads: HashMap<u32, Thread>,
    /// Seconds on a CPU so far, and those of its children that it waited for; and what they were
    /// when it was seen first.
    pub cpu_s: f64,
    /// Seconds on a CPU before it was watched.
    pub before_s: f64,
    /// Bytes that it moved, if we may see that.
    pub bytes: Option<Bytes>,
    /// The CPython that it is or has loaded, and whether that one has the lock.
    pub python: Option<bool>,
    /// The program that was looked at for that.
    executable: Option<std::path::PathBuf>,
}

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
    /// Bytes of processes that have ended, and that nobody of the family counts.
    pub processes: usize,
    /// Those that run a CPython with its lock, also those that have ended.
    pub pythons: HashMap<u32, bool>,
    newest: Option<u32>,
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
            pythons: HashMap::new(),
            newest: None,
        };
        family.add(first, adopts.is_some());
        family.look_at_all(adopts.is_some());
        family
    }

    /// Looks for members and threads that came, if any came on this machine.
    pub fn look_for_new(&mut self) {
        let newest = watch::newest_id();
        if newest.is_some() && newest == self.newest {
            return;
        }
        let known = std::mem::replace(&mut self.newest, newest);
        match (known, newest) {
            (Some(known), Some(newest))
                if known < newest && newest - known <= MOST_NEW =>
            {
                (known + 1..=newest).for_each(|id| self.look_at(id));
            }
            _ => self.look_at_all(true),
        }
        let now = Instant::now();
        for (pid, member) in &mut self.members {
            let threads = watch::threads(*pid);
            for tid in threads {
                member.threads.entry(tid).or_insert_with(|| {
                    let started = watch::glance(*pid, tid).map_or(0, |it| it.started);
                    Thread::new(started, now, true)
                });
            }
        }
    }

    /// Looks at one number that is new: perhaps a thread, perhaps a process, perhaps neither.
    fn look_at(&mut self, id: u32) {
        let Some(process) = watch::process(id) else { return };
        if self.is_ours(process.parent) && watch::group_of(id) == Some(id) {
            self.add(id, true);
        }
    }

    fn is_ours(&self, parent: u32) -> bool {
        self.members.contains_key(&parent) || self.adopts == Some(parent)
    }

    /// Looks at every process. Children may be listed before their parents.
    fn look_at_all(&mut self, is_new: bool) {
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
                return;
            }
        }
    }

    fn add(&mut self, pid: u32, is_new: bool) {
        let Some(process) = watch::process(pid) else { return };
        let now = Instant::now();
        let cpu_s = process.user + process.system + process.children;
        let threads = watch::threads(pid).into_iter().map(|tid| {
            let started = watch::glance(pid, tid).map_or(0, |it| it.started);
            (tid, Thread::new(started, now, is_new))
        });
        let member = Member {
            started: process.started,
            name: process.name,
            threads: threads.collect(),
            cpu_s,
            before_s: if is_new { 0.0 } else { cpu_s },
            bytes: watch::bytes(pid),
            python: None,
            executable: None,
        };
        self.members.insert(pid, member);
        self.processes += 1;
    }

    /// Lets go of a thread that has ended, and of its process with the last one.
    pub fn gone(&mut self, pid: u32, tid: u32) {
        let Some(member) = self.members.get_mut(&pid) else { return };
        self.ended.extend(member.threads.remove(&tid).map(|thread| (pid, thread)));
        if member.threads.is_empty() {
            self.members.remove(&pid);
        }
    }

    /// Reads what changes slowly: what each process has used so far, and what it runs.
    pub fn count(&mut self) {
        let ours = self.adopts;
        let mut over = Vec::new();
        for (pid, member) in &mut self.members {
            match watch::process(*pid) {
                // Its number is another one's now.
                Some(it) if it.started != member.started => over.push(*pid),
                None => over.push(*pid),
                Some(it) => {
                    let cpu_s = it.user + it.system + it.children;
                    member.cpu_s = member.cpu_s.max(cpu_s);
                    member.name = it.name;
                    // Nobody else waits for an orphan that was left to us.
                    if it.state == 'Z' && Some(it.parent) == ours && *pid != self.first
                    {
                        command::reap_orphan(*pid);
                        over.push(*pid);
                    }
                }
            }
            member.bytes = watch::bytes(*pid).or(member.bytes);
            member.look_for_python(*pid);
            if let Some(has_lock) = member.python {
                self.pythons.insert(*pid, has_lock);
            }
        }
        for pid in over {
            if let Some(member) = self.members.remove(&pid) {
                self.ended.extend(member.threads.into_values().map(|it| (pid, it)));
            }
        }
    }

    /// Seconds on a CPU since they are watched, of all that are there and of those that they
    /// waited for.
    pub fn cpu_s(&self) -> f64 {
        self.members.values().map(|it| it.cpu_s - it.before_s).sum()
    }
}

impl Member {
    /// Whether it is a CPython, and one with the lock.
    fn look_for_python(&mut self, pid: u32) {
        let executable = watch::executable(pid);
        let is_other = executable != self.executable;
        // A program that embeds one loads it a while after it started.
        if !is_other && (self.python.is_some() || self.cpu_s < 0.05) {
            return;
        }
        let is = executable.as_deref().and_then(has_lock);
        self.python = is.or_else(|| {
            has_lock(
                &watch::maps_file(pid, "libpython")
                    .filter(|_| is_other || self.cpu_s < 1.0)?,
            )
        });
        self.executable = executable;
    }
}

/// Whether a file is CPython's, and of one that has the lock: those without it end in `t`, as in
/// `python3.14t`.
fn has_lock(path: &Path) -> Option<bool> {
    let name = path.file_name()?.to_str()?;
    let version =
        name.strip_prefix("python").or_else(|| name.strip_prefix("libpython"))?;
    let version = version.split(".so").next()?.trim_end_matches(".exe");
    let known = version.trim_end_matches('t');
    known
        .chars()
        .all(|it| it.is_ascii_digit() || it == '.')
        .then_some(version.len() == known.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pythons_with_and_without_the_lock_are_told_apart() {
        let of = |path: &str| has_lock(Path::new(path));
        for with in ["/usr/bin/python3.11", "/x/python", "/lib/libpython3.12.so.1.0"] {
            assert_eq!(of(with), Some(true), "{with}");
        }
        for without in ["/usr/bin/python3.14t", "/lib/libpython3.13t.so.1.0"] {
            assert_eq!(of(without), Some(false), "{without}");
        }
        for other in ["/usr/bin/sort", "/usr/bin/pythonista", "/bin/python-config"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
