//! Requests do not wait for computing, and nothing suffers from it. All in units of work.

#[path = "../src/no_convoy.rs"]
mod no_convoy;

use harness::turns::{Scene, Seen, turns};
use harness::{at_most, check, fail, variant};
use no_convoy::{INTERVAL, next, patience};

/// Nobody asks a server.
const ALL_COMPUTE: Scene = Scene { computing: 3, asking: 0, outside: 0 };

/// One asks a server, beside some that compute.
fn one_asks() -> (Scene, Seen) {
    let mut variant = variant();
    let (computing, outside) = (variant.between(8..=12), variant.between(20..=35));
    let scene = Scene { computing, asking: 1, outside };
    (scene, turns(scene, patience, next))
}

#[check]
fn whoever_is_back_from_outside_hardly_waits() {
    let (scene, seen) = one_asks();
    let (waited, others, bound) = (seen.asking_waited, scene.computing, INTERVAL / 5);
    if waited > bound {
        let idea = match seen.turns_before {
            0 => "nobody else was next, so it has to ask sooner".to_owned(),
            turns => {
                format!("{turns} others were next before it: it is not enough to ask")
            }
        };
        fail(
            format_args!("a wait of {bound} units at most, after an answer"),
            format_args!("it was {waited}, beside {others} workers that compute"),
            idea,
        );
    }
}

#[check]
fn computing_goes_on() {
    let idea = "a short patience costs switches: who gains nothing from it?";
    at_most("percent of all units lost to switching", one_asks().1.lost, 15, idea);
    let lost = turns(ALL_COMPUTE, patience, next).lost;
    let idea = "nobody asks a server here: what are these switches for?";
    at_most("percent of all units lost to switching", lost, 5, idea);
}

#[check]
fn nobody_starves() {
    let scene = Scene { computing: 2, asking: variant().between(4..=6), outside: 2 };
    let waited = turns(scene, patience, next).computing_waited;
    let idea = "whoever lets all others go first may never be next";
    at_most("units that one waits that computes", waited, 80 * INTERVAL, idea);
    let waited = turns(ALL_COMPUTE, patience, next).computing_waited;
    let idea = "whoever has the lock and computes never lets go by itself";
    at_most("units that one waits while others compute", waited, 10 * INTERVAL, idea);
}
