//! A small world of CPUs, a server and a lock, with a clock of its own.

use std::{collections::VecDeque, fmt};

use harness::fail;

use super::fooled::{Program, Step};

/// Half a millisecond each, so that everything can be twice as fast.
const TICKS_PER_MS: u64 = 2;
/// No program takes longer.
const LONGEST: u64 = 20_000 * TICKS_PER_MS;

/// What is not as it was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Change {
    FasterCpus,
    FasterServer,
    MoreCpus,
    NoLock,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Change::FasterCpus => "CPUs twice as fast",
            Change::FasterServer => "a server twice as fast",
            Change::MoreCpus => "twice as many CPUs",
            Change::NoLock => "no lock",
        })
    }
}

/// How long a program took, in ticks.
#[derive(Clone, Copy)]
pub struct Ran {
    pub wall: u64,
    /// On a CPU, the threads of the first process.
    pub own_cpu: u64,
}

/// Where a program runs.
pub struct World {
    cpus: usize,
    change: Option<Change>,
    /// The thread that has the lock.
    holder: Option<usize>,
}

struct Thread {
    /// What it still has to do, in ticks.
    steps: VecDeque<Step>,
    is_own: bool,
}

impl World {
    /// A world with so many CPUs, changed or as it is.
    pub fn new(cpus: usize, change: Option<Change>) -> World {
        let cpus = if change == Some(Change::MoreCpus) { 2 * cpus } else { cpus };
        World { cpus, change, holder: None }
    }

    /// Runs a program to its end.
    pub fn run(mut self, program: &Program) -> Ran {
        let own = program.threads.iter().map(|steps| Thread::new(steps, true));
        let children = program.children.iter().map(|steps| Thread::new(steps, false));
        let mut threads: Vec<Thread> = own.chain(children).collect();
        let mut ran = Ran { wall: 0, own_cpu: 0 };
        loop {
            while (0..threads.len()).any(|at| self.goes_on(at, &mut threads[at])) {}
            if threads.iter().all(|thread| thread.steps.is_empty()) {
                break;
            }
            if !self.tick(&mut threads, &mut ran) {
                let observed = "all that are left wait for the lock";
                let idea = "whoever takes it has to let it go";
                fail("the program to come to its end", observed, idea);
            }
            if ran.wall > LONGEST {
                let idea = "a smaller one shows the same";
                fail("a program that takes 20 s at most", "it takes longer", idea);
            }
        }
        if ran.wall == 0 {
            let idea = "give its threads something to do";
            fail("a program that does something", "it was over at once", idea);
        }
        ran
    }

    /// Has a thread do what takes no time; whether there was something.
    fn goes_on(&mut self, at: usize, thread: &mut Thread) -> bool {
        let takes_none = match thread.steps.front() {
            Some(Step::Compute(left) | Step::Ask(left)) => *left == 0,
            Some(Step::Lock) if self.change == Some(Change::NoLock) => true,
            Some(Step::Lock) if self.holder.is_none() => {
                self.holder = Some(at);
                true
            }
            Some(Step::Unlock) => {
                self.holder = self.holder.filter(|holder| *holder != at);
                true
            }
            Some(Step::Lock) | None => false,
        };
        if takes_none {
            thread.steps.pop_front();
        }
        takes_none
    }

    /// Lets some time pass; whether anybody could use it.
    fn tick(&self, threads: &mut [Thread], ran: &mut Ran) -> bool {
        let faster = |change| if self.change == Some(change) { 2 } else { 1 };
        let wants_cpu =
            |thread: &Thread| matches!(thread.steps.front(), Some(Step::Compute(_)));
        let ready: Vec<usize> =
            (0..threads.len()).filter(|at| wants_cpu(&threads[*at])).collect();
        let running = self.cpus.min(ready.len());
        let mut is_used = running > 0;
        for turn in 0..running {
            // They have their turns.
            let at = ready[(ran.wall as usize * self.cpus + turn) % ready.len()];
            if let Some(Step::Compute(left)) = threads[at].steps.front_mut() {
                *left = left.saturating_sub(faster(Change::FasterCpus));
                ran.own_cpu += u64::from(threads[at].is_own);
            }
        }
        for thread in threads {
            if let Some(Step::Ask(left)) = thread.steps.front_mut() {
                *left = left.saturating_sub(faster(Change::FasterServer));
                is_used = true;
            }
        }
        ran.wall += 1;
        is_used
    }
}

impl Thread {
    fn new(steps: &[Step], is_own: bool) -> Thread {
        let in_ticks = |step: &Step| match *step {
            Step::Compute(ms) => Step::Compute(ms.min(LONGEST) * TICKS_PER_MS),
            Step::Ask(ms) => Step::Ask(ms.min(LONGEST) * TICKS_PER_MS),
            other => other,
        };
        Thread { steps: steps.iter().map(in_ticks).collect(), is_own }
    }
}
