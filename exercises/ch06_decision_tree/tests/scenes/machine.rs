//! A machine with processes, and a profiler's looks at them.

use std::collections::HashSet;

use harness::{Variant, equal};

use super::family::{Family, Process, family};

/// The first process of the family.
pub const FIRST: u32 = 400;
const STRANGER: u32 = 300;

/// When the so-many-th process was started. Several may be started in the same tick of the clock.
fn started(how_many: u64) -> u64 {
    how_many / 3
}

/// Keeps account of what the family does.
pub struct Machine {
    processes: Vec<Process>,
    looks: Vec<Vec<Process>>,
    /// Each process computes for a while longer than the one before.
    burst_ms: u64,
    /// How many processes were started.
    now: u64,
    next: u32,
    /// The numbers and starts of the family, and of those of it that were there at a look.
    ours: HashSet<(u32, u64)>,
    seen: HashSet<(u32, u64)>,
    used_ms: u64,
}

impl Machine {
    /// A machine on which a stranger and its child compute, and the first process has just started.
    pub fn new(variant: &mut Variant) -> Machine {
        let mut machine = Machine {
            processes: Vec::new(),
            looks: Vec::new(),
            burst_ms: variant.between(100..=4000) as u64,
            now: 0,
            next: FIRST + variant.between(1..=500) as u32,
            ours: HashSet::from([(FIRST, started(4))]),
            seen: HashSet::new(),
            used_ms: 0,
        };
        for (number, parent) in
            [(1, 0), (STRANGER, 1), (STRANGER + 1, STRANGER), (FIRST, 1)]
        {
            machine.start_as(number, parent);
        }
        machine
    }

    /// A process starts another, which computes. Returns the number of that one.
    pub fn start(&mut self, parent: u32) -> u32 {
        self.next += 1;
        self.start_as(self.next - 1, parent)
    }

    /// A process starts another, which gets this number, and computes.
    pub fn start_as(&mut self, number: u32, parent: u32) -> u32 {
        self.now += 1;
        if self.is_ours(parent) {
            self.ours.insert((number, started(self.now)));
        }
        self.processes.push(Process {
            number,
            started: started(self.now),
            parent,
            own_ms: 0,
            waited_for_ms: 0,
        });
        self.compute(number);
        number
    }

    /// It is on a CPU for a while.
    pub fn compute(&mut self, number: u32) {
        self.burst_ms += 10;
        // The first process only starts the others.
        let ms = if number == FIRST { 10 } else { self.burst_ms };
        if self.is_ours(number) {
            self.used_ms += ms;
        }
        self.process(number).own_ms += ms;
    }

    /// It ends, its parent waits for it, and its children get process 1 as a parent.
    pub fn end(&mut self, number: u32) {
        let at = self.processes.iter().position(|it| it.number == number);
        let ended = self.processes.remove(at.expect("it is there"));
        self.process(ended.parent).waited_for_ms += ended.own_ms + ended.waited_for_ms;
        let children = self.processes.iter_mut().filter(|it| it.parent == number);
        children.for_each(|child| child.parent = 1);
    }

    /// The profiler looks.
    pub fn look(&mut self) {
        let there = self.processes.iter().map(|it| (it.number, it.started));
        self.seen.extend(there.filter(|id| self.ours.contains(id)));
        self.looks.push(self.processes.clone());
    }

    /// Has a last look, and fails unless the learner's code finds what is known. The idea to look
    /// at depends on what it found.
    pub fn expect(&mut self, idea: impl Fn(&Family, &Family) -> &'static str) {
        self.look();
        let seen = family(FIRST, &self.looks);
        let known = Family { processes: self.seen.len(), cpu_ms: self.used_ms };
        equal("the family", seen, known, idea(&seen, &known));
    }

    fn process(&mut self, number: u32) -> &mut Process {
        let found = self.processes.iter_mut().find(|it| it.number == number);
        found.expect("it is there")
    }

    fn is_ours(&self, number: u32) -> bool {
        let id = |it: &&Process| it.number == number;
        let found = self.processes.iter().find(id);
        found.is_some_and(|it| self.ours.contains(&(it.number, it.started)))
    }
}
