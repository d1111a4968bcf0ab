//! What a thread waits for, by the call in which it does.

use std::{collections::HashMap, time::Instant};

use lab::os::watch::{self, Call, Limit, Request};

use super::{
    Futex, Told, Wait,
    descriptors::{BELIEVED, Descriptors},
    place::{by_place, uninterruptible},
    several::{MOST_DESCRIPTORS, limit, limit_s, unlimited, watched},
};

/// Finds out what threads wait for.
#[derive(Debug, Default)]
pub struct Resolver {
    /// Those who wait for several descriptors: for which, and for what, if these tell.
    sets: HashMap<(u32, u32), (Request, Option<Wait>, Instant)>,
    /// What is behind these.
    pub descriptors: Descriptors,
    /// How often somebody waited, and how often we might not see in which call.
    pub waits: (u64, u64),
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
            Request::Bytes(fd) => self.descriptors.behind(pid, fd, tree),
            Request::Between(one, other) => {
                let both = [
                    self.descriptors.behind(pid, one, tree),
                    self.descriptors.behind(pid, other, tree),
                ];
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
                let waits = set.map(|fd| self.descriptors.one_of(pid, fd, tree));
                waits.filter(|wait| *wait != Wait::Event).min()
            }
        };
        self.sets.insert((pid, tid), (unlimited(request), wait, Instant::now()));
        wait.unwrap_or(none)
    }
}
