//! What the five sources say about this chapter's question, and the bound that would show it.
//!
//! The ledger's rows that name chapter 4. `because` is our reason; the measurement decides.

use lab::claim::{Bound::*, Claim, Condition, Verdict::*};

const PYTHON: Claim = Claim { python: true, ..Claim::COUNTED };

const MB: f64 = 1e6;

/// The ledger of this chapter.
pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "C35",
        source: "S2",
        says: "Ten downloads take 50 s and more without threads, and 25 s and more with them.",
        verdict: TrueWithACondition,
        because: "Twice as fast is what ten waits become if they share a line that two of them \
                  fill. If each only waits for a server, ten become nearly one.",
        measure: "bound.narrow_gain",
        what: "gain of ten at once, where two fill the line",
        bound: Between(1.5, 3.0),
        also: &[Condition {
            measure: "ten.threads.speedup",
            what: "of ten threads, where each page takes its time",
            bound: AtLeast(8.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C42",
        source: "S4",
        says: "A function that sleeps for two seconds shows what I/O-bound means.",
        verdict: Misleading,
        because: "It shows a wait, and nothing that could be done about it. With a single wait \
                  there is nothing to overlap: a thread gains nothing, and a task neither.",
        measure: "alone.plain.busy",
        what: "CPU time of a single wait / wall time",
        bound: AtMost(0.05),
        also: &[
            Condition {
                measure: "alone.thread.speedup",
                what: "gain of a thread",
                bound: Between(0.9, 1.1),
            },
            Condition {
                measure: "alone.task.speedup",
                what: "gain of a task",
                bound: Between(0.9, 1.1),
            },
        ],
        ..Claim::TIMED
    },
    Claim {
        id: "C43",
        source: "S4",
        says: "I/O-bound work needs concurrency, not parallelism.",
        verdict: Confirmed,
        because: "Pinned to one CPU, with their server, ten waits become nearly one all the same.",
        measure: "one_cpu.tasks.speedup",
        what: "on one CPU, gain of ten tasks of one thread",
        bound: AtLeast(8.0),
        also: &[Condition {
            measure: "one_cpu.threads.speedup",
            what: "of ten threads",
            bound: AtLeast(8.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C61",
        source: "S3",
        says: "Three pages of 2 s take 2.05 s with threads instead of 6; two of 200 ms take 210 \
               instead of 400.",
        verdict: Confirmed,
        because: "The longest wait decides, and the others fit into it.",
        measure: "few.three_gain",
        what: "gain of three threads",
        bound: AtLeast(2.7),
        also: &[
            Condition {
                measure: "few.three_threads.to_ideal",
                what: "their time / one wait",
                bound: AtMost(1.1),
            },
            Condition {
                measure: "few.two_gain",
                what: "gain of two threads",
                bound: AtLeast(1.8),
            },
        ],
        ..Claim::TIMED
    },
    Claim {
        id: "C62",
        source: "S3",
        says: "Ten pages of half a second take 5 s one after the other, and 0.5 s with ten threads.",
        verdict: TrueWithACondition,
        because: "If all they do is wait for a server that takes its time. A shared line ends it \
                  earlier (C35).",
        measure: "ten.threads.speedup",
        what: "gain of ten threads",
        bound: AtLeast(8.0),
        ..Claim::TIMED
    },
    Claim {
        id: "C65",
        source: "S3",
        says: "Ten thousand threads need 80 GB for their stacks, which is impossible.",
        verdict: False,
        because: "That is address space. Memory comes when it is touched, and they touch little.",
        measure: "asleep.beside.resident_to_space",
        what: "memory of a program with sleeping threads / its address space",
        bound: AtMost(0.01),
        also: &[Condition {
            measure: "held.threads.all_at_once",
            what: "threads that had a request in flight at once",
            bound: AtLeast(10_000.0),
        }],
        ..Claim::COUNTED
    },
    Claim {
        id: "C66",
        source: "S3",
        says: "With ten thousand threads, the system becomes unresponsive.",
        verdict: False,
        because: "Not while they sleep. Who sleeps is in nobody's way.",
        measure: "asleep.disturbed",
        what: "a bystander's nap of a millisecond, 99th percentile: beside them / alone",
        bound: AtMost(5.0),
        also: &[Condition {
            measure: "asleep.beside.all_asleep",
            what: "threads asleep",
            bound: AtLeast(10_000.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C67",
        source: "S3",
        says: "Ten thousand asyncio tasks take 10 to 100 MB.",
        verdict: TrueWithACondition,
        because: "If they sleep. A task that waits for a server has a connection too, and that \
                  has buffers.",
        measure: "ledger.tasks.all",
        what: "memory of a Python program with ten thousand sleeping tasks",
        bound: Between(10.0 * MB, 100.0 * MB),
        also: &[Condition {
            measure: "held.tasks.resident",
            what: "memory that ten thousand Rust tasks with a connection each add",
            bound: Between(100.0 * MB, 300.0 * MB),
        }],
        ..PYTHON
    },
    Claim {
        id: "C68",
        source: "S3",
        says: "Tasks are switched by the program, without the system, so switching is fast.",
        verdict: Misleading,
        because: "If one task hands something to the next. If it waits for the network, the system \
                  has to say what came, and then little of the gain is left.",
        measure: "ring.by_channel",
        what: "handing on in memory: time of threads / of tasks",
        bound: AtLeast(3.0),
        also: &[Condition {
            measure: "ring.by_connection",
            what: "handing on through a connection: the same",
            bound: AtMost(2.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C69",
        source: "S3",
        says: "With threads the system decides when to switch, with tasks the code does.",
        verdict: Confirmed,
        because: "A task that never awaits is never interrupted by the others.",
        measure: "tick.computes.during",
        what: "ticks of a task while another one computes",
        bound: Between(0.0, 0.0),
        also: &[Condition {
            measure: "tick.yields.during",
            what: "while it computes and yields",
            bound: AtLeast(1.0),
        }],
        ..Claim::COUNTED
    },
    Claim {
        id: "C70",
        source: "S3",
        says: "A task waits for a disk as it waits for a network: it gives its thread back.",
        verdict: False,
        because: "Neither asyncio nor tokio waits for files that way. Some other thread reads and \
                  is blocked, and the task waits for that thread. For a small file, that takes \
                  longer than to read it.",
        measure: "disk.awaited_to_plain",
        what: "time to await small files / to read them",
        bound: AtLeast(2.0),
        ..Claim::TIMED
    },
    Claim {
        id: "C71",
        source: "S3",
        says: "aiohttp fetches 10,000 pages at once.",
        verdict: False,
        because: "Its connector opens 100 connections unless told otherwise. The other tasks wait \
                  for a place, and do not say so.",
        measure: "ledger.connector.most",
        what: "requests in flight, as the server saw them, when 250 were asked for",
        bound: Between(100.0, 100.0),
        ..PYTHON
    },
    Claim {
        id: "C72",
        source: "S3",
        says: "A thousand threads take 8 GB, a thousand tasks 50 MB.",
        verdict: False,
        because: "The left figure is address space once more. The right one is within reach.",
        measure: "crowd.many_threads.resident",
        what: "memory that a thousand threads add, each with a fetch in hand",
        bound: AtMost(400.0 * MB),
        also: &[Condition {
            measure: "crowd.many_tasks.resident",
            what: "that a thousand tasks add",
            bound: AtMost(50.0 * MB),
        }],
        ..Claim::COUNTED
    },
    Claim {
        id: "C73",
        source: "S3",
        says: "Threads scale to thousands, asyncio to hundreds of thousands.",
        verdict: Misleading,
        because: "A fetch needs a descriptor and a port, whoever waits for it. Where those run \
                  out, tasks are refused as threads are.",
        measure: "refused.tasks.failed",
        what: "fetches of tasks that failed, of 400, where 256 descriptors were allowed",
        bound: AtLeast(1.0),
        also: &[
            Condition {
                measure: "refused.tasks.most",
                what: "that were in flight at once",
                bound: AtMost(256.0),
            },
            Condition {
                measure: "refused.threads.most",
                what: "of threads",
                bound: AtMost(256.0),
            },
            Condition {
                measure: "crowd.room_connections",
                what: "connections to one server for which there is room here",
                bound: AtMost(100_000.0),
            },
        ],
        ..Claim::COUNTED
    },
    Claim {
        id: "C74",
        source: "S3",
        says: "Threads start slowly and cost much CPU, tasks start fast and cost little.",
        verdict: TrueWithACondition,
        because: "A start is cheaper by far. But a fetch is more than its start: most of its CPU \
                  time goes to the connection and to HTTP, which tasks need too.",
        measure: "start.thread_to_task",
        what: "time to start a thread / a task",
        bound: AtLeast(5.0),
        also: &[Condition {
            measure: "held.cpu_threads_to_tasks",
            what: "CPU time of a fetch by a thread / by a task",
            bound: Between(1.0, 10.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C75",
        source: "S3",
        says: "There is a single thread, so there are no races.",
        verdict: False,
        because: "At each await, other tasks go on. What was true before it need not be true after.",
        measure: "deposit.across.lost",
        what: "deposits lost on one thread, with an await between look and write",
        bound: AtLeast(1.0),
        also: &[Condition {
            measure: "deposit.without.lost",
            what: "without one",
            bound: Between(0.0, 0.0),
        }],
        ..Claim::COUNTED
    },
    Claim {
        id: "C76",
        source: "S3",
        says: "Everything has to be async: one call that blocks blocks all tasks.",
        verdict: TrueWithACondition,
        because: "On its own thread it does. It may be handed to another thread and awaited.",
        measure: "tick.blocks.during",
        what: "ticks of a task while another one blocks",
        bound: Between(0.0, 0.0),
        also: &[Condition {
            measure: "tick.hands_over.during",
            what: "while it has another thread block",
            bound: AtLeast(1.0),
        }],
        ..Claim::COUNTED
    },
    Claim {
        id: "C77",
        source: "S3",
        says: "The GIL is released by calling a C library, requests.",
        verdict: False,
        because: "requests is written in Python. What lets go of the GIL is the socket far below \
                  it.",
        measure: "ledger.library.compiled",
        what: "files of requests that are compiled or C",
        bound: Between(0.0, 0.0),
        also: &[Condition {
            measure: "ledger.library.python",
            what: "that are Python",
            bound: AtLeast(1.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C80",
        source: "S3",
        says: "A hundred pages of half a second: 50 s in sequence, 5.2 s with ten threads, 13 s \
               with four processes.",
        verdict: Confirmed,
        because: "Ten turns and twenty-five turns of one wait each, and little besides.",
        measure: "hundred.threads.speedup",
        what: "gain of ten threads",
        bound: Between(8.5, 11.0),
        also: &[Condition {
            measure: "hundred.processes.speedup",
            what: "of four processes",
            bound: Between(3.4, 4.4),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C81",
        source: "S3",
        says: "The same hundred: 1.8 s with a hundred threads, 1.5 s with asyncio.",
        verdict: Misleading,
        because: "With all of them in flight, the wait is half a second. The rest was something \
                  else: the client's work, or the server's limit.",
        measure: "together.threads_to_one",
        what: "in Rust, time of a hundred threads / of a single page",
        bound: AtMost(1.5),
        also: &[Condition {
            measure: "together.tasks_to_one",
            what: "of a hundred tasks",
            bound: AtMost(1.5),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C82",
        source: "S3",
        says: "Multiprocessing is a poor choice for I/O: little overlaps.",
        verdict: Misleading,
        because: "Four overlapped because four were started. A hundred overlap a hundred waits. \
                  They cost more to start and to keep; that is the argument.",
        measure: "together.processes_to_one",
        what: "time of a hundred processes / of a single page",
        bound: AtMost(2.0),
        also: &[Condition {
            measure: "together.processes.most",
            what: "requests that the server saw in flight",
            bound: Between(100.0, 100.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C92",
        source: "S3",
        says: "The template for I/O with threads: list(executor.map(…)) over all addresses.",
        verdict: Misleading,
        because: "If one page fails, list() raises, and the pages that came are gone with it.",
        measure: "ledger.all_or_nothing.left",
        what: "results of twelve that are left when one page fails",
        bound: Between(0.0, 0.0),
        also: &[Condition {
            measure: "ledger.all_or_nothing.requests",
            what: "requests that the server got for them",
            bound: Between(12.0, 12.0),
        }],
        ..PYTHON
    },
    Claim {
        id: "C93",
        source: "S3",
        says: "The template for asyncio: gather over all addresses.",
        verdict: Misleading,
        because: "Nothing in it bounds what is in flight. The server gets all of it at once, \
                  unless somebody counts.",
        measure: "together.tasks.most",
        what: "requests in flight of a hundred tasks without a bound",
        bound: Between(100.0, 100.0),
        also: &[Condition {
            measure: "bound.latency_10.most",
            what: "with a bound of ten",
            bound: AtMost(10.0),
        }],
        ..Claim::COUNTED
    },
];
