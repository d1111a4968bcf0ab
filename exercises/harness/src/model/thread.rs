//! Threads of a model: they are numbered, and whoever waits for one is noted.

use std::panic::Location;

use super::steps;

/// As `std::thread::JoinHandle`.
#[derive(Debug)]
pub struct JoinHandle<T> {
    handle: loom::thread::JoinHandle<T>,
    number: usize,
}

/// As `std::thread::spawn`.
///
/// # Panics
/// If the model has more than four threads besides the one that begins.
pub fn spawn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let number = steps::next_thread();
    let builder = loom::thread::Builder::new().name(format!("thread {number}"));
    let handle = builder.spawn(work).expect("a model has few threads");
    JoinHandle { handle, number }
}

impl<T> JoinHandle<T> {
    /// As in `std`.
    ///
    /// # Errors
    /// Never: a panic ends the model.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        let what = format!("the end of thread {}", self.number);
        steps::wait(&what, Location::caller(), || self.handle.join())
    }
}

/// As `std::thread::yield_now`: a loop that looks again and again must call it.
pub fn yield_now() {
    loom::thread::yield_now();
}
