//! Workers wait side by side, and count under the lock.

#[path = "../src/let_go.rs"]
mod let_go;

use std::{cell::RefCell, thread, time::Duration, time::Instant};

use ch01_gil::gil::Gil;
use harness::{InFlight, Rendezvous, check, equal, fail, variant};

/// Has each of `workers` count two pages: page 3 has three words, page 0 has none.
fn count_pages(workers: usize) {
    let gil = Gil::new(Duration::MAX); // nobody loses patience
    let meetings = [(); 2].map(|()| Rendezvous::new(workers));
    let work = &|page: usize| {
        let (worker, asked) = (thread::current().id(), InFlight::new());
        let ask = |page| {
            drop(asked.enter());
            if !meetings[usize::from(page == 0)].meet() {
                let idea = match (thread::current().id() == worker, page) {
                    (true, 0) => "only the first page was waited for without the lock",
                    (true, _) => "whoever waits with the lock makes others wait",
                    _ => "another thread waits, but its worker keeps the lock",
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
        let counts = let_go::work(&[page, 0], &mut held, ask, count);
        equal("the counts", counts, vec![page, 0], "each page has one, in order");
        equal("the pages asked for", asked.total(), 2, "each page is needed once");
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
