//! The chapter's experiments, each declared on one screen: what varies, what is measured.

pub mod asleep;
mod bound;
pub mod crowd;
mod disk;
mod loops;
mod pages;
mod python;
pub mod remote;
mod ring;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

/// The argument that makes this program a server.
pub const SERVER: &str = "server";

/// The argument that has this program fetch many pages at once, and tell what that cost.
pub const CROWD: &str = "crowd-of-fetchers";

/// The argument that has this program put many threads to sleep.
pub const ASLEEP: &str = "threads-asleep";

/// What can be set.
pub const PARAMS: &[Param] = &[
    Param {
        name: "delay",
        kind: Kind::Count(1, 10_000),
        default: Default::Is(25.0),
        full: Some(500.0),
        unit: "ms",
        help: "How long the server takes for a page",
    },
    Param {
        name: "crowd-delay",
        kind: Kind::Count(1, 10_000),
        default: Default::Is(80.0),
        full: Some(500.0),
        unit: "ms",
        help: "How long it takes where thousands wait at once",
    },
    Param {
        name: "turn",
        kind: Kind::Count(1, 10_000),
        default: Default::Is(10.0),
        full: Some(30.0),
        unit: "ms",
        help: "How long it takes where a hundred are fetched in turns",
    },
    Param {
        name: "crowd",
        kind: Kind::Count(1, 1_000_000),
        default: Default::Is(1000.0),
        full: Some(10_000.0),
        unit: "",
        help: "How many wait at once",
    },
    Param {
        name: "block",
        kind: Kind::Count(20, 10_000),
        default: Default::Is(20.0),
        full: Some(100.0),
        unit: "ms",
        help: "How long a task keeps its thread",
    },
];

/// What is tried.
pub const PLANS: &[Plan] = &[
    Plan { id: "ten", when: When::Always, run: pages::ten },
    Plan { id: "hundred", when: When::Full, run: pages::hundred },
    Plan { id: "together", when: When::Full, run: pages::together },
    Plan { id: "sizes", when: When::Full, run: pages::sizes },
    Plan { id: "few", when: When::Full, run: pages::few },
    Plan { id: "one_cpu", when: When::Full, run: pages::one_cpu },
    Plan { id: "alone", when: When::Full, run: pages::alone },
    Plan { id: "crowd", when: When::Always, run: crowd::crowd },
    Plan { id: "held", when: When::Full, run: crowd::held },
    Plan { id: "refused", when: When::Full, run: crowd::refused },
    Plan { id: "asleep", when: When::Full, run: asleep::asleep },
    Plan { id: "bound", when: When::Full, run: bound::bound },
    Plan { id: "tick", when: When::Always, run: loops::tick },
    Plan { id: "deposit", when: When::Always, run: loops::deposit },
    Plan { id: "ring", when: When::Full, run: ring::ring },
    Plan { id: "start", when: When::Full, run: ring::start },
    Plan { id: "disk", when: When::Full, run: disk::disk },
    Plan { id: "python", when: When::Python, run: python::original },
    Plan { id: "ledger", when: When::Python, run: python::ledger },
];
