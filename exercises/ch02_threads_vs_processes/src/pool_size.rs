//! How many workers?
//!
//! Below, there is a worker for each CPU of the machine. That number belongs to the machine, not to
//! your program, which may be allowed fewer CPUs, or less of their time.

/// What the system says.
pub struct System {
    /// The CPUs of the machine.
    pub cpus: usize,
    /// Those that this program may use, by their numbers: `0-3,8`.
    pub allowed: String,
    /// `cpu.max` of its control group, and of each group around that: `QUOTA PERIOD` in
    /// microseconds, or `max PERIOD` without a quota. Empty where there is no such file.
    pub cpu_max: Vec<String>,
    /// The same on older systems, from two files each: `cpu.cfs_quota_us`, which is -1 without a
    /// quota, and `cpu.cfs_period_us`.
    pub cfs: Vec<(String, String)>,
}

/// How many workers keep busy what this program may use: one for each CPU that it is allowed, and
/// for each whole CPU that the tightest quota pays for. At least one.
pub fn workers(system: &System) -> usize {
    system.cpus
}
