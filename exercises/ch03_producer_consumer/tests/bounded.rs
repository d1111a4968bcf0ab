//! What is graded about `src/bounded.rs`.

use harness::{InFlight, asleep, at_least, at_most, check, equal, variant};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[path = "../src/bounded.rs"]
mod bounded;

/// Runs the line; the first page is read until nobody else gets any further. Returns how many
/// places there were, how many pages were found and fetched by then, and all that were read.
fn held() -> (usize, usize, usize, Vec<usize>) {
    let stages = InFlight::new();
    let places = variant().between(2..=6);
    let (found, fetched) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let find = || {
        let is_one_left = (stages.enter(), found.load(SeqCst) < places * 6).1;
        is_one_left.then(|| found.fetch_add(1, SeqCst))
    };
    let fetch = |page| (page, stages.enter(), fetched.fetch_add(1, SeqCst)).0;
    let (mut by_then, mut read) = ((0, 0), Vec::new());
    bounded::line(places, find, fetch, |page| {
        if read.is_empty() {
            asleep("`send` sleeps until there is a place");
            let _ = stages.enter();
            by_then = (found.load(SeqCst), fetched.load(SeqCst));
        }
        read.push(page);
    });
    at_least("threads", stages.threads(), 3, "stages do not run side by side");
    (places, by_then.0, by_then.1, read)
}

#[check]
fn every_page_is_read_once_and_in_order() {
    let (places, .., read) = held();
    let idea = "whoever finds no place waits for one, and keeps the item";
    equal("the pages that were read", read, (0..places * 6).collect(), idea);
}

#[check]
fn a_queue_holds_no_more_than_it_has_places_for() {
    let (places, found, came, _) = held();
    let (all, late) = (places * 6, "it waits, but only after some more");
    // Besides what lies in the queue, the stage before has one in hand.
    let idea = if came < all { late } else { "nothing makes `fetch` wait for `read`" };
    at_most("pages fetched while the first was read", came - 1, places + 1, idea);
    let idea = if found < all { late } else { "nothing makes `find` wait for `fetch`" };
    at_most("more found than fetched by then", found - came, places + 1, idea);
}

#[check]
fn the_places_are_used() {
    let (places, found, fetched, _) = held();
    at_most("pages fetched by then", fetched, places * 5, "`fetch` waits for nobody");
    let idea = "without places, the stages wait for each other at each item";
    at_least("pages ready to be read next", fetched.saturating_sub(2), places, idea);
    let idea = "the first queue has no places: `find` waits for `fetch` at each item";
    at_least("more found than fetched by then", found - fetched, places, idea);
}
