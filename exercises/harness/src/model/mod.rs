//! Many orders of events: loom runs the learner's code in one after the other, and the first that
//! fails is shown step by step.
//!
//! # Which orders
//! A *preemption* is a switch away from a thread that could go on. Tried are all orders with at most
//! three of them, and with [`alarmed`] once more all with at most two, in some of which a wait ends
//! without a signal. What needs more preemptions is not found.
//!
//! Threads switch at the steps that this module sees: those of its locks, signals, atomics and
//! threads. Whoever reads an atomic sees the last write to it. An ordering that is too weak is found
//! where a check has something [`Protected`], and nowhere else. A signal for one wakes whoever has
//! waited longest; in `std` it may wake any.
//!
//! # How to use it
//! The test file gives the learner's file these types in place of those of `std`:
//!
//! ```ignore
//! mod sync {
//!     pub use harness::model::{Condvar, Mutex};
//! }
//! #[path = "../src/queue.rs"]
//! mod queue; // has `use crate::sync::{Condvar, Mutex};`
//! ```
//!
//! What the learner's file takes from `std` all the same is not seen, so a check asks [`sees`] first.
//!
//! Locks, signals and atomics note each step with the line that took it; a check adds its own with
//! [`step`], leaves some out with [`quietly`], counts units of work with [`Turns`], and asks with
//! [`saw`] what there was. Keep models tiny: two or three threads, two or three items.

use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use loom::model::Builder;

use crate::{
    failure::{Failure, give_up},
    panics, receipt,
};

mod atomic;
mod explained;
mod protected;
mod steps;
mod sync;
pub mod thread;
mod turns;
mod unseen;

pub use atomic::{AtomicBool, AtomicUsize};
pub use explained::{explained, refutes};
pub use protected::Protected;
pub use steps::{quietly, saw, step};
pub use sync::{Condvar, Guard, Mutex, false_alarm};
pub use turns::Turns;
pub use unseen::sees;

/// With one less, a waiter that does not look again is not found out; without a bound it takes
/// hours.
const PREEMPTIONS: usize = 3;
/// What every model expects.
const ALL_END: &str = "every thread to come to its end";
/// How it is put that threads never come to their ends.
const ENDLESS: &str = "all that are left wait for ever";
/// What whoever does not look again has to learn.
const LOOK_AGAIN: &str =
    "a wait may end without a signal: whoever wakes up looks again";
/// What whoever panics has to look at.
const COUNTED_ON: &str = "what this line counts on is not so in every order";
/// Steps in one order: more is a loop that waits by looking.
const MOST_STEPS: usize = 5_000;

thread_local! {
    // All threads of a model take turns on one thread of the system.
    static RUNS: Cell<bool> = const { Cell::new(false) };
}

/// Runs `body` in all orders of events with at most three preemptions, and fails with the first in
/// which it fails or in which all threads wait for ever.
///
/// The order is shown below the message, step by step. `body` starts threads with
/// [`thread::spawn`], and must do the same each time that it is run.
pub fn model(body: impl Fn() + Send + Sync + 'static) {
    if let Some(failure) = tried(body) {
        shown(failure);
    }
}

/// As [`model`](fn@model), and then once more with a [`false_alarm`] and one preemption less:
/// whoever waits without looking again fails there.
pub fn alarmed(body: impl Fn() + Send + Sync + 'static) {
    let body = Arc::new(body);
    let again = Arc::clone(&body);
    model(move || again());
    let alarmed = move || {
        false_alarm();
        body();
    };
    if let Some(mut failure) = tried_with(PREEMPTIONS - 1, alarmed) {
        // Without the alarm it is right.
        failure.idea = Some(LOOK_AGAIN.to_owned());
        shown(failure);
    }
}

/// What fails in the first order in which something does.
fn tried(body: impl Fn() + Send + Sync + 'static) -> Option<Failure> {
    tried_with(PREEMPTIONS, body)
}

fn tried_with(
    preemptions: usize,
    body: impl Fn() + Send + Sync + 'static,
) -> Option<Failure> {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.max_branches = MOST_STEPS;
    RUNS.set(true);
    let tried = catch_unwind(AssertUnwindSafe(|| {
        builder.check(move || {
            steps::begin();
            body();
        });
    }));
    RUNS.set(false);
    let payload = tried.err()?;
    Some(receipt::take_back().unwrap_or_else(|| explain(&*payload)))
}

/// Ends the check, and shows the order.
fn shown(mut failure: Failure) -> ! {
    let idea = failure.idea.get_or_insert_with(|| COUNTED_ON.to_owned());
    idea.push_str("\nThis order of events shows it:\n");
    idea.push_str(&steps::listed());
    give_up(failure);
}

pub(crate) fn runs() -> bool {
    RUNS.get()
}

/// loom's own words, in ours.
fn explain(payload: &(dyn Any + Send)) -> Failure {
    let message = panics::message(payload);
    let said = |expected: &str, observed: String, idea: Option<&str>| Failure {
        expected: Some(expected.to_owned()),
        observed: Some(observed),
        idea: idea.map(str::to_owned),
        at: None,
    };
    if message.starts_with("deadlock") {
        let observed = format!("{ENDLESS}: {}", steps::waiting());
        said(ALL_END, observed, Some(steps::why_all_wait()))
    } else if message.contains("maximum number of branches") {
        said(
            "a thread that cannot go on to wait",
            format!("{MOST_STEPS} steps, and no end"),
            Some("a loop looks again and again instead of waiting"),
        )
    } else {
        let is_unwritten = message.starts_with("not yet implemented");
        let idea = is_unwritten.then_some("this part is for you to write");
        let at = panics::noted().filter(|panic| panic.message == message);
        let failure = said(ALL_END, format!("it panicked: {message}"), idea);
        Failure { at: at.map(|panic| panic.at), ..failure }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::SeqCst;

    use super::*;
    use crate::{fail, graded::said};

    /// What a check with this model would say.
    fn message(body: impl Fn() + Send + Sync + 'static) -> String {
        said(|| model(body)).expect("some order fails")
    }

    #[test]
    fn a_lost_update_is_shown_step_by_step() {
        let message = message(|| {
            let count = Arc::new(AtomicUsize::new(0));
            let other = Arc::clone(&count);
            let thread = thread::spawn(move || {
                let seen = other.load(SeqCst);
                other.store(seen + 1, SeqCst);
            });
            let seen = count.load(SeqCst);
            count.store(seen + 1, SeqCst);
            thread.join().expect("it ends");
            if count.load(SeqCst) != 2 {
                fail("2", "it is 1", "both read the same number");
            }
        });
        assert!(
            message.starts_with("expected 2; it is 1: both read the same number\n")
        );
        let reads = message.matches("reads 0 (src/model/mod.rs:").count();
        assert_eq!((reads, message.matches("writes 1").count()), (2, 2), "{message}");
    }

    #[test]
    fn a_missed_signal_names_who_waits_and_where() {
        let message = message(|| {
            let pair = Arc::new((Mutex::new(false), Condvar::new()));
            let other = Arc::clone(&pair);
            let thread = thread::spawn(move || {
                other.1.notify_one(); // before the change
                *other.0.lock().expect("nobody panics") = true;
            });
            let mut ready = pair.0.lock().expect("nobody panics");
            while !*ready {
                ready = pair.1.wait(ready).expect("nobody panics");
            }
            drop(ready);
            thread.join().expect("it ends");
        });
        assert!(
            message
                .contains("wait for ever: main waits for a signal (src/model/mod.rs:")
        );
        assert!(message.contains("thread 1 signals one (src/"), "{message}");
        assert!(message.contains(": somebody was woken, looked, and waits again"));
    }

    /// What is said when `waiters` wait for a signal and `signals` does what it does.
    fn why_all_wait(waiters: usize, signals: fn(&Condvar)) -> String {
        message(move || {
            let pair = Arc::new((Mutex::new(()), Condvar::new(), Condvar::new()));
            let waiters = thread::each(&pair, 0..waiters, |(lock, bell, _), _| {
                drop(bell.wait(lock.lock().expect("nobody panics")));
            });
            signals(&pair.1);
            pair.2.notify_all(); // another one, for which nobody ever waits
            thread::ended(waiters);
        })
    }

    #[test]
    fn why_all_wait_depends_on_what_became_of_the_signals() {
        let silent = why_all_wait(1, |_| ());
        assert!(silent.contains(": nobody signals what they wait for"), "{silent}");
        let lost = why_all_wait(1, Condvar::notify_one);
        assert!(lost.contains(": a signal that nobody waits for is lost"), "{lost}");
        let all = why_all_wait(1, Condvar::notify_all);
        assert!(all.contains(": a signal that nobody waits for is lost"), "{all}");
        let one = message(|| {
            let pair = Arc::new((Mutex::new(0), Condvar::new()));
            let waiters = thread::each(&pair, 0..2, |(waiting, bell), _| {
                let mut waiting = waiting.lock().expect("nobody panics");
                *waiting += 1;
                if *waiting == 2 {
                    bell.notify_one();
                }
                drop(bell.wait(waiting));
            });
            thread::ended(waiters);
        });
        assert!(one.contains(": a signal for one was heard by one"), "{one}");
    }

    #[test]
    fn a_panic_is_told_with_what_was_expected_and_an_idea() {
        let broken = message(|| panic!("broken"));
        let expected =
            "expected every thread to come to its end; it panicked: broken: what this";
        assert!(broken.starts_with(expected), "{broken}");
        let unwritten = message(|| panic!("not yet implemented"));
        assert!(unwritten.contains(": this part is for you to write"), "{unwritten}");
    }

    #[test]
    fn what_was_done_quietly_is_not_listed_and_not_seen() {
        let message = message(|| {
            let count = AtomicUsize::new(0);
            quietly(|| count.store(7, SeqCst));
            assert!(!saw("writes 7"));
            count.store(8, SeqCst);
            assert!(saw("main writes 8"));
            fail("nothing", "all is seen", "look");
        });
        assert!(message.contains("   1. main writes 8"), "{message}");
    }

    #[test]
    fn whoever_waits_without_looking_again_is_woken_by_nobody() {
        let scene = |looks_again: bool| {
            let pair = Arc::new((Mutex::new(false), Condvar::new()));
            let other = Arc::clone(&pair);
            let thread = thread::spawn(move || {
                *other.0.lock().expect("nobody panics") = true;
                other.1.notify_one();
            });
            let mut ready = pair.0.lock().expect("nobody panics");
            while !*ready {
                ready = pair.1.wait(ready).expect("nobody panics");
                if !looks_again {
                    break;
                }
            }
            assert!(*ready);
            drop(ready);
            thread.join().expect("it ends");
        };
        model(move || scene(false));
        let message = said(|| alarmed(move || scene(false))).expect("it fails");
        assert!(
            message.contains("main was woken by nobody, as may happen"),
            "{message}"
        );
        alarmed(move || scene(true));
    }

    #[test]
    fn two_locks_in_two_orders_are_a_deadlock() {
        let message = message(|| {
            let locks = Arc::new((Mutex::new(()), Mutex::new(())));
            let other = Arc::clone(&locks);
            let thread = thread::spawn(move || {
                let _first = other.0.lock();
                let _second = other.1.lock();
            });
            let second = locks.1.lock();
            let first = locks.0.lock();
            drop((first, second));
            thread.join().expect("it ends");
        });
        // In the message, and at the end of the order.
        assert_eq!(message.matches("waits for a lock").count(), 4, "{message}");
        assert!(message.contains(": whoever has the lock waits as well"), "{message}");
    }

    #[test]
    fn a_right_answer_passes_in_every_order() {
        model(|| {
            let count = Arc::new(Mutex::new(0));
            let other = Arc::clone(&count);
            let thread = thread::spawn(move || *other.lock().expect("no panic") += 1);
            *count.lock().expect("no panic") += 1;
            thread.join().expect("it ends");
            assert_eq!(*count.lock().expect("no panic"), 2);
        });
        assert!(!runs());
    }
}
