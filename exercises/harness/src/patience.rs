//! When to give up waiting: not because time has passed, since on a busy machine it always does.

use std::{
    collections::{HashMap, HashSet},
    fs, mem, process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use lab::os::watch::{self, Call, Descriptor, Request};

/// Between two looks.
const BETWEEN: Duration = Duration::from_millis(2);
/// So often in a row all others must have been seen waiting.
pub(crate) const LOOKS: u32 = 5;
/// Who goes on by itself after some time, and has waited again so often, only looks whether others do.
const NAPS: u64 = 20;
/// Who waits for another thread with a limit is taken to wait when seen to so often in a row.
const LIMITED: u32 = 50;
/// So often in a row nothing else must have been seen where the system does not show what they do.
const HIDDEN: u32 = 1000;
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
/// If one of them waits until some time has passed, it may go on then. That is waited for, however
/// long it takes, unless it has woken up [`NAPS`] times and nothing came of it.
#[derive(Debug)]
pub(crate) struct Patience {
    looker: Looker,
    calm: Calm,
    /// How much CPU time others had used when it began, in seconds, and how much more is too much.
    used: Option<f64>,
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

/// What all others do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Seen {
    /// They wait until they are woken.
    Wait,
    /// They wait, and the system does not show for what.
    Hidden,
    /// They wait, one of them for another thread until some time has passed, or for somebody outside.
    Limited,
    /// They wait, one of them until some time has passed.
    Nap,
    /// One of them runs, or could if it had a CPU, or has run since the last look.
    Work,
}

impl Patience {
    /// With so many seconds of CPU time for others, such as [`STEP_S`]. Look at what you wait for
    /// after this, and after each [`Patience::look`].
    pub(crate) fn new(work_s: f64) -> Patience {
        Patience::of(Looks::After(usize::MAX), work_s)
    }

    /// As [`Patience::new`], for who only ends what others wait for.
    pub(crate) fn of_host(work_s: f64) -> Patience {
        Patience::of(Looks::Host, work_s)
    }

    fn of(looks: Looks, work_s: f64) -> Patience {
        let before = EVENTS.load(SeqCst);
        let looker = Looker::new(looks);
        Patience { looker, calm: Calm::default(), used: None, work_s, before }
    }

    /// Begins anew, since something was done.
    pub(crate) fn renew(&mut self) {
        (self.calm, self.used) = (Calm::default(), None);
    }

    /// Whether all others were seen to wait some times in a row, if only until some time has passed.
    pub(crate) fn nobody_works(&self) -> bool {
        self.calm.in_a_row(Seen::Nap) >= LOOKS
    }

    /// Waits a little, and looks; `except` are threads of other programs that only wait for this one.
    /// Says why if it is lost.
    pub(crate) fn look(&mut self, except: &HashSet<u32>) -> Option<Lost> {
        self.looker.has_looked(self.before);
        thread::sleep(BETWEEN);
        self.before = EVENTS.load(SeqCst);
        if ACTORS.load(SeqCst) > 0 {
            self.renew();
            return None;
        }
        let (looked, used) = look(except);
        self.calm.note(&looked);
        if self.calm.in_a_row(Seen::Wait) >= LOOKS
            || self.calm.in_a_row(Seen::Hidden) >= HIDDEN
            || self.calm.only_naps(Seen::Limited)
        {
            return Some(Lost::AllWait);
        }
        let work_s = used - *self.used.get_or_insert(used);
        (work_s >= self.work_s).then_some(Lost::AtWork)
    }
}

/// Something happened that others may wait for with [`Patience`].
pub(crate) fn event() {
    EVENTS.fetch_add(1, SeqCst);
}

/// Waits until all other threads of this program wait, or until they have used `work_s` seconds of CPU
/// time meanwhile. Whether they wait. Who waits until some time has passed goes on then, so that is
/// waited for, unless it goes on only to wait again.
pub(crate) fn all_wait(work_s: f64) -> bool {
    wait_until(work_s, |calm| {
        calm.in_a_row(Seen::Wait) >= LOOKS
            || calm.in_a_row(Seen::Limited) >= LIMITED
            || calm.only_naps(Seen::Nap)
    })
}

/// As [`all_wait`], but who waits until some time has passed waits too. They must have been seen to
/// wait `looks` times in a row.
pub(crate) fn nobody_works(work_s: f64, looks: u32) -> bool {
    wait_until(work_s, |calm| calm.in_a_row(Seen::Nap) >= looks)
}

fn wait_until(work_s: f64, is_enough: impl Fn(&Calm) -> bool) -> bool {
    if others_are_hidden() {
        thread::sleep(ELSEWHERE);
        return true;
    }
    let _looker = Looker::new(Looks::Host);
    let (mut others, nobody) = (Others::default(), HashSet::new());
    others.look(&[process::id()], &nobody);
    let (mut calm, began) = (Calm::default(), others.used);
    while !is_enough(&calm) {
        thread::sleep(BETWEEN);
        calm.note(&others.look(&[process::id()], &nobody));
        if others.used - began >= work_s {
            return false;
        }
    }
    true
}

/// What was seen at one look.
#[derive(Clone, Debug)]
struct Looked {
    seen: Seen,
    /// Who goes on after some time, and how often it went to sleep so far.
    naps: Vec<(u32, Seen, u64)>,
}

/// What was seen at all looks.
#[derive(Debug, Default)]
struct Calm {
    /// How often in a row no more than this was seen.
    in_a_row: HashMap<Seen, u32>,
    /// How often who goes on after some time had gone to sleep when it was first seen to.
    before: HashMap<u32, u64>,
    last: Option<Looked>,
}

impl Calm {
    fn note(&mut self, looked: &Looked) {
        for most in [Seen::Wait, Seen::Hidden, Seen::Limited, Seen::Nap] {
            let count = self.in_a_row.entry(most).or_default();
            *count = if looked.seen <= most { *count + 1 } else { 0 };
        }
        for (tid, _, slept) in &looked.naps {
            self.before.entry(*tid).or_insert(*slept);
        }
        self.last = Some(looked.clone());
    }

    fn in_a_row(&self, most: Seen) -> u32 {
        self.in_a_row.get(&most).copied().unwrap_or_default()
    }

    /// Whether nobody works, and each of those who go on after some time, of this kind or more, has
    /// done so in vain.
    fn only_naps(&self, least: Seen) -> bool {
        let Some(Looked { seen, naps }) = &self.last else { return false };
        let in_vain = |(tid, kind, slept): &(u32, Seen, u64)| {
            let before = self.before.get(tid).unwrap_or(slept);
            // Of one that has just ended, nothing is known any more.
            *kind < least || slept.saturating_sub(*before) >= NAPS
        };
        (least..=Seen::Nap).contains(seen) && naps.iter().all(in_vain)
    }
}

/// The other threads of this program, without those of the harness that wait for them; none where
/// the system does not show them.
pub(crate) fn others() -> Vec<u32> {
    let mut known: HashSet<u32> = lookers().iter().map(|it| it.0).collect();
    known.extend(thread_id());
    let all = watch::threads(process::id()).into_iter();
    all.filter(|tid| !known.contains(tid)).collect()
}

/// Whether another thread waits until some time has passed, also if it may be woken before.
pub(crate) fn naps() -> bool {
    let naps = |tid| {
        let call = watch::call(process::id(), tid);
        matches!(call, Call::Asks(Request::Time | Request::Futex { timed: true, .. }))
    };
    others().into_iter().any(naps)
}

/// What the others do, and the seconds of CPU time that they have used. Those who look at the same
/// time see the same.
fn look(except: &HashSet<u32>) -> (Looked, f64) {
    static LAST: Mutex<Option<(Instant, Looked, Others)>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, looked, others)) = &*last
        && except.is_empty()
        && at.elapsed() < BETWEEN
    {
        return (looked.clone(), others.used);
    }
    let mut others = last.take().map(|it| it.2).unwrap_or_default();
    let looked = others.look(&family(), except);
    let used = others.used;
    let mut by_all = looked.clone();
    // Whoever excepts nobody may see more.
    if !except.is_empty() {
        by_all.seen = Seen::Work;
    }
    *last = Some((Instant::now(), by_all, others));
    (looked, used)
}

fn others_are_hidden() -> bool {
    watch::threads(process::id()).is_empty()
}

/// The others, and how long they were on a CPU.
#[derive(Debug, Default)]
struct Others {
    /// Each thread up to the last look, in seconds.
    ran: HashMap<u32, f64>,
    /// All of them between looks, in seconds.
    used: f64,
}

impl Others {
    /// What the threads of `processes` do that are not lookers and not in `except`.
    fn look(&mut self, processes: &[u32], except: &HashSet<u32>) -> Looked {
        let mut naps = Vec::new();
        if others_are_hidden() {
            return Looked { seen: Seen::Hidden, naps };
        }
        let mut lookers = lookers().clone();
        if cfg!(test) {
            // See [`Looker::of_libtest`]; in our own tests nobody calls that.
            lookers.push((process::id(), Looks::Host));
        }
        // After all lookers are known: whoever is let go from now on is let go by one who works.
        let now = EVENTS.load(SeqCst);
        let may_go_on =
            |it: &(u32, Looks)| matches!(it.1, Looks::After(seen) if seen != now);
        let own = thread_id();
        let mut all = Seen::Wait;
        if lookers.iter().any(|it| Some(it.0) != own && may_go_on(it)) {
            all = Seen::Work;
        }
        let before = mem::take(&mut self.ran);
        let mut has_run = false;
        for pid in processes {
            for tid in watch::threads(*pid) {
                let ran = watch::schedule(*pid, tid).map_or(0.0, |it| it.run);
                self.ran.insert(tid, ran);
                if lookers.iter().any(|it| it.0 == tid) || except.contains(&tid) {
                    continue;
                }
                let seen = does(*pid, tid);
                if matches!(seen, Seen::Limited | Seen::Nap) {
                    let slept = watch::status(*pid, tid).map_or(0, |it| it.voluntary);
                    naps.push((tid, seen, slept));
                }
                all = all.max(seen);
                let known = before.get(&tid);
                has_run |= known.is_none_or(|before| ran > *before);
                self.used += known.map_or(0.0, |before| (ran - before).max(0.0));
            }
        }
        // Some hand things round so quickly that each was looked at while another one had them.
        let seen = if all == Seen::Wait && has_run { Seen::Work } else { all };
        Looked { seen, naps }
    }
}

fn does(pid: u32, tid: u32) -> Seen {
    match watch::glance(pid, tid).map(|it| it.state) {
        None => return Seen::Wait,
        // A process that nobody has waited for yet. A thread that ends is gone soon.
        Some('Z') if tid == pid => return Seen::Wait,
        Some('S') => (),
        Some(_) => return Seen::Work,
    }
    match watch::call(pid, tid) {
        // It was woken since.
        Call::Runs => Seen::Work,
        Call::Hidden => Seen::Hidden,
        Call::Outside => Seen::Limited,
        Call::Asks(request) => match request {
            Request::Time | Request::Signal { timed: true } => Seen::Nap,
            Request::Poll { count: 0, .. } | Request::Select { count: 0, .. } => {
                Seen::Nap
            }
            Request::Futex { timed: true, .. } => Seen::Limited,
            Request::Bytes(fd) => match watch::descriptor(pid, fd) {
                Some(Descriptor::Pipe(_) | Descriptor::Event) => Seen::Wait,
                _ => Seen::Limited,
            },
            Request::Futex { timed: false, .. }
            | Request::Child
            | Request::FileLock
            | Request::Open
            | Request::Signal { timed: false } => Seen::Wait,
            // A limit may also be that of a socket, or of something that is watched.
            _ => Seen::Limited,
        },
    }
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
