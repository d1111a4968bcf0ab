//! Other programs, seen from outside: their processes and threads, and what each of them waits for.
//!
//! Everything here is a glance: by the time that it is told, it may be over. `None`, or nothing,
//! where the system does not tell, or not to us.

use super::Schedule;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod system;

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod descriptors;
#[cfg(target_os = "linux")]
mod surroundings;

pub use system::{
    busy, bytes, call, children, descriptor, descriptors, every_process, executable,
    for_writing, forget_touched, glance, group_of, groups, last_cache, listening,
    local, maps_file, newest_id, peek, place, pressure, process, schedule, status,
    stolen, threads, throttled, touched, watched_by,
};

/// A process, as the system lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// The process that started it, or that took it over when that one ended.
    pub parent: u32,
    /// When it was started, in the system's own unit: tells two processes with one number apart.
    pub started: u64,
    /// Its name, at most 15 bytes of it.
    pub name: String,
    /// What it does: `R` runs or could, `S` and `D` wait, `T` is stopped, `Z` has ended.
    pub state: char,
    /// How many threads it has.
    pub threads: u32,
    /// Seconds on a CPU in its own code, all its threads.
    pub user: f64,
    /// Seconds on a CPU in the system's code, all its threads.
    pub system: f64,
    /// Seconds on a CPU of its children that it waited for, and of theirs.
    pub children: f64,
    /// How often it touched memory that had to be read from a disk first.
    pub major_faults: u64,
}

impl Process {
    /// Whether nothing of it runs any more. Its first thread may end while others go on.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.state == 'Z' && self.threads <= 1
    }
}

/// A thread at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glance {
    /// As [`Process::state`].
    pub state: char,
    /// As [`Process::started`].
    pub started: u64,
    /// How often it touched memory that had to be read from a disk first.
    pub major_faults: u64,
}

/// What a thread asks of the system at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Call {
    /// Nothing: it runs, or could.
    Runs,
    /// It waits outside of a system call, as for memory that is read from a disk.
    Outside,
    /// It is in a system call.
    Asks(Request),
    /// We may not see it.
    Hidden,
}

/// What a system call asks for, as far as it tells what is waited for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Request {
    /// Bytes from or to a descriptor.
    Bytes(i32),
    /// Bytes from one descriptor to another one.
    Between(i32, i32),
    /// A connection that somebody else begins.
    Accept,
    /// One of several descriptors: `count` of them, described in the caller's memory at `at`.
    Poll {
        /// Where they are described.
        at: u64,
        /// How many.
        count: u64,
        /// When the wait ends by itself.
        limit: Limit,
    },
    /// One of several descriptors, as three sets of bits in the caller's memory, or 0 for none.
    Select {
        /// Bits in each set.
        count: u64,
        /// Where the sets are.
        sets: [u64; 3],
        /// When the wait ends by itself.
        limit: Limit,
    },
    /// One of the descriptors that another one watches.
    Epoll {
        /// The one that watches.
        descriptor: i32,
        /// When the wait ends by itself.
        limit: Limit,
    },
    /// That time passes.
    Time,
    /// That another thread changes a word in memory: a lock, a condition, a queue.
    Futex {
        /// Where the word is.
        at: u64,
        /// What was in it.
        value: u32,
        /// Whether the wait ends by itself.
        timed: bool,
    },
    /// That a child ends.
    Child,
    /// A signal.
    Signal {
        /// Whether the wait ends by itself.
        timed: bool,
    },
    /// A lock on a file, or one between processes.
    FileLock,
    /// That a disk has done what it was told.
    Disk,
    /// Something that was asked for earlier, through a ring in memory.
    Ring,
    /// That a file opens; if it waits, it is a named pipe.
    Open,
    /// What it asked for before it was stopped, and goes on with.
    Again,
    /// Something else.
    Other,
}

/// When a wait ends, whether what it waits for came or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// Never.
    Never,
    /// After so many milliseconds.
    Millis(u32),
    /// After the seconds and nanoseconds that are in the caller's memory here.
    At(u64),
}

/// What a process may do, and how often it changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Voluntary context switches of the thread: it gave the CPU up, to wait.
    pub voluntary: u64,
    /// Involuntary ones: the CPU was taken away.
    pub involuntary: u64,
    /// The CPUs that it may use.
    pub cpus: Vec<u32>,
    /// Resident memory of its process, in bytes.
    pub resident: u64,
}

/// What a descriptor is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Descriptor {
    /// A socket, by the system's number for it.
    Socket(u64),
    /// A pipe, named or not, by the system's number for it.
    Pipe(u64),
    /// A file on some disk, by its path.
    File(std::path::PathBuf),
    /// A terminal.
    Terminal,
    /// A clock that can be waited for.
    Timer,
    /// It watches other descriptors.
    Epoll,
    /// Threads wake each other by it, or the system tells of events: signals, changed files.
    Event,
    /// Something else, such as `/dev/null`.
    Other,
}

/// Bytes that a process, and its children that it waited for, moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    /// Asked for by reading, wherever they were.
    pub read: u64,
    /// Handed over by writing.
    pub written: u64,
    /// Really fetched from a disk.
    pub from_disk: u64,
    /// Really sent to a disk, or to be sent.
    pub to_disk: u64,
}

/// Something that programs may have to wait for because others use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// The CPUs.
    Cpu,
    /// Disks.
    Io,
    /// Memory.
    Memory,
}
