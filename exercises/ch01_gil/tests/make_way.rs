//! Whoever is asked makes way, in any order of events that is tried.

#[path = "../src/make_way.rs"]
mod make_way;

use std::sync::{Arc, atomic::Ordering::SeqCst};

use harness::model::{self as sync, Turns, alarmed, explained, model, sees, thread};
use harness::{at_most, check, variant};
use make_way::Gil;

const SOURCE: &str = include_str!("../src/make_way.rs");

/// Does units of work, and looks up after each: an interval is a unit.
fn work(me: usize, units: usize, most: usize, (gil, turns): &(Gil, Turns)) {
    gil.take(me);
    for _ in 0..units {
        let was_asked = turns.unit(me, || gil.asked.load(SeqCst));
        gil.poll(me);
        let (went_on, changes) = turns.goes_on(me, was_asked);
        let idea = match (most, changes) {
            (1, _) => "letting go is not making way; wait until another has had it",
            (_, 0) => "whoever is asked lets another have the GIL at its next `poll`",
            _ => "whoever is asked makes way each time, not only once",
        };
        at_most("interval(s) with a GIL that another wants", 1 + went_on, most, idea);
    }
    gil.release();
}

/// Two workers, of whom each has the GIL for `most` intervals once it was asked.
fn two(most: usize) -> impl Fn() + Send + Sync + 'static {
    sees(SOURCE);
    let units = variant().between(2..=4);
    move || {
        let scene = Arc::default();
        let other = thread::each(&scene, [1], move |it, me| work(me, most, most, it));
        work(0, units, most, &scene);
        thread::ended(other);
    }
}

#[check]
fn two_take_turns() {
    alarmed(two(1));
}

#[check]
fn nobody_holds_on() {
    model(two(2));
}

#[check]
fn one_alone_is_not_held_up() {
    let alone = || work(1, variant().between(2..=6), 1, &Default::default());
    explained(SOURCE, "nobody asked, so nobody will come", alone);
}
