//! The operating system behind one small door. What a system cannot tell is `None`, and shown as
//! "not measured on this system".

use serde::{Deserialize, Serialize};

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod system;

pub mod command;
#[cfg(feature = "confine")]
pub mod confine;
mod shared;
pub mod watch;

#[cfg(unix)]
mod unix;

pub use shared::Shared;
pub use system::{
    Pinned, bytes_written, cpu_name, cpu_quota, current_cpu, descriptors_in_use, disk,
    forget_file, kernel, memory, peak_memory, pin_to_one_cpu, ports, process_memory,
    thread_limits, thread_schedule, tree_memory,
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

/// CPU time of this program without its children, user + system, in seconds: what Python's
/// `process_time` tells.
pub fn own_cpu() -> Option<f64> {
    #[cfg(unix)]
    return unix::own_cpu();
    #[cfg(not(unix))]
    return None;
}

/// Takes standard input for the caller alone: everybody else finds it empty from now on, and so does
/// whatever is started. `None` where a program cannot be rid of it.
///
/// # Errors
/// If the system has no more descriptors.
pub fn take_stdin() -> std::io::Result<Option<std::fs::File>> {
    #[cfg(unix)]
    return unix::take_stdin().map(Some);
    #[cfg(not(unix))]
    Ok(None)
}

/// Has the system allow this program `wanted` open descriptors (files, connections), or as many as
/// it may have at most. Returns how many it may have from now on.
///
/// Most systems start a program with a low limit that it may raise itself.
pub fn allow_descriptors(wanted: u64) -> Option<u64> {
    #[cfg(unix)]
    return unix::allow_descriptors(wanted);
    #[cfg(not(unix))]
    {
        let _ = wanted;
        None
    }
}

/// How many descriptors this program may have at most, if it asks for them.
pub fn most_descriptors() -> Option<u64> {
    #[cfg(unix)]
    return unix::most_descriptors();
    #[cfg(not(unix))]
    return None;
}

/// The limits on the number of connections that this program may have to one server, the tightest
/// first. Those that the system does not tell are left out.
pub fn connection_limits() -> Vec<Limit> {
    let used = descriptors_in_use().unwrap_or_default();
    let descriptors = most_descriptors().map(|most| most.saturating_sub(used));
    let limit = |name: &str, room: Option<u64>| {
        room.map(|room| Limit { name: name.to_owned(), room })
    };
    let limits =
        [limit("RLIMIT_NOFILE", descriptors), limit("ip_local_port_range", ports())];
    let mut limits: Vec<Limit> = limits.into_iter().flatten().collect();
    limits.sort_by_key(|limit| limit.room);
    limits
}

/// How a thread fared with the scheduler so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// Seconds on a CPU.
    pub run: f64,
    /// Seconds ready to run, with no CPU free.
    pub delay: f64,
}

/// What this program has read so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// Bytes that it asked for, wherever they came from.
    pub asked: u64,
    /// Bytes that were fetched from a disk for it.
    pub read: u64,
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

/// The most memory that a process has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Most {
    /// Resident set size in bytes.
    pub rss: u64,
    /// Address space in bytes.
    pub space: u64,
}

/// One of the system's limits, such as that on the number of threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What it is called, such as `pid_max`.
    pub name: String,
    /// How many more it allows this program now.
    pub room: u64,
}
