//! What the five sources say about this chapter's question, and the bound that would show it.
//!
//! The ledger's rows that name chapter 2. `because` is our reason; the measurement decides.

use lab::claim::{Bound::*, Claim, Condition, Verdict::*};

const PYTHON: Claim = Claim { python: true, ..Claim::COUNTED };

/// Above this share of a CPU, it is not sleep.
const ASLEEP: f64 = 0.05;

const MIB: f64 = 1024.0 * 1024.0;

/// The ledger of this chapter.
pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "C02",
        source: "S0",
        says: "Two sleeps of a second take one second instead of two, because processes run in \
               parallel.",
        verdict: Misleading,
        because: "The time is right, the reason is not. Nobody needs a CPU to sleep: threads and \
                  tasks do the same, and on a single CPU.",
        measure: "naps.threads_to_one",
        what: "on one CPU, time of two threads that sleep / time of one sleep",
        bound: AtMost(1.1),
        also: &[
            Condition {
                measure: "naps.processes_to_one",
                what: "of two processes",
                bound: AtMost(1.1),
            },
            Condition {
                measure: "naps.tasks_to_one",
                what: "of two tasks",
                bound: AtMost(1.1),
            },
            Condition {
                measure: "naps.processes.busy",
                what: "CPU time of the processes / wall time",
                bound: AtMost(ASLEEP),
            },
            Condition {
                measure: "naps.threads.busy",
                what: "of the threads",
                bound: AtMost(ASLEEP),
            },
            Condition {
                measure: "naps.tasks.busy",
                what: "of the tasks",
                bound: AtMost(ASLEEP),
            },
        ],
        ..Claim::TIMED
    },
    Claim {
        id: "C03",
        source: "S0",
        says: "A pool runs sleeps of 5, 4, 3, 2 and 1 s in parallel.",
        verdict: Misleading,
        because: "How many at once depends on the number of workers. By default that is the number \
                  of CPUs, which has nothing to do with sleeping.",
        measure: "turns.processes_2.to_longest",
        what: "time of two workers / time of the longest sleep",
        bound: Between(1.36, 1.84),
        also: &[Condition {
            measure: "turns.processes_5.to_longest",
            what: "of five workers",
            bound: Between(0.85, 1.15),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C04",
        source: "S0, S1",
        says: "The scripts start their processes without a main guard around it.",
        verdict: Outdated,
        because: "That works where a worker is forked. Under spawn (macOS, Windows), and under \
                  forkserver (Linux from Python 3.14 on), each worker runs the script again from \
                  the top, and the pool breaks.",
        measure: "ledger.unguarded.fork",
        what: "exit status of such a script under fork",
        bound: Between(0.0, 0.0),
        also: &[
            Condition {
                measure: "ledger.unguarded.spawn",
                what: "under spawn",
                bound: AtLeast(1.0),
            },
            Condition {
                measure: "ledger.unguarded.forkserver",
                what: "under forkserver",
                bound: AtLeast(1.0),
            },
        ],
        ..PYTHON
    },
    Claim {
        id: "C10",
        source: "S1, S3",
        says: "Each process runs on a CPU core of its own.",
        verdict: Misleading,
        because: "Processes are given to CPUs by the scheduler, as threads are. Two of them work on \
                  one CPU as well, in turns.",
        measure: "cores.pinned.cpus",
        what: "CPUs on which two busy processes were seen, when one was usable",
        bound: Between(1.0, 1.0),
        also: &[
            Condition {
                measure: "cores.pinned.processes",
                what: "processes that got their work done",
                bound: Between(2.0, 2.0),
            },
            Condition {
                measure: "cores.pinned.at_once",
                what: "that were at it at once",
                bound: Between(2.0, 2.0),
            },
        ],
        ..Claim::COUNTED
    },
    Claim {
        id: "C12",
        source: "S1, S4",
        says: "Threads share memory, processes have separate memory.",
        verdict: TrueWithACondition,
        because: "Unless they ask for it. Memory that both have mapped is seen by both.",
        measure: "walls.process.seen",
        what: "whether we see what another process writes",
        bound: Between(0.0, 0.0),
        also: &[
            Condition {
                measure: "walls.thread.seen",
                what: "what another thread writes",
                bound: Between(1.0, 1.0),
            },
            Condition {
                measure: "walls.shared.seen",
                what: "what another process writes into shared memory",
                bound: Between(1.0, 1.0),
            },
        ],
        ..Claim::COUNTED
    },
    Claim {
        id: "C13",
        source: "S1, S4",
        says: "The overhead of threads is low, that of processes is higher.",
        verdict: Confirmed,
        because: "A sleeping thread keeps some KiB, a sleeping Python process some MiB.",
        measure: "ledger.memory_ratio",
        what: "memory of a Python process / memory of a Python thread",
        bound: AtLeast(50.0),
        also: &[Condition {
            measure: "sleepers.process_to_thread",
            what: "the same in Rust",
            bound: AtLeast(20.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C14",
        source: "S1",
        says: "The example squares numbers with a delay.",
        verdict: False,
        because: "There is no delay in it. The loop computes all the time.",
        measure: "python.sums_sequential.busy",
        what: "CPU time of such loops in Python / wall time",
        bound: AtLeast(0.9),
        timing: true,
        ..PYTHON
    },
    Claim {
        id: "C15",
        source: "S1",
        says: "Two processes add up ten million squares each, print 333333283333335000000, and \
               take 1.07 s.",
        verdict: TrueWithACondition,
        because: "The sum is right. The time says nothing as long as there is no other to compare \
                  it with. Here is one.",
        measure: "python.sums_to_apart",
        what: "speed-up of two Python processes / that of two programs that have nothing to do with \
               each other",
        bound: AtLeast(0.8),
        least_cpus: 2,
        timing: true,
        also: &[Condition {
            measure: "sums.processes.right",
            what: "of two sums, those that are what was printed",
            bound: Between(2.0, 2.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C33",
        source: "S2",
        says: "concurrent.futures has replaced threading and multiprocessing.",
        verdict: False,
        because: "It is built on them: its workers are theirs.",
        measure: "ledger.built_on.threads",
        what: "of two workers of a thread pool, those that are threading's",
        bound: Between(2.0, 2.0),
        also: &[Condition {
            measure: "ledger.built_on.processes",
            what: "of two of a process pool, those that are multiprocessing's",
            bound: Between(2.0, 2.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C34",
        source: "S2",
        says: "Multiprocessing can be used for I/O-bound work too.",
        verdict: Confirmed,
        because: "Processes wait as well as threads do. They cost more to start, which long waits \
                  hide.",
        measure: "waits.threads_to_processes",
        what: "time of three threads that wait for a server / time of three processes",
        bound: Between(0.9, 1.1),
        ..Claim::TIMED
    },
    Claim {
        id: "C40",
        source: "S4",
        says: "CPU-bound work runs faster on several processors.",
        verdict: False,
        because: "Not by itself. One thread is on one CPU at a time, however many there are. \
                  Somebody has to split the work.",
        measure: "unsplit.gain",
        what: "time of one thread with one CPU / time with all",
        bound: Between(0.9, 1.1),
        least_cpus: 2,
        ..Claim::TIMED
    },
    Claim {
        id: "C54",
        source: "S3",
        says: "Each process has an interpreter, a GIL and a process ID of its own.",
        verdict: Confirmed,
        because: "Four processes have four numbers; four threads have the one of their process. \
                  (That their interpreters are apart too, chapter 1 shows by their speed.)",
        measure: "walls.process.ids",
        what: "process IDs of four processes",
        bound: Between(4.0, 4.0),
        also: &[Condition {
            measure: "walls.thread.ids",
            what: "of four threads",
            bound: Between(1.0, 1.0),
        }],
        ..Claim::COUNTED
    },
    Claim {
        id: "C55",
        source: "S3",
        says: "A crash in one process does not affect the others.",
        verdict: Misleading,
        because: "Not their memory. But a pool whose worker is killed breaks, and the results that \
                  were still to come are lost, unless somebody supervises it.",
        measure: "ledger.killed.others",
        what: "results of other jobs that Python's pool loses when a worker is killed",
        bound: AtLeast(1.0),
        also: &[Condition {
            measure: "misfortune.process_kill.lost",
            what: "that a supervised pool loses",
            bound: Between(0.0, 0.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C57",
        source: "S3",
        says: "A process costs 10 to 50 MB.",
        verdict: Misleading,
        because: "That is what one process shows. A forked worker shares most of it with its \
                  parent, and what it shares is counted for each of them. A spawned one shares \
                  less, and comes close to the lower figure.",
        measure: "ledger.sleep_fork.pss_to_rss",
        what: "memory of ten forked Python workers, shared pages divided / counted each time",
        bound: AtMost(0.7),
        also: &[Condition {
            measure: "ledger.sleep_fork.each",
            what: "memory that one of them adds",
            bound: AtMost(10.0 * MIB),
        }],
        ..PYTHON
    },
    Claim {
        id: "C58",
        source: "S3",
        says: "Processes are slow to start.",
        verdict: Confirmed,
        because: "Compared with a thread. A millisecond or so is not much for a job of seconds. (So \
                  it is in Rust. A Python process that is spawned takes far longer.)",
        measure: "start.process_to_thread",
        what: "time to start this program / time to start a thread",
        bound: AtLeast(10.0),
        ..Claim::TIMED
    },
    Claim {
        id: "C59",
        source: "S3",
        says: "Processes cannot share memory directly; their data must be pickled.",
        verdict: False,
        because: "They can map the same memory, and nothing is copied then. Python has \
                  multiprocessing.shared_memory for it; we measured it in Rust.",
        measure: "parcel.memory_to_pipe",
        what: "64 MiB to another process: time by shared memory / time by a pipe",
        bound: AtMost(0.1),
        ..Claim::TIMED
    },
    Claim {
        id: "C63",
        source: "S3",
        says: "Ten threads take 50 MB, ten processes 500 MB.",
        verdict: Misleading,
        because: "It adds up shared pages ten times over, and guesses the rest. It is not so for \
                  forked workers, and for spawned ones not by far.",
        measure: "ledger.sleep_fork.all",
        what: "memory of a Python program with ten forked processes",
        bound: AtMost(150.0 * MIB),
        also: &[Condition {
            measure: "ledger.sleep_threads.all",
            what: "of one with ten threads",
            bound: AtMost(50.0 * MIB),
        }],
        ..PYTHON
    },
    Claim {
        id: "C64",
        source: "S3",
        says: "Threads start instantly.",
        verdict: TrueWithACondition,
        because: "In some tens of microseconds in Rust, and in Python not much longer. That is \
                  nothing beside a download, and much beside a function call.",
        measure: "start.thread.wall",
        what: "time to start a thread and wait for its end",
        bound: Between(1e-6, 500e-6),
        ..Claim::TIMED
    },
];
