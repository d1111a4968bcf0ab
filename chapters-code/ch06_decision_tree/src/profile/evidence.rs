//! What was found out about a program: all that the rules judge by.

use serde::Serialize;

use super::{contention::Contention, probe::Probed, strip::Strip};

/// What was found out about a program. Shares are of the time for which it was watched.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Evidence {
    /// Seconds from its start to its end, or for which it was watched.
    pub watched_s: f64,
    /// How often it was looked at.
    pub samples: u64,
    /// Seconds on a CPU that looking took; they are not the program's.
    pub looking_s: f64,
    /// Seconds on a CPU meanwhile, all processes and threads.
    pub cpu_s: f64,
    /// The part of that in the system's code.
    pub system_s: f64,
    /// CPUs that it may use.
    pub cpus: f64,
    /// What it did.
    pub shares: Shares,
    /// The share of waits for input or output that could be the reason behind what was noted.
    pub also_io: f64,
    /// The share of sleep that could be the reason behind what was noted.
    pub also_sleeping: f64,
    /// Seconds for which threads were ready and other programs had the CPUs.
    pub delayed_by_others_s: f64,
    /// Seconds for which threads were ready and had no CPU, all in all.
    pub delayed_s: f64,
    /// How many threads ran or could, on average while any did.
    pub runnable: f64,
    /// Seconds for which its control group held it back; `None` if there is none that could.
    pub throttled_s: Option<f64>,
    /// The most threads at a time.
    pub threads: usize,
    /// Threads that took part in the work.
    pub busy_threads: usize,
    /// The share of its time that the busiest thread was on a CPU.
    pub busiest_thread: f64,
    /// Processes that were seen.
    pub processes: usize,
    /// Seconds on a CPU of children that came and went between two looks, where most of them did.
    pub brief_s: f64,
    /// How evenly running and waiting are spread: 1 evenly, 0 in phases.
    pub blend: f64,
    /// Threads that wait for each other.
    pub contention: Option<Contention>,
    /// Threads that wait for the lock of a CPython.
    pub gil: Option<Contention>,
    /// Threads wait at one place, or processes wait, and one of them in turn does not.
    pub one_at_a_time: bool,
    /// Threads wait at one place all the time.
    pub kept_waiting: bool,
    /// Memory.
    pub memory: Touched,
    /// How often memory had to be read from a disk.
    pub major_faults: u64,
    /// Bytes moved, if we may see that.
    pub bytes: Option<Moved>,
    /// Context switches, as the system counts them.
    pub voluntary: u64,
    /// Context switches that took the CPU away.
    pub involuntary: u64,
    /// Seconds for which some program on the machine had to wait.
    pub pressure: Pressure,
    /// What the causal tests found.
    pub probed: Option<Probed>,
    /// What could not be seen, in words.
    pub unseen: Vec<String>,
    /// The share of the time for which it was seen to run and the system counted nothing.
    pub uncounted: f64,
    /// Nobody looked: all that is known is the time that it took and used.
    pub only_usage: bool,
    /// When it did what.
    pub strips: Vec<Strip>,
}

/// What the program did, in shares of the time for which it was watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Shares {
    /// At least one thread ran, or could.
    pub running: f64,
    /// All waited, at least one for a network.
    pub network: f64,
    /// For a disk.
    pub disk: f64,
    /// For a pipe.
    pub pipe: f64,
    /// For a terminal.
    pub terminal: f64,
    /// For something asked for through a ring in memory.
    pub ring: f64,
    /// For time to pass.
    pub time: f64,
    /// For work: a connection, an event, another thread that waits as well.
    pub work: f64,
    /// For a lock on a file.
    pub file_lock: f64,
    /// For children that came and went too fast to be seen.
    pub child: f64,
    /// It was stopped.
    pub stopped: f64,
    /// Nobody could see what for.
    pub unseen: f64,
}

impl Shares {
    /// Waits for a network, a disk, a pipe or a terminal.
    pub fn io(&self) -> f64 {
        self.network + self.disk + self.pipe + self.terminal + self.ring
    }

    pub(super) fn scale(&mut self, by: f64) {
        for share in [
            &mut self.running,
            &mut self.network,
            &mut self.disk,
            &mut self.pipe,
            &mut self.terminal,
            &mut self.ring,
            &mut self.time,
            &mut self.work,
            &mut self.file_lock,
            &mut self.child,
            &mut self.stopped,
            &mut self.unseen,
        ] {
            *share *= by;
        }
    }

    /// Waits for time, or for work.
    pub fn sleeping(&self) -> f64 {
        self.time + self.work
    }
}

/// How much memory the program has and touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Touched {
    /// Resident memory of the largest process.
    pub resident: u64,
    /// Bytes touched in a fiftieth of a second; `None` if it was not counted.
    pub touched: Option<u64>,
    /// Bytes touched in a second in which it ran, by that count.
    pub per_s: Option<f64>,
    /// The size of the last cache; `None` if the system does not tell.
    pub cache: Option<u64>,
}

/// Bytes moved by the whole program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Moved {
    /// Read, wherever they were.
    pub read: u64,
    /// Written.
    pub written: u64,
    /// Fetched from a disk.
    pub from_disk: u64,
    /// Sent to a disk, or to be sent.
    pub to_disk: u64,
}

/// Seconds for which some program on the machine, this one or another, had to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Pressure {
    /// For a CPU.
    pub cpu_s: Option<f64>,
    /// For a disk.
    pub io_s: Option<f64>,
    /// For memory.
    pub memory_s: Option<f64>,
    /// Seconds that the host of a virtual machine took.
    pub stolen_s: Option<f64>,
    /// Seconds for which CPUs were in use, by this program or another.
    pub busy_s: Option<f64>,
}
