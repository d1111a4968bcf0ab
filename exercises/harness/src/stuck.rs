//! Code that does not come to its end: whether it waits, or goes round and round.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    process,
    sync::mpsc,
    thread,
    time::Duration,
};

use lab::os::watch;

use crate::{PATIENCE, fail, panics};

/// So often it is looked at, to tell whether anybody works.
const LOOKS: usize = 5;
const BETWEEN: Duration = Duration::from_millis(2);

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
