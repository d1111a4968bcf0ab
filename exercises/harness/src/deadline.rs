//! The deadline under `cargo test`. When the workbook grades, it has a stricter one of its own,
//! which also says what each thread waited for.

use std::{
    process,
    sync::{Condvar, Mutex, Once, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::patience::Looker;

/// Ten times what the slowest wrong answer needs on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

static ENDS: Mutex<Option<Instant>> = Mutex::new(None);
static CHANGED: Condvar = Condvar::new();

/// Ends the program if the check that begins now is not over in time.
pub(crate) fn watch() {
    static WATCHER: Once = Once::new();
    set(Some(Instant::now() + DEADLINE));
    WATCHER.call_once(|| {
        let watcher = thread::Builder::new().name("deadline".to_owned());
        // Without it, a check that hangs has to be stopped by hand.
        let _ = watcher.spawn(wait);
    });
}

/// The check is over.
pub(crate) fn stop() {
    set(None);
}

fn set(ends: Option<Instant>) {
    *ENDS.lock().unwrap_or_else(PoisonError::into_inner) = ends;
    CHANGED.notify_all();
}

fn wait() {
    let _looker = Looker::host();
    let mut ends = ENDS.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let left = ends.map(|ends| ends.saturating_duration_since(Instant::now()));
        ends = match left {
            None => CHANGED.wait(ends).unwrap_or_else(PoisonError::into_inner),
            Some(left) if left.is_zero() => break,
            Some(left) => {
                let waited = CHANGED.wait_timeout(ends, left);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
    }
    let after = DEADLINE.as_secs();
    eprintln!(
        "no end after {after} s: the tests are stopped. `cargo run -- check` says which threads \
         were alive, and what each waited for."
    );
    process::exit(101)
}
