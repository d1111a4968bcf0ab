//! The chapter's experiments, each declared on one screen: what varies, what is measured.

mod grain;
mod kinds;
mod ledger;
mod misfortune;
mod pool;
mod set;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

/// What can be set.
pub const PARAMS: &[Param] = &[
    Param {
        name: "workers",
        kind: Kind::Count(1, 1024),
        default: Default::UsableCpus,
        full: None,
        unit: "",
        help: "How many threads or processes work at once",
    },
    Param {
        name: "sigma",
        kind: Kind::Number(0.0, 500.0),
        default: Default::Is(15.0),
        full: None,
        unit: "px",
        help: "Strength of the blur: standard deviation of the Gaussian",
    },
    Param {
        name: "max-side",
        kind: Kind::Count(1, 65_535),
        default: Default::Is(1200.0),
        full: None,
        unit: "px",
        help: "Longest side of the result",
    },
    Param {
        name: "quality",
        kind: Kind::Count(1, 100),
        default: Default::Is(85.0),
        full: None,
        unit: "",
        help: "JPEG quality of the result",
    },
    Param {
        name: "photos",
        kind: Kind::Count(1, 1000),
        default: Default::Is(8.0),
        full: Some(12.0),
        unit: "",
        help: "How many photos the experiments generate",
    },
    Param {
        name: "width",
        kind: Kind::Count(16, 16_384),
        default: Default::Is(1350.0),
        full: Some(3600.0),
        unit: "px",
        help: "Width of a generated photo",
    },
    Param {
        name: "height",
        kind: Kind::Count(16, 16_384),
        default: Default::Is(900.0),
        full: Some(2400.0),
        unit: "px",
        help: "Height of a generated photo",
    },
];

/// What is tried.
pub const PLANS: &[Plan] = &[
    Plan { id: "pool", when: When::Always, run: pool::four_ways },
    Plan { id: "scaling", when: When::Full, run: pool::scaling },
    Plan { id: "three", when: When::Full, run: pool::three_photos },
    Plan { id: "resize", when: When::Full, run: pool::resize_only },
    Plan { id: "thousand", when: When::Full, run: pool::thousand_photos },
    Plan { id: "grain", when: When::Full, run: grain::grain },
    Plan { id: "memory", when: When::Full, run: kinds::memory_or_registers },
    Plan { id: "pinned", when: When::Full, run: kinds::one_cpu },
    Plan { id: "misfortune", when: When::Full, run: misfortune::misfortune },
    Plan { id: "python", when: When::Python, run: ledger::ledger },
];
