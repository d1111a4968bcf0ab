//! Who is at the other end of a descriptor.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    time::{Duration, Instant},
};

use lab::os::watch::{self, Descriptor};

use super::Wait;

/// How long what was found out about descriptors is believed.
pub(super) const BELIEVED: Duration = Duration::from_millis(500);

/// As that, of who listens for connections.
const LISTENS: Duration = Duration::from_secs(1);

/// Finds out what is behind descriptors, and remembers it for a while.
#[derive(Debug, Default)]
pub struct Descriptors {
    /// Sockets and pipes, and when they were met first: what was found out before is older.
    met: HashMap<u64, Instant>,
    listening: Option<(HashSet<u64>, Instant)>,
    local: Option<(HashSet<u64>, Instant)>,
    ends: Option<(Ends, Instant)>,
    /// Files that were waited for or open, to try them cold.
    pub files: HashSet<PathBuf>,
}

/// Which process holds which end of what.
#[derive(Debug, Default)]
struct Ends {
    /// Pipes, the process, and whether it may write.
    pipes: Vec<(u64, u32, bool)>,
    sockets: Vec<(u64, u32)>,
}

impl Descriptors {
    /// What is waited for by waiting for a descriptor.
    pub(super) fn behind(&mut self, pid: u32, fd: i32, tree: &[u32]) -> Wait {
        match watch::descriptor(pid, fd) {
            None => Wait::Unseen,
            Some(Descriptor::Socket(inode)) => self.socket(pid, inode, tree),
            Some(Descriptor::Pipe(inode)) => {
                let writes = watch::for_writing(pid, fd).unwrap_or(false);
                self.pipe(pid, inode, writes, tree)
            }
            Some(Descriptor::File(path)) => {
                self.files.insert(path);
                Wait::Disk
            }
            Some(Descriptor::Terminal) => Wait::Terminal,
            Some(Descriptor::Timer) => Wait::Time,
            Some(Descriptor::Epoll | Descriptor::Event) => Wait::Event,
            // Such as a device: whoever waits for it waits for something outside.
            Some(Descriptor::Other) => Wait::Unseen,
        }
    }

    /// As [`Descriptors::behind`], for one of several descriptors: a connection may not be there yet.
    pub(super) fn one_of(&mut self, pid: u32, fd: i32, tree: &[u32]) -> Wait {
        if let Some(Descriptor::Socket(inode)) = watch::descriptor(pid, fd) {
            // It is dear to ask, and programs begin to listen early.
            let always = self.listening.as_ref().map_or_else(Instant::now, |it| it.1);
            let find = || watch::listening(pid);
            if fresh(&mut self.listening, always, LISTENS, find).contains(&inode) {
                return Wait::Connection;
            }
        }
        self.behind(pid, fd, tree)
    }

    fn socket(&mut self, pid: u32, inode: u64, tree: &[u32]) -> Wait {
        let met = *self.met.entry(inode).or_insert_with(Instant::now);
        let local = fresh(&mut self.local, met, BELIEVED, || watch::local(pid));
        if !local.contains(&inode) {
            return Wait::Network;
        }
        // Both ends of a pair are made together, and so are numbered.
        let ends = fresh(&mut self.ends, met, BELIEVED, || Ends::of(tree));
        let other = |end: &&(u64, u32)| end.0 != inode && end.0.abs_diff(inode) <= 2;
        match ends.sockets.iter().find(other) {
            Some((_, holder)) if *holder == pid => Wait::Event,
            Some(_) => Wait::Within,
            // Another program on this machine, as at the other end of a pipe.
            None => Wait::Pipe,
        }
    }

    fn pipe(&mut self, pid: u32, inode: u64, writes: bool, tree: &[u32]) -> Wait {
        let met = *self.met.entry(inode).or_insert_with(Instant::now);
        let ends = fresh(&mut self.ends, met, BELIEVED, || Ends::of(tree));
        let mut others =
            ends.pipes.iter().filter(|end| end.0 == inode && end.2 != writes);
        match others.next() {
            None => Wait::Pipe,
            Some((_, holder, _)) if *holder == pid && others.next().is_none() => {
                Wait::Event
            }
            Some(_) => Wait::Within,
        }
    }

    /// Notes the files that a process has open.
    pub fn note_files(&mut self, pid: u32) {
        for (_, descriptor) in watch::descriptors(pid).unwrap_or_default() {
            if let Descriptor::File(path) = descriptor {
                self.files.insert(path);
            }
        }
    }
}

impl Ends {
    fn of(tree: &[u32]) -> Ends {
        let mut ends = Ends::default();
        for &pid in tree {
            for (fd, descriptor) in watch::descriptors(pid).unwrap_or_default() {
                match descriptor {
                    Descriptor::Pipe(inode) => {
                        let writes = watch::for_writing(pid, fd).unwrap_or(false);
                        ends.pipes.push((inode, pid, writes));
                    }
                    Descriptor::Socket(inode) => ends.sockets.push((inode, pid)),
                    _ => {}
                }
            }
        }
        ends
    }
}

/// What was found out lately, or is found out now.
fn fresh<T>(
    kept: &mut Option<(T, Instant)>,
    met: Instant,
    believed: Duration,
    find: impl FnOnce() -> T,
) -> &T {
    let old = kept.take().filter(|(_, at)| *at >= met && at.elapsed() < believed);
    &kept.insert(old.unwrap_or_else(|| (find(), Instant::now()))).0
}
