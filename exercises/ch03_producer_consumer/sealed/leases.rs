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
        //@ solution
        while state.left.is_empty() && state.leased > 0 {
            state = self.changed.wait(state).unwrap();
        }
        let job = state.left.pop_front()?;
        state.leased += 1;
        //@ wrong looks_once
        if state.left.is_empty() && state.leased > 0 {
            state = self.changed.wait(state).unwrap();
        }
        let job = state.left.pop_front()?;
        state.leased += 1;
        //@ wrong home_when_empty
        let job = state.left.pop_front()?;
        state.leased += 1;
        //@ starter
        let job = state.left.pop_front()?;
        //@ end
        Some(Lease { jobs: self, job: Some(job) })
    }
}

impl<T> Lease<'_, T> {
    /// The job.
    pub fn job(&self) -> &T {
        self.job.as_ref().expect("it is there until it is done")
    }

    /// Says that the job is done.
    //@ solution
    pub fn done(mut self) {
        self.job = None;
    }
    //@ wrong forgotten
    pub fn done(mut self) {
        std::mem::forget(self);
    }
    //@ starter, wrong comes_back
    pub fn done(mut self) {}
    //@ end
}
//@ solution

impl<T> Drop for Lease<'_, T> {
    fn drop(&mut self) {
        let mut state = self.jobs.state.lock().unwrap();
        state.leased -= 1;
        state.left.extend(self.job.take());
        self.jobs.changed.notify_all();
    }
}
//@ wrong taken_is_done

impl<T> Drop for Lease<'_, T> {
    fn drop(&mut self) {
        let mut state = self.jobs.state.lock().unwrap();
        state.leased -= 1;
        self.jobs.changed.notify_all();
    }
}
//@ wrong rings_early

impl<T> Drop for Lease<'_, T> {
    fn drop(&mut self) {
        self.jobs.changed.notify_all();
        let mut state = self.jobs.state.lock().unwrap();
        state.leased -= 1;
        state.left.extend(self.job.take());
    }
}
//@ wrong in_two_steps

impl<T> Drop for Lease<'_, T> {
    fn drop(&mut self) {
        self.jobs.state.lock().unwrap().leased -= 1;
        self.jobs.state.lock().unwrap().left.extend(self.job.take());
        self.jobs.changed.notify_all();
    }
}
//@ wrong back_in_silence

impl<T> Drop for Lease<'_, T> {
    fn drop(&mut self) {
        let mut state = self.jobs.state.lock().unwrap();
        state.leased -= 1;
        match self.job.take() {
            Some(job) => state.left.push_back(job),
            None => self.jobs.changed.notify_all(),
        }
    }
}
//@ wrong tells_one

impl<T> Drop for Lease<'_, T> {
    fn drop(&mut self) {
        let mut state = self.jobs.state.lock().unwrap();
        state.leased -= 1;
        state.left.extend(self.job.take());
        self.jobs.changed.notify_one();
    }
}
//@ starter
//@ end
