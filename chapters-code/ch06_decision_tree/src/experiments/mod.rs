//! The chapter's experiments, each declared on one screen: what varies, what is measured.

mod busy;
pub mod crossover;
mod data;
pub mod idle;
pub mod overhead;
mod pool;
mod python;
mod split;
mod waits;
mod zoo;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

/// The argument that makes this program a slow one whose CPU is idle.
pub const IDLE: &str = "slow-and-idle";

/// The argument that has this program wait for many answers at once, and tell what that cost.
pub const CROWD: &str = "crowd-of-waits";

/// The argument that has this program do some work, and tell how long it took.
pub const WORK: &str = "steps-of-work";

/// What can be set.
pub const PARAMS: &[Param] = &[
    Param {
        name: "seconds",
        kind: Kind::Number(0.1, 60.0),
        default: Default::Is(0.6),
        full: Some(1.0),
        unit: "s",
        help: "How long a program with a known answer runs",
    },
    Param {
        name: "hogs",
        kind: Kind::Count(1, 256),
        default: Default::Is(1.0),
        full: None,
        unit: "",
        help: "How many programs compute beside it in the experiment `beside`",
    },
    Param {
        name: "wait",
        kind: Kind::Count(1, 10_000),
        default: Default::Is(25.0),
        full: Some(1000.0),
        unit: "ms",
        help: "How long the server takes for an answer, where threads and tasks are compared",
    },
];

/// What is tried.
pub const PLANS: &[Plan] = &[
    Plan { id: "zoo", when: When::Always, run: zoo::zoo },
    Plan { id: "beside", when: When::Full, run: zoo::beside },
    Plan { id: "overhead", when: When::Full, run: overhead::overhead },
    Plan { id: "idle", when: When::Always, run: idle::idle },
    Plan { id: "busy", when: When::Full, run: busy::busy },
    Plan { id: "queue", when: When::Full, run: busy::queue },
    Plan { id: "encryption", when: When::Full, run: busy::encryption },
    Plan { id: "disk", when: When::Full, run: data::disk },
    Plan { id: "multiply", when: When::Full, run: data::multiply },
    Plan { id: "crossover", when: When::Always, run: crossover::crossover },
    Plan { id: "split", when: When::Full, run: split::split },
    Plan { id: "parity", when: When::Full, run: split::parity },
    Plan { id: "one_core", when: When::Full, run: split::one_core },
    Plan { id: "in_flight", when: When::Full, run: pool::in_flight },
    Plan { id: "picture", when: When::Full, run: waits::picture },
    Plan { id: "growth", when: When::Full, run: waits::growth },
    Plan { id: "spread", when: When::Full, run: waits::spread },
    Plan { id: "python", when: When::Python, run: python::original },
];
