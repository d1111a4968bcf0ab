//! The chapter's experiments, each declared on one screen: what varies, what is measured.

mod line;
mod memory;
mod python;
mod rivals;
mod safety;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

/// What can be set.
pub const PARAMS: &[Param] = &[
    Param {
        name: "second",
        kind: Kind::Number(1.0, 2000.0),
        default: Default::Is(20.0),
        full: None,
        unit: "ms",
        help: "What a second of the source's pauses lasts here",
    },
    Param {
        name: "items",
        kind: Kind::Count(1, 1_000_000),
        default: Default::Is(2000.0),
        full: None,
        unit: "",
        help: "How many items each of two producers makes for three consumers",
    },
    Param {
        name: "blocks",
        kind: Kind::Count(1, 100_000),
        default: Default::Is(200.0),
        full: Some(1000.0),
        unit: "",
        help: "How many blocks of 64 KiB go to a consumer that is slow",
    },
    Param {
        name: "rush",
        kind: Kind::Count(1000, 1_000_000_000),
        default: Default::Is(200_000.0),
        full: Some(1_000_000.0),
        unit: "",
        help: "How many numbers go through a queue as fast as they can",
    },
    Param {
        name: "capacity",
        kind: Kind::Count(1, 1_000_000),
        default: Default::Is(1024.0),
        full: None,
        unit: "",
        help: "How many places the queue has through which they go",
    },
];

/// What is tried.
pub const PLANS: &[Plan] = &[
    Plan { id: "five", when: When::Always, run: line::five },
    Plan { id: "depth", when: When::Full, run: line::depth },
    Plan { id: "bottleneck", when: When::Full, run: line::bottleneck },
    Plan { id: "order", when: When::Full, run: line::order },
    Plan { id: "many", when: When::Always, run: safety::many },
    Plan { id: "sentinel", when: When::Always, run: safety::sentinel },
    Plan { id: "file", when: When::Full, run: safety::file },
    Plan { id: "backpressure", when: When::Full, run: memory::backpressure },
    Plan { id: "throughput", when: When::Always, run: rivals::throughput },
    Plan { id: "latency", when: When::Full, run: rivals::latency },
    Plan { id: "fairness", when: When::Full, run: rivals::fairness },
    Plan { id: "python", when: When::Python, run: python::original },
];
