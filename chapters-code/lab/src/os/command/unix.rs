//! Unix: children, orphans and accounts.

use std::{
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, Command, ExitStatus},
};

use nix::{
    errno::Errno,
    sys::{
        resource::{UsageWho, getrusage},
        signal::{Signal, kill, killpg},
        time::TimeValLike,
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};

use super::{Cost, Ended};

/// Has the orphans of our children, and of theirs, become our children. Linux only.
pub fn adopt_orphans() -> bool {
    #[cfg(target_os = "linux")]
    return nix::sys::prctl::set_child_subreaper(true).is_ok();
    #[cfg(not(target_os = "linux"))]
    return false;
}

/// What can happen to a command.
pub(super) enum Change {
    /// A signal stopped it.
    Stopped(Signal),
    /// It ended, and is left to be looked at; or it is gone, and ended so.
    Ended(Option<Ended>),
}

/// Waits until a child is stopped or has ended. Whoever has ended is left to be looked at.
#[cfg(target_os = "linux")]
pub(super) fn next_change(pid: u32) -> Change {
    use nix::sys::wait::{Id, waitid};
    let id = || Id::Pid(Pid::from_raw(pid as i32));
    let either = WaitPidFlag::WEXITED | WaitPidFlag::WSTOPPED | WaitPidFlag::WNOWAIT;
    loop {
        match waitid(id(), either) {
            Err(Errno::EINTR) => {}
            Ok(WaitStatus::Stopped(_, by)) => {
                // Or it would be told again and again.
                let _ = waitid(id(), WaitPidFlag::WSTOPPED | WaitPidFlag::WNOHANG);
                return Change::Stopped(by);
            }
            _ => return Change::Ended(None),
        }
    }
}

/// Waits until a child is stopped or has ended. Whoever has ended is gone then.
#[cfg(not(target_os = "linux"))]
pub(super) fn next_change(pid: u32) -> Change {
    loop {
        match waitpid(Pid::from_raw(pid as i32), Some(WaitPidFlag::WUNTRACED)) {
            Ok(WaitStatus::Stopped(_, by)) => return Change::Stopped(by),
            Ok(WaitStatus::Exited(_, code)) => {
                return Change::Ended(Some(Ended::Code(code)));
            }
            Ok(WaitStatus::Signaled(_, by, _)) => {
                return Change::Ended(Some(Ended::Signal(by as i32)));
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return Change::Ended(None),
        }
    }
}

/// Has a command start in a process group of its own, which [`end_group`] ends.
pub fn in_own_group(command: &mut Command) {
    command.process_group(0);
}

/// Ends a child that nobody waited for yet, and all of its process group.
pub fn end_group(child: &mut Child) {
    let group = Pid::from_raw(child.id() as i32);
    if killpg(group, Signal::SIGKILL).is_ok() {
        let _ = child.wait();
    }
}

/// Waits for all children that have ended already. Returns whether there are no others: for one who
/// adopts orphans, that nothing is left of what it started.
pub fn reap_orphans() -> bool {
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) => return false,
            Err(error) => return error == Errno::ECHILD,
            Ok(_) => {}
        }
    }
}

/// What children have used: `getrusage(2)`.
pub fn cost_of_children() -> Option<Cost> {
    let raw = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    Some(Cost {
        user: raw.user_time().num_microseconds() as f64 / 1e6,
        system: raw.system_time().num_microseconds() as f64 / 1e6,
        voluntary: count(raw.voluntary_context_switches()),
        involuntary: count(raw.involuntary_context_switches()),
        major_faults: count(raw.major_page_faults()),
        minor_faults: count(raw.minor_page_faults()),
    })
}

/// The counters are C `long`s, whose width differs between systems.
fn count(number: impl Into<i64>) -> u64 {
    u64::try_from(number.into()).unwrap_or(0)
}

/// Waits for one child that has ended already.
pub fn reap_orphan(pid: u32) {
    // If it is not ours, it is not ours to wait for.
    let _ = waitpid(Pid::from_raw(pid as i32), Some(WaitPidFlag::WNOHANG));
}

/// The signal that ended a program.
pub fn ended_by_signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// Whether there is a process with this number, whoever's it is.
pub fn is_there(pid: u32) -> bool {
    let Ok(pid) = i32::try_from(pid) else { return false };
    pid > 0 && kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH)
}
