//! The operating system behind one small door. What a system cannot tell is `None`, and shown as
//! "not measured on this system".

use serde::{Deserialize, Serialize};

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod system;

mod shared;

#[cfg(unix)]
mod unix;

pub use shared::Shared;
pub use system::{
    Pinned, bytes_written, cpu_name, cpu_quota, current_cpu, kernel, memory,
    pin_to_one_cpu, process_memory, thread_limits, thread_schedule, tree_memory,
};

/// CPU time and context switches of this program and of its children that have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// User + system, in seconds.
    pub cpu: f64,
    /// Voluntary context switches: the CPU was given up, to wait.
    pub voluntary: u64,
    /// Involuntary context switches: the CPU was taken away.
    pub involuntary: u64,
}

/// What this program and its ended children have used so far.
pub fn usage() -> Option<Usage> {
    #[cfg(unix)]
    return unix::usage();
    #[cfg(not(unix))]
    return None;
}

/// How a thread fared with the scheduler so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// Seconds on a CPU.
    pub run: f64,
    /// Seconds ready to run, with no CPU free.
    pub delay: f64,
}

/// Memory of a process and its descendants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Proportional set size in bytes: shared pages are divided among those who share them.
    pub pss: u64,
    /// Resident set size in bytes: shared pages are counted for each who shares them.
    pub rss: u64,
    /// Address space in bytes: what was reserved, whether there is anything behind it or not.
    pub space: u64,
}

/// One of the system's limits on the number of threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What it is called, such as `pid_max`.
    pub name: String,
    /// How many more threads it allows this program now.
    pub room: u64,
}
