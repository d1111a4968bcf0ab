//! The whole family.
//!
//! A program starts others, which compute, and some of those start others again. The profiler looks
//! now and then at all processes of the machine. How many of them belonged to the program, and how
//! long were they on a CPU?

use std::collections::{HashMap, HashSet};

/// A process at one look. A number is given again once its process is gone: it takes the number and
/// the start to tell who is who. Whoever loses its parent gets process 1 as one.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    pub number: u32,
    /// When it was started, in a unit of the system's.
    pub started: u64,
    /// The number of its parent.
    pub parent: u32,
    /// Milliseconds on a CPU of its own, since its start.
    pub own_ms: u64,
    /// Those of its children that have ended and that it waited for; theirs are in it, too.
    pub waited_for_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// How many processes belonged to it at some look.
    pub processes: usize,
    /// Milliseconds on a CPU, all together, by the last look.
    pub cpu_ms: u64,
}

/// The family of `first`, which is there at all looks. At each, processes are in the order in which
/// they were started: a parent comes before its children.
pub fn family(first: u32, looks: &[Vec<Process>]) -> Family {
    let of_first = |look: &Vec<Process>| {
        let first = look.iter().find(|process| process.number == first);
        first.map_or(0, |first| first.own_ms)
    };
    Family { processes: 1, cpu_ms: looks.last().map_or(0, of_first) }
}
