//! Are as many fetches in flight as there are places, and never one more?

use std::time::Duration;

use harness::{Server, check, equal, fail, must_end, variant, virtual_time};

#[path = "../src/bounded.rs"]
mod bounded;

const TURN: Duration = Duration::from_millis(10);

/// Fetches pages, the first of which takes longer than all others. Returns each with the number of
/// pages that the server had answered by then.
fn fetch(server: &Server, count: usize, places: usize) -> Vec<(usize, usize)> {
    let fetch = |page| {
        let server = server.clone();
        let takes = if page == 0 { TURN * 2 * count as u32 } else { TURN };
        async move { (server.fetch(page, takes).await, server.answered()) }
    };
    let fetches = (0..count).map(fetch).collect();
    let pages = bounded::bounded(fetches, places);
    must_end("all fetches", "somebody keeps a place for ever", || virtual_time(pages))
}

fn sizes() -> (usize, usize) {
    let mut variant = variant();
    (variant.between(20..=30), variant.between(3..=6))
}

#[check]
fn every_page_is_at_its_fetchs_place() {
    let (count, places) = sizes();
    let pages = fetch(&Server::new(), count, places).into_iter().map(|(page, _)| page);
    let idea = "whichever is answered first, a page belongs to its fetch's place";
    equal("the pages", pages.collect::<Vec<_>>(), (0..count).collect(), idea);
}

#[check]
fn as_many_are_in_flight_as_there_are_places() {
    let (server, (count, places)) = (Server::new(), sizes());
    fetch(&server, count, places);
    let early = "a place is kept until the page is there";
    let late = "the next one need not wait until the page is there";
    let idea = if server.peak() > places { early } else { late };
    equal("the most that were in flight", server.peak(), places, idea);
}

#[check]
fn a_free_place_is_taken_at_once() {
    let (count, places) = sizes();
    let (_, answered) = fetch(&Server::new(), count, places)[0];
    if answered < count {
        let (others, came) = (count - 1, answered - 1);
        let expected =
            format_args!("{others} pages to come while a slow one is on its way");
        let idea = "a slow page needs one place, and the others are free meanwhile";
        fail(expected, format_args!("{came} of them came"), idea);
    }
}
