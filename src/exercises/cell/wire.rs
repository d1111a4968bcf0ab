//! What the tool and the supervisor of a check tell each other: a line of JSON each way.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

/// How much one check may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// How long it may take.
    pub deadline: Duration,
    /// Bytes of memory of all its processes together; and of files in its folder.
    pub memory: u64,
    /// How many processes it may have at a time.
    pub processes: usize,
    /// How many bytes of what it prints are kept.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            deadline: Duration::from_secs(10),
            memory: 1 << 30,
            processes: 64,
            output: 64 << 10,
        }
    }
}

/// What the supervisor is asked to run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    /// The test program.
    pub binary: PathBuf,
    /// The check's name.
    pub name: String,
    /// What only a true receipt begins with.
    pub token: String,
    /// Who is checked.
    pub learner: Option<String>,
    /// The folder that the program may write to.
    pub scratch: PathBuf,
    /// How much it may take.
    pub limits: Limits,
}

/// How the program ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// With this status.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

/// Why the supervisor ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// It was not done in time.
    Deadline,
    /// It had too much memory.
    Memory,
    /// It had too many processes.
    Processes,
    /// It had too many threads.
    Threads,
    /// It wrote too much to its folder.
    Files,
}

/// What the supervisor saw.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    /// How it ended, if it did.
    pub end: Option<End>,
    /// Why it was ended, if it was.
    pub stopped: Option<Stopped>,
    /// What its threads did just before the deadline; empty where the system does not tell.
    pub threads: String,
    /// How many processes it left running.
    pub left: usize,
    /// How many of them could not be ended.
    pub immortal: usize,
    /// What stood on the receipts with the token.
    pub receipts: Vec<String>,
    /// The line with which it gave up because it was not given memory.
    pub out_of_memory: Option<String>,
    /// The beginning of what it printed.
    pub output: String,
    /// How long it took.
    pub took: Duration,
}
