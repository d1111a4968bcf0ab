//! What the five sources say about this chapter's question, and the bound that would show it.
//!
//! The ledger's rows that name chapter 6. `because` is our reason; the measurement decides.

use lab::claim::{Bound::*, Claim, Condition, Verdict::*};

const PYTHON: Claim = Claim { python: true, ..Claim::COUNTED };

/// The fields that most claims share.
const TIMED: Claim = Claim { least_cpus: 2, ..Claim::TIMED };

/// The ledger of this chapter.
pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "C09",
        source: "S0",
        says: "Matrix operations are CPU-bound, reading files is I/O-bound.",
        verdict: Misleading,
        because: "It depends on where the data are. A matrix that is read in the wrong order \
                  waits for memory. A file that the system still has in memory waits for nothing.",
        measure: "multiply.rows_to_columns",
        what: "time of the same multiplications: against / along the order in memory",
        bound: AtLeast(1.5),
        also: &[Condition {
            measure: "disk.warm.from_disk",
            what: "share of a file that comes from the disk when it is read again",
            bound: AtMost(0.01),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C17",
        source: "S1, S4",
        says: "Reading and writing the disk is I/O-bound.",
        verdict: Misleading,
        because: "Most reads and writes do not get to the disk: the system keeps files in memory. \
                  Then to read is to copy, which is work for the CPU.",
        measure: "disk.warm.blocked",
        what: "share of the time that a reader waits, of a file read again",
        bound: AtMost(0.2),
        also: &[
            Condition {
                measure: "disk.warm.from_disk",
                what: "share of the file that comes from the disk",
                bound: AtMost(0.01),
            },
            Condition {
                measure: "disk.warm.asked",
                what: "share of it that the program asked for",
                bound: AtLeast(1.0),
            },
            Condition {
                measure: "disk.written.blocked",
                what: "share of the time that a writer waits, if it does not ask for the disk",
                bound: AtMost(0.2),
            },
        ],
        ..Claim::COUNTED
    },
    Claim {
        id: "C18",
        source: "S1",
        says: "The network, the user's input and a database are I/O.",
        verdict: TrueWithACondition,
        because: "If somebody else has to answer. A database in the program's own memory is a \
                  library, and works.",
        measure: "python.database.share",
        what: "CPU time / time of a database in memory",
        bound: AtLeast(0.8),
        also: &[
            Condition {
                measure: "idle.socket.busy",
                what: "of a program that waits for a connection",
                bound: AtMost(0.1),
            },
            Condition {
                measure: "idle.pipe.busy",
                what: "of one that waits for its input",
                bound: AtMost(0.1),
            },
        ],
        timing: true,
        ..PYTHON
    },
    Claim {
        id: "C19",
        source: "S1, S4",
        says: "Maths, machine learning, encryption and simulations are CPU-bound.",
        verdict: TrueWithACondition,
        because: "If the data are near, or come in order. Encryption takes as long for bytes that \
                  come from memory as for bytes in a cache. A simulation that walks through memory \
                  keeps its CPU just as busy, with waiting. (Much of machine learning runs on a \
                  GPU: not measured.)",
        measure: "encryption.far_to_near",
        what: "encryption, CPU time of a byte in memory / in a cache",
        bound: AtMost(1.25),
        also: &[
            Condition {
                measure: "encryption.near.busy",
                what: "CPU time / time of encryption",
                bound: AtLeast(0.9),
            },
            Condition {
                measure: "busy.far_to_near",
                what: "CPU time of a step through memory / through a cache",
                bound: AtLeast(2.0),
            },
        ],
        ..Claim::TIMED
    },
    Claim {
        id: "C21",
        source: "S1",
        says: "If it is slow and the CPU is not busy, it is I/O-bound.",
        verdict: Misleading,
        because: "Five programs, all of them slow, all of them idle. Two wait for input. One \
                  sleeps, one waits for a lock, one could work and gets no CPU.",
        measure: "idle.lock.busy",
        what: "CPU time / time: waits for a lock",
        bound: AtMost(0.1),
        also: &[
            Condition {
                measure: "idle.sleep.busy",
                what: "sleeps",
                bound: AtMost(0.1),
            },
            Condition {
                measure: "idle.socket.busy",
                what: "waits for a connection",
                bound: AtMost(0.1),
            },
            Condition {
                measure: "idle.pipe.busy",
                what: "waits for a pipe",
                bound: AtMost(0.1),
            },
            Condition {
                measure: "idle.queue.busy",
                what: "gets no CPU",
                bound: AtMost(0.2),
            },
            Condition {
                measure: "idle.queue.queued",
                what: "and is ready all the same, as a share of its time",
                bound: AtLeast(0.6),
            },
        ],
        ..Claim::COUNTED
    },
    Claim {
        id: "C22",
        source: "S1",
        says: "If one core is at 100 %, it is CPU-bound.",
        verdict: Misleading,
        because: "A program that asks again and again is at 100 % too, and waits: asleep, it would \
                  be done at the same time. So is one that waits for memory.",
        measure: "busy.spin.busy",
        what: "CPU time / time of a program that only asks whether something has happened",
        bound: AtLeast(0.9),
        also: &[
            Condition {
                measure: "busy.spin_to_park",
                what: "its time / that of one that sleeps until it has",
                bound: Between(0.8, 1.25),
            },
            Condition {
                measure: "busy.far.busy",
                what: "CPU time / time of a walk through memory",
                bound: AtLeast(0.9),
            },
            Condition {
                measure: "busy.far_to_near",
                what: "CPU time of its steps / of steps through a cache",
                bound: AtLeast(2.0),
            },
        ],
        ..Claim::TIMED
    },
    Claim {
        id: "C23",
        source: "S1",
        says: "You know CPU-bound work by this: with more input it takes longer.",
        verdict: False,
        because: "As a test it fails: so does work that only waits.",
        measure: "growth.wait",
        what: "time of four times the waits / of one",
        bound: AtLeast(2.0),
        also: &[Condition {
            measure: "growth.work",
            what: "time of four times the work / of one",
            bound: AtLeast(2.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C37",
        source: "S2",
        says: "Measure with timeit how long downloads take.",
        verdict: Misleading,
        because: "One time of a network says little: the next one may be several times as long. \
                  Repeat it, and tell how far the times lie apart. (Here the server was told to \
                  take from 2 to 20 ms, as servers do: what is shown is what one time hides.)",
        measure: "spread.requests.variation",
        what: "standard deviation / mean of forty requests to a server told to vary",
        bound: AtLeast(0.3),
        also: &[Condition {
            measure: "spread.requests.slowest_to_fastest",
            what: "the slowest / the fastest",
            bound: AtLeast(3.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C51",
        source: "S3",
        says: "CPU-bound work never waits: the CPU works all the time.",
        verdict: Misleading,
        because: "It waits for its turn if more wants to run than there are CPUs, and for memory \
                  while the CPU counts as busy.",
        measure: "queue.two.queued",
        what: "share of their time that two working threads wait for their turn on one CPU",
        bound: AtLeast(0.3),
        also: &[Condition {
            measure: "busy.far_to_near",
            what: "CPU time of a step through memory / through a cache",
            bound: AtLeast(2.0),
        }],
        ..Claim::COUNTED
    },
    Claim {
        id: "C52",
        source: "S3",
        says: "A program that waits: 0.1 ms of work, 50, 50 and 100 ms of waiting, 1 ms of work.",
        verdict: Confirmed,
        because: "The CPU is needed for about half a percent of that time.",
        measure: "picture.waits.busy",
        what: "CPU time / time",
        bound: AtMost(0.02),
        also: &[Condition {
            measure: "picture.waits.wall",
            what: "time of all five",
            bound: Between(0.2, 0.22),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C85",
        source: "S3",
        says: "A single CPU-bound job is done sequentially.",
        verdict: Misleading,
        because: "A single job can have parts. Halves of halves, given to whoever is idle, use \
                  every CPU. A job in which each step needs the one before cannot be split.",
        measure: "split.join.speedup",
        what: "speed-up of a single job that is split inside",
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
                  thousand of them are all answered: they take longer, and it is possible. What \
                  they cost more of, at 50 as at 1000, is CPU time.",
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
            Condition {
                measure: "crossover.time_1000.threads_to_tasks",
                what: "1000 at once",
                bound: AtMost(1.5),
            },
            Condition {
                measure: "crossover.cpu_50.threads_to_tasks",
                what: "CPU time of threads / CPU time of tasks, 50 at once",
                bound: AtLeast(1.5),
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
        because: "Tasks do it, and nothing forces them on you: five thousand threads are answered \
                  as well. Open files are limited for both.",
        measure: "crossover.tasks_5000.answered",
        what: "answers to five thousand tasks that ask at once",
        bound: Between(5000.0, 5000.0),
        timing: false,
        least_cpus: 1,
        also: &[Condition {
            measure: "crossover.threads_5000.answered",
            what: "answers to five thousand threads",
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
                  tasks stand in line for ten of them, and are done no sooner than ten threads.",
        measure: "in_flight.tasks.most",
        what: "most queries of a thousand tasks that the server saw at once, with ten connections",
        bound: Between(1.0, 10.0),
        least_cpus: 1,
        also: &[
            Condition {
                measure: "in_flight.tasks.tasks",
                what: "tasks that were there at once",
                bound: Between(1000.0, 1000.0),
            },
            Condition {
                measure: "in_flight.threads_to_tasks",
                what: "time of ten threads / time of the thousand tasks",
                bound: AtMost(1.25),
            },
        ],
        ..TIMED
    },
    Claim {
        id: "C94",
        source: "S3",
        says: "If process_time / time is above 0.8 it is CPU-bound, if not it is I/O-bound.",
        verdict: Misleading,
        because: "process_time leaves the children out: two processes that only compute are called \
                  I/O-bound. So is a wait for a lock.",
        measure: "python.processes.called_cpu",
        what: "whether two processes that only compute are called CPU-bound (1) or not (0)",
        bound: Between(0.0, 0.0),
        also: &[
            Condition {
                measure: "python.processes.in_children",
                what: "share of their CPU time that the rule leaves out",
                bound: AtLeast(0.9),
            },
            Condition {
                measure: "python.lock.called_cpu",
                what: "the same of a thread that waits for a lock",
                bound: Between(0.0, 0.0),
            },
        ],
        ..PYTHON
    },
];
