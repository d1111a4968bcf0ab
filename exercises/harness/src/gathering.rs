//! A meeting of processes, and who they were.

use std::{
    collections::{BTreeSet, HashSet},
    io,
    path::Path,
    process,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering::SeqCst},
        mpsc::{self, TryRecvError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use lab::os::Shared;

use crate::{
    fail,
    patience::{Patience, STEP_S, thread_id},
    settled::{ASLEEP, awake},
};

/// Between two looks at who is there.
const BETWEEN: Duration = Duration::from_millis(1);

/// What is noted of each: the numbers of its process and its thread in four bytes each, and whether
/// it is here.
const SEAT: usize = 9;

/// How many bytes [`All`] has.
const ALL: usize = 4;

/// Jobs that must be in progress together, and may be in processes of their own: what
/// [`Together`](crate::Together) is for threads.
///
/// Whoever comes waits for the others. Once all were there, or nobody else will come, nobody waits
/// any more. Nobody will come if all others wait, also all other processes that this one has
/// started, or if they work and work without coming. It takes place in memory that the processes
/// share.
#[derive(Debug)]
pub struct Gathering {
    table: Arc<Table>,
    what: &'static str,
    /// Ends it when nobody else will come.
    host: Option<JoinHandle<()>>,
}

/// What the processes share: the seats, and what is noted of all.
#[derive(Debug)]
struct Table(Shared);

/// What is noted of all.
struct All<'a> {
    /// The most that were here together.
    most: &'a AtomicU8,
    /// Whether the meeting is over.
    over: &'a AtomicU8,
    /// Whether it has to go on.
    held: &'a AtomicU8,
    /// How many came.
    began: &'a AtomicU8,
}

impl Gathering {
    /// A meeting of `wanted`; `what` names them: "jobs".
    pub fn new(wanted: usize, what: &'static str) -> Gathering {
        let memory = Shared::new(wanted * SEAT + ALL);
        let table = Arc::new(Table(memory.expect("the system has some bytes for us")));
        let hosts = Arc::clone(&table);
        let host = named().spawn(move || hosts.watch_over());
        Gathering { table, what, host: Some(host.expect("the system has a thread")) }
    }

    /// How many it takes.
    pub fn wanted(&self) -> usize {
        self.table.seats().len()
    }

    /// What the process is told that does job number `job`.
    pub fn invitation(&self, job: usize) -> String {
        format!("{job} {}", self.table.0.path().display())
    }

    /// In that process: comes to the meeting, and waits for the others.
    ///
    /// # Errors
    /// If this is no invitation, or the meeting is not there any more.
    pub fn accept(invitation: &str) -> io::Result<()> {
        let (job, path) =
            invitation.split_once(' ').ok_or(io::ErrorKind::InvalidInput)?;
        let table = Table(Shared::open(Path::new(path))?);
        table.enter(job.parse().map_err(io::Error::other)?);
        Ok(())
    }

    /// As [`accept`](Gathering::accept), in the process of the check itself.
    pub fn enter(&self, job: usize) {
        self.table.enter(job);
    }

    /// Starts the jobs with `start`, which waits for them, and lets none of them end before that
    /// sleeps: fails with `idea` if it looks again and again instead ([`asleep`](crate::asleep)).
    pub fn hold<T>(&self, idea: &str, start: impl FnOnce() -> T) -> T {
        let All { held, .. } = self.table.all();
        held.store(1, SeqCst);
        let (at_work, ended) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let looks = named().spawn_scoped(scope, move || {
                let waits = || {
                    !self.table.is_over()
                        && ended.try_recv() == Err(TryRecvError::Empty)
                };
                let mut patience = Patience::new(STEP_S);
                let mut before = 0;
                while self.began() < self.wanted() && waits() {
                    let lost = patience.look(&self.table.waiting());
                    if self.began() != before {
                        before = self.began();
                        patience.renew();
                    } else if lost.is_some() {
                        break;
                    }
                }
                drop(patience);
                // Whoever does a job itself comes to the meeting instead of waiting for it.
                let is_here = self.here() > 0;
                let observed = if waits() && !is_here { awake() } else { None };
                // Before it fails: the jobs have to end.
                held.store(0, SeqCst);
                if let Some(observed) = observed {
                    fail(ASLEEP, observed, idea);
                }
            });
            looks.expect("the system has a thread");
            let _at_work = at_work;
            start()
        })
    }

    /// The numbers of the processes that came.
    pub fn ids(&self) -> BTreeSet<u32> {
        self.table.ids().collect()
    }

    /// How many of the jobs were done in this very process.
    pub fn here(&self) -> usize {
        self.table.ids().filter(|id| *id == process::id()).count()
    }

    /// How many came, also if some came for the same job.
    pub fn began(&self) -> usize {
        self.table.all().began.load(SeqCst).into()
    }

    /// Fails with `idea` unless all were in progress together.
    pub fn expect(&self, idea: &str) {
        let most = self.table.all().most.load(SeqCst);
        let (wanted, what) = (self.wanted(), self.what);
        if usize::from(most) < wanted {
            let observed = format!(
                "{} {what} ran, never more than {most} at a time",
                self.table.ids().count()
            );
            fail(format_args!("{wanted} {what} at a time"), observed, idea);
        }
    }
}

impl Drop for Gathering {
    fn drop(&mut self) {
        self.table.all().over.store(1, SeqCst);
        if let Some(host) = self.host.take() {
            // It has nothing to panic about.
            let _ = host.join();
        }
    }
}

impl Table {
    fn enter(&self, job: usize) {
        let (All { most, over, held, began }, seats) = (self.all(), self.seats());
        let seat = &seats[job];
        let ids = [process::id(), thread_id().unwrap_or_default()];
        let ids = ids.into_iter().flat_map(u32::to_le_bytes);
        seat.iter().zip(ids).for_each(|(byte, of_id)| byte.store(of_id, SeqCst));
        seat[SEAT - 1].store(1, SeqCst);
        began.fetch_add(1, SeqCst);
        let parent = parent_id();
        // Whoever is left behind is not waited for.
        while !self.is_over() && parent_id() == parent {
            let here = self.here().count();
            most.fetch_max(here as u8, SeqCst);
            // Who holds it needs some time, too.
            if here == seats.len() && held.load(SeqCst) == 0 {
                over.store(1, SeqCst);
            } else {
                thread::sleep(BETWEEN);
            }
        }
        seat[SEAT - 1].store(0, SeqCst);
    }

    /// Ends it when nobody else will come.
    fn watch_over(&self) {
        let mut patience = Patience::of_host(STEP_S);
        let (All { most, over, held, began }, mut before) = (self.all(), 0);
        while !self.is_over() {
            let came = began.load(SeqCst);
            if came == 0 || held.load(SeqCst) == 1 {
                before = 0;
                thread::sleep(BETWEEN);
            } else if came != before {
                before = came;
                patience.renew();
            } else if patience.look(&self.waiting()).is_some()
                && began.load(SeqCst) == came
            {
                // Those who are here may not have had a CPU to look.
                most.fetch_max(self.here().count() as u8, SeqCst);
                over.store(1, SeqCst);
            }
        }
    }

    /// The process of each job that began.
    fn ids(&self) -> impl Iterator<Item = u32> {
        let ids = self.seats().iter().map(|seat| number(&seat[..4]));
        ids.filter(|id| *id != 0)
    }

    fn is_over(&self) -> bool {
        self.all().over.load(SeqCst) == 1
    }

    fn here(&self) -> impl Iterator<Item = &[AtomicU8; SEAT]> {
        self.seats().iter().filter(|seat| seat[SEAT - 1].load(SeqCst) == 1)
    }

    /// The threads that wait for the others.
    fn waiting(&self) -> HashSet<u32> {
        self.here().map(|seat| number(&seat[4..8])).collect()
    }

    fn seats(&self) -> &[[AtomicU8; SEAT]] {
        self.0.bytes().as_chunks().0
    }

    fn all(&self) -> All<'_> {
        let (_, [most, over, held, began]) = self.0.bytes().as_chunks::<SEAT>() else {
            unreachable!("it was made so large")
        };
        All { most, over, held, began }
    }
}

/// The process that has started this one.
fn parent_id() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    0
}

/// A thread that a verdict does not tell of, for it is ours.
fn named() -> thread::Builder {
    thread::Builder::new().name("harness".to_owned())
}

/// A number in four bytes.
fn number(bytes: &[AtomicU8]) -> u32 {
    u32::from_le_bytes([0, 1, 2, 3].map(|byte| bytes[byte].load(SeqCst)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graded::said;

    #[test]
    fn those_who_come_one_after_the_other_do_not_meet() {
        let gathering = Gathering::new(3, "jobs");
        (0..3).for_each(|job| gathering.enter(job));
        assert_eq!(gathering.ids(), BTreeSet::from([process::id()]));
        assert_eq!(gathering.here(), 3);
        assert_eq!(gathering.began(), 3);
        assert_eq!(
            said(|| gathering.expect("in turn")).as_deref(),
            Some(
                "expected 3 jobs at a time; 3 jobs ran, never more than 1 at a time: in turn"
            )
        );
    }

    #[test]
    fn it_is_over_also_when_nobody_waits_for_the_jobs() {
        let gathering = Gathering::new(2, "jobs");
        let start = || {
            (0..2).for_each(|job| gathering.enter(job));
            "ended"
        };
        assert_eq!(gathering.hold("wait", start), "ended");
        assert_eq!(gathering.hold("wait", || 7), 7, "nobody has to come");
    }

    #[test]
    fn those_who_were_invited_meet_in_the_same_memory() {
        let gathering = Gathering::new(3, "jobs");
        thread::scope(|scope| {
            for job in 0..3 {
                let invitation = gathering.invitation(job);
                scope.spawn(move || Gathering::accept(&invitation).expect("a meeting"));
            }
        });
        assert_eq!(said(|| gathering.expect("in turn")), None);
    }
}
