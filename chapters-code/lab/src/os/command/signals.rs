//! Signals that are meant for the command, on Unix. The rules are told in the module above.

use std::{
    io,
    os::unix::process::CommandExt,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{SigSet, Signal, kill, raise},
    unistd::Pid,
};

use super::{
    Ended,
    system::{Change, next_change},
};
use crate::os::watch;

/// Signals that ask a program to end.
const ENDS: [Signal; 4] =
    [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM];

/// Other signals that are meant for the command.
const OTHERS: [Signal; 4] =
    [Signal::SIGUSR1, Signal::SIGUSR2, Signal::SIGTSTP, Signal::SIGALRM];

/// What this program sends itself when the thread that attends to signals has to wake up. Left
/// over, it does nothing.
const WAKE: Signal = Signal::SIGCONT;

/// Who was asked to end and has not ended after so long will not do it soon.
const PATIENCE: Duration = Duration::from_secs(1);

/// Signals that are held back from this program, until this is dropped in the same thread.
#[derive(Debug)]
pub struct Signals {
    held: SigSet,
    before: SigSet,
    told: Arc<Told>,
    attends: Option<JoinHandle<()>>,
}

/// What the threads tell each other.
#[derive(Debug, Default)]
struct Told {
    /// The command, while it is there.
    to: AtomicU32,
    /// The command was stopped, and nobody continued it since, as far as we know.
    is_stopped: AtomicBool,
    /// Somebody asked for an end.
    is_asked: AtomicBool,
    /// No signals are held back any more.
    is_over: AtomicBool,
}

/// A signal that came.
struct Came {
    signal: Signal,
    /// The terminal sends to everybody in the foreground, so the command has it already.
    by_terminal: bool,
    /// The process that sent it, where that is told.
    from: Option<u32>,
}

impl Signals {
    /// Holds back what is meant for a command, from the calling thread, and from those that it
    /// starts from now on.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn hold() -> io::Result<Signals> {
        let signals = Signals::hold_back(ENDS.into_iter().chain(OTHERS))?;
        // The terminal sends these to the command and us. They stop us when they stopped it.
        let by_terminal = [Signal::SIGTTIN, Signal::SIGTTOU];
        by_terminal.into_iter().collect::<SigSet>().thread_block()?;
        Ok(signals)
    }

    /// Holds back only what asks this program to end.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn hold_ends() -> io::Result<Signals> {
        Signals::hold_back(ENDS.into_iter())
    }

    fn hold_back(signals: impl Iterator<Item = Signal>) -> io::Result<Signals> {
        let held: SigSet = signals.chain([WAKE]).collect();
        let before = SigSet::thread_get_mask()?;
        held.thread_block()?;
        Ok(Signals { held, before, told: Arc::default(), attends: None })
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

    /// Hands them to the process `pid` from now on, and until [`Signals::wait_for_end`] returns.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn forward(&mut self, pid: u32) -> io::Result<()> {
        self.told.to.store(pid, SeqCst);
        self.attend(|| {})
    }

    /// Calls `act` when a signal asks this program to end.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn at_first_end(
        &mut self,
        act: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        self.attend(act)
    }

    fn attend(&mut self, act: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let source = Source::new(self.held)?;
        let told = Arc::clone(&self.told);
        self.attends = Some(thread::spawn(move || told.attend(&source, act)));
        Ok(())
    }

    /// Waits until the command to which signals are handed has ended, and stops when its terminal
    /// stops it. Tells how it ended where the system cannot leave that to be asked later.
    pub fn wait_for_end(&self) -> Option<Ended> {
        let pid = self.told.to.load(SeqCst);
        let ended = loop {
            match next_change(pid) {
                Change::Stopped(by) => {
                    self.told.is_stopped.store(true, SeqCst);
                    // Whoever sends SIGSTOP to a command will continue it, and not us.
                    if by != Signal::SIGSTOP {
                        let _ = kill(Pid::this(), Signal::SIGTSTP);
                    }
                }
                Change::Ended(how) => break how,
            }
        };
        self.told.to.store(0, SeqCst);
        ended
    }

    /// Whether somebody asked for an end, of the command or of this program.
    pub fn asked_to_end(&self) -> bool {
        self.told.is_asked.load(SeqCst)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.told.is_over.store(true, SeqCst);
        if let Some(attends) = self.attends.take() {
            let _ = kill(Pid::this(), WAKE);
            let _ = attends.join();
        }
        let _ = self.before.thread_set_mask();
    }
}

impl Told {
    fn attend(&self, source: &Source, act: impl FnOnce()) {
        let mut act = Some(act);
        let mut asked: Option<Instant> = None;
        while let Some(came) = source.next() {
            if self.is_over.load(SeqCst) {
                return;
            }
            let by_family = came.from.is_some_and(|from| self.is_family(from));
            let asks = ENDS.contains(&came.signal) && !by_family;
            if asks {
                self.is_asked.store(true, SeqCst);
            }
            match self.to.load(SeqCst) {
                0 if asks => {
                    if asked.is_some_and(|at| at.elapsed() > PATIENCE) {
                        std::process::exit(128 + came.signal as i32);
                    }
                    asked.get_or_insert_with(Instant::now);
                    if let Some(act) = act.take() {
                        act();
                    }
                }
                // Whoever probes must not be stopped in the middle of a measurement.
                0 if came.signal == Signal::SIGTSTP && !by_family => {
                    self.is_asked.store(true, SeqCst);
                }
                0 => {}
                pid => {
                    if !came.by_terminal && !by_family {
                        // It may have ended just now.
                        let _ = kill(Pid::from_raw(pid as i32), came.signal);
                    }
                    self.stop_or_go_on(came.signal, pid);
                }
            }
        }
    }

    /// Whether a process is ours: this program, the command, or a descendant of it.
    fn is_family(&self, from: u32) -> bool {
        let us = std::process::id();
        let parent = |pid: &u32| Some(watch::process(*pid)?.parent);
        from == self.to.load(SeqCst)
            || std::iter::successors(Some(from), parent).any(|pid| pid == us)
    }

    /// The shell must see its job stop; so we stop once the command has.
    fn stop_or_go_on(&self, signal: Signal, pid: u32) {
        let is_stopped = || {
            let state = watch::process(pid).map(|it| it.state);
            state.map_or(self.is_stopped.load(SeqCst), |it| it == 'T')
        };
        match signal {
            Signal::SIGCONT => self.is_stopped.store(false, SeqCst),
            Signal::SIGTSTP if is_stopped() => stop(),
            _ => {}
        }
    }
}

/// Stops this program as the terminal would, which does nothing where no shell could continue it.
fn stop() {
    let stops = SigSet::from(Signal::SIGTSTP);
    // In this order: another one that waits already must not stop us a second time.
    let _ = raise(Signal::SIGTSTP);
    let _ = stops.thread_unblock();
    let _ = stops.thread_block();
}

#[cfg(target_os = "linux")]
use nix::sys::signalfd::SignalFd;

#[cfg(target_os = "linux")]
struct Source(SignalFd);

#[cfg(target_os = "linux")]
impl Source {
    fn new(of: SigSet) -> io::Result<Source> {
        use nix::sys::signalfd::SfdFlags;
        Ok(Source(SignalFd::with_flags(&of, SfdFlags::SFD_CLOEXEC)?))
    }

    fn next(&self) -> Option<Came> {
        use nix::{errno::Errno, libc};
        loop {
            match self.0.read_signal() {
                Ok(Some(came)) => {
                    let signal = Signal::try_from(came.ssi_signo as i32).ok()?;
                    let by_terminal = came.ssi_code == libc::SI_KERNEL;
                    // From outside of our container, it is sent by nobody.
                    let from = Some(came.ssi_pid).filter(|pid| *pid != 0);
                    return Some(Came { signal, by_terminal, from });
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
    fn new(of: SigSet) -> io::Result<Source> {
        Ok(Source(of))
    }

    fn next(&self) -> Option<Came> {
        let signal = self.0.wait().ok()?;
        // Who sent it is not told; these are sent by terminals as a rule.
        let by_terminal =
            [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTSTP].contains(&signal);
        Some(Came { signal, by_terminal, from: None })
    }
}
