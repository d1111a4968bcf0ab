//! Running a program that nobody vouches for: what it may change, how much it may take, and its end
//! with all that it started.
//!
//! A supervisor, a process of its own, [limits](limit_self) itself, [takes over](super::command::adopt_orphans)
//! orphans, and starts the program from a thread that [confined itself](this_thread), but
//! [`apart`] from that thread: whatever comes of the program has those limits, is confined once
//! more, and has the supervisor for an ancestor. So that thread reaches the program, and can [end all
//! of it](end_others_within), but the program does not reach the supervisor.
//!
//! Other systems than Linux can do nothing of this, and say so.

#[cfg(target_os = "linux")]
mod calls;
#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod system;
#[cfg(target_os = "linux")]
mod tree;

pub use system::{
    ahead_of_others, apart, descendants, end_descendants, end_holders_of,
    end_others_within, limit_self, this_thread, tree_memory,
};

/// What a thread, and all that it starts from then on, cannot do any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confined {
    /// Change, make or remove files outside of its folder.
    pub writes: bool,
    /// Send signals to processes that it did not start.
    pub signals: bool,
    /// Change rights of files, limits of processes, and what else the user shares with others: only
    /// a program that is started [`apart`].
    pub calls: bool,
    /// It was tried: a process that it could signal before is out of its reach.
    is_seen: bool,
}

/// How much a process may take, and each of those that it starts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// Bytes of memory that nobody else sees, from the moment they are asked for.
    pub memory: u64,
    /// Bytes in one file.
    pub file: u64,
    /// Threads of the user in addition to those that there are on the machine now; root may have
    /// any number.
    pub threads: u64,
}

/// What a thread would be kept from here: tries it out.
#[must_use]
pub fn possible() -> Confined {
    // It is removed by a thread that may.
    let Ok(folder) = tempfile::tempdir() else { return Confined::default() };
    std::thread::scope(|scope| {
        let trial = scope.spawn(|| this_thread(folder.path()).ok());
        // A thread that panicked confined nothing.
        trial.join().ok().flatten().unwrap_or_default()
    })
}
