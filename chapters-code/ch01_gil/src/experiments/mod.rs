//! The chapter's experiments, each declared on one screen: what varies, what is measured.

mod convoy;
mod lost;
mod python;
mod turns;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

/// What can be set.
pub const PARAMS: &[Param] = &[
    Param {
        name: "interval",
        kind: Kind::Number(0.05, 1000.0),
        default: Default::Is(5.0),
        full: None,
        unit: "ms",
        help: "How long a waiter waits before it asks for the lock",
    },
    Param {
        name: "loops",
        kind: Kind::Count(1, 1_000_000_000),
        default: Default::Is(1_500_000.0),
        full: Some(6_000_000.0),
        unit: "",
        help: "How many iterations of a loop each worker computes",
    },
    Param {
        name: "wait",
        kind: Kind::Number(0.0, 500.0),
        default: Default::Is(6.0),
        full: Some(50.0),
        unit: "ms",
        help: "How long each of the five waits of a worker takes",
    },
    Param {
        name: "updates",
        kind: Kind::Count(1, 1_000_000_000),
        default: Default::Is(1_000_000.0),
        full: Some(4_000_000.0),
        unit: "",
        help: "How often each worker adds one to the shared counter",
    },
    Param {
        name: "service",
        kind: Kind::Number(0.0, 20.0),
        default: Default::Is(0.2),
        full: None,
        unit: "ms",
        help: "How long the server takes to answer a request",
    },
];

/// What is tried.
pub const PLANS: &[Plan] = &[
    Plan { id: "turns", when: When::Always, run: turns::turns },
    Plan { id: "waiting", when: When::Always, run: turns::waiting },
    Plan { id: "interval", when: When::Full, run: turns::interval },
    Plan { id: "convoy", when: When::Always, run: convoy::convoy },
    Plan { id: "lost", when: When::Always, run: lost::lost },
    Plan { id: "python", when: When::Python, run: python::python },
];
