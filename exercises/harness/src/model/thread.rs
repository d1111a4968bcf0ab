//! Threads of a model: they are numbered, and whoever waits for one is noted.

use std::{panic::Location, sync::Arc};

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

/// Starts a thread for each of `them`, which does `work` with what they all `share`.
///
/// # Panics
/// As [`spawn`].
pub fn each<S, A, T>(
    share: &Arc<S>,
    them: impl IntoIterator<Item = A>,
    work: impl Fn(&S, A) -> T + Clone + Send + 'static,
) -> Vec<JoinHandle<T>>
where
    S: Send + Sync + 'static,
    A: Send + 'static,
    T: Send + 'static,
{
    let start = |it| {
        let (share, work) = (Arc::clone(share), work.clone());
        spawn(move || work(&share, it))
    };
    them.into_iter().map(start).collect()
}

/// Waits for the ends of all: their results, in their order.
#[track_caller]
pub fn ended<T>(threads: impl IntoIterator<Item = JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::new();
    for thread in threads {
        results.push(thread.join().expect("a panic ends the model"));
    }
    results
}

/// The thread that calls, as it is named in the steps: "main", "thread 1".
pub fn name() -> String {
    steps::who().unwrap_or_default()
}

/// As `std::thread::yield_now`: a loop that looks again and again must call it.
pub fn yield_now() {
    loom::thread::yield_now();
}
