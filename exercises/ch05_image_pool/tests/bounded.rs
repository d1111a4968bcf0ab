//! What is graded about `src/bounded.rs`.

use bounded::shrunk;
use harness::*;
use std::sync::Once;

#[path = "../src/bounded.rs"]
mod bounded;

/// How many photos and workers there are.
fn scene() -> (usize, usize) {
    let workers = variant().between(2..=4);
    (6 * workers + variant().between(0..=6), workers)
}

#[check]
fn every_photo_is_shrunk() {
    let ((photos, workers), look) = (scene(), Once::new());
    let mut small = shrunk(0..photos, workers, |it| (look.call_once(settle), it).1);
    small.sort_unstable();
    equal("the results", small, (0..photos).collect(), "each photo has one result");
}

#[check]
fn no_more_than_two_photos_a_worker_are_in_memory() {
    let (photos, workers) = scene();
    let (memory, look) = (InFlight::new(), Once::new());
    let together = Together::new(workers, "photos");
    shrunk((0..photos).map(|_| memory.enter()), workers, |_photo| {
        let _in_progress = together.enter();
        look.call_once(|| asleep("the opener sleeps until there is a place"));
    });
    at_least("photos shrunk", together.total(), photos, "each photo has one result");
    at_most("at a time", together.peak(), workers, "each worker is one thread");
    let idea = match memory.peak() {
        peak if peak == photos => "nothing holds the opener back",
        peak if peak == 2 * workers + 1 => "count the one in the opener's hand, too",
        _ => "count those that are being shrunk, too",
    };
    at_most("photos in memory", memory.peak(), 2 * workers, idea);
}

#[check]
fn photos_are_shrunk_side_by_side() {
    let (photos, workers) = scene();
    let together = Together::new(workers, "photos");
    shrunk(0..photos, workers, |_| drop(together.enter()));
    let locked = "a thread that has a photo still keeps the queue locked";
    together.expect("one thread shrinks them all", locked);
    at_most("threads", together.threads(), workers, "each worker is one thread");
}

#[check]
fn a_slow_photo_holds_up_no_other() {
    let (photos, workers) = scene();
    let first = Slowest::new(photos, "photos");
    shrunk(0..photos, workers, |photo| first.job(photo == 0));
    first.expect("each batch waits for its slowest photo");
}
