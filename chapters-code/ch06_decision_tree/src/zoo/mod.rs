//! Programs of which it is known what they do with their time, because they were built to do it.
//!
//! A profiler is judged by what it says of them. Each [`Program`] has a label, and the reason why
//! that is its label *by construction*: nobody looked at a profile to find it.
//!
//! | file | what is in it |
//! |---|---|
//! | [`compute`] | computing: on one CPU, on all, on more threads than CPUs, in children, in vain |
//! | [`memory`] | loops that wait for memory |
//! | [`network`] | clients of a slow server |
//! | [`pipes`] | a slow writer, a slow reader, nobody at all |
//! | [`disk`] | writes that reach the disk, reads from it, and reads that never do |
//! | [`asleep`] | sleeping, in three ways |
//! | [`locks`] | threads that wait for each other |
//! | [`phases`] | half of each |
//! | [`held_back`] | programs that would compute if they were let |
//! | [`python`] | the same under a Python interpreter |
//! | [`tools`] | programs that others wrote |
//! | [`worker`] | how this program becomes one of them |
//! | [`server`] | the slow server |
//! | [`group`] | a control group with a small quota |
//! | [`place`] | what they need around them, and their command lines |
//! | [`run`] | one run of one of them, which always ends |

pub mod asleep;
pub mod compute;
pub mod disk;
pub mod group;
pub mod held_back;
pub mod locks;
pub mod memory;
pub mod network;
pub mod phases;
pub mod pipes;
pub mod place;
pub mod python;
pub mod run;
pub mod server;
pub mod tools;
pub mod worker;

use std::io;

use crate::label::Label;
use worker::Errand;

/// A program with a known answer.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name on the command line and in records.
    pub id: &'static str,
    /// What it does, in one sentence.
    pub does: &'static str,
    /// The known answer.
    pub label: Label,
    /// Why that is the answer, by construction.
    pub because: &'static str,
    /// What it cannot do without.
    pub needs: &'static [Need],
    /// Who is at the other ends of its pipes, and beside it.
    pub company: Company,
    /// How many CPUs it can use at once.
    pub cpus: Cpus,
    /// What is started.
    pub kind: Kind,
}

/// What is started to run a program.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// This program itself, as `zoo ID --seconds N`. The function says how many steps it did.
    Worker(fn(&Errand) -> io::Result<u64>),
    /// The function of that name in `python/zoo.py`.
    Python,
    /// A tool, with these arguments: see [`tools`] for what stands in braces.
    Tool(&'static [&'static str]),
}

/// What a program cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Two CPUs that it may use.
    TwoCpus,
    /// A Python that has a GIL.
    Gil,
    /// A folder on a disk: where files live in memory, nothing waits for a disk.
    Disk,
    /// The right to make a control group with a quota.
    Group,
    /// The right to choose its CPU.
    Pin,
}

/// How many CPUs a program can use at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cpus {
    /// Next to nothing of one: it waits.
    Few,
    /// One.
    One,
    /// Two.
    Two,
    /// As many as there are.
    All,
}

/// Who is at the other ends of a program's pipes, and beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// Nobody: its input is empty and nobody looks at its output.
    Nobody,
    /// Somebody who writes a line into its input now and then.
    SlowWriter,
    /// Somebody who holds its input open, and never writes.
    SilentWriter,
    /// Somebody who reads its output now and then.
    SlowReader,
    /// Copies of itself that want the same CPU.
    Rivals,
}

/// What most of the programs that are written here have in common.
const WORKER: Program = Program {
    id: "",
    does: "",
    label: Label::Unknown,
    because: "",
    needs: &[],
    company: Company::Nobody,
    cpus: Cpus::One,
    kind: Kind::Worker(|_| Ok(0)),
};

/// All of them.
pub fn programs() -> impl Iterator<Item = &'static Program> {
    let kinds: [&[Program]; 11] = [
        compute::PROGRAMS,
        memory::PROGRAMS,
        network::PROGRAMS,
        pipes::PROGRAMS,
        disk::PROGRAMS,
        asleep::PROGRAMS,
        locks::PROGRAMS,
        phases::PROGRAMS,
        held_back::PROGRAMS,
        python::PROGRAMS,
        tools::PROGRAMS,
    ];
    kinds.into_iter().flatten()
}

/// The program called `id`.
#[must_use]
pub fn named(id: &str) -> Option<&'static Program> {
    programs().find(|program| program.id == id)
}

impl Program {
    /// Whether `said` is true of it beside so many `hogs`, on a machine with so many `cpus`.
    ///
    /// Where it wants CPUs, and together with the hogs more than there are, it is no mistake to
    /// call it starved.
    #[must_use]
    pub fn is(&self, said: Label, hogs: usize, cpus: usize) -> bool {
        let wanted = match self.cpus {
            Cpus::Few => 0,
            Cpus::One => 1,
            Cpus::Two => 2,
            Cpus::All => cpus,
        };
        let starved = wanted > 0 && hogs > 0 && wanted + hogs > cpus;
        said == self.label || (said == Label::Starved && starved)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn who_finds_the_cpus_taken_may_be_called_starved() {
        let is = |id, hogs| named(id).unwrap().is(Label::Starved, hogs, 2);
        assert_eq!([0, 1, 2].map(|hogs| is("compute-one", hogs)), [false, false, true]);
        assert_eq!([0, 1, 2].map(|hogs| is("compute-all", hogs)), [false, true, true]);
        assert_eq!([0, 1, 2].map(|hogs| is("client", hogs)), [false, false, false]);
        assert!(named("starved").unwrap().is(Label::Starved, 0, 2));
        assert!(named("compute-all").unwrap().is(Label::CpuBound, 1, 2));
    }
}
