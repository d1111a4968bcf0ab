//! What a thread that does not run waits for.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use lab::os::watch::{self, Call, Descriptor, Limit, Request};

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wait {
    /// A disk.
    Disk,
    /// Somebody at the other end of a network.
    Network,
    /// The other end of a pipe, outside of the program.
    Pipe,
    /// Something asked for through a ring in memory: a disk or a network, we cannot see which.
    Ring,
    /// A lock on a file, or one between processes.
    FileLock,
    /// Somebody at a keyboard.
    Terminal,
    /// We may not see what.
    Unseen,
    /// That time passes.
    Time,
    /// That somebody connects.
    Connection,
    /// The other end of a pipe, in the program itself: that end tells more.
    Within,
    /// An event of the program's own: that somebody has work for it.
    Event,
    /// That another thread changes a word in memory.
    Futex,
    /// A child.
    Child,
    /// It was stopped by a signal.
    Stopped,
}

impl Wait {
    /// All of them. Where several threads wait, the first of these tells most about the program.
    pub const ALL: [Wait; 14] = [
        Wait::Disk,
        Wait::Network,
        Wait::Pipe,
        Wait::Ring,
        Wait::FileLock,
        Wait::Terminal,
        Wait::Unseen,
        Wait::Time,
        Wait::Connection,
        Wait::Within,
        Wait::Event,
        Wait::Futex,
        Wait::Child,
        Wait::Stopped,
    ];

    /// Its place among them.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether it is a network, a disk or a pipe.
    #[must_use]
    pub fn is_io(self) -> bool {
        matches!(
            self,
            Wait::Disk
                | Wait::Network
                | Wait::Pipe
                | Wait::Ring
                | Wait::Terminal
                | Wait::Within
        )
    }

    /// Whether it is time, or work that does not come.
    #[must_use]
    pub fn is_sleep(self) -> bool {
        matches!(self, Wait::Time | Wait::Connection | Wait::Event | Wait::Futex)
    }
}

/// A futex that a thread waits on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Futex {
    /// Where it is.
    pub at: u64,
    /// Whether it looks like a lock: in Rust and in C, the word of a lock that somebody waits for
    /// is 2.
    pub lock: bool,
    /// Whether the wait ends by itself.
    pub timed: bool,
}

/// What was found out about a wait at one look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Told {
    /// What is waited for; `None` if it was over too soon to tell.
    pub wait: Option<Wait>,
    /// The futex that is waited on.
    pub futex: Option<Futex>,
    /// The wait ends by itself after so many seconds.
    pub limit_s: Option<f64>,
}

impl From<Wait> for Told {
    fn from(wait: Wait) -> Told {
        Told { wait: Some(wait), ..Told::default() }
    }
}

/// How long what was found out about descriptors is believed.
const BELIEVED: Duration = Duration::from_millis(500);

/// As that, of who listens for connections.
const LISTENS: Duration = Duration::from_secs(1);

/// More descriptors than this are not looked at one by one.
const MOST_DESCRIPTORS: usize = 64;

/// Finds out what is behind descriptors, and remembers it for a while.
#[derive(Debug, Default)]
pub struct Resolver {
    /// Those who wait for several descriptors: for which, and for what, if these tell.
    sets: HashMap<(u32, u32), (Request, Option<Wait>, Instant)>,
    /// Sockets and pipes, and when they were met first: what was found out before is older.
    met: HashMap<u64, Instant>,
    listening: Option<(HashSet<u64>, Instant)>,
    local: Option<(HashSet<u64>, Instant)>,
    ends: Option<(Ends, Instant)>,
    /// Files that were waited for or open, to try them cold.
    pub files: HashSet<std::path::PathBuf>,
    /// How often somebody waited, and how often we might not see in which call.
    pub waits: (u64, u64),
}

/// Which process holds which end of what.
#[derive(Debug, Default)]
struct Ends {
    /// Pipes, the process, and whether it may write.
    pipes: Vec<(u64, u32, bool)>,
    sockets: Vec<(u64, u32)>,
}

impl Resolver {
    /// What the thread `tid` of `pid` waits for, one of the processes `tree`. `state` is what the
    /// system calls its state.
    pub fn wait(&mut self, pid: u32, tid: u32, state: char, tree: &[u32]) -> Told {
        if matches!(state, 'T' | 't') {
            return Wait::Stopped.into();
        }
        let call = watch::call(pid, tid);
        self.waits.0 += 1;
        self.waits.1 += u64::from(call == Call::Hidden);
        let request = match call {
            // It went on between two glances: it did wait, and we do not know for what.
            Call::Runs if state != 'D' => return Told::default(),
            Call::Asks(Request::Again) => return Told::default(),
            Call::Asks(request) => request,
            Call::Runs | Call::Outside | Call::Hidden => {
                return by_place(state, watch::place(pid, tid).as_deref()).into();
            }
        };
        if let Request::Futex { at, value, timed } = request {
            let futex = Some(Futex { at, lock: value == 2, timed });
            return Told { futex, ..Wait::Futex.into() };
        }
        if state == 'D' {
            return uninterruptible(request, pid, tid).into();
        }
        let wait = self.asked(request, pid, tid, tree);
        Told { limit_s: limit_s(request, pid), ..wait.into() }
    }

    fn asked(&mut self, request: Request, pid: u32, tid: u32, tree: &[u32]) -> Wait {
        match request {
            Request::Bytes(fd) => self.behind(pid, fd, tree),
            Request::Between(one, other) => {
                let both = [self.behind(pid, one, tree), self.behind(pid, other, tree)];
                let [one, other] = both;
                if one == Wait::Disk { other } else { one }
            }
            Request::Accept => Wait::Connection,
            Request::Poll { .. } | Request::Select { .. } | Request::Epoll { .. } => {
                self.any(request, pid, tid, tree)
            }
            Request::Time | Request::Signal { timed: true } => Wait::Time,
            Request::Signal { timed: false } => Wait::Event,
            Request::Child => Wait::Child,
            Request::FileLock => Wait::FileLock,
            Request::Disk => Wait::Disk,
            Request::Ring => Wait::Ring,
            Request::Open => Wait::Pipe,
            Request::Futex { .. } => Wait::Futex,
            Request::Other | Request::Again => {
                by_place('S', watch::place(pid, tid).as_deref())
            }
        }
    }

    /// What is waited for by waiting for a descriptor.
    fn behind(&mut self, pid: u32, fd: i32, tree: &[u32]) -> Wait {
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

    /// What is waited for by waiting for any of several descriptors: the first of [`Wait::ALL`]
    /// among them, and time if there are none that tell.
    fn any(&mut self, request: Request, pid: u32, tid: u32, tree: &[u32]) -> Wait {
        let limit = limit(request);
        let none = if limit == Limit::Never { Wait::Event } else { Wait::Time };
        let known = self.sets.get(&(pid, tid));
        let lately = |known: &&(Request, Option<Wait>, Instant)| {
            known.0 == unlimited(request) && known.2.elapsed() < BELIEVED
        };
        if let Some((_, wait, _)) = known.filter(lately) {
            return wait.unwrap_or(none);
        }
        let wait = match watched(request, pid) {
            None => Some(Wait::Unseen),
            Some(set) if set.is_empty() => Some(Wait::Time),
            Some(set) => {
                let set = set.into_iter().take(MOST_DESCRIPTORS);
                let waits = set.map(|fd| self.one_of(pid, fd, tree));
                waits.filter(|wait| *wait != Wait::Event).min()
            }
        };
        self.sets.insert((pid, tid), (unlimited(request), wait, Instant::now()));
        wait.unwrap_or(none)
    }

    /// As [`Resolver::behind`], for one of several descriptors: a connection may not be there yet.
    fn one_of(&mut self, pid: u32, fd: i32, tree: &[u32]) -> Wait {
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

/// When a call that waits for descriptors ends by itself.
fn limit(request: Request) -> Limit {
    match request {
        Request::Poll { limit, .. }
        | Request::Select { limit, .. }
        | Request::Epoll { limit, .. } => limit,
        _ => Limit::Never,
    }
}

/// As that, in seconds.
fn limit_s(request: Request, pid: u32) -> Option<f64> {
    match limit(request) {
        Limit::Never => None,
        Limit::Millis(millis) => Some(f64::from(millis) / 1e3),
        Limit::At(at) => {
            let mut time = [0; 16];
            let number = |of: &[u8]| of.try_into().map(i64::from_ne_bytes).ok();
            watch::peek(pid, at, &mut time).then_some(())?;
            Some(number(&time[..8])? as f64 + number(&time[8..])? as f64 / 1e9)
        }
    }
}

/// The same call without its limit: that may be another one each time.
fn unlimited(mut request: Request) -> Request {
    if let Request::Poll { limit, .. }
    | Request::Select { limit, .. }
    | Request::Epoll { limit, .. } = &mut request
    {
        *limit = Limit::Never;
    }
    request
}

/// The descriptors that a call waits for; `None` if we may not see them.
fn watched(request: Request, pid: u32) -> Option<Vec<i32>> {
    match request {
        Request::Epoll { descriptor, .. } => watch::watched_by(pid, descriptor),
        Request::Poll { count: 0, .. } => Some(Vec::new()),
        Request::Poll { at, count, .. } => {
            // A descriptor, and four bytes on what is asked of it.
            let mut set = vec![0; 8 * MOST_DESCRIPTORS.min(count as usize)];
            let fd = |it: &[u8]| i32::from_ne_bytes([it[0], it[1], it[2], it[3]]);
            watch::peek(pid, at, &mut set)
                .then(|| set.chunks_exact(8).map(fd).filter(|fd| *fd >= 0).collect())
        }
        Request::Select { count, sets, .. } => {
            let mut all = Vec::new();
            for at in sets.into_iter().filter(|at| *at != 0) {
                let mut bits = vec![0; (count as usize).min(1024).div_ceil(8)];
                if !watch::peek(pid, at, &mut bits) {
                    return None;
                }
                let is_set = |fd: &usize| bits[fd / 8] >> (fd % 8) & 1 == 1;
                let count = bits.len() * 8;
                all.extend((0..count).filter(is_set).map(|fd| fd as i32));
            }
            Some(all)
        }
        _ => None,
    }
}

/// What a thread waits for that no signal can wake: a disk, as a rule.
fn uninterruptible(request: Request, pid: u32, tid: u32) -> Wait {
    match request {
        // Whoever starts a process by `vfork` waits so until that one runs another program.
        Request::Child => Wait::Child,
        Request::Bytes(_) | Request::Between(..) | Request::Disk | Request::Open => {
            Wait::Disk
        }
        _ => by_place('D', watch::place(pid, tid).as_deref()),
    }
}

/// What a thread waits for by the name of the system's function in which it does.
fn by_place(state: char, place: Option<&str>) -> Wait {
    const PLACES: [(&str, Wait); 18] = [
        ("nanosleep", Wait::Time),
        ("futex", Wait::Futex),
        ("rwsem", Wait::Futex),
        ("mutex", Wait::Futex),
        ("pipe", Wait::Pipe),
        ("fifo", Wait::Pipe),
        ("accept", Wait::Connection),
        ("tcp", Wait::Network),
        ("skb", Wait::Network),
        ("sk_wait", Wait::Network),
        // Who reads from a terminal waits there as well, but does so less often.
        ("wait_woken", Wait::Network),
        ("unix_stream", Wait::Pipe),
        ("do_wait", Wait::Child),
        ("vfork", Wait::Child),
        ("n_tty", Wait::Terminal),
        ("flock", Wait::FileLock),
        ("sigsuspend", Wait::Event),
        ("sigtimedwait", Wait::Time),
    ];
    let found =
        PLACES.into_iter().find(|(part, _)| place.is_some_and(|it| it.contains(part)));
    match found {
        Some((_, wait)) => wait,
        None if state == 'D' => Wait::Disk,
        None => Wait::Unseen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wait_has_its_place() {
        for (at, wait) in Wait::ALL.into_iter().enumerate() {
            assert_eq!(wait.index(), at, "{wait:?}");
        }
    }

    #[test]
    fn one_call_with_another_limit_is_the_same_call() {
        let call = |limit| Request::Epoll { descriptor: 3, limit };
        let (one, other) = (call(Limit::Millis(20)), call(Limit::Millis(1500)));
        assert_eq!(unlimited(one), unlimited(other));
        assert_eq!(limit_s(other, 1), Some(1.5));
        let time = [1_i64, 500_000_000];
        let here = Limit::At(time.as_ptr() as u64);
        assert_eq!(limit_s(call(here), std::process::id()), Some(1.5));
        assert_eq!(limit_s(call(Limit::Never), 1), None);
    }

    #[test]
    fn without_the_call_the_place_tells() {
        assert_eq!(by_place('S', Some("hrtimer_nanosleep")), Wait::Time);
        assert_eq!(by_place('S', Some("anon_pipe_read")), Wait::Pipe);
        assert_eq!(by_place('D', Some("folio_wait_bit_common")), Wait::Disk);
        assert_eq!(by_place('D', Some("rwsem_down_read_slowpath")), Wait::Futex);
        assert_eq!(by_place('D', None), Wait::Disk);
        assert_eq!(by_place('S', Some("wait_woken")), Wait::Network);
        assert_eq!(by_place('S', Some("sigsuspend")), Wait::Event);
        assert_eq!(by_place('S', None), Wait::Unseen);
    }
}
