//! A consumer that dies loses no job.
//!
//! Below, a job that is taken has left the list, and is lost if its consumer panics. Let the list
//! get it back. Whoever finds no job then has to wait: one may come back.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex}; // as those of `std`, and many orders are tried

/// Jobs that several consumers share, until all are done.
pub struct Jobs<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    left: VecDeque<T>,
    leased: usize, // how many are taken, and neither done nor back
}

/// A job that a consumer has. If it is dropped and is not done, the job goes back to the list.
pub struct Lease<'a, T> {
    jobs: &'a Jobs<T>,
    job: Option<T>, // `None` when it is done
}

impl<T> Jobs<T> {
    /// The jobs to be done.
    pub fn new(jobs: impl IntoIterator<Item = T>) -> Jobs<T> {
        let state = State { left: jobs.into_iter().collect(), leased: 0 };
        Jobs { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Takes a job, and waits while there is none, but one may come back. `None` when all are done.
    pub fn take(&self) -> Option<Lease<'_, T>> {
        let mut state = self.state.lock().unwrap();
        let job = state.left.pop_front()?;
        Some(Lease { jobs: self, job: Some(job) })
    }
}

impl<T> Lease<'_, T> {
    /// The job.
    pub fn job(&self) -> &T {
        self.job.as_ref().expect("it is there until it is done")
    }

    /// Says that the job is done.
    pub fn done(mut self) {}
}
