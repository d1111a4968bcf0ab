//! What the sources say about this chapter's question, and the bound that would show it.
//!
//! The ledger's rows that name chapter 3. `because` is our reason; the measurement decides.

use lab::claim::{Bound::*, Claim, Condition, Verdict::*};

/// The ledger of this chapter.
pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "C16",
        source: "S1",
        says: "Separate memory makes for fewer bugs with shared state.",
        verdict: TrueWithACondition,
        because: "As long as nothing is shared. Two processes that keep a number in a file lose \
                  updates as two threads do, until they lock the file.",
        measure: "file.free.lost",
        what: "updates of a number in a file that two processes lose",
        bound: AtLeast(1.0),
        also: &[Condition {
            measure: "file.locked.lost",
            what: "that they lose if they lock the file",
            bound: Between(0.0, 0.0),
        }],
        least_cpus: 2,
        ..Claim::COUNTED
    },
    Claim {
        id: "C28",
        source: "S1",
        says: "A Queue is safe to share between threads without locks of one's own.",
        verdict: Confirmed,
        because: "It has a lock inside. As many items come out as went in, each once.",
        measure: "python.many.lost",
        what: "items that Python's queue loses between two producers and three consumers",
        bound: Between(0.0, 0.0),
        also: &[
            Condition {
                measure: "python.many.doubled",
                what: "that come out twice",
                bound: Between(0.0, 0.0),
            },
            Condition {
                measure: "many.ours.lost",
                what: "that our queue loses",
                bound: Between(0.0, 0.0),
            },
            Condition {
                measure: "many.ours.doubled",
                what: "that come out of it twice",
                bound: Between(0.0, 0.0),
            },
        ],
        python: true,
        ..Claim::COUNTED
    },
    Claim {
        id: "C29",
        source: "S1",
        says: "The program prints its lines in the order that is shown.",
        verdict: Misleading,
        because: "In one of many orders. Some lines can be swapped, others never.",
        measure: "order.runs.impossible",
        what: "logs in an order that cannot be, of all runs",
        bound: Between(0.0, 0.0),
        also: &[Condition {
            measure: "order.runs.different",
            what: "logs that differ",
            bound: AtLeast(2.0),
        }],
        ..Claim::COUNTED
    },
    Claim {
        id: "C30",
        source: "S1",
        says: "Five items, made in one second each and used in two, take ten seconds.",
        verdict: Confirmed,
        because: "The slower side decides. The other one's time disappears in it, and two or three \
                  items pile up meanwhile.",
        measure: "five.unbounded.to_ideal",
        what: "time / that of the consumer alone",
        bound: Between(0.95, 1.05),
        also: &[Condition {
            measure: "five.unbounded.deepest",
            what: "items in the queue, at the most",
            bound: Between(2.0, 3.0),
        }],
        ..Claim::TIMED
    },
    Claim {
        id: "C31",
        source: "S1",
        says: "A queue needs no bound.",
        verdict: Misleading,
        because: "Not for five items. But where the consumer does not keep up, all that was made is \
                  in the queue. With a bound, the producer waits.",
        measure: "backpressure.eight.deepest",
        what: "blocks in a queue of eight places, at the most",
        bound: AtMost(8.0),
        also: &[
            Condition {
                measure: "backpressure.unbounded.deepest",
                what: "in one without a bound",
                bound: AtLeast(100.0),
            },
            Condition {
                measure: "backpressure.saved",
                what: "memory without a bound / with one",
                bound: AtLeast(3.0),
            },
        ],
        ..Claim::COUNTED
    },
    Claim {
        id: "C32",
        source: "S1",
        says: "None in the queue tells the consumers that it is over.",
        verdict: TrueWithACondition,
        because: "It tells one. Whoever takes it has it, and the others wait for ever. It takes one \
                  for each, or a queue that can be closed.",
        measure: "sentinel.one.ended",
        what: "of three consumers, those that end after one sentinel",
        bound: Between(1.0, 1.0),
        also: &[
            Condition {
                measure: "sentinel.close.ended",
                what: "that end when the queue is closed",
                bound: Between(3.0, 3.0),
            },
            Condition {
                measure: "python.sentinel.ended",
                what: "in Python, after one None",
                bound: Between(1.0, 1.0),
            },
        ],
        python: true,
        ..Claim::COUNTED
    },
];
