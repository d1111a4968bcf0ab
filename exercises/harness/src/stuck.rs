//! Code that does not come to its end: whether it waits, or goes round and round.

use std::{
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    process,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use lab::os::watch;

use crate::{PATIENCE, fail, panics};

/// So often it is looked at, to tell whether anybody works.
const LOOKS: usize = 5;
const BETWEEN: Duration = Duration::from_millis(2);
/// Who sleeps until it is woken does not wake up meanwhile.
const A_WHILE: Duration = Duration::from_millis(120);

/// Runs `job` on a thread of its own, and fails if it has not ended after [`PATIENCE`]: for what a
/// right answer does without waiting for anything outside, as in virtual time. `what` should have
/// ended: "all payments"; `if_blocked` is the idea if nobody is at work any more.
///
/// Panics as `job` does, and as whoever panicked first if it does not end. A thread that never ends
/// is left alone.
pub fn must_end<T: Send + 'static>(
    what: impl fmt::Display,
    if_blocked: impl fmt::Display,
    job: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || {
        // Whoever has lost patience does not listen.
        let _ = done.send(catch_unwind(AssertUnwindSafe(job)));
    });
    let expected = format_args!("{what} to end");
    let outcome = ended.recv_timeout(PATIENCE);
    // Others may wait for one who panicked, or panic as well and still print where.
    if let (Err(_), Some(first)) = (&outcome, panics::noted()) {
        resume_unwind(Box::new(first.message));
    }
    match outcome {
        Ok(Ok(value)) => value,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) if (0..LOOKS).all(|_| is_busy()) => {
            let observed = "its thread is at work without end";
            fail(expected, observed, "somebody asks again and again instead of waiting")
        }
        Err(_) => fail(expected, "its thread is blocked for ever", if_blocked),
    }
}

/// Fails unless all other threads go to sleep, and sleep on while nobody wakes them: there is nothing
/// to do. `expected` is "the thread to sleep while …".
///
/// Waits for half of [`PATIENCE`] at most until they sleep; one that is still at work then never
/// does. One that sleeps for a moment, looks around and sleeps again is found out, too. Says nothing
/// on a system that does not show its threads.
pub fn expect_sleep(expected: impl fmt::Display, idea: impl fmt::Display) {
    let began = Instant::now();
    while !(0..LOOKS).all(|_| !is_busy()) {
        if began.elapsed() > PATIENCE / 2 {
            fail(expected, "it was at work all the time", idea);
        }
    }
    let wakes_up = || {
        let before = sleeps();
        thread::sleep(A_WHILE);
        let after = sleeps();
        // We who look slept, too.
        before.iter().filter(|(tid, often)| after.get(tid) != Some(often)).count() > 1
    };
    if (0..LOOKS).all(|_| wakes_up()) {
        fail(expected, "it woke up again and again, and nobody had woken it", idea);
    }
}

/// How often each thread has gone to sleep so far.
fn sleeps() -> HashMap<u32, u64> {
    let pid = process::id();
    let often = |tid| Some((tid, watch::status(pid, tid)?.voluntary));
    watch::threads(pid).into_iter().filter_map(often).collect()
}

/// Whether some other thread works, or could if it had a CPU.
pub(crate) fn is_busy() -> bool {
    thread::sleep(BETWEEN);
    let pid = process::id();
    let works = |tid: &u32| {
        watch::glance(pid, *tid).is_some_and(|it| !"SZXI".contains(it.state))
    };
    // We who look are running.
    watch::threads(pid).iter().filter(|tid| works(tid)).count() > 1
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::RecvTimeoutError;

    use super::*;
    use crate::graded::said;

    #[test]
    fn what_ends_is_handed_on_and_so_is_a_panic() {
        assert_eq!(must_end("a sum", "it waits for nobody", || 1 + 1), 2);
        let panics =
            || must_end("a job", "it waits for nobody", || crate::accident("staged"));
        let message = said(panics).unwrap_or_default();
        assert!(message.ends_with("staged"), "{message}");
    }

    #[test]
    fn who_sleeps_is_told_from_who_looks_around_between_two_naps() {
        let (over, is_over) = mpsc::channel::<()>();
        let naps = thread::spawn(move || {
            while is_over.recv_timeout(BETWEEN) == Err(RecvTimeoutError::Timeout) {}
        });
        let message = said(|| expect_sleep("sleep", "wait")).unwrap_or_default();
        assert!(message.starts_with("expected sleep; it w"), "{message}");
        drop(over);
        naps.join().expect("no panic");
    }

    #[test]
    fn what_does_not_end_is_given_up() {
        let (release, released) = mpsc::channel::<()>();
        let nap = || must_end("a nap", "it is kept", move || released.recv());
        let message = said(|| assert!(nap().is_err())).unwrap_or_default();
        assert!(
            message.starts_with("expected a nap to end; its thread is"),
            "{message}"
        );
        drop(release);
    }
}
