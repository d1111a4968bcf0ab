//! What is graded about `src/pss.rs`.

use harness::{at_most, check, equal, inconclusive, variant};
use lab::os::{Shared, process_memory};
use std::{fs, io, io::ErrorKind::*, process::id, sync::atomic::Ordering::*};

#[path = "../src/pss.rs"]
mod pss;

/// KiB that each of the processes 1 to 4 has of its own, and that each pair of them shares.
fn sizes() -> (u64, u64) {
    (variant().between(300..=900) as u64, 2 * variant().between(800..=1400) as u64)
}

/// A file of process 1, 2, 3 or 4. Numbers 8 and 9 cannot be read, all others have ended.
fn read(path: &str) -> io::Result<String> {
    let (own, shared) = sizes();
    let (rss, pss) = (own + shared, own + shared / 2);
    let rollup = format!("Rss: {rss} kB\nPss: {pss} kB\nPss_Anon: {own} kB");
    match path.split('/').nth(2).and_then(|pid| pid.parse().ok()) {
        Some(1..=4) if path.ends_with("status") => Ok(format!("VmRSS: {rss} kB")),
        Some(1..=4) => Ok(format!("{rollup}\nPrivate_Dirty: {own} kB")),
        Some(pid @ 8..=9) => Err([TimedOut, PermissionDenied][pid - 8].into()),
        _ => Err(NotFound.into()),
    }
}

#[check]
fn shared_pages_count_once() {
    let (own, shared) = sizes();
    let found = pss::together(&[1, 2, 3, 4], read).unwrap_or(0) / 1024;
    let idea = match found {
        it if it == 4 * (own + shared) => "what they share is counted for each of them",
        it if it == 4 * own => "what they share takes memory, too",
        it if it == own + shared => "not all that they have is shared",
        it if it == 4 * own + shared => "two of them need not share what two others do",
        _ => "one line of each says it all, in units of 1024 bytes",
    };
    equal("the KiB of four processes", found, 4 * own + 2 * shared, idea);
}

#[check]
fn an_end_is_told_from_an_error() {
    let sum = |pids: &[u32]| pss::together(pids, read).map_err(|error| error.kind());
    equal("the sum", sum(&[1, 7]), sum(&[1]), "process 7 has ended");
    equal("the sum", sum(&[7, 1]), sum(&[1]), "process 1 has not ended yet");
    equal("it", sum(&[1, 9]).or(sum(&[1, 8])), Err(TimedOut), "it looks like any sum");
}

#[check]
fn it_is_right_for_this_process() {
    let memory = Shared::new(32 << 20).unwrap();
    let two = [Shared::open(memory.path()).unwrap(), memory]; // resident twice
    two.iter().flat_map(Shared::bytes).step_by(4096).for_each(|it| it.store(1, SeqCst));
    let truth = process_memory(id()).unwrap_or_else(|| inconclusive("not told")).pss;
    let found = pss::together(&[id()], |path| fs::read_to_string(path)).unwrap();
    let away = (100 * found.abs_diff(truth) / truth) as usize;
    at_most("% away from the true size", away, 10, "all mappings count, a page once");
}
