//! Code that does not come to its end: whether it waits, or goes round and round.

use std::{
    collections::HashSet,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::mpsc,
    thread,
};

use crate::{
    fail, panics,
    patience::{Lost, Patience, event},
};

/// Seconds of CPU time for all that is to end: ten times what the longest job needs in virtual time.
const ALL_S: f64 = 1.5;

/// Runs `job` on a thread of its own, and fails if it will not end, since all threads wait, or some
/// work without end: for what a right answer does without waiting for anything outside, as in virtual
/// time. `what` should have ended: "all payments"; `if_blocked` is the idea if nobody is at work any
/// more.
///
/// Panics as `job` does, and as whoever panicked first if it does not end. A thread that never ends
/// is left alone.
pub fn must_end<T: Send + 'static>(
    what: impl fmt::Display,
    if_blocked: impl fmt::Display,
    job: impl FnOnce() -> T + Send + 'static,
) -> T {
    must_end_after(ALL_S, what, if_blocked, job)
}

/// As [`must_end`], with so many seconds of CPU time for `job`.
pub(crate) fn must_end_after<T: Send + 'static>(
    work_s: f64,
    what: impl fmt::Display,
    if_blocked: impl fmt::Display,
    job: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || {
        // Whoever has lost patience does not listen.
        let _ = done.send(catch_unwind(AssertUnwindSafe(job)));
        event();
    });
    let (mut patience, mut lost) = (Patience::new(work_s), None);
    let lost = loop {
        match (ended.try_recv(), lost) {
            (Ok(Ok(value)), _) => return value,
            (Ok(Err(panic)), _) => resume_unwind(panic),
            (Err(_), Some(lost)) => break lost,
            (Err(_), None) => lost = patience.look(&HashSet::new()),
        }
    };
    // Others may wait for one who panicked, or panic as well and still print where.
    if let Some(first) = panics::noted() {
        resume_unwind(Box::new(first.message));
    }
    let expected = format_args!("{what} to end");
    match lost {
        Lost::AllWait => fail(expected, "its thread is blocked for ever", if_blocked),
        Lost::AtWork => {
            let observed = "its thread is at work without end";
            fail(expected, observed, "somebody asks again and again instead of waiting")
        }
    }
}

#[cfg(test)]
mod tests {
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
