//! The server counts right, and does what its paths say.

use std::io::Write;
use std::net::TcpStream;
use std::thread;

use ch04_async_fetch::s1_sequential::{self, agent};
use ch04_async_fetch::s2_threads;
use ch04_async_fetch::server::{Counts, Line, Server, urls};

/// So narrow that a test would notice, and wide enough for a test.
const NARROW: Line = Line { each: 4e6, all: 8e6 };

fn get(server: &Server, path: &str) -> Result<usize, String> {
    let urls = urls(server.address(), path, 1);
    s1_sequential::run(&urls, 1).unwrap().remove(0).page
}

#[test]
fn requests_are_counted_until_it_forgets() {
    let server = Server::start(Line::WIDE).unwrap();
    for _ in 0..3 {
        get(&server, "/after/0").unwrap();
    }
    assert_eq!(server.counts(), Counts { requests: 3, now: 0, most: 1 });
    server.forget();
    assert_eq!(server.counts(), Counts::default());
}

#[test]
fn the_gate_opens_for_all_when_the_last_one_has_come() {
    let server = Server::start(Line::WIDE).unwrap();
    let pages = s2_threads::run(&urls(server.address(), "/gate/20", 20), 20).unwrap();
    assert!(pages.iter().all(|page| page.page.is_ok()), "{pages:?}");
    assert_eq!(server.counts(), Counts { requests: 20, now: 0, most: 20 });
}

#[test]
fn whoever_hangs_up_is_in_flight_no_more() {
    let server = Server::start(Line::WIDE).unwrap();
    let until = |now| {
        while server.counts().now != now {
            thread::yield_now();
        }
    };
    let mut caller = TcpStream::connect(server.address()).unwrap();
    caller.write_all(b"GET /gate/2 HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
    until(1);
    drop(caller);
    until(0);
}

#[test]
fn a_page_that_fails_says_so() {
    let server = Server::start(Line::WIDE).unwrap();
    let error = get(&server, "/fail/1").unwrap_err();
    assert!(error.contains("500"), "{error}");
    let error = get(&server, "/nowhere").unwrap_err();
    assert!(error.contains("404"), "{error}");
}

#[test]
fn every_byte_comes_through_the_line() {
    let server = Server::start(NARROW).unwrap();
    for bytes in [0, 1, 4095, 4096, 4097, 50_000] {
        assert_eq!(get(&server, &format!("/pour/{bytes}")), Ok(bytes));
    }
    assert_eq!(server.counts().now, 0);
}

#[test]
fn its_counts_are_told_to_other_programs() {
    let server = Server::start(Line::WIDE).unwrap();
    get(&server, "/after/0").unwrap();
    let mut answer =
        agent().get(format!("http://{}/counts", server.address())).call().unwrap();
    let counts: Counts =
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(counts, server.counts());
    assert_eq!(counts.requests, 1);
    server.forget();
    assert_eq!(server.counts().requests, 0);
}

#[test]
fn who_waits_when_it_stops_is_hung_up_on() {
    let server = Server::start(Line::WIDE).unwrap();
    let urls = urls(server.address(), "/gate/2", 1);
    let waiting = thread::spawn(move || s1_sequential::run(&urls, 1).unwrap());
    while server.counts().now == 0 {
        thread::yield_now();
    }
    drop(server);
    assert!(waiting.join().unwrap()[0].page.is_err());
}
