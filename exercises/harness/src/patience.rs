//! When to give up waiting: not because time has passed, since on a busy machine it always does.

use std::{
    collections::HashSet,
    fs, process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use lab::os::watch::{self, Call, Limit, Request};

/// Between two looks.
const BETWEEN: Duration = Duration::from_millis(2);
/// So often in a row all others must have been seen waiting: one who hands something to another
/// may be seen between the two.
pub(crate) const LOOKS: u32 = 5;
/// So often all others must have been seen waiting if one of them goes on by itself after some
/// time. About two seconds, in which a thread that is ready and has no CPU does not count as waiting.
const NAPS: u32 = 1000;
/// Seconds of CPU time in which nothing comes of the work of others: far more than a right answer
/// needs between two steps.
pub(crate) const STEP_S: f64 = 1.0;
/// Where the system does not show its threads, they may need so long.
const ELSEWHERE: Duration = Duration::from_millis(200);

/// Threads of the harness that only wait for others.
static LOOKERS: Mutex<Vec<(u32, Looks)>> = Mutex::new(Vec::new());
/// How often something happened that one of them may wait for.
static EVENTS: AtomicUsize = AtomicUsize::new(0);
/// How many wait until all others do, to do something then.
static ACTORS: AtomicUsize = AtomicUsize::new(0);

/// What a thread of the harness knows of what it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looks {
    /// Whether it has to wait, after so many [`EVENTS`]. After more of them it may go on, and not
    /// know it yet.
    After(usize),
    /// It only ever ends what others wait for.
    Host,
}

/// Waiting for something that others do, until it is clear that they will not: all of them wait, or
/// they work, and it does not come. The others are all threads of this program and of those that it
/// has started.
///
/// Where the system does not show its threads, time has to do.
#[derive(Debug)]
pub(crate) struct Patience {
    looker: Looker,
    /// How often in a row all others waited until they are woken.
    quiet: u32,
    /// How often all others waited.
    idle: u32,
    /// The CPU time that they had used when it began, and how much more is too much.
    used: f64,
    work_s: f64,
    /// The events before the last look at what is waited for.
    before: usize,
}

/// Why it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Nobody has anything to do any more.
    AllWait,
    /// Somebody is at work, and it leads to nothing.
    AtWork,
}

/// What all others do at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// One of them runs, or could if it had a CPU.
    Work,
    /// They wait, one of them until some time has passed; or the system does not show it.
    Nap,
    /// They wait until they are woken.
    Wait,
}

impl Patience {
    /// With so many seconds of CPU time for others, such as [`STEP_S`]. Look at what you wait for
    /// after this, and after each [`Patience::look`].
    pub(crate) fn new(work_s: f64) -> Patience {
        let before = EVENTS.load(SeqCst);
        let looker = Looker::new(Looks::After(usize::MAX));
        Patience { looker, quiet: 0, idle: 0, used: used(&family()), work_s, before }
    }

    /// As [`Patience::new`], for who only ends what others wait for.
    pub(crate) fn of_host(work_s: f64) -> Patience {
        Patience { looker: Looker::new(Looks::Host), ..Patience::new(work_s) }
    }

    /// Begins anew, since something was done.
    pub(crate) fn renew(&mut self) {
        (self.quiet, self.idle, self.used) = (0, 0, used(&family()));
    }

    /// Waits a little, and looks; `except` are threads of other programs that only wait for this one.
    /// Says why if it is lost.
    pub(crate) fn look(&mut self, except: &HashSet<u32>) -> Option<Lost> {
        self.looker.has_looked(self.before);
        thread::sleep(BETWEEN);
        self.before = EVENTS.load(SeqCst);
        if ACTORS.load(SeqCst) > 0 {
            self.quiet = 0;
            return None;
        }
        let (seen, used) = look(except);
        self.quiet = if seen == Seen::Wait { self.quiet + 1 } else { 0 };
        self.idle += u32::from(seen != Seen::Work);
        if self.quiet >= LOOKS || self.idle >= NAPS {
            return Some(Lost::AllWait);
        }
        (used - self.used >= self.work_s).then_some(Lost::AtWork)
    }
}

/// Something happened that others may wait for with [`Patience`].
pub(crate) fn event() {
    EVENTS.fetch_add(1, SeqCst);
}

/// Waits until all other threads of this program wait, so often in a row as it takes to be sure, or
/// until they have used `work_s` seconds of CPU time meanwhile; whether they wait. With `also_naps`,
/// those who wait that time passes wait, too.
pub(crate) fn all_wait(work_s: f64, also_naps: bool) -> bool {
    if others_are_hidden() {
        thread::sleep(ELSEWHERE);
        return true;
    }
    let _looker = Looker::new(Looks::Host);
    let (own, nobody) = ([process::id()], HashSet::new());
    let (mut quiet, mut idle, began) = (0, 0, used(&own));
    while quiet < LOOKS && idle < NAPS {
        thread::sleep(BETWEEN);
        let seen = others_do(&own, &nobody);
        let waits = seen == Seen::Wait || also_naps && seen == Seen::Nap;
        quiet = if waits { quiet + 1 } else { 0 };
        idle += u32::from(seen != Seen::Work);
        if used(&own) - began >= work_s {
            return false;
        }
    }
    true
}

/// The other threads of this program, without those of the harness that wait for them; none where
/// the system does not show them.
pub(crate) fn others() -> Vec<u32> {
    let mut known: HashSet<u32> = lookers().iter().map(|it| it.0).collect();
    known.extend(thread_id());
    watch::threads(process::id())
        .into_iter()
        .filter(|tid| !known.contains(tid))
        .collect()
}

/// Whether another thread waits that time passes.
pub(crate) fn naps() -> bool {
    let call = |tid| watch::call(process::id(), tid);
    others().into_iter().any(|tid| matches!(call(tid), Call::Asks(Request::Time)))
}

/// What the others do, and the seconds of CPU time that they have used. Those who look at the same
/// time see the same.
fn look(except: &HashSet<u32>) -> (Seen, f64) {
    static LAST: Mutex<Option<(Instant, Seen, f64)>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, seen, used)) = *last
        && except.is_empty()
        && at.elapsed() < BETWEEN
    {
        return (seen, used);
    }
    let family = family();
    let (seen, used) = (others_do(&family, except), used(&family));
    *last = Some((Instant::now(), seen, used));
    (seen, used)
}

fn others_are_hidden() -> bool {
    watch::threads(process::id()).is_empty()
}

fn others_do(processes: &[u32], except: &HashSet<u32>) -> Seen {
    if others_are_hidden() {
        return Seen::Nap;
    }
    let mut lookers = lookers().clone();
    if cfg!(test) {
        // See [`Looker::of_libtest`]; in our own tests nobody calls that.
        lookers.push((process::id(), Looks::Host));
    }
    // After all lookers are known: whoever happened to be let go since is at work.
    let now = EVENTS.load(SeqCst);
    let may_go_on =
        |it: &(u32, Looks)| matches!(it.1, Looks::After(seen) if seen != now);
    let own = thread_id();
    if lookers.iter().any(|it| Some(it.0) != own && may_go_on(it)) {
        return Seen::Work;
    }
    let mut all = Seen::Wait;
    for pid in processes {
        for tid in watch::threads(*pid) {
            if lookers.iter().any(|it| it.0 == tid) || except.contains(&tid) {
                continue;
            }
            match does(*pid, tid) {
                Seen::Work => return Seen::Work,
                Seen::Nap => all = Seen::Nap,
                Seen::Wait => (),
            }
        }
    }
    all
}

fn does(pid: u32, tid: u32) -> Seen {
    match watch::glance(pid, tid).map(|it| it.state) {
        None | Some('Z' | 'X' | 'I') => return Seen::Wait,
        Some('S') => (),
        Some(_) => return Seen::Work,
    }
    let has_limit = match watch::call(pid, tid) {
        // It was woken since.
        Call::Runs => return Seen::Work,
        Call::Outside | Call::Hidden => true,
        Call::Asks(request) => match request {
            Request::Time | Request::Again => true,
            Request::Futex { timed, .. } | Request::Signal { timed } => timed,
            Request::Poll { limit, .. }
            | Request::Select { limit, .. }
            | Request::Epoll { limit, .. } => limit != Limit::Never,
            _ => false,
        },
    };
    if has_limit { Seen::Nap } else { Seen::Wait }
}

/// This process and all that it started, and they.
fn family() -> Vec<u32> {
    let mut all = vec![process::id()];
    let mut next = 0;
    while let Some(pid) = all.get(next) {
        all.extend(watch::children(*pid));
        next += 1;
    }
    all
}

/// Seconds of CPU time that they have used, with the children that they waited for.
fn used(processes: &[u32]) -> f64 {
    let used = |pid: &u32| {
        Some(watch::process(*pid)?).map(|it| it.user + it.system + it.children)
    };
    processes.iter().filter_map(used).sum()
}

/// A thread of the harness that waits: for others it is not there.
#[derive(Debug)]
pub(crate) struct Looker(Option<u32>);

impl Looker {
    /// This thread, for as long as it only ends what others wait for.
    pub(crate) fn host() -> Looker {
        Looker::new(Looks::Host)
    }

    /// The first thread, if this is another one: libtest waits there, and looks at its clock meanwhile.
    pub(crate) fn of_libtest() -> Looker {
        let first = process::id();
        let is_other = thread_id().is_some_and(|own| own != first);
        lookers().extend(is_other.then_some((first, Looks::Host)));
        Looker(is_other.then_some(first))
    }

    fn new(looks: Looks) -> Looker {
        let own = thread_id();
        lookers().extend(own.map(|own| (own, looks)));
        Looker(own)
    }

    fn has_looked(&self, after: usize) {
        for (tid, looks) in lookers().iter_mut() {
            if Some(*tid) == self.0 && *looks != Looks::Host {
                *looks = Looks::After(after);
            }
        }
    }
}

impl Drop for Looker {
    fn drop(&mut self) {
        let mut lookers = lookers();
        // Who waits twice began the later wait later.
        let own = lookers.iter().rposition(|(tid, _)| Some(*tid) == self.0);
        own.map(|own| lookers.remove(own));
    }
}

fn lookers() -> MutexGuard<'static, Vec<(u32, Looks)>> {
    LOOKERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of this thread, where the system shows its threads.
pub(crate) fn thread_id() -> Option<u32> {
    let own = fs::read_link("/proc/thread-self").ok()?;
    own.file_name()?.to_str()?.parse().ok()
}

/// A thread that does something as soon as all others wait: so long, nobody loses patience.
pub(crate) struct Actor(());

impl Actor {
    pub(crate) fn new() -> Actor {
        ACTORS.fetch_add(1, SeqCst);
        Actor(())
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        ACTORS.fetch_sub(1, SeqCst);
    }
}
