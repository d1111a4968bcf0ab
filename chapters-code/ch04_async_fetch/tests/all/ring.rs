//! A token comes round, however the ring is made.

use std::io;
use std::time::Duration;

use ch04_async_fetch::ring;

type Ring = fn(usize, usize) -> io::Result<Duration>;

const RINGS: [Ring; 4] =
    [ring::tasks, ring::threads, ring::tasks_connected, ring::threads_connected];

#[test]
fn a_token_comes_round_and_the_ring_ends() {
    for ring in RINGS {
        // A ring that lost its token, or did not end, would never return.
        assert!(ring(5, 20).unwrap() > Duration::ZERO);
        assert!(ring(1, 1).unwrap() > Duration::ZERO);
    }
}

#[test]
fn a_ring_without_places_is_an_error_where_nobody_could_be_connected() {
    assert!(ring::tasks_connected(0, 1).is_err());
    assert!(ring::threads_connected(0, 1).is_err());
}
