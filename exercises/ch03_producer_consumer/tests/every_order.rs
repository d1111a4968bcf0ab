//! What is graded about `src/every_order.rs`.

use std::sync::Arc;

use every_order::trial;
use harness::model::{explained, refutes, sees};
use harness::{check, fail};
use queues::{Flaw, Tried};

#[path = "../src/every_order.rs"]
mod every_order;
#[path = "every_order/queues.rs"]
mod queues;
mod given {
    pub use crate::queues::Queue;
    pub use harness::model::thread;
}

/// The trial of a queue with this flaw.
fn tried(flaw: Flaw) -> impl Fn() + Send + Sync + 'static {
    sees(include_str!("../src/every_order.rs"));
    move || trial(Arc::new(Tried::with(flaw)))
}

fn finds(flaw: Flaw, queue: &str, idea: &str) {
    if !refutes(tried(flaw)) {
        fail(format!("a queue that {queue} to fail"), "it passes in every order", idea);
    }
}

#[check]
fn a_right_queue_passes() {
    let idea = "the queue is right, and this order is as good as any";
    explained(idea, tried(Flaw::None));
}

#[check]
fn a_lost_item_is_found() {
    finds(Flaw::Loses, "loses an item", "that happens when two threads put at a time");
}

#[check]
fn an_item_that_comes_out_twice_is_found() {
    finds(Flaw::PutsTwice, "puts each item twice", "is each item there once?");
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
