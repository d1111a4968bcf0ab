//! Three workers under a fair lock, in many orders of events. `sync` is in place of `std::sync`.

use harness::model::{self as sync, Protected, alarmed, quietly, sees, step, thread};
use harness::{check, equal, fail, variant};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, atomic::Ordering::Relaxed};
#[path = "../src/refuted.rs"]
mod refuted;

#[derive(Default)]
struct Scene(refuted::Fair, Mutex<HashSet<usize>>, sync::AtomicUsize, Protected);

/// Three workers take the lock, each once, and call `inside` with their ticket, a count and what
/// the lock protects. One of them has had it a few times before.
fn three_workers(inside: fn(usize, &sync::AtomicUsize, &Protected)) {
    sees(include_str!("../src/refuted.rs"));
    let before = variant().between(0..=6);
    let work = move |Scene(lock, drawn, count, data): &Scene| {
        let ticket = lock.draw();
        if !drawn.lock().unwrap().insert(ticket) {
            let idea = "another draws between the two steps of one";
            fail("a ticket for each", "two drew the same", idea);
        }
        lock.take(ticket);
        step(format_args!("is inside with ticket {ticket}"));
        inside(ticket, count, data);
        lock.release();
    };
    alarmed(move || {
        let scene = Arc::new(Scene::default());
        quietly(|| (0..before).for_each(|_| work(&scene)));
        let others = thread::each(&scene, 1..=2, move |scene, _| work(scene));
        work(&scene);
        thread::ended(others);
    });
}

#[check]
fn one_is_inside_at_a_time() {
    three_workers(|_, inside, _| {
        let idea = "whoever is woken looks again: has its ticket its turn?";
        equal("others inside", inside.fetch_add(1, Relaxed), 0, idea);
        inside.fetch_sub(1, Relaxed);
    });
    three_workers(|_, _, data| data.change());
}

#[check]
fn everybody_comes_to_the_end() {
    three_workers(|_, _, _| ());
}

#[check]
fn the_first_to_draw_is_the_first_inside() {
    three_workers(|ticket, turns, _| {
        let idea = "a worker did not wait until its ticket had its turn";
        equal("the next ticket", ticket, turns.fetch_add(1, Relaxed), idea);
    });
}
