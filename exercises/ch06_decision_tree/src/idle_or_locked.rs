//! A lock, or no work?
//!
//! Many threads of a program wait where threads of one program wait for each other. That is all a
//! single look can tell: who waits for a lock and who waits for work is shown alike. Many looks tell
//! more. Say what they wait for, and admit it where nobody can know.

use std::collections::BTreeSet;

/// What a thread did at a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Runs,
    /// Waits for a network, a disk, or time to pass.
    WaitsOutside,
    /// Waits for other threads, at this place in memory.
    WaitsAt(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// For a lock: one of them has it.
    Lock,
    /// For work, or for what another thread hands to it.
    Work,
    /// The looks would be the same in both cases.
    CannotTell,
}

/// What threads wait for, at places where several do. `looks[i][t]` is thread `t` at look `i`.
pub fn waits_for(looks: &[Vec<Seen>]) -> Answer {
    let waits = |seen: &&Seen| matches!(seen, Seen::WaitsAt(_));
    let most = looks.iter().map(|look| look.iter().filter(waits).count()).max();
    if most > Some(1) { Answer::Lock } else { Answer::Work }
}

/// The places at which threads wait for others.
fn places(looks: &[Vec<Seen>]) -> BTreeSet<usize> {
    let place = |seen: &Seen| match seen {
        Seen::WaitsAt(place) => Some(*place),
        _ => None,
    };
    looks.iter().flatten().filter_map(place).collect()
}
