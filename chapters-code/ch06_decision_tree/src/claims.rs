//! What the five sources say about this chapter's question, and the bound that would show it.
//!
//! The ledger's rows that name chapter 6. `because` is our reason; the measurement decides.

use lab::claim::{Bound::*, Claim, Condition, Verdict::*};

/// The fields that most claims share.
const TIMED: Claim = Claim { least_cpus: 2, ..Claim::TIMED };

/// The ledger of this chapter.
pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "C85",
        source: "S3",
        says: "A single CPU-bound task is done sequentially.",
        verdict: Misleading,
        because: "A single task can have parts. Halves of halves, given to whoever is idle, use \
                  every CPU. A task in which each step needs the one before cannot be split.",
        measure: "split.join.speedup",
        what: "speed-up of a single task that is split inside",
        bound: AtLeast(0.8),
        per_cpu: true,
        ..TIMED
    },
    Claim {
        id: "C86",
        source: "S3",
        says: "With one core: sequential, for more workers will not help.",
        verdict: TrueWithACondition,
        because: "Nothing gets faster. But who needs an answer meanwhile gets it while the long \
                  job has a thread of its own, and not after it.",
        measure: "one_core.speedup",
        what: "speed-up of two threads on one CPU",
        bound: AtMost(1.1),
        least_cpus: 1,
        also: &[Condition {
            measure: "one_core.latency_gain",
            what: "the slowest waits in line / beside the long job",
            bound: AtLeast(5.0),
        }],
        ..TIMED
    },
    Claim {
        id: "C88",
        source: "S3",
        says: "Fewer than 50 at once: threads or asyncio; 50 to 1000: asyncio, for threads become \
               expensive; more than 1000: threads are impossible.",
        verdict: False,
        because: "Nothing happens at 50. At 1000, threads take hardly longer than tasks. Five \
                  thousand of them are all answered: they take longer, and it is possible.",
        measure: "crossover.threads_5000.answered",
        what: "answers to five thousand threads that ask at once",
        bound: Between(5000.0, 5000.0),
        least_cpus: 1,
        also: &[
            Condition {
                measure: "crossover.time_50.threads_to_tasks",
                what: "time of threads / time of tasks, 50 at once",
                bound: AtMost(1.25),
            },
            Condition {
                measure: "crossover.time_200.threads_to_tasks",
                what: "200 at once",
                bound: AtMost(1.25),
            },
        ],
        ..TIMED
    },
    Claim {
        id: "C89",
        source: "S3",
        says: "Images, video and science are CPU-intensive, so they need processes.",
        verdict: Misleading,
        because: "Python code needs them. In Rust, and in native code that lets go of the GIL, \
                  threads do the same work in the same time, and share their memory.",
        measure: "parity.processes_to_threads",
        what: "time of processes / time of threads, the same jobs",
        bound: AtLeast(0.9),
        also: &[Condition {
            measure: "parity.threads.speedup",
            what: "speed-up of the threads",
            bound: AtLeast(1.5),
        }],
        ..TIMED
    },
    Claim {
        id: "C90",
        source: "S3",
        says: "A hundred pages, a REST server, 10,000 WebSocket clients, a chat of 1000 users: \
               asyncio.",
        verdict: TrueWithACondition,
        because: "Tasks do it, and nothing forces them on you: as many threads are answered as \
                  well. Open files are limited for both.",
        measure: "crossover.threads_1000.answered",
        what: "answers to a thousand threads that ask at once",
        bound: Between(1000.0, 1000.0),
        timing: false,
        least_cpus: 1,
        also: &[Condition {
            measure: "crossover.tasks_5000.answered",
            what: "answers to five thousand tasks",
            bound: Between(5000.0, 5000.0),
        }],
        ..TIMED
    },
    Claim {
        id: "C91",
        source: "S3",
        says: "Ten queries or five files: threads. A thousand queries: asyncio.",
        verdict: TrueWithACondition,
        because: "A database takes as many queries at once as there are connections. A thousand \
                  tasks stand in line for ten of them.",
        measure: "in_flight.tasks.most",
        what: "most queries of a thousand tasks that the server saw at once, with ten connections",
        bound: Between(1.0, 10.0),
        timing: false,
        least_cpus: 1,
        also: &[Condition {
            measure: "in_flight.tasks.tasks",
            what: "tasks that were there at once",
            bound: Between(1000.0, 1000.0),
        }],
        ..TIMED
    },
];
