//! A meeting of processes, and who they were.

use std::{
    io,
    path::Path,
    process,
    sync::{
        atomic::{AtomicU8, Ordering::SeqCst},
        mpsc::{self, TryRecvError},
    },
    thread,
    time::{Duration, Instant},
};

use lab::os::Shared;

use crate::{
    PATIENCE, fail,
    settled::{ASLEEP, awake},
};

/// Between two looks at who is there.
const BETWEEN: Duration = Duration::from_millis(1);

/// What is noted of each: the number of its process in four bytes, and whether it is here.
const SEAT: usize = 5;

/// What is noted of all: the most that were here together, whether the meeting is over, whether it
/// has to go on, and how many came.
const ALL: usize = 4;

/// Jobs that must be in progress together, and may be in processes of their own: what
/// [`Together`](crate::Together) is for threads.
///
/// Whoever comes waits for the others. Once all were there, or nobody came for
/// [`PATIENCE`], nobody waits any more. It takes place in memory that the processes share.
#[derive(Debug)]
pub struct Gathering {
    memory: Shared,
    what: &'static str,
}

impl Gathering {
    /// A meeting of `wanted`; `what` names them: "jobs".
    pub fn new(wanted: usize, what: &'static str) -> Gathering {
        let memory = Shared::new(wanted * SEAT + ALL);
        Gathering { memory: memory.expect("the system has some bytes for us"), what }
    }

    /// How many it takes.
    pub fn wanted(&self) -> usize {
        self.seats().len()
    }

    /// What the process is told that does job number `job`.
    pub fn invitation(&self, job: usize) -> String {
        format!("{job} {}", self.memory.path().display())
    }

    /// In that process: comes to the meeting, and waits for the others.
    ///
    /// # Errors
    /// If this is no invitation, or the meeting is not there any more.
    pub fn accept(invitation: &str) -> io::Result<()> {
        let (job, path) =
            invitation.split_once(' ').ok_or(io::ErrorKind::InvalidInput)?;
        let memory = Shared::open(Path::new(path))?;
        Gathering { memory, what: "" }.enter(job.parse().map_err(io::Error::other)?);
        Ok(())
    }

    /// As [`accept`](Gathering::accept), in the process of the check itself.
    pub fn enter(&self, job: usize) {
        let (seats, [most, over, held, began]) = self.parts();
        began.fetch_add(1, SeqCst);
        let seat = &seats[job];
        let id = process::id().to_le_bytes();
        seat.iter().zip(id).for_each(|(byte, of_id)| byte.store(of_id, SeqCst));
        seat[SEAT - 1].store(1, SeqCst);
        let (mut came, mut at) = (0, Instant::now());
        while over.load(SeqCst) == 0 {
            let here =
                seats.iter().filter(|seat| seat[SEAT - 1].load(SeqCst) == 1).count();
            most.fetch_max(here as u8, SeqCst);
            if here > came {
                (came, at) = (here, Instant::now());
            }
            // Who holds it needs some time, too.
            let holds = held.load(SeqCst);
            if (here == seats.len() && holds == 0)
                || at.elapsed() > PATIENCE * u32::from(1 + holds)
            {
                over.store(1, SeqCst);
            } else {
                thread::sleep(BETWEEN);
            }
        }
        seat[SEAT - 1].store(0, SeqCst);
    }

    /// Starts the jobs with `start`, which waits for them, and lets none of them end before that
    /// sleeps: fails with `idea` if it looks again and again instead ([`asleep`](crate::asleep)).
    pub fn hold<T>(&self, idea: &str, start: impl FnOnce() -> T) -> T {
        let (_, [_, over, held, _]) = self.parts();
        held.store(1, SeqCst);
        let (at_work, ended) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                let waits = || {
                    over.load(SeqCst) == 0
                        && ended.try_recv() == Err(TryRecvError::Empty)
                };
                while self.began() < self.wanted() && waits() {
                    thread::sleep(BETWEEN);
                }
                // Whoever does a job itself comes to the meeting instead of waiting for it.
                let is_here = self.ids().contains(&process::id());
                if waits()
                    && !is_here
                    && let Some(observed) = awake()
                {
                    fail(ASLEEP, observed, idea);
                }
                held.store(0, SeqCst);
            });
            let _at_work = at_work;
            start()
        })
    }

    /// The numbers of the processes that came, in the order of the jobs; none for a job that never
    /// began.
    pub fn ids(&self) -> Vec<u32> {
        let id = |seat: &[AtomicU8; SEAT]| {
            u32::from_le_bytes([0, 1, 2, 3].map(|byte| seat[byte].load(SeqCst)))
        };
        self.seats().iter().map(id).filter(|id| *id != 0).collect()
    }

    /// How many came, also if some came for the same job.
    pub fn began(&self) -> usize {
        self.parts().1[3].load(SeqCst).into()
    }

    /// Fails with `idea` unless all were in progress together.
    pub fn expect(&self, idea: &str) {
        let (_, [most, ..]) = self.parts();
        let (wanted, most, what) = (self.wanted(), most.load(SeqCst), self.what);
        if usize::from(most) < wanted {
            let observed = format!(
                "{} {what} ran, never more than {most} at a time",
                self.ids().len()
            );
            fail(format_args!("{wanted} {what} at a time"), observed, idea);
        }
    }

    fn seats(&self) -> &[[AtomicU8; SEAT]] {
        self.parts().0
    }

    /// The seats, and what is noted of all.
    fn parts(&self) -> (&[[AtomicU8; SEAT]], &[AtomicU8; ALL]) {
        let (seats, all) = self.memory.bytes().as_chunks();
        (seats, all.try_into().expect("it was made so large"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graded::said;

    #[test]
    fn those_who_come_one_after_the_other_do_not_meet() {
        let gathering = Gathering::new(3, "jobs");
        (0..3).for_each(|job| gathering.enter(job));
        assert_eq!(gathering.ids(), [process::id(); 3]);
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
