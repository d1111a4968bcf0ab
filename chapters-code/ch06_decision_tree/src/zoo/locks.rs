//! Threads that wait for each other.

use std::hint;
use std::io;
use std::sync::{Mutex, PoisonError};

use super::compute::{on_threads, work};
use super::network::{Client, SLOW};
use super::worker::Errand;
use super::{Cpus, Kind, Need, Program, WORKER};
use crate::label::Label;

/// Programs whose threads wait for a lock.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "convoy",
        does: "Computes on four threads, nearly all of it under one lock.",
        label: Label::LockBound,
        because: "Ten parts in eleven are done by who has the lock, so that most threads wait for \
                  it most of the time, whatever the number of CPUs.",
        needs: &[Need::TwoCpus],
        kind: Kind::Worker(convoy),
        ..WORKER
    },
    Program {
        id: "locked-client",
        does: "Asks a slow server on four threads, and keeps a lock meanwhile.",
        label: Label::LockBound,
        because: "Three of four threads wait for the lock and one for the server. Without the lock \
                  four requests would be on their way at once.",
        cpus: Cpus::Few,
        kind: Kind::Worker(locked_client),
        ..WORKER
    },
];

// ANCHOR: convoy
fn convoy(errand: &Errand) -> io::Result<u64> {
    let state = Mutex::new(1);
    on_threads(4, || {
        let mut sections = 0;
        while !errand.until.is_over() {
            let mut shared = state.lock().unwrap_or_else(PoisonError::into_inner);
            for _ in 0..10 {
                *shared = hint::black_box(work(*shared));
            }
            let seen = *shared;
            drop(shared);
            hint::black_box(work(seen));
            sections += 1;
        }
        Ok(sections)
    })
}
// ANCHOR_END: convoy

fn locked_client(errand: &Errand) -> io::Result<u64> {
    let client = Mutex::new(Client::new(errand)?);
    on_threads(4, || {
        let mut answers = 0;
        while !errand.until.is_over() {
            client.lock().unwrap_or_else(PoisonError::into_inner).ask(SLOW)?;
            answers += 1;
        }
        Ok(answers)
    })
}
