//! Programs that would compute all the time if they were let.

use std::fs;
use std::io;
use std::process;

use super::compute::compute;
use super::worker::Errand;
use super::{Company, Kind, Need, Program, WORKER};
use crate::label::Label;

/// Programs that are held back.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "throttled",
        does: "Computes in a control group that may use a quarter of a CPU.",
        label: Label::Throttled,
        because: "It never waits, and the system stops it for three quarters of each period.",
        needs: &[Need::Group],
        kind: Kind::Worker(throttled),
        ..WORKER
    },
    Program {
        id: "starved",
        does: "Computes on one CPU, which three other programs want, too.",
        label: Label::Starved,
        because: "It never waits, it may use no other CPU, and the system shares that one fairly.",
        needs: &[Need::Pin],
        company: Company::Rivals,
        kind: Kind::Worker(starved),
        ..WORKER
    },
];

fn throttled(errand: &Errand) -> io::Result<u64> {
    let group = errand.group.as_ref().ok_or(io::ErrorKind::InvalidInput)?;
    fs::write(group.join("cgroup.procs"), process::id().to_string())?;
    Ok(compute(errand.until))
}

fn starved(errand: &Errand) -> io::Result<u64> {
    let _pinned = lab::os::pin_to_one_cpu().ok_or(io::ErrorKind::Unsupported)?;
    Ok(compute(errand.until))
}
