//! Systems without the signals, or the accounts of children, of Unix.

use std::{
    io,
    process::{Child, Command, ExitStatus},
};

use super::{Cost, Ended};

/// Signals that are meant for the command; there are none on this system.
#[derive(Debug)]
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

    /// Holds back nothing either.
    ///
    /// # Errors
    /// None on this system.
    pub fn hold_ends() -> io::Result<Signals> {
        Signals::hold()
    }

    /// Hands none of them to the process `pid`.
    ///
    /// # Errors
    /// None on this system.
    pub fn forward(&mut self, _pid: u32) -> io::Result<()> {
        Ok(())
    }

    /// Never calls `act`.
    ///
    /// # Errors
    /// None on this system.
    pub fn at_first_end(
        &mut self,
        _act: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        Ok(())
    }

    /// Does not wait: whoever reaps the command does.
    pub fn wait_for_end(&self) -> Option<Ended> {
        None
    }

    /// Whether somebody asked for an end; nobody can.
    pub fn asked_to_end(&self) -> bool {
        false
    }
}

/// Has a command start as any other.
pub fn in_own_group(_command: &mut Command) {}

/// Ends a child, but not those that it started.
pub fn end_group(child: &mut Child) {
    // It may have ended just now.
    let _ = child.kill().and_then(|()| child.wait());
}

/// Whether orphans of our children become our children; never on this system.
pub fn adopt_orphans() -> bool {
    false
}

/// Waits for nobody: here a child is gone when it has ended. Nobody tells whether there are others.
pub fn reap_orphans() -> bool {
    true
}

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
