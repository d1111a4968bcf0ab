//! A lock without a convoy.
//!
//! Some workers compute, and one asks a server, all under one lock. A waiter whose patience is over
//! asks the holder to let go, which it does at its next look, after a unit of work. Then one of the
//! waiters is next. You decide how long a waiter is patient, and who is next.
//!
//! Of a `Waiter` you know for how many units it has `waited`, and whether it is back `from_outside`;
//! otherwise it was made to let go. Now the one that asks the server waits for long. Have it wait for
//! next to nothing, and let neither the computing nor any single worker suffer.

use harness::turns::Waiter;

/// So many units of work a waiter waits in CPython before it asks.
pub const INTERVAL: usize = 50;

/// For how many units of a turn this one waits before it asks the holder to let go.
pub fn patience(waiter: &Waiter) -> usize {
    //@ starter, wrong comes_first_but_waits
    INTERVAL
    //@ solution
    if waiter.from_outside { 0 } else { INTERVAL }
    //@ wrong all_are_impatient
    INTERVAL / 10
    //@ wrong as_patient_as_allowed
    INTERVAL / 5 - 1
    //@ wrong only_outside_asks
    if waiter.from_outside { 0 } else { usize::MAX }
    //@ end
}

/// Which of these waiters is next.
pub fn next(waiters: &[Waiter]) -> usize {
    //@ starter, wrong asks_but_queues
    let urgency = |waiter: &Waiter| waiter.waited;
    //@ solution
    let urgency = |waiter: &Waiter| {
        let all_had_a_turn = waiter.waited > INTERVAL * waiters.len();
        (all_had_a_turn, waiter.from_outside, waiter.waited)
    };
    //@ wrong outside_always_first, wrong comes_first_but_waits, wrong all_are_impatient
    let urgency = |waiter: &Waiter| (waiter.from_outside, waiter.waited);
    //@ end
    (0..waiters.len()).max_by_key(|at| urgency(&waiters[*at])).expect("one waits")
}
