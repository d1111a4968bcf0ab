//! What the five sources say about this chapter's question, and the bound that would show it.
//!
//! The ledger's rows that name chapter 5. `because` is our reason; the measurement decides.

use lab::claim::{Bound::*, Claim, Condition, Verdict::*};

/// The fields that most claims share.
const TIMED: Claim = Claim {
    id: "",
    source: "",
    says: "",
    verdict: Confirmed,
    because: "",
    measure: "",
    what: "",
    bound: AtLeast(0.0),
    per_cpu: false,
    timing: true,
    python: false,
    least_cpus: 2,
    also: &[],
};

const PYTHON: Claim = Claim { python: true, ..TIMED };

/// The ledger of this chapter.
pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "C05",
        source: "S0, S3",
        says: "executor.map is the built-in map, in parallel.",
        verdict: Misleading,
        because: "The built-in map takes an input when you ask for a result. executor.map takes \
                  them all at once, and a failure that nobody reads is never heard of.",
        measure: "python.eager.answer",
        what: "inputs taken, of 1,000, when the first result is read",
        bound: Between(1000.0, 1000.0),
        timing: false,
        least_cpus: 1,
        also: &[Condition {
            measure: "python.silent.answer",
            what: "exit status of a program with a failure that nobody reads",
            bound: Between(0.0, 0.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C06",
        source: "S0",
        says: "Blurring images is CPU-bound, so it needs processes.",
        verdict: Misleading,
        because: "Pillow lets go of the GIL while its C code works. Python's threads keep up with \
                  its processes here.",
        measure: "pool.python_threads_to_processes",
        what: "speed of Python's threads / speed of its processes",
        bound: AtLeast(0.8),
        ..PYTHON
    },
    Claim {
        id: "C07",
        source: "S0",
        says: "Each of the three images is processed on its own, which speeds the work up.",
        verdict: TrueWithACondition,
        because: "Three equal jobs on two workers take two turns: 3 / 2 is the most there is, \
                  whatever the pool.",
        measure: "three.processes.speedup",
        what: "speed-up of three photos on two processes",
        bound: Between(1.1, 1.5),
        ..TIMED
    },
    Claim {
        id: "C20",
        source: "S1",
        says: "Sorting, hashing and encoding are CPU work, so they call for processes.",
        verdict: Misleading,
        because: "Sorting a list holds the GIL (not measured here). Hashing does not: hashlib \
                  lets go of it for more than 2047 bytes, and threads are enough.",
        measure: "python.hash_threads.speedup",
        what: "speed-up of Python threads that hash 1 MiB blocks",
        bound: AtLeast(0.8),
        per_cpu: true,
        ..PYTHON
    },
    Claim {
        id: "C24",
        source: "S1",
        says: "Computing a lot, as in maths and loops, calls for multiprocessing.",
        verdict: TrueWithACondition,
        because: "In CPython, for loops in pure Python. In Rust, threads do it.",
        measure: "memory.compute_all.speedup",
        what: "speed-up of a plain loop on Rust threads",
        bound: AtLeast(0.85),
        per_cpu: true,
        ..TIMED
    },
    Claim {
        id: "C36",
        source: "S2",
        says: "Resizing took 3+ seconds one by one, and 1.5+ with multiprocessing.",
        verdict: Confirmed,
        because: "Two worker processes do twice as much, nearly.",
        measure: "resize.processes.speedup",
        what: "speed-up of resizing on two processes",
        bound: Between(1.6, 2.0),
        ..TIMED
    },
    Claim {
        id: "C41",
        source: "S4",
        says: "Ten thousand factorials of 100 are an example of work for multiprocessing.",
        verdict: Misleading,
        because: "One factorial is far less work than sending it to another process. Sent by \
                  the thousand, and with enough of them to pay for the pool, they gain.",
        measure: "python.tiny_one.speedup",
        what: "speed-up when factorials are sent to processes one by one",
        bound: AtMost(1.0),
        also: &[Condition {
            measure: "python.many_thousand.speedup",
            what: "of thirty times as many, sent by the thousand",
            bound: AtLeast(1.2),
        }],
        ..PYTHON
    },
    Claim {
        id: "C45",
        source: "S4",
        says: "For CPU-bound work, the performance of multiprocessing is excellent.",
        verdict: TrueWithACondition,
        because: "A job must be much longer than the way through a pipe. One row of a picture is \
                  not; one picture is.",
        measure: "grain.processes_1.speedup",
        what: "speed-up of worker processes that get one row a job",
        bound: AtMost(1.0),
        also: &[Condition {
            measure: "grain.processes_256.speedup",
            what: "with one picture a job",
            bound: AtLeast(1.2),
        }],
        ..TIMED
    },
    Claim {
        id: "C50",
        source: "S3",
        says: "C extensions often release the GIL.",
        verdict: TrueWithACondition,
        because: "True of Pillow's blur: another Python thread goes on meanwhile. Whether an \
                  extension does it, its author decided.",
        measure: "python.peer.answer",
        what: "speed that a counting Python thread keeps beside a blur",
        bound: AtLeast(0.3),
        ..PYTHON
    },
    Claim {
        id: "C56",
        source: "S3",
        says: "With multiprocessing the speed-up is near-linear.",
        verdict: TrueWithACondition,
        because: "Up to the number of usable CPUs, and for work that its CPUs can do alone. A \
                  loop that waits for memory gains less.",
        measure: "memory.compute_all.speedup",
        what: "speed-up of a loop in registers",
        bound: AtLeast(0.85),
        per_cpu: true,
        also: &[Condition {
            measure: "memory.stream_all.speedup",
            what: "speed-up of a loop through memory",
            bound: AtMost(0.95),
        }],
        ..TIMED
    },
    Claim {
        id: "C60",
        source: "S3",
        says: "A thousand images take 100 s one by one, and 27 s on four processes.",
        verdict: TrueWithACondition,
        because: "The ratio is within reach: it is close to the number of CPUs that were used. \
                  The memory beside it is not measured: the source has 150 MB in one place and \
                  200 in another.",
        measure: "thousand.processes.speedup",
        what: "speed-up of a thousand photos on worker processes",
        bound: AtLeast(0.75),
        per_cpu: true,
        ..TIMED
    },
    Claim {
        id: "C78",
        source: "S3",
        says: "Sums and pi: threads and async take as long as one after the other, processes half.",
        verdict: Confirmed,
        because: "Pure Python holds the GIL, and a task that never awaits never lets go.",
        measure: "python.sums_threads_time",
        what: "time of two Python threads / time of one after the other",
        bound: Between(0.85, 1.25),
        also: &[
            Condition {
                measure: "python.pi_async_time",
                what: "time of async tasks / time of one after the other",
                bound: Between(0.8, 1.2),
            },
            Condition {
                measure: "python.sums_processes.speedup",
                what: "speed-up of two processes",
                bound: AtLeast(1.3),
            },
        ],
        ..PYTHON
    },
    Claim {
        id: "C79",
        source: "S3",
        says: "Pi by four processes takes four times the memory: 200 MB instead of 50.",
        verdict: False,
        because: "The figure looks like 50 MB times four. Workers that are forked share most of \
                  their pages with their parent, and count here with what is their own.",
        measure: "python.pi_memory",
        what: "memory with worker processes / memory without",
        bound: AtMost(3.0),
        timing: false,
        ..PYTHON
    },
    Claim {
        id: "C87",
        source: "S3",
        says: "Use as many workers as cpu_count() says.",
        verdict: Misleading,
        because: "It counts the CPUs of the machine, not those that this program may use. Pinned \
                  to one, a worker for each CPU of the machine gains nothing.",
        measure: "pinned.all.speedup",
        what: "speed-up of a worker for each CPU where one is usable",
        bound: AtMost(1.1),
        ..TIMED
    },
    Claim {
        id: "C92",
        source: "S3",
        says: "The CPU template: list(executor.map(…)) over all data.",
        verdict: Misleading,
        because: "If one job fails, list() raises and all finished results are gone with it.",
        measure: "python.template.answer",
        what: "results of 12 that are left when one job fails",
        bound: AtMost(0.0),
        timing: false,
        ..PYTHON
    },
];
