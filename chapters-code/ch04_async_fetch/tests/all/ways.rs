//! Four ways to fetch: the same pages, and never more in flight than was asked for.

use std::collections::HashSet;
use std::io;

use ch04_async_fetch::bystander;
use ch04_async_fetch::fetched::Fetched;
use ch04_async_fetch::server::{Line, Server, urls};
use ch04_async_fetch::{s1_sequential, s2_threads, s3_tasks, s4_processes};

use crate::program;

type Way = fn(&[String], usize) -> io::Result<Vec<Fetched>>;

fn processes(urls: &[String], at_once: usize) -> io::Result<Vec<Fetched>> {
    s4_processes::run_as(program(), urls, at_once)
}

/// Those that wait for several pages at once.
const OVERLAPPING: [Way; 3] = [s2_threads::run, s3_tasks::run, processes];

const ALL: [Way; 4] = [s1_sequential::run, s2_threads::run, s3_tasks::run, processes];

#[test]
fn every_way_fetches_every_page_in_the_order_of_the_addresses() {
    let server = Server::start(Line::WIDE).unwrap();
    let address = server.address();
    let urls: Vec<String> =
        (0..7).map(|bytes| format!("http://{address}/pour/{bytes}")).collect();
    for way in ALL {
        let pages = way(&urls, 3).unwrap();
        let sizes: Vec<_> = pages.into_iter().map(|page| page.page).collect();
        assert_eq!(sizes, (0..7).map(Ok).collect::<Vec<_>>());
        assert_eq!(way(&[], 3).unwrap(), []);
    }
}

#[test]
fn a_page_that_fails_is_told_in_its_place_and_the_rest_goes_on() {
    let server = Server::start(Line::WIDE).unwrap();
    let mut urls = urls(server.address(), "/pour/10", 5);
    urls[1] = urls[1].replace("/pour/10", "/fail/0");
    urls[3] = "http://127.0.0.1:1/nobody".to_owned();
    for way in ALL {
        let pages = way(&urls, 2).unwrap();
        let came: Vec<bool> = pages.iter().map(|page| page.page.is_ok()).collect();
        assert_eq!(came, [true, false, true, false, true]);
        let error = pages[3].page.as_ref().unwrap_err().to_lowercase();
        assert!(error.contains("refused"), "the cause is told: {error}");
    }
}

#[test]
fn as_many_are_in_flight_as_were_asked_for() {
    let server = Server::start(Line::WIDE).unwrap();
    // Nobody gets a page before six have come: whoever waits for one at a time never would.
    for way in OVERLAPPING {
        server.forget();
        let pages = way(&urls(server.address(), "/gate/6", 6), 6).unwrap();
        assert!(pages.iter().all(|page| page.page.is_ok()), "{pages:?}");
        assert_eq!(server.counts().most, 6);
    }
}

#[test]
fn no_more_are_in_flight_than_were_asked_for() {
    let server = Server::start(Line::WIDE).unwrap();
    for at_once in [1, 3] {
        for way in OVERLAPPING {
            server.forget();
            way(&urls(server.address(), "/after/2", 12), at_once).unwrap();
            let most = server.counts().most;
            assert!((1..=at_once).contains(&most), "{most} of {at_once}");
        }
    }
}

#[test]
fn a_page_for_each_thread_and_all_pages_for_one() {
    let server = Server::start(Line::WIDE).unwrap();
    let urls = urls(server.address(), "/gate/4", 4);
    let workers = |way: Way| {
        let pages = way(&urls, 4).unwrap();
        pages.into_iter().map(|page| page.worker).collect::<HashSet<_>>().len()
    };
    assert_eq!(workers(s2_threads::run), 4);
    assert_eq!(workers(processes), 4);
}

#[test]
fn a_program_that_is_no_worker_is_an_error() {
    let urls = vec!["http://127.0.0.1:1/".to_owned()];
    assert!(s4_processes::run_as("/missing".as_ref(), &urls, 1).is_err());
}

#[test]
fn naps_are_never_shorter_than_they_should_be() {
    let naps = bystander::naps(3);
    assert_eq!(naps.len(), 3);
    assert!(naps.is_sorted() && naps[0] >= bystander::EVERY, "{naps:?}");
}
