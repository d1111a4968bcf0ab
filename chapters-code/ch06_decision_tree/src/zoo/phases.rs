//! Half of the time computing, half of it waiting.

use std::io;
use std::time::{Duration, Instant};

use super::compute::compute;
use super::network::Client;
use super::worker::{Deadline, Errand};
use super::{Kind, Program, WORKER};
use crate::label::Label;

/// Programs that do both.
pub const PROGRAMS: &[Program] = &[Program {
    id: "phases",
    does: "Computes for a tenth of a second, waits for a server as long, and so on.",
    label: Label::Mixed,
    because: "It waits for a server exactly as long as it computed before.",
    kind: Kind::Worker(phases),
    ..WORKER
}];

// ANCHOR: phases
fn phases(errand: &Errand) -> io::Result<u64> {
    let mut client = Client::new(errand)?;
    let mut phases = 0;
    while !errand.until.is_over() {
        let clock = Instant::now();
        let _ = compute(Deadline::after(Duration::from_millis(100)));
        client.ask(clock.elapsed().as_millis() as u64)?;
        phases += 1;
    }
    Ok(phases)
}
// ANCHOR_END: phases
