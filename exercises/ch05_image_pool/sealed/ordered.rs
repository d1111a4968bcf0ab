//! Done in any order, returned in the order of the jobs.
//!
//! The threads below share a queue, as on the page. Each stores a result when it has one, so the
//! results come back in the order in which they were done. Put each at its job's place.

use std::{sync::Mutex, thread};

/// Does `work` for each job on `workers` threads; the result of `jobs[i]` is at place `i`.
///
/// A thread that has nothing to do takes the next job, so that a slow one holds up no other.
pub fn in_order(
    jobs: &[u64],
    workers: usize,
    work: &(dyn Fn(u64) -> u64 + Sync),
) -> Vec<u64> {
    //@ starter, wrong as_they_come
    let queue = Mutex::new(jobs.iter());
    let next = || queue.lock().unwrap().next(); // and unlocked again
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(job) = next() {
                    let result = work(*job);
                    results.lock().unwrap().push(result);
                }
            });
        }
    });
    results.into_inner().unwrap()
    //@ solution
    let queue = Mutex::new(jobs.iter().enumerate());
    let next = || queue.lock().unwrap().next(); // and unlocked again
    let results = Mutex::new(vec![0; jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((place, job)) = next() {
                    let result = work(*job);
                    results.lock().unwrap()[place] = result;
                }
            });
        }
    });
    results.into_inner().unwrap()
    //@ wrong spins
    let queue = Mutex::new(jobs.iter().enumerate());
    let next = || queue.lock().unwrap().next(); // and unlocked again
    let results = Mutex::new(vec![0; jobs.len()]);
    let worker = || {
        while let Some((place, job)) = next() {
            let result = work(*job);
            results.lock().unwrap()[place] = result;
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        while !threads.iter().all(|thread| thread.is_finished()) {}
    });
    results.into_inner().unwrap()
    //@ wrong helps
    let queue = Mutex::new(jobs.iter().enumerate());
    let next = || queue.lock().unwrap().next(); // and unlocked again
    let results = Mutex::new(vec![0; jobs.len()]);
    let worker = || {
        while let Some((place, job)) = next() {
            let result = work(*job);
            results.lock().unwrap()[place] = result;
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(worker);
        }
        worker();
    });
    results.into_inner().unwrap()
    //@ wrong by_job
    let queue = Mutex::new(jobs.iter());
    let next = || queue.lock().unwrap().next();
    let results = Mutex::new(std::collections::BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(job) = next() {
                    let result = work(*job);
                    results.lock().unwrap().insert(*job, result);
                }
            });
        }
    });
    results.into_inner().unwrap().into_values().collect()
    //@ wrong thread_a_job
    thread::scope(|scope| {
        let threads: Vec<_> =
            jobs.iter().map(|job| scope.spawn(move || work(*job))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
    //@ wrong each_does_all
    let all = || jobs.iter().map(|job| work(*job)).collect();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(all)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).next().unwrap()
    })
    //@ wrong serial
    jobs.iter().map(|job| work(*job)).collect()
    //@ wrong sorted
    let queue = Mutex::new(jobs.iter());
    let next = || queue.lock().unwrap().next(); // and unlocked again
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(job) = next() {
                    let result = work(*job);
                    results.lock().unwrap().push(result);
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_unstable();
    results
    //@ wrong chunks
    let mut results = vec![0; jobs.len()];
    let share = jobs.len().div_ceil(workers);
    thread::scope(|scope| {
        for (jobs, results) in jobs.chunks(share).zip(results.chunks_mut(share)) {
            scope.spawn(move || {
                for (job, result) in jobs.iter().zip(results) {
                    *result = work(*job);
                }
            });
        }
    });
    results
    //@ wrong locked
    let queue = Mutex::new(jobs.iter().enumerate());
    let results = Mutex::new(vec![0; jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((place, job)) = queue.lock().unwrap().next() {
                    let result = work(*job);
                    results.lock().unwrap()[place] = result;
                }
            });
        }
    });
    results.into_inner().unwrap()
    //@ end
}
