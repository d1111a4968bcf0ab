//! The chapter's experiments, each declared on one screen: what varies, what is measured.

mod busy;
mod data;
pub mod idle;
mod python;
mod waits;
mod zoo;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

/// The argument that makes this program a slow one whose CPU is idle.
pub const IDLE: &str = "slow-and-idle";

/// What can be set.
pub const PARAMS: &[Param] = &[
    Param {
        name: "seconds",
        kind: Kind::Number(0.1, 60.0),
        default: Default::Is(0.6),
        full: Some(2.0),
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
];

/// What is tried.
pub const PLANS: &[Plan] = &[
    Plan { id: "zoo", when: When::Always, run: zoo::zoo },
    Plan { id: "beside", when: When::Full, run: zoo::beside },
    Plan { id: "idle", when: When::Always, run: idle::idle },
    Plan { id: "busy", when: When::Full, run: busy::busy },
    Plan { id: "queue", when: When::Full, run: busy::queue },
    Plan { id: "copies", when: When::Full, run: busy::copies },
    Plan { id: "disk", when: When::Full, run: data::disk },
    Plan { id: "multiply", when: When::Full, run: data::multiply },
    Plan { id: "picture", when: When::Full, run: waits::picture },
    Plan { id: "growth", when: When::Full, run: waits::growth },
    Plan { id: "spread", when: When::Full, run: waits::spread },
    Plan { id: "python", when: When::Python, run: python::original },
];
