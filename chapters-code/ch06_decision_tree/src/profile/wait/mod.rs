//! What a thread that does not run waits for.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | the kinds of wait, and what one look tells |
//! | `resolver` | what a thread waits for, by the call in which it does |
//! | `descriptors` | who is at the other end of a descriptor |
//! | `several` | calls that wait for any of several descriptors, or until a limit |
//! | `place` | what a thread waits for by the system's function, where its call tells nothing |

mod descriptors;
mod place;
mod resolver;
mod several;

pub use resolver::Resolver;

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wait {
    /// A disk.
    Disk,
    /// Somebody at the other end of a network.
    Network,
    /// The other end of a pipe, outside of the program.
    Pipe,
    /// Something asked for through a ring in memory: a disk or a network, we cannot see which.
    Ring,
    /// A lock on a file, or one between processes.
    FileLock,
    /// Somebody at a keyboard.
    Terminal,
    /// We may not see what.
    Unseen,
    /// That time passes.
    Time,
    /// That somebody connects.
    Connection,
    /// The other end of a pipe, in the program itself: that end tells more.
    Within,
    /// An event of the program's own: that somebody has work for it.
    Event,
    /// That another thread changes a word in memory.
    Futex,
    /// A child.
    Child,
    /// It was stopped by a signal.
    Stopped,
}

impl Wait {
    /// All of them. Where several threads wait, the first of these tells most about the program.
    pub const ALL: [Wait; 14] = [
        Wait::Disk,
        Wait::Network,
        Wait::Pipe,
        Wait::Ring,
        Wait::FileLock,
        Wait::Terminal,
        Wait::Unseen,
        Wait::Time,
        Wait::Connection,
        Wait::Within,
        Wait::Event,
        Wait::Futex,
        Wait::Child,
        Wait::Stopped,
    ];

    /// Its place among them.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether it is a network, a disk or a pipe.
    #[must_use]
    pub fn is_io(self) -> bool {
        matches!(
            self,
            Wait::Disk
                | Wait::Network
                | Wait::Pipe
                | Wait::Ring
                | Wait::Terminal
                | Wait::Within
        )
    }

    /// Whether it is time, or work that does not come.
    #[must_use]
    pub fn is_sleep(self) -> bool {
        matches!(self, Wait::Time | Wait::Connection | Wait::Event | Wait::Futex)
    }
}

/// A futex that a thread waits on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Futex {
    /// Where it is.
    pub at: u64,
    /// Whether it looks like a lock: in Rust and in C, the word of a lock that somebody waits for
    /// is 2.
    pub lock: bool,
    /// Whether the wait ends by itself.
    pub timed: bool,
}

/// What was found out about a wait at one look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Told {
    /// What is waited for; `None` if it was over too soon to tell.
    pub wait: Option<Wait>,
    /// The futex that is waited on.
    pub futex: Option<Futex>,
    /// The wait ends by itself after so many seconds.
    pub limit_s: Option<f64>,
}

impl From<Wait> for Told {
    fn from(wait: Wait) -> Told {
        Told { wait: Some(wait), ..Told::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wait_has_its_place() {
        for (at, wait) in Wait::ALL.into_iter().enumerate() {
            assert_eq!(wait.index(), at, "{wait:?}");
        }
    }
}
