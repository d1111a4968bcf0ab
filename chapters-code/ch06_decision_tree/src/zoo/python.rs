//! Python, by the functions of `python/zoo.py`.

use super::{Cpus, Kind, Need, Program, WORKER};
use crate::label::Label;

/// Programs in Python.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "python-compute",
        does: "Computes in Python.",
        label: Label::CpuBound,
        because: "It never waits: one thread, and numbers only.",
        ..PYTHON
    },
    Program {
        id: "python-threads",
        does: "Computes in Python on two threads.",
        label: Label::GilBound,
        because: "Only who has the interpreter's lock computes, and the other one waits for it.",
        needs: &[Need::TwoCpus, Need::Gil],
        ..PYTHON
    },
    Program {
        id: "python-crowd",
        does: "Computes in Python on eight threads.",
        label: Label::GilBound,
        because: "Only who has the interpreter's lock computes, and seven wait for it.",
        needs: &[Need::TwoCpus, Need::Gil],
        ..PYTHON
    },
    Program {
        id: "python-processes",
        does: "Computes in Python in two processes of `multiprocessing`.",
        label: Label::CpuBound,
        because: "Each process has a lock of its own, and the parent waits for them only.",
        cpus: Cpus::Two,
        ..PYTHON
    },
    Program {
        id: "python-client",
        does: "Asks a slow server from Python, waits for the answer, asks again.",
        label: Label::IoBound,
        because: "The server waits before it answers, far longer than Python needs to ask.",
        cpus: Cpus::Few,
        ..PYTHON
    },
    Program {
        id: "python-lock",
        does: "Asks a slow server from Python on four threads, and keeps a lock meanwhile.",
        label: Label::LockBound,
        because: "Three of four threads wait for a `threading.Lock`, and one for the server.",
        cpus: Cpus::Few,
        ..PYTHON
    },
    Program {
        id: "python-sleep",
        does: "Sleeps in Python, a tenth of a second at a time.",
        label: Label::Sleeping,
        because: "Between two naps it does nothing but count them.",
        cpus: Cpus::Few,
        ..PYTHON
    },
    Program {
        id: "python-phases",
        does: "Computes in Python for a tenth of a second, waits for a server as long.",
        label: Label::Mixed,
        because: "It waits for a server exactly as long as it computed before.",
        ..PYTHON
    },
];

const PYTHON: Program = Program { kind: Kind::Python, ..WORKER };
