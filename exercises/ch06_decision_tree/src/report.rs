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
    if report.on_cpu > 80 { For::Nothing } else { For::Network }
}

/// What takes another time with the one label, and not with the runner-up, or the other way round.
pub fn tells_apart(report: &Report) -> Experiment {
    Experiment::FasterOtherSide
}

/// What to do next.
pub fn next(report: &Report) -> Next {
    match report.label {
        Label::CpuBound => Next::UseMoreCpus,
        Label::IoBound => Next::AskMoreAtOnce,
        Label::Sleeping => Next::LetItWait,
        Label::LockBound => Next::HoldLockLess,
        Label::Starved => Next::Try(Experiment::QuietMachine),
    }
}
