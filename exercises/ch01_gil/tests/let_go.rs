//! Workers wait side by side, and count under the lock.

#[path = "../src/let_go.rs"]
mod let_go;

use std::{cell::RefCell, thread, time::Duration, time::Instant};

use ch01_gil::gil::Gil;
use harness::{Rendezvous, check, equal, fail, variant};

/// Has each of `workers` count two pages: page 3 has three words.
fn count_pages(workers: usize) {
    // Nobody loses patience.
    let gil = Gil::new(Duration::from_secs(3600));
    let meeting = Rendezvous::new(workers);
    let work = &|page: usize| {
        let worker = thread::current().id();
        let ask = |page| {
            if !meeting.meet() {
                let idea = match thread::current().id() == worker {
                    true => "whoever waits with the lock makes others wait",
                    false => "another thread waits, but its worker keeps the lock",
                };
                fail(format!("{workers} waits at a time"), "there was 1", idea);
            }
            "word ".repeat(page)
        };
        let counted = RefCell::new(Vec::new());
        let count = |text: &str| {
            counted.borrow_mut().push(Instant::now());
            text.split_whitespace().count()
        };
        let mut held = gil.attach();
        let counts = let_go::work(&[page, 2], &mut held, ask, count);
        equal("the counts", counts, vec![page, 2], "each page has one, in order");
        let turns = held.detach();
        for at in counted.into_inner() {
            if !turns.iter().any(|turn| turn.taken <= at && at <= turn.dropped) {
                let idea = "only waiting needs no lock; to count is to work";
                fail("words to be counted under the lock", "they were not", idea);
            }
        }
    };
    thread::scope(|scope| {
        (1..=workers).for_each(|page| drop(scope.spawn(move || work(page))));
    });
}

#[check]
fn workers_wait_side_by_side() {
    count_pages(variant().between(2..=6));
}

#[check]
fn words_are_counted_under_the_lock() {
    count_pages(1);
}
