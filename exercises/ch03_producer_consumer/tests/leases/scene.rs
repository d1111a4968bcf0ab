//! A list with one job, which is out when others come.

use std::sync::{Arc, atomic::AtomicUsize, atomic::Ordering::SeqCst};

use harness::{
    fail,
    model::{AtomicBool, explained, sees, thread},
};

use crate::leases::Jobs;

/// As [`explained`], of a list that the model can see.
pub fn every_order(if_all_wait: &str, body: fn()) {
    sees(include_str!("../../src/leases.rs"));
    explained(if_all_wait, body);
}

/// Some come while the only job is out, and the first `dying` that get it die with it. Then it is
/// over with our lease, with a job that `is_done` or not. Returns how often the others did the job.
pub fn others_come(others: usize, dying: usize, is_done: bool) -> usize {
    let (jobs, dead) = (Arc::new(Jobs::new(['A'])), Arc::new(AtomicUsize::new(0)));
    let (lease, is_out) = (jobs.take().unwrap(), Arc::new(AtomicBool::new(true)));
    let other = |_| {
        let (jobs, dead, is_out) = (jobs.clone(), dead.clone(), is_out.clone());
        thread::spawn(move || match jobs.take() {
            Some(_) if dead.fetch_add(1, SeqCst) < dying => 0,
            Some(lease) => (lease.done(), 1).1,
            None if !is_out.load(SeqCst) => 0,
            None => {
                fail("all to wait", "one went home", "an empty list is not the end")
            }
        })
    };
    let others: Vec<_> = (0..others).map(other).collect();
    is_out.store(false, SeqCst);
    if is_done {
        lease.done();
    } else {
        let _is_dropped_here = lease;
    }
    others.into_iter().map(|other| other.join().unwrap()).sum()
}
