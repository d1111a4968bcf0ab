//! The chapter's experiments, each declared on one screen: what varies, what is measured.

pub mod cpus;
mod first;
pub mod misfortune;
mod parcel;
mod python;
pub mod sleepers;
mod start;
mod walls;

use lab::{
    cli::{Plan, When},
    param::{Default, Kind, Param},
};

/// The argument that has this program put workers to sleep and look at its memory.
pub const SLEEPERS: &str = "watch-sleepers";

/// The argument that makes this program one to whose workers something happens.
pub const HOST: &str = "unlucky-host";

/// The argument that has this program work, and tell on which CPUs it did.
pub const WHEREABOUTS: &str = "whereabouts";

/// What can be set.
pub const PARAMS: &[Param] = &[
    Param {
        name: "threads",
        kind: Kind::Count(1, 1_000_000),
        default: Default::Is(1000.0),
        full: Some(10_000.0),
        unit: "",
        help: "How many threads sleep",
    },
    Param {
        name: "processes",
        kind: Kind::Count(1, 400),
        default: Default::Is(8.0),
        full: None,
        unit: "",
        help: "How many processes sleep",
    },
    Param {
        name: "tasks",
        kind: Kind::Count(1, 10_000_000),
        default: Default::Is(10_000.0),
        full: Some(100_000.0),
        unit: "",
        help: "How many tasks sleep",
    },
    Param {
        name: "stack",
        kind: Kind::Count(1, 64),
        default: Default::Is(8.0),
        full: None,
        unit: "MiB",
        help: "Address space of a sleeping thread's stack",
    },
    Param {
        name: "nap",
        kind: Kind::Count(1, 10_000),
        default: Default::Is(60.0),
        full: None,
        unit: "ms",
        help: "What a second of the sources' sleeps lasts here",
    },
    Param {
        name: "squares",
        kind: Kind::Count(1, 1_000_000_000),
        default: Default::Is(10_000_000.0),
        full: None,
        unit: "",
        help: "How many squares are added up",
    },
    Param {
        name: "darts",
        kind: Kind::Count(100_000, 10_000_000_000),
        default: Default::Is(30_000_000.0),
        full: None,
        unit: "",
        help: "How many darts each of four tasks throws",
    },
];

/// What is tried.
pub const PLANS: &[Plan] = &[
    Plan { id: "start", when: When::Always, run: start::start },
    Plan { id: "sleepers", when: When::Always, run: sleepers::sleepers },
    Plan { id: "parcel", when: When::Full, run: parcel::parcel },
    Plan { id: "misfortune", when: When::Always, run: misfortune::misfortune },
    Plan { id: "walls", when: When::Full, run: walls::walls },
    Plan { id: "naps", when: When::Full, run: first::naps },
    Plan { id: "turns", when: When::Full, run: first::turns },
    Plan { id: "waits", when: When::Full, run: first::waits },
    Plan { id: "sums", when: When::Full, run: first::sums },
    Plan { id: "pi", when: When::Full, run: first::pi },
    Plan { id: "unsplit", when: When::Full, run: cpus::unsplit },
    Plan { id: "crowd", when: When::Full, run: cpus::crowd },
    Plan { id: "cores", when: When::Full, run: cpus::cores },
    Plan { id: "python", when: When::Python, run: python::original },
    Plan { id: "ledger", when: When::Python, run: python::ledger },
];
