//! Pipes with somebody slow at the other end, who is no part of the program.

use std::io::{self, BufRead, Write};

use super::worker::Errand;
use super::{Company, Cpus, Kind, Program, WORKER};
use crate::label::Label;

/// Programs that wait for a pipe.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "pipe-reader",
        does: "Reads lines from a pipe until it is closed.",
        label: Label::IoBound,
        because: "The writer at the other end takes its time, and a line is no work.",
        company: Company::SlowWriter,
        cpus: Cpus::Few,
        kind: Kind::Worker(reader),
        ..WORKER
    },
    Program {
        id: "pipe-writer",
        does: "Writes as much as it can into a pipe.",
        label: Label::IoBound,
        because: "A pipe holds 64 KiB, and the reader at the other end takes its time.",
        company: Company::SlowReader,
        cpus: Cpus::Few,
        kind: Kind::Worker(writer),
        ..WORKER
    },
    Program {
        id: "input",
        does: "Waits for a person to type something, and nobody does.",
        label: Label::IoBound,
        because: "It waits in one call, which reads its input. With a faster other end it would \
                  be done sooner.",
        company: Company::SilentWriter,
        cpus: Cpus::Few,
        kind: Kind::Worker(reader),
        ..WORKER
    },
];

// ANCHOR: pipes
fn reader(_errand: &Errand) -> io::Result<u64> {
    let mut lines = 0;
    for line in io::stdin().lock().lines() {
        line?;
        lines += 1;
    }
    Ok(lines)
}

fn writer(errand: &Errand) -> io::Result<u64> {
    let (mut output, mut written) = (io::stdout().lock(), 0);
    while !errand.until.is_over() {
        output.write_all(&[b'.'; 64 << 10])?;
        written += 1;
    }
    output.flush()?;
    Ok(written)
}
// ANCHOR_END: pipes
