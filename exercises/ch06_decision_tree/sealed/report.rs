//! Read a report.
//!
//! The profiler has watched a program, and reports: a label, and the label that fits next best. Say
//! what the program waits for, which experiment tells the two labels apart, and what to do next.
//! Below is somebody in a hurry, who looks at one number.

#[rustfmt::skip]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label { CpuBound, IoBound, Sleeping, LockBound, Starved }

/// Shares are of the time for which it was watched, in percent.
pub struct Report {
    pub label: Label,
    pub is_sure: bool,
    pub runner_up: Label,
    /// It was on a CPU: with several threads, this may be more than 100.
    pub on_cpu: usize,
    /// One of its threads at least ran, or could have.
    pub ready: usize,
    /// Else all of them waited: for these, and for so long.
    pub waits: Vec<(For, usize)>,
}

#[rustfmt::skip]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For { Nothing, Cpu, Lock, Network, Disk, Time, Work }

/// Something to change. Do you see how long the program takes then?
#[rustfmt::skip]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Experiment { QuietMachine, SlowerCpu, FasterOtherSide, OneThread }

#[rustfmt::skip]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next { Try(Experiment), UseMoreCpus, AskMoreAtOnce, HoldLockLess, LetItWait }

/// What keeps it from being done sooner: `Nothing`, if that is its own work.
pub fn waits_for(report: &Report) -> For {
    //@ starter, wrong one_number
    if report.on_cpu > 80 { For::Nothing } else { For::Network }
    //@ solution
    let most_of = |these: &[For]| {
        let waits = report.waits.iter().filter(|wait| these.contains(&wait.0));
        waits.max_by_key(|wait| wait.1).map_or(For::Nothing, |wait| wait.0)
    };
    match report.label {
        Label::CpuBound => For::Nothing,
        Label::Starved => For::Cpu,
        Label::LockBound => For::Lock,
        Label::IoBound => most_of(&[For::Network, For::Disk]),
        Label::Sleeping => most_of(&[For::Time, For::Work]),
    }
    //@ wrong first_listed
    let first_of = |these: &[For]| {
        let wait = report.waits.iter().find(|wait| these.contains(&wait.0));
        wait.map_or(For::Nothing, |wait| wait.0)
    };
    match report.label {
        Label::CpuBound => For::Nothing,
        Label::Starved => For::Cpu,
        Label::LockBound => For::Lock,
        Label::IoBound => first_of(&[For::Network, For::Disk]),
        Label::Sleeping => first_of(&[For::Time, For::Work]),
    }
    //@ wrong sleep_is_work
    let most_of = |these: &[For]| {
        let waits = report.waits.iter().filter(|wait| these.contains(&wait.0));
        waits.max_by_key(|wait| wait.1).map_or(For::Nothing, |wait| wait.0)
    };
    match report.label {
        Label::CpuBound => For::Nothing,
        Label::Starved => For::Cpu,
        Label::LockBound => For::Lock,
        Label::IoBound => most_of(&[For::Network, For::Disk]),
        Label::Sleeping => For::Work,
    }
    //@ wrong longest_wait
    let waits = report.waits.iter().max_by_key(|wait| wait.1);
    match waits {
        Some((what, share)) if *share > 50 => *what,
        _ if report.ready > 2 * report.on_cpu => For::Cpu,
        _ => For::Nothing,
    }
    //@ end
}

/// What takes another time with the one label, and not with the runner-up, or the other way round.
pub fn tells_apart(report: &Report) -> Experiment {
    //@ starter, wrong always_the_server
    Experiment::FasterOtherSide
    //@ solution
    let either = |label| report.label == label || report.runner_up == label;
    if either(Label::Starved) {
        Experiment::QuietMachine
    } else if either(Label::LockBound) {
        Experiment::OneThread
    } else if either(Label::CpuBound) {
        Experiment::SlowerCpu
    } else {
        Experiment::FasterOtherSide
    }
    //@ wrong label_alone
    match report.label {
        Label::Starved => Experiment::QuietMachine,
        Label::LockBound => Experiment::OneThread,
        Label::CpuBound => Experiment::SlowerCpu,
        Label::IoBound | Label::Sleeping => Experiment::FasterOtherSide,
    }
    //@ wrong measure_again
    Experiment::QuietMachine
    //@ end
}

/// What to do next.
pub fn next(report: &Report) -> Next {
    //@ solution
    if !report.is_sure {
        return Next::Try(tells_apart(report));
    }
    //@ starter, wrong acts_at_once
    //@ end
    match report.label {
        Label::CpuBound => Next::UseMoreCpus,
        Label::IoBound => Next::AskMoreAtOnce,
        Label::Sleeping => Next::LetItWait,
        Label::LockBound => Next::HoldLockLess,
        Label::Starved => Next::Try(Experiment::QuietMachine),
    }
}
