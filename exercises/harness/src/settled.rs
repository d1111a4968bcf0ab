//! Waiting until nobody else has anything to do.

use std::{process, thread, time::Duration};

use lab::os::watch;

use crate::{
    fail,
    patience::{Actor, LOOKS, STEP_S, all_wait, naps, nobody_works, others},
};

/// Whoever looks again and again wakes up in every while of this length; whoever sleeps until it is
/// woken may have been on its way to sleep in the first one.
const A_WHILE: Duration = Duration::from_millis(120);
/// What [`asleep`] expects.
pub(crate) const ASLEEP: &str = "everybody who waits to sleep until it is woken";

/// Waits until all other threads of this program wait too, or until it is clear that somebody works
/// without end. Who waits until some time has passed goes on then, and that is waited for, unless it
/// does so again and again, only to look.
///
/// With it a check sees how far somebody gets who is not held back: a thread that fills a queue
/// without a bound fills it to the end. A thread that is ready and has no CPU does not wait, so it
/// does not matter how busy the machine is. Only one thread may call it at a time.
pub fn settle() {
    let _actor = Actor::new();
    all_wait(STEP_S);
}

/// As [`settle`], and fails with `idea` if somebody does not sleep until it is woken, but is at work
/// all the time, or looks again and again.
pub fn asleep(idea: &str) {
    if let Some(observed) = awake() {
        fail(ASLEEP, observed, idea);
    }
}

/// What somebody does who does not sleep until it is woken.
pub(crate) fn awake() -> Option<&'static str> {
    let _actor = Actor::new();
    if !nobody_works(STEP_S / 2.0, LOOKS) {
        return Some("somebody was at work all the time");
    }
    if (0..LOOKS).all(|_| somebody_wakes_up()) {
        return Some("somebody woke up again and again, to look");
    }
    naps().then_some("somebody slept until some time had passed")
}

fn somebody_wakes_up() -> bool {
    let before = wakings();
    thread::sleep(A_WHILE);
    // Somebody may have been woken, and wait for a CPU.
    nobody_works(STEP_S / 2.0, 1);
    wakings() != before
}

/// How often all other threads have gone to sleep so far.
fn wakings() -> u64 {
    let of = |tid| watch::status(process::id(), tid).map_or(0, |it| it.voluntary);
    others().into_iter().map(of).sum()
}
