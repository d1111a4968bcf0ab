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
    //@ starter, wrong first_only
    let of_first = |look: &Vec<Process>| {
        let first = look.iter().find(|process| process.number == first);
        first.map_or(0, |first| first.own_ms)
    };
    Family { processes: 1, cpu_ms: looks.last().map_or(0, of_first) }
    //@ solution
    let mut members = HashSet::new();
    let mut cpu_ms = 0;
    for look in looks {
        let mut now = HashSet::from([first]);
        cpu_ms = 0; // those that have ended are in what their parents waited for
        for process in look {
            let id = (process.number, process.started);
            if now.contains(&process.parent)
                || process.number == first
                || members.contains(&id)
            {
                now.insert(process.number);
                members.insert(id);
                cpu_ms += process.own_ms + process.waited_for_ms;
            }
        }
    }
    Family { processes: members.len(), cpu_ms }
    //@ wrong those_waited_for
    let mut members = HashSet::new();
    let mut cpu_ms = 0;
    for look in looks {
        let mut now = HashSet::from([first]);
        for process in look {
            let id = (process.number, process.started);
            if process.number == first {
                cpu_ms = process.own_ms + process.waited_for_ms;
            }
            if now.contains(&process.parent)
                || process.number == first
                || members.contains(&id)
            {
                now.insert(process.number);
                members.insert(id);
            }
        }
    }
    Family { processes: members.len(), cpu_ms }
    //@ wrong own_only, wrong counts_twice
    let mut members = HashMap::new();
    for look in looks {
        let mut now = HashSet::from([first]);
        for process in look {
            let id = (process.number, process.started);
            if now.contains(&process.parent)
                || process.number == first
                || members.contains_key(&id)
            {
                now.insert(process.number);
                members.insert(id, *process);
            }
        }
    }
    let processes = members.len();
    let members = members.into_values();
    //@ wrong by_start
    let mut members = HashSet::new();
    let mut cpu_ms = 0;
    for look in looks {
        let mut now = HashSet::from([first]);
        cpu_ms = 0;
        for process in look {
            if now.contains(&process.parent)
                || process.number == first
                || members.contains(&process.started)
            {
                now.insert(process.number);
                members.insert(process.started);
                cpu_ms += process.own_ms + process.waited_for_ms;
            }
        }
    }
    Family { processes: members.len(), cpu_ms }
    //@ wrong by_number
    let mut members = HashSet::new();
    let mut cpu_ms = 0;
    for look in looks {
        let mut now = HashSet::from([first]);
        cpu_ms = 0;
        for process in look {
            if now.contains(&process.parent)
                || process.number == first
                || members.contains(&process.number)
            {
                now.insert(process.number);
                members.insert(process.number);
                cpu_ms += process.own_ms + process.waited_for_ms;
            }
        }
    }
    Family { processes: members.len(), cpu_ms }
    //@ wrong by_parent
    let mut members = HashSet::new();
    let mut cpu_ms = 0;
    for look in looks {
        let mut now = HashSet::from([first]);
        cpu_ms = 0;
        for process in look {
            if process.number == first || now.contains(&process.parent) {
                now.insert(process.number);
                members.insert((process.number, process.started));
                cpu_ms += process.own_ms + process.waited_for_ms;
            }
        }
    }
    Family { processes: members.len(), cpu_ms }
    //@ end
    //@ solution
    //@ wrong own_only
    Family { processes, cpu_ms: members.map(|it| it.own_ms).sum() }
    //@ wrong counts_twice
    Family { processes, cpu_ms: members.map(|it| it.own_ms + it.waited_for_ms).sum() }
    //@ end
}
