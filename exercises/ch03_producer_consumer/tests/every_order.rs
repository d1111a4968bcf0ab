//! What is graded about `src/every_order.rs`.

use std::sync::Arc;

use every_order::trial;
use given::{Flaw, Tried, explained, too_much};
use harness::{check, fail, model, variant};

#[path = "../src/every_order.rs"]
mod every_order;
#[path = "scenes/queue.rs"]
mod given;

const SOURCE: &str = include_str!("../src/every_order.rs");

/// The trial of a queue with this flaw.
fn tried(flaw: Flaw) -> impl Fn() + Send + Sync + 'static {
    model::sees(SOURCE);
    move || trial(Arc::new(Tried::with(flaw)))
}

fn finds(flaw: Flaw, queue: &str, idea: &str) {
    if !model::refutes(tried(flaw)) {
        fail(format!("a queue that {queue} to fail"), "it passes each time", idea);
    }
}

#[check]
fn a_right_queue_passes() {
    if model::refutes(tried(Flaw::None)) {
        explained(too_much(trial), tried(Flaw::None));
    }
}

#[check]
fn a_lost_item_is_found() {
    finds(Flaw::Loses, "loses an item", "that happens when two threads put at a time");
}

#[check]
fn an_item_that_comes_out_twice_is_found() {
    let which = variant().between(1..=3);
    let queue = format!("puts item number {which} twice");
    finds(Flaw::PutsTwice(which), &queue, "is each item there once?");
    let idea = "two threads that take at a time both get it";
    finds(Flaw::GivesTwice, "gives an item twice", idea);
}

#[check]
fn an_item_that_is_overtaken_is_found() {
    let idea = "a taker gets a thread's items in the order in which that has put them";
    finds(Flaw::LastComesFirst, "gives the last item first", idea);
}

#[check]
fn a_bell_that_rings_early_is_found() {
    let idea = "only a taker that comes to an empty queue can sleep through the bell";
    finds(Flaw::RingsEarly, "rings before it puts", idea);
}
