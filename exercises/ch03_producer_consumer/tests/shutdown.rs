//! What is graded about `src/shutdown.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use harness::{check, equal, fail, start};
use people::scene;

#[path = "scenes/people.rs"]
mod people;
#[path = "../src/shutdown.rs"]
mod shutdown;

/// Plays a scene, and returns the items that were not used, and whether that is all of them. Fails
/// if somebody waits for ever, with `idea` if nobody went home.
fn unused(panics: bool, idea: &str) -> (Vec<usize>, bool) {
    let (scene, producers, consumers) = scene(panics);
    let run = AssertUnwindSafe(move || shutdown::run(producers, consumers));
    let run = start(|| catch_unwind(run));
    scene.play();
    match run.end() {
        // If a producer panics, it is for the learner to say whether that is passed on.
        Some(Err(panic)) if !panics => resume_unwind(panic),
        Some(_) => return scene.unused(),
        None => (),
    }
    let (home, all) = (scene.home(), scene.consumers);
    let idea = match home {
        0 => idea,
        _ if home == all => "an empty queue is no end: a producer waits for a place",
        _ => "whoever takes a sentinel has it, and the others never see it",
    };
    let observed = format!("{home} of {all} consumers did, and it was not over");
    fail("everybody to go home at the end", observed, idea)
}

#[check]
fn everybody_goes_home() {
    unused(false, "nobody told them, or they do not hear it while they wait");
}

#[check]
fn every_item_is_used() {
    let (unused, is_all) = unused(false, "see to it first that everybody goes home");
    let idea = match is_all {
        true => "it was over before a producer had begun: `close` waits for nobody",
        false => "one producer was done, and it was over for all",
    };
    equal("the items that nobody used", unused, vec![], idea);
}

#[check]
fn a_producer_that_panics_keeps_nobody_waiting() {
    let (unused, _) = unused(true, "nobody lived to tell them");
    let idea = "what was put before the panic is still there to be used";
    equal("the items that nobody used", unused, vec![], idea);
}
