//! Label hidden programs.
//!
//! Write the rules of a profiler: from the evidence, a label, and whether it is sure. It is judged
//! by programs that you do not see. To be wrong is bad; to be wrong and sure is worse. Below is the
//! rule of the sources.

#[rustfmt::skip]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label { Unknown, Throttled, Starved, LockBound, CpuBound, IoBound, Sleeping, Mixed }

/// What was found out. Shares are of the time for which it was watched, in percent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    /// How often it was looked at.
    pub looks: usize,
    /// On a CPU: the first process, and the whole family together.
    pub own_cpu: usize,
    pub cpu: usize,
    /// Held back by its control group, and in line for a CPU behind other programs.
    pub held_back: usize,
    pub behind_others: usize,
    /// One thread at least ran or could. Else all waited: for somebody outside, or for time or work.
    pub ready: usize,
    pub outside: usize,
    pub asleep: usize,
    /// Threads that wait at one place for each other: for what share of their time they do, and at
    /// what share of the looks exactly one of them was away. Without any, 0.
    pub in_line: usize,
    pub one_away: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub label: Label,
    pub is_sure: bool,
}

/// What a program does with its time, for the most part.
pub fn label(it: &Evidence) -> Verdict {
    //@ starter, wrong sources
    let label = if it.own_cpu > 80 { Label::CpuBound } else { Label::IoBound };
    Verdict { label, is_sure: true }
    //@ solution
    let one_has_it = it.one_away > 80;
    //@ wrong one_at_most_looks
    let one_has_it = it.one_away > 50;
    //@ wrong many_threads
    let one_has_it = it.in_line > 50;
    //@ end
    //@ starter, wrong sources
    //@ wrong low_cpu
    let label = match it {
        _ if it.looks < 20 => Label::Unknown,
        _ if it.cpu < 30 => Label::IoBound,
        _ if it.held_back > 10 => Label::Throttled,
        _ if it.behind_others > 40 => Label::Starved,
        _ if it.in_line > 25 && one_has_it => Label::LockBound,
        _ if it.ready > 70 => Label::CpuBound,
        _ if it.outside > 60 => Label::IoBound,
        _ if it.asleep > 60 => Label::Sleeping,
        _ => Label::Mixed,
    };
    //@ wrong first_process
    let label = match it {
        _ if it.looks < 20 => Label::Unknown,
        _ if it.held_back > 10 => Label::Throttled,
        _ if it.behind_others > 40 => Label::Starved,
        _ if it.in_line > 25 && one_has_it => Label::LockBound,
        _ if it.own_cpu > 70 => Label::CpuBound,
        _ if it.outside > 60 => Label::IoBound,
        _ if it.asleep > 60 => Label::Sleeping,
        _ => Label::Mixed,
    };
    //@ wrong lock_last
    let label = match it {
        _ if it.looks < 20 => Label::Unknown,
        _ if it.held_back > 10 => Label::Throttled,
        _ if it.behind_others > 40 => Label::Starved,
        _ if it.ready > 70 => Label::CpuBound,
        _ if it.outside > 60 => Label::IoBound,
        _ if it.in_line > 25 && one_has_it => Label::LockBound,
        _ if it.asleep > 60 => Label::Sleeping,
        _ => Label::Mixed,
    };
    //@ wrong half_of_it
    let label = match it {
        _ if it.looks < 20 => Label::Unknown,
        _ if it.held_back > 50 => Label::Throttled,
        _ if it.behind_others > 40 => Label::Starved,
        _ if it.in_line > 25 && one_has_it => Label::LockBound,
        _ if it.ready > 70 => Label::CpuBound,
        _ if it.outside > 60 => Label::IoBound,
        _ if it.asleep > 60 => Label::Sleeping,
        _ => Label::Mixed,
    };
    //@ wrong cpu_time
    let label = match it {
        _ if it.looks < 20 => Label::Unknown,
        _ if it.held_back > 10 => Label::Throttled,
        _ if it.behind_others > 40 => Label::Starved,
        _ if it.in_line > 25 && one_has_it => Label::LockBound,
        _ if it.cpu > 70 => Label::CpuBound,
        _ if it.outside > 60 => Label::IoBound,
        _ if it.asleep > 60 => Label::Sleeping,
        _ => Label::Mixed,
    };
    //@ wrong any_wait_for_a_cpu
    let label = match it {
        _ if it.looks < 20 => Label::Unknown,
        _ if it.held_back > 10 => Label::Throttled,
        _ if it.behind_others > 5 => Label::Starved,
        _ if it.in_line > 25 && one_has_it => Label::LockBound,
        _ if it.ready > 70 => Label::CpuBound,
        _ if it.outside > 60 => Label::IoBound,
        _ if it.asleep > 60 => Label::Sleeping,
        _ => Label::Mixed,
    };
    //@ solution
    let label = match it {
        _ if it.looks < 20 => Label::Unknown,
        _ if it.held_back > 10 => Label::Throttled,
        _ if it.behind_others > 40 => Label::Starved,
        _ if it.in_line > 25 && one_has_it => Label::LockBound,
        _ if it.ready > 70 => Label::CpuBound,
        _ if it.outside > 60 => Label::IoBound,
        _ if it.asleep > 60 => Label::Sleeping,
        _ => Label::Mixed,
    };
    //@ end
    //@ starter, wrong sources
    //@ wrong always_sure
    Verdict { label, is_sure: label != Label::Unknown }
    //@ wrong never_sure
    Verdict { label, is_sure: false }
    //@ solution
    // Another thread may keep a lock from those that wait all the time.
    let may_be_locked_out = it.in_line > 50 && !one_has_it;
    Verdict { label, is_sure: it.looks >= 40 && !may_be_locked_out }
    //@ end
}
