//! Do all fetches wait together, in one thread?

use std::time::Duration;

use harness::{Server, check, equal, fail, variant, virtual_time};
use together::together;
use tokio::time::Instant;

#[path = "../src/together.rs"]
mod together;

const TURN: Duration = Duration::from_millis(10);

/// Fetches pages of which the first takes longest. Returns what came, and how long it took.
fn fetch(server: &Server, count: usize) -> (Vec<usize>, Duration) {
    let takes = |page| TURN * (count - page) as u32;
    let fetches = (0..count).map(|page| server.fetch(page, takes(page)));
    virtual_time(async {
        let began = Instant::now();
        (together(fetches.collect()).await, began.elapsed())
    })
}

#[check]
fn every_page_is_at_its_fetchs_place() {
    let count = variant().between(9..=15);
    let (pages, _) = fetch(&Server::new(), count);
    let idea = "whichever is answered first, a page belongs to its fetch's place";
    equal("the pages", pages, (0..count).collect(), idea);
}

#[check]
fn all_fetches_are_in_flight_together() {
    let (server, count) = (Server::new(), variant().between(9..=15));
    let (_, took) = fetch(&server, count);
    if server.peak() < count {
        let observed = format!("the server never saw more than {}", server.peak());
        let idea = match server.by_tasks() {
            0 => "no task was started: a future does nothing until it is awaited",
            _ => "each task was started when the last one was over",
        };
        fail(format_args!("{count} requests in flight together"), observed, idea);
    }
    let idea = "waits that lie side by side are over with the longest of them";
    equal("the time until the last page", took, TURN * count as u32, idea);
}

#[check]
fn one_thread_waits_for_all() {
    let server = Server::new();
    fetch(&server, variant().between(9..=15));
    let idea = "a task waits without a thread: hand each fetch to the runtime";
    equal("the threads that sent requests", server.threads(), 1, idea);
}
