//! Systems that nobody has measured yet: everything compiles, and says that it does not know.

use super::{Disk, Limit, Memory, Most, Schedule};

/// A thread that may use one CPU only; there is none yet on this system.
#[derive(Debug)]
pub struct Pinned(());

/// Pins the calling thread to one CPU, until the result is dropped.
pub fn pin_to_one_cpu() -> Option<Pinned> {
    None
}

/// The CPU's own name.
pub fn cpu_name() -> Option<String> {
    None
}

/// The quota of this program's control group, in CPUs.
pub fn cpu_quota() -> Option<f64> {
    None
}

/// What this program has read so far, and how much of it from a disk.
pub fn disk() -> Option<Disk> {
    None
}

/// Has the system forget what it keeps in memory of a file; nobody can on this system.
pub fn forget_file(_file: &std::fs::File) -> Option<()> {
    None
}

/// The kernel's release.
pub fn kernel() -> Option<String> {
    None
}

/// The machine's memory in bytes.
pub fn memory() -> Option<u64> {
    None
}

/// How the calling thread fared with the scheduler so far.
pub fn thread_schedule() -> Option<Schedule> {
    None
}

/// Memory of this program and its descendants now.
pub fn tree_memory() -> Option<Memory> {
    None
}

/// Memory of one process now.
pub fn process_memory(_pid: u32) -> Option<Memory> {
    None
}

/// How many descriptors this program has open.
pub fn descriptors_in_use() -> Option<u64> {
    None
}

/// How many ports the system has for connections to one server.
pub fn ports() -> Option<u64> {
    None
}

/// The most memory that this program has had so far.
pub fn peak_memory() -> Option<Most> {
    None
}

/// The CPU on which the calling thread runs at this moment.
pub fn current_cpu() -> Option<usize> {
    None
}

/// How many bytes this program has handed to the system so far, to files and pipes.
pub fn bytes_written() -> Option<u64> {
    None
}

/// The limits on the number of threads, the tightest first; none that we know.
pub fn thread_limits() -> Vec<Limit> {
    Vec::new()
}
