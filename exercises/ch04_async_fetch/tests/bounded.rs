//! Are as many fetches in flight as there are places, and never one more?

use harness::{Server, check, equal, must_end, variant, virtual_time};
use tokio::time::{Duration, Instant};
#[path = "../src/bounded.rs"]
mod bounded;

const TURN: Duration = Duration::from_millis(10);

/// Fetches pages, of which the first is very slow. Returns them, and the turns in which they came.
fn fetch(server: &Server, count: usize, places: usize) -> (Vec<usize>, Vec<f64>) {
    let (server, slow) = (server.clone(), TURN * 2 * count as u32);
    let pages = async move {
        let began = Instant::now();
        let fetch = |page| server.fetch(page, if page == 0 { slow } else { TURN });
        let turn = move || began.elapsed().div_duration_f64(TURN);
        let each = (0..count).map(fetch).map(|it| async move { (it.await, turn()) });
        bounded::bounded(each.collect(), places).await.into_iter().unzip()
    };
    must_end("all fetches", "a place or the thread is kept", || virtual_time(pages))
}

fn sizes() -> (usize, usize) {
    (variant().between(20..=30), variant().between(4..=5))
}

#[check]
fn every_page_is_at_its_fetchs_place() {
    let (count, places) = sizes();
    let idea = "whichever is answered first, a page belongs to its fetch's place";
    equal("pages", fetch(&Server::new(), count, places).0, (0..count).collect(), idea);
}

#[check]
fn as_many_are_in_flight_as_there_are_places() {
    for places in [sizes().1, 1, 2 * sizes().1] {
        let server = Server::new();
        fetch(&server, sizes().0, places);
        let idea = match server.peak() {
            most if most == sizes().0 => "a place is kept until the page is there",
            1 => "the next one need not wait until the page is there",
            most if most == places + 1 => "one more is begun than there are places",
            _ => "`at_once` says how many places there are",
        };
        equal("the most in flight", server.peak(), places, idea);
    }
}

#[check]
fn a_free_place_is_taken_at_once() {
    let (count, places) = sizes();
    let (pages, came) = fetch(&Server::new(), count, places);
    let others = pages.iter().zip(came).filter(|it| *it.0 > 0);
    let last = others.fold(0.0, |last, it| it.1.max(last));
    let turns = (count - 1).div_ceil(places - 1) as f64;
    let idea = "a free place is taken at once, and no more than there are";
    let idea = if last > count as f64 { "a slow page needs one place" } else { idea };
    equal("the turn in which the last of the others came", last, turns, idea);
}
