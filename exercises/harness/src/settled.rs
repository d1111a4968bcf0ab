//! Waiting until nobody else has anything to do.

use std::{
    fs, process, thread,
    time::{Duration, Instant},
};

use lab::os::watch::{self, Call, Request};

use crate::{PATIENCE, fail, stuck::is_busy};

/// So often in a row all others must have been seen waiting.
const LOOKS: u32 = 5;
/// Whoever looks again and again wakes up in every while of this length; whoever sleeps until it is
/// woken may have been on its way to sleep in the first one.
const A_WHILE: Duration = Duration::from_millis(120);
/// What [`asleep`] expects.
pub(crate) const ASLEEP: &str = "everybody who waits to sleep until it is woken";
/// Where the system does not show its threads, time has to do.
const ELSEWHERE: Duration = Duration::from_millis(200);

/// Waits until all other threads of this program wait too, for [`PATIENCE`] at most.
///
/// With it a check sees how far somebody gets who is not held back: a thread that fills a queue
/// without a bound fills it to the end. A thread that is ready and has no CPU does not wait, so it
/// does not matter how busy the machine is. Only one thread may call it at a time.
pub fn settle() {
    settled(PATIENCE);
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
    // Before others lose their patience.
    if !settled(PATIENCE / 2) {
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
    wakings() != before
}

/// How often all other threads have gone to sleep so far.
fn wakings() -> u64 {
    let of = |tid| watch::status(process::id(), tid).map_or(0, |it| it.voluntary);
    others().map(of).sum()
}

/// Whether another thread waits that time passes.
fn naps() -> bool {
    let call = |tid| watch::call(process::id(), tid);
    others().any(|tid| matches!(call(tid), Call::Asks(Request::Time)))
}

/// The other threads of this program.
fn others() -> impl Iterator<Item = u32> {
    let own = fs::read_link("/proc/thread-self").ok();
    let own = own.and_then(|it| it.file_name()?.to_str()?.parse().ok());
    let all = watch::threads(process::id());
    all.into_iter().filter(move |tid| Some(*tid) != own)
}

/// Waits until all others wait, for so long at most; whether they do.
fn settled(patience: Duration) -> bool {
    if watch::threads(process::id()).is_empty() {
        thread::sleep(ELSEWHERE);
        return true;
    }
    let began = Instant::now();
    let mut quiet = 0;
    while quiet < LOOKS && began.elapsed() < patience {
        quiet = if is_busy() { 0 } else { quiet + 1 };
    }
    quiet == LOOKS
}

#[cfg(test)]
mod tests {
    use std::{
        hint::black_box,
        sync::atomic::{AtomicBool, Ordering::Relaxed},
    };

    use super::*;

    #[test]
    fn it_waits_for_a_thread_that_works() {
        // Tests run side by side, and the others may be at work too: here only its order counts.
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                (0..20_000_000u64).for_each(|number| {
                    black_box(number);
                });
                done.store(true, Relaxed);
            });
            settle();
            assert!(done.load(Relaxed));
        });
    }
}
