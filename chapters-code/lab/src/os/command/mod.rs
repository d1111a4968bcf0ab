//! A command that runs in this program's place: in the foreground, with its terminal, its input
//! and its output, and with the signals that were meant for it.
//!
//! What this program does with a signal, other than SIGKILL and SIGSTOP, which nobody can hold
//! back:
//!
//! - Before the command is there, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM,
//!   SIGTSTP and SIGCONT wait until it is. All others do what they do to any program.
//! - While the command runs, it gets those nine, except from two senders. A terminal sends to all
//!   of its foreground, and so to the command too. And a process of the command that sends to all
//!   of its process group, or to its parent, does not mean itself. What somebody else sends to the
//!   whole group reaches the command twice: the system does not tell that from a signal to us.
//! - When SIGTSTP, SIGTTIN or SIGTTOU have stopped the command, this program stops too, so that the
//!   shell takes its terminal back; the SIGCONT with which the shell goes on is for both. A
//!   command that SIGSTOP stopped is left to whoever did that: it is waited for, until SIGCONT, or
//!   until the user stops us too with Ctrl-Z.
//! - After the command's end, the result is a moment away and must not get lost. SIGHUP, SIGINT,
//!   SIGQUIT, SIGTERM and SIGTSTP ask to hurry: whatever was started in addition is ended. One of
//!   the first four that comes more than a second after such a wish ends this program. The others
//!   do nothing.
//! - When [`Signals`] is dropped, signals do what they do to any program.
//!
//! Where the system does not tell who sends a signal (only Linux does), SIGINT, SIGQUIT and SIGTSTP
//! are taken to be a terminal's, and all others for somebody else's.

use std::{
    io,
    process::{Child, Command},
};

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "other.rs")]
mod system;

#[cfg(unix)]
mod signals;

#[cfg(unix)]
pub use signals::Signals;
#[cfg(not(unix))]
pub use system::Signals;
pub use system::{
    adopt_orphans, cost_of_children, end_group, ended_by_signal, in_own_group,
    is_there, reap_orphan, reap_orphans,
};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this status.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

/// What the children that this program waited for have used, and theirs that they waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Seconds on a CPU in their own code.
    pub user: f64,
    /// Seconds on a CPU in the system's code.
    pub system: f64,
    /// Voluntary context switches.
    pub voluntary: u64,
    /// Involuntary context switches.
    pub involuntary: u64,
    /// How often they touched memory that had to be read from a disk first.
    pub major_faults: u64,
    /// How often they touched memory that the system had to provide first.
    pub minor_faults: u64,
}

impl std::ops::Sub for Cost {
    type Output = Cost;

    fn sub(self, before: Cost) -> Cost {
        Cost {
            user: self.user - before.user,
            system: self.system - before.system,
            voluntary: self.voluntary.saturating_sub(before.voluntary),
            involuntary: self.involuntary.saturating_sub(before.involuntary),
            major_faults: self.major_faults.saturating_sub(before.major_faults),
            minor_faults: self.minor_faults.saturating_sub(before.minor_faults),
        }
    }
}

/// Starts a command as this program itself was started: `signals` are held back from us, not from
/// the command.
///
/// # Errors
/// If it cannot be started.
pub fn start(command: &mut Command, signals: &Signals) -> io::Result<Child> {
    signals.leave_to(command);
    command.spawn()
}

/// Waits for a command whose end was awaited before, and tells how it ended.
///
/// # Errors
/// If the system does not tell.
pub fn reap(child: &mut Child) -> io::Result<Ended> {
    let status = child.wait()?;
    Ok(match (status.code(), ended_by_signal(status)) {
        (Some(code), _) => Ended::Code(code),
        (None, Some(signal)) => Ended::Signal(signal),
        // Neither is not to be had from a command that has ended.
        (None, None) => Ended::Code(0),
    })
}
