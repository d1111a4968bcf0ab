//! One process of a program: its threads, what it has used, and whether it is a Python.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Instant,
};

use lab::os::watch::{self, Bytes, Process};

use super::thread::Thread;

/// One process of the program.
#[derive(Debug)]
pub struct Member {
    /// When it was started, in the system's unit.
    pub started: u64,
    /// Its name.
    pub name: String,
    /// Its threads that are there now.
    pub threads: HashMap<u32, Thread>,
    /// Seconds on a CPU so far, and those of its children that it waited for.
    pub cpu_s: f64,
    /// What part of that was before it was watched.
    pub before_s: f64,
    /// Seconds on a CPU of its own, between the last two times that they were read.
    pub lately_s: f64,
    /// Seconds on a CPU of its own in the system's code, since it is watched.
    pub system_s: f64,
    /// What its children had used that it had waited for, before it was watched and by now.
    children_s: (f64, f64),
    /// What it used of its own when it was read last: in its code, and in the system's.
    own_s: (f64, f64),
    /// Who started it.
    pub parent: u32,
    /// Bytes that it moved, if we may see that.
    pub bytes: Option<Bytes>,
    /// The CPython that it is or has loaded, and whether that one has the lock.
    pub python: Option<bool>,
    /// The program that was looked at for that.
    executable: Option<PathBuf>,
}

impl Member {
    /// A process that was found just now. One that `is_new` began while we watched.
    pub fn new(pid: u32, process: Process, is_new: bool) -> Member {
        let cpu_s = process.user + process.system + process.children;
        Member {
            started: process.started,
            name: process.name,
            threads: HashMap::new(),
            cpu_s,
            before_s: if is_new { 0.0 } else { cpu_s },
            lately_s: 0.0,
            system_s: if is_new { process.system } else { 0.0 },
            children_s: (if is_new { 0.0 } else { process.children }, process.children),
            own_s: (process.user, process.system),
            parent: process.parent,
            bytes: watch::bytes(pid),
            python: None,
            executable: None,
        }
    }

    /// Adds a thread, unless it is known or has ended.
    pub fn add(&mut self, pid: u32, tid: u32, is_new: bool) {
        if self.threads.contains_key(&tid) {
            return;
        }
        if let Some(it) = watch::glance(pid, tid)
            && !matches!(it.state, 'Z' | 'X')
        {
            self.threads.insert(tid, Thread::new(it.started, Instant::now(), is_new));
        }
    }

    /// Notes what it has used of its own, in its code and in the system's, and its children.
    pub fn used(&mut self, user: f64, system: f64, children: f64) {
        self.lately_s = user + system - self.own_s.0 - self.own_s.1;
        self.system_s += system - self.own_s.1;
        self.own_s = (user, system);
        self.children_s.1 = children;
        self.cpu_s = self.cpu_s.max(user + system + children);
    }

    /// Seconds on a CPU of its children, and theirs, for which it waited since it is watched.
    pub fn waited_for_s(&self) -> f64 {
        self.children_s.1 - self.children_s.0
    }

    /// Takes over what a child had used before it was watched.
    pub fn inherit(&mut self, child: &Member) {
        self.before_s += child.before_s;
        self.children_s.0 += child.before_s;
    }

    /// Whether it is a CPython, and one with the lock.
    pub fn look_for_python(&mut self, pid: u32) {
        let executable = watch::executable(pid);
        let is_other = executable != self.executable;
        // A program that embeds one loads it a while after it started.
        if !is_other && (self.python.is_some() || self.cpu_s < 0.05) {
            return;
        }
        let is = executable.as_deref().and_then(has_lock);
        // To list what it has loaded is dear, and after its first second nothing comes.
        let may_load = is_other || self.cpu_s < 1.0;
        self.python = match is {
            None if may_load => {
                watch::maps_file(pid, "libpython").as_deref().and_then(has_lock)
            }
            known => known,
        };
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
