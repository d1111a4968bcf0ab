//! The chapter's experiments, each declared on one screen: what varies, what is measured.

pub mod crossover;
mod pool;
mod split;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

/// The argument that has this program wait for many answers at once, and tell what that cost.
pub const CROWD: &str = "crowd-of-waits";

/// What can be set.
pub const PARAMS: &[Param] = &[Param {
    name: "wait",
    kind: Kind::Count(1, 10_000),
    default: Default::Is(25.0),
    full: Some(1000.0),
    unit: "ms",
    help: "How long the server takes for an answer, where threads and tasks are compared",
}];

/// What is tried.
pub const PLANS: &[Plan] = &[
    Plan { id: "crossover", when: When::Always, run: crossover::crossover },
    Plan { id: "split", when: When::Full, run: split::split },
    Plan { id: "parity", when: When::Full, run: split::parity },
    Plan { id: "one_core", when: When::Full, run: split::one_core },
    Plan { id: "in_flight", when: When::Full, run: pool::in_flight },
];
