//! Do all fetches wait together, in one thread?

use harness::{Server, check, equal, fail, must_end, variant, virtual_time};
use together::together;
use tokio::time::{Duration, Instant};

#[path = "../src/together.rs"]
mod together;

const TURN: Duration = Duration::from_millis(10);

/// Fetches pages of which the first takes longest, and the others take less, in no order. Returns
/// what came, and in how many turns.
fn fetch(server: &Server, count: usize) -> (Vec<usize>, f64) {
    let takes = |page| TURN * if page == 0 { count } else { page * 17 % count } as u32;
    let fetches = (0..count).map(|page| server.fetch(page, takes(page))).collect();
    let fetch = async {
        let began = Instant::now();
        (together(fetches).await, began.elapsed().div_duration_f64(TURN))
    };
    let idea = "a thread that waits cannot run a task: await it";
    must_end("all fetches", idea, || virtual_time(fetch))
}

#[check]
fn every_page_is_at_its_fetchs_place() {
    let count = variant().between(10..=15);
    let (pages, _) = fetch(&Server::new(), count);
    let idea = "whichever is answered first, a page belongs to its fetch's place";
    let turned = "turned round or not, the order of answers is none of fetches";
    let idea = if pages.last() == Some(&0) { idea } else { turned };
    equal("the pages", pages, (0..count).collect(), idea);
}

#[check]
fn all_fetches_are_in_flight_together() {
    let (server, count) = (Server::new(), variant().between(10..=15));
    let (_, took) = fetch(&server, count);
    if server.peak() < count {
        let observed = format!("the server never saw more than {}", server.peak());
        let idea = match server.by_tasks() {
            0 => "no task was started: a future does nothing until it is awaited",
            _ => "tasks were started when others were over: start all first",
        };
        fail(format_args!("{count} requests in flight together"), observed, idea);
    }
    let idea = "waits that lie side by side are over with the longest of them";
    equal("the turns until the last page", took, count as f64, idea);
}

#[check]
fn one_thread_waits_for_all() {
    let server = Server::new();
    let (_, took) = fetch(&server, variant().between(10..=15));
    let idea = "a task waits without a thread: hand each fetch to the runtime";
    equal("the threads that sent requests", server.threads(), 1, idea);
    let idea = "the thread that calls it waits for another one, which blocks it";
    equal("whether other tasks can go on", took > 0.0, true, idea);
}
