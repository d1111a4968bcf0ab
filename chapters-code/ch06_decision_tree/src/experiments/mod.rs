//! The chapter's experiments, each declared on one screen: what varies, what is measured.

mod zoo;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

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
];
