//! Unix: signals, orphans and accounts.

use std::{
    io,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Command, ExitStatus},
    thread,
};

use nix::{
    errno::Errno,
    sys::{
        resource::{UsageWho, getrusage},
        signal::{SigSet, Signal, kill, raise},
        time::TimeValLike,
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};

use super::Cost;

/// Signals that are meant for the command.
const MEANT_FOR_IT: [Signal; 9] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGTSTP,
    Signal::SIGCONT,
    Signal::SIGALRM,
];

/// Signals that are meant for the command, held back from this program.
#[derive(Clone, Debug)]
pub struct Signals {
    held: SigSet,
    before: SigSet,
}

/// A signal that came.
struct Came {
    signal: Signal,
    /// The terminal sends to everybody in the foreground, so the command has it already.
    by_terminal: bool,
}

impl Signals {
    /// Holds them back from the calling thread, and from those that it starts from now on.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn hold() -> io::Result<Signals> {
        let held: SigSet = MEANT_FOR_IT.into_iter().collect();
        let before = SigSet::thread_get_mask()?;
        // Whoever writes to a terminal that others use just now is stopped otherwise.
        let mut all = held;
        all.add(Signal::SIGTTOU);
        all.thread_block()?;
        Ok(Signals { held, before })
    }

    /// Has a command start with what was held back before, which is not what we hold back.
    pub fn leave_to(&self, command: &mut Command) {
        let before = self.before;
        let as_before = move || Ok(before.thread_set_mask()?);
        // SAFETY: between `fork` and `exec`, only calls are allowed that signal-safety(7) lists;
        // `pthread_sigmask` is one, and nothing else is called.
        #[allow(unsafe_code, reason = "a signal must never find us without the mask")]
        unsafe {
            command.pre_exec(as_before);
        }
    }

    /// Hands them to the process `pid` from a thread of its own, as long as `runs` says that it is
    /// there. Afterwards, a signal that asks us to end does that.
    pub fn forward(&self, pid: u32, runs: impl Fn() -> bool + Send + 'static) {
        let source = Source::new(self.held);
        thread::spawn(move || {
            while let Some(came) = source.next() {
                if runs() {
                    hand_on(&came, pid);
                } else if came.signal != Signal::SIGCONT {
                    std::process::exit(128 + came.signal as i32);
                }
            }
        });
    }
}

impl Signals {
    /// Calls `act` when a signal asks this program to end, and ends it at the next one.
    pub fn at_first_end(&self, act: impl FnOnce() + Send + 'static) {
        let source = Source::new(self.held);
        let mut act = Some(act);
        thread::spawn(move || {
            while let Some(Came { signal, .. }) = source.next() {
                match signal {
                    Signal::SIGCONT => {}
                    Signal::SIGTSTP => drop(raise(Signal::SIGSTOP)),
                    _ => match act.take() {
                        Some(act) => act(),
                        None => std::process::exit(128 + signal as i32),
                    },
                }
            }
        });
    }
}

fn hand_on(came: &Came, pid: u32) {
    let to = Pid::from_raw(pid as i32);
    if !came.by_terminal {
        // It may have ended just now.
        let _ = kill(to, came.signal);
    }
    // The shell wants to know that its job has stopped; so we stop once the command has.
    if came.signal == Signal::SIGTSTP && stops(pid) {
        let _ = raise(Signal::SIGSTOP);
    }
}

/// Whether a process stops, soon: it may as well have other plans with the signal.
fn stops(pid: u32) -> bool {
    (0..20).any(|_| {
        let state = crate::os::watch::process(pid).map(|it| it.state);
        if state != Some('T') {
            thread::sleep(std::time::Duration::from_millis(10));
        }
        state == Some('T')
    })
}

#[cfg(target_os = "linux")]
use nix::sys::signalfd::SignalFd;

#[cfg(target_os = "linux")]
struct Source(Option<SignalFd>);

#[cfg(target_os = "linux")]
impl Source {
    fn new(of: SigSet) -> Source {
        use nix::sys::signalfd::SfdFlags;
        Source(SignalFd::with_flags(&of, SfdFlags::SFD_CLOEXEC).ok())
    }

    fn next(&self) -> Option<Came> {
        loop {
            match self.0.as_ref()?.read_signal() {
                Ok(Some(came)) => {
                    let signal = Signal::try_from(came.ssi_signo as i32).ok()?;
                    let by_terminal = came.ssi_code == nix::libc::SI_KERNEL;
                    return Some(Came { signal, by_terminal });
                }
                Ok(None) | Err(Errno::EINTR) => {}
                Err(_) => return None,
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
struct Source(SigSet);

#[cfg(not(target_os = "linux"))]
impl Source {
    fn new(of: SigSet) -> Source {
        Source(of)
    }

    fn next(&self) -> Option<Came> {
        let signal = self.0.wait().ok()?;
        // Who sent it is not told; these are sent by terminals as a rule.
        let by_terminal =
            [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTSTP].contains(&signal);
        Some(Came { signal, by_terminal })
    }
}

/// Has the orphans of our children, and of theirs, become our children. Linux only.
pub fn adopt_orphans() -> bool {
    #[cfg(target_os = "linux")]
    return nix::sys::prctl::set_child_subreaper(true).is_ok();
    #[cfg(not(target_os = "linux"))]
    return false;
}

/// Waits until a child has ended, and leaves it to be looked at where the system can do that.
pub fn wait_unreaped(pid: u32) {
    #[cfg(target_os = "linux")]
    {
        use nix::sys::wait::{Id, waitid};
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        while waitid(Id::Pid(Pid::from_raw(pid as i32)), flags) == Err(Errno::EINTR) {}
    }
    #[cfg(not(target_os = "linux"))]
    let _ = pid;
}

/// Waits for all children that have ended already.
pub fn reap_orphans() {
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) | Err(_) => return,
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
