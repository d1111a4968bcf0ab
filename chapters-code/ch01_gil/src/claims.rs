//! What the five sources say about this chapter's question, and the bound that would show it.
//!
//! The ledger's rows that name chapter 1. `because` is our reason; the measurement decides.

use lab::claim::{Bound::*, Claim, Condition, Verdict::*};

/// Most claims are about two workers, on a CPU each.
const TIMED: Claim = Claim { least_cpus: 2, ..Claim::TIMED };

const PYTHON: Claim = Claim { python: true, ..TIMED };

/// The ledger of this chapter.
pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "C01",
        source: "S0, S4",
        says: "The GIL limits CPU-bound threads; processes get around it.",
        verdict: TrueWithACondition,
        because: "So it is in CPython as you get it by default, with code in pure Python. Since \
                  3.13 there are builds without a GIL, and Rust never had one.",
        measure: "python.count_threads.speedup",
        what: "speed-up of two Python threads that count",
        bound: AtMost(1.2),
        also: &[Condition {
            measure: "python.processes_to_apart",
            what: "of two processes / that of two programs that have nothing to do with each other",
            bound: AtLeast(0.8),
        }],
        ..PYTHON
    },
    Claim {
        id: "C08",
        source: "S0",
        says: "Concurrency deals with many tasks; parallelism does many at once.",
        verdict: Confirmed,
        because: "Under the lock, both workers are in progress and one CPU works. Without it, two \
                  CPUs do.",
        measure: "turns.gil.in_progress",
        what: "in our model, workers in progress at once under the lock",
        bound: Between(2.0, 2.0),
        also: &[
            Condition {
                measure: "turns.gil.busy",
                what: "CPU time / wall time",
                bound: AtMost(1.1),
            },
            Condition {
                measure: "turns.free.busy",
                what: "CPU time / wall time without the lock",
                bound: AtLeast(1.5),
            },
        ],
        ..TIMED
    },
    Claim {
        id: "C11",
        source: "S1, S4",
        says: "Threads are not truly parallel in Python; processes are.",
        verdict: Misleading,
        because: "Two threads that run Python code are not. Two threads that are inside C code \
                  which has let go of the GIL are.",
        measure: "python.hash_threads.busy",
        what: "CPU time / wall time of two Python threads that hash",
        bound: AtLeast(1.5),
        ..PYTHON
    },
    Claim {
        id: "C38",
        source: "S4, S3",
        says: "The GIL is a mutex that lets one thread at a time run Python bytecode.",
        verdict: Confirmed,
        because: "To be exact, it is a flag with a mutex, a condition variable and a request to \
                  let go, as one can read in its source. In our model, never do two hold it.",
        measure: "turns.gil.running",
        what: "in our model, workers that hold the lock at once",
        bound: Between(1.0, 1.0),
        ..Claim::COUNTED
    },
    Claim {
        id: "C39",
        source: "S4, S3",
        says: "The GIL does not affect I/O-bound tasks.",
        verdict: False,
        because: "It does not while they wait. But each time one comes back it needs the lock, and \
                  beside a busy thread it may wait a switch interval for it.",
        measure: "python.slowdown",
        what: "requests of a Python thread, alone / beside a busy one",
        bound: AtLeast(3.0),
        also: &[Condition {
            measure: "convoy.slowdown",
            what: "in our model",
            bound: AtLeast(3.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C44",
        source: "S4",
        says: "Two loops that print and sleep: threads run one at a time, processes do not.",
        verdict: Misleading,
        because: "Both take as long as one of them and hardly use a CPU. Programs that sleep \
                  cannot show what the GIL does.",
        measure: "python.waits",
        what: "time of two threads / time of two processes",
        bound: Between(0.85, 1.1),
        also: &[Condition {
            measure: "python.wait_threads.busy",
            what: "CPU time / wall time of the threads",
            bound: AtMost(0.05),
        }],
        ..PYTHON
    },
    Claim {
        id: "C46",
        source: "S3",
        says: "Thread-safe by default.",
        verdict: Misleading,
        because: "The interpreter is. Your variables are not: between reading one and writing it, \
                  another thread may have its turn.",
        measure: "python.lost.answer",
        what: "updates of a shared counter that two Python threads lose",
        bound: AtLeast(1.0),
        also: &[Condition {
            measure: "lost.between.lost",
            what: "in our model",
            bound: AtLeast(1.0),
        }],
        python: true,
        ..Claim::COUNTED
    },
    Claim {
        id: "C47",
        source: "S3",
        says: "A thread lets go of the GIL after about 100 bytecodes.",
        verdict: Outdated,
        because: "So it was until Python 3.1. Since 3.2 a waiter asks for the lock when it has \
                  waited for the switch interval, 5 ms. A hundred bytecodes take microseconds.",
        measure: "python.hold.answer",
        what: "median time that a Python thread has the GIL beside another",
        bound: Between(0.0045, 0.0075),
        also: &[Condition {
            measure: "interval.five.hold_in_intervals",
            what: "in our model, in switch intervals",
            bound: Between(0.9, 1.5),
        }],
        ..PYTHON
    },
    Claim {
        id: "C48",
        source: "S3",
        says: "Threads take turns of 100 ms, and let go after 100 bytecodes or 5 ms.",
        verdict: False,
        because: "The three contradict each other: 100 bytecodes take microseconds, and turns of \
                  100 ms would need such a switch interval. At 5 ms there are close to two hundred \
                  hand-offs a second.",
        measure: "python.handoffs.answer",
        what: "hand-offs of the GIL a second between two Python threads",
        bound: Between(100.0, 220.0),
        also: &[Condition {
            measure: "interval.five.handoff_rate",
            what: "in our model",
            bound: Between(100.0, 220.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C49",
        source: "S3",
        says: "Pure Python does not release the GIL during a CPU-bound operation.",
        verdict: Misleading,
        because: "It does, on request, again and again. It is no faster for that, because only \
                  one runs at a time.",
        measure: "turns.gil.forced",
        what: "in our model, times that a computing worker let go because it was asked to",
        bound: AtLeast(2.0),
        also: &[Condition {
            measure: "turns.gil.speedup",
            what: "speed-up of two workers under the lock",
            bound: AtMost(1.1),
        }],
        ..TIMED
    },
    Claim {
        id: "C50",
        source: "S3",
        says: "Network and disk operations release the GIL, and C extensions often do.",
        verdict: TrueWithACondition,
        because: "True of the waiting itself: in our model, the busy worker hardly notices the \
                  one that asks. What comes before and after needs the lock.",
        measure: "convoy.busy_share",
        what: "in our model, speed that a busy worker keeps beside one that asks a server",
        bound: AtLeast(0.7),
        ..TIMED
    },
    Claim {
        id: "C53",
        source: "S3",
        says: "Under the GIL the other cores are idle.",
        verdict: TrueWithACondition,
        because: "They have next to nothing to do. But they wake up all the time: each waiter \
                  looks at its watch every switch interval, and whoever was made to let go sleeps \
                  until another one has the lock.",
        measure: "turns.gil.busy",
        what: "in our model, CPU time / wall time of two workers under the lock",
        bound: AtMost(1.1),
        also: &[Condition {
            measure: "turns.gil.voluntary_rate",
            what: "times a second that a worker went to sleep",
            bound: Between(150.0, 700.0),
        }],
        ..TIMED
    },
    Claim {
        id: "C78",
        source: "S3",
        says: "Two sums: threads take as long as one after the other, processes half.",
        verdict: Confirmed,
        because: "A loop in pure Python holds the GIL except when it is asked for it. Processes \
                  have one each, and take about half where there are two CPUs to be had.",
        measure: "python.count_threads_time",
        what: "time of two Python threads / time of one after the other",
        bound: Between(0.85, 1.25),
        also: &[Condition {
            measure: "python.processes_to_apart",
            what: "speed-up of two processes / that of two programs that have nothing to do with each \
                   other",
            bound: AtLeast(0.8),
        }],
        ..PYTHON
    },
];
