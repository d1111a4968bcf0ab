//! Systems without the signals, or the accounts of children, of Unix.

use std::{
    io,
    process::{Command, ExitStatus},
};

use super::Cost;

/// Signals that are meant for the command; there are none on this system.
#[derive(Clone, Debug)]
pub struct Signals(());

impl Signals {
    /// Holds them back from now on.
    ///
    /// # Errors
    /// None on this system.
    pub fn hold() -> io::Result<Signals> {
        Ok(Signals(()))
    }

    /// Has a command start as if nothing was held back.
    pub fn leave_to(&self, _command: &mut Command) {}

    /// Hands them to the process `pid`, as long as `runs` says that it is there.
    pub fn forward(&self, _pid: u32, _runs: impl Fn() -> bool + Send + 'static) {}

    /// Calls `act` when a signal asks this program to end.
    pub fn at_first_end(&self, _act: impl FnOnce() + Send + 'static) {}
}

/// Whether orphans of our children become our children; never on this system.
pub fn adopt_orphans() -> bool {
    false
}

/// Waits until a child has ended, and leaves it to be looked at.
pub fn wait_unreaped(_pid: u32) {}

/// Waits for all children that have ended already.
pub fn reap_orphans() {}

/// Waits for one child that has ended already.
pub fn reap_orphan(_pid: u32) {}

/// What children have used; nobody tells.
pub fn cost_of_children() -> Option<Cost> {
    None
}

/// The signal that ended a program; none on this system.
pub fn ended_by_signal(_status: ExitStatus) -> Option<i32> {
    None
}

/// Whether there is a process with this number, as far as the system tells.
pub fn is_there(_pid: u32) -> bool {
    false
}
