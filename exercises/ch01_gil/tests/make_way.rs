//! Whoever is asked makes way, in any order of events.

#[path = "../src/make_way.rs"]
mod make_way;
/// In place of `std::sync`.
mod sync {
    pub use harness::model::{AtomicBool, Condvar, Mutex};
}

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use harness::model::{alarmed, explained, sees, step, thread};
use harness::{check, fail};
use make_way::Gil;

/// The lock, whether somebody works under it, and who had it last.
#[derive(Default)]
struct Scene(Gil, AtomicBool, AtomicUsize);

/// Does units of work, and looks up after each.
fn work(me: usize, units: usize, Scene(gil, busy, last): &Scene) {
    gil.take(me);
    last.store(me, SeqCst);
    for _ in 0..units {
        if busy.swap(true, SeqCst) {
            let idea = "a worker came back from `poll` without the lock";
            fail("one to work at a time", "two do", idea);
        }
        step("does a unit of work");
        thread::yield_now(); // others could work now
        let was_asked = gil.asked.load(SeqCst);
        busy.store(false, SeqCst);
        gil.poll(me);
        if last.swap(me, SeqCst) == me && was_asked {
            let observed = "it let go, and was back before the other had woken up";
            let idea = "letting go is not making way; wait until another has had it";
            fail("another to have the lock, after it has asked", observed, idea);
        }
    }
    gil.release();
}

#[check]
fn two_take_turns() {
    sees(include_str!("../src/make_way.rs"));
    alarmed(|| {
        let scene = Arc::new(Scene::default());
        let other = Arc::clone(&scene);
        let worker = thread::spawn(move || work(1, 1, &other));
        work(0, 2, &scene);
        worker.join().expect("a worker comes to its end");
    });
}

#[check]
fn one_alone_is_not_held_up() {
    explained("nobody asked, so nobody will come", || work(0, 3, &Scene::default()));
}
