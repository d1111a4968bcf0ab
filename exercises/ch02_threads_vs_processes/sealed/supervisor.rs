//! A supervisor that loses nothing.
//!
//! Below, a thread stands beside each worker process, and gives it job after job. When a worker is
//! killed, its job is lost with it, and so is each later one that its thread takes. Lose none.

use std::{io, sync::Mutex, thread};

/// Does all jobs, with `workers` processes at a time. `start` starts one, and returns what asks it
/// to do a job and waits for the answer: an error if the process is gone. It is not asked again.
///
/// Calls `done` once for each job: with its answer, or with `None` if it has cost two workers, since
/// it would cost a third.
///
/// # Errors
/// If a worker does not start.
pub fn all<Ask: FnMut(usize) -> io::Result<usize>>(
    jobs: &[usize],
    workers: usize,
    start: impl Fn() -> io::Result<Ask> + Sync,
    done: impl Fn(usize, Option<usize>) + Sync,
) -> io::Result<()> {
    //@ solution
    let queue = Mutex::new(jobs.iter().copied());
    let next = || queue.lock().unwrap().next(); // and unlocked again
    //@ wrong back_to_the_queue
    let queue = Mutex::new((jobs.to_vec(), Vec::new()));
    let next = || queue.lock().unwrap().0.pop(); // and unlocked again
    //@ wrong locked
    let queue = Mutex::new(jobs.iter().copied());
    //@ wrong its_share_again
    let shares = Mutex::new(jobs.chunks(jobs.len().div_ceil(workers)));
    let next = || shares.lock().unwrap().next(); // and unlocked again
    //@ end
    let supervise = || -> io::Result<()> {
        //@ solution
        let mut ask = start()?;
        //@ wrong its_share_again, wrong one_for_each_job
        //@ end
        //@ starter
        while let Some(job) = next() {
            done(job, ask(job).ok());
        }
        //@ solution
        while let Some(job) = next() {
            let mut answer = ask(job);
            if answer.is_err() {
                ask = start()?;
                answer = ask(job);
            }
            if answer.is_err() {
                ask = start()?; // the next job needs one, too
            }
            done(job, answer.ok());
        }
        //@ wrong one_for_each_job
        while let Some(job) = next() {
            let attempt = || start()?(job);
            done(job, attempt().or_else(|_| attempt()).ok());
        }
        //@ wrong spare
        let mut spare = Some(start()?);
        while let Some(job) = next() {
            let mut answer = ask(job);
            if answer.is_err() {
                ask = spare.take().map_or_else(&start, Ok)?;
                answer = ask(job);
            }
            if answer.is_err() {
                ask = start()?; // the next job needs one, too
            }
            done(job, answer.ok());
        }
        //@ wrong empty_place
        while let Some(job) = next() {
            let mut answer = ask(job);
            if answer.is_err() {
                ask = start()?;
                answer = ask(job);
            }
            done(job, answer.ok());
        }
        //@ wrong asks_the_dead
        while let Some(job) = next() {
            let mut answer = ask(job);
            if answer.is_err() {
                answer = ask(job);
            }
            done(job, answer.ok());
        }
        //@ wrong only_replaced
        while let Some(job) = next() {
            let answer = ask(job);
            if answer.is_err() {
                ask = start()?;
            }
            done(job, answer.ok());
        }
        //@ wrong until_it_succeeds
        while let Some(job) = next() {
            let mut answer = ask(job);
            while answer.is_err() {
                ask = start()?;
                answer = ask(job);
            }
            done(job, answer.ok());
        }
        //@ wrong each_attempt_is_told
        while let Some(job) = next() {
            for _attempt in 0..2 {
                let answer = ask(job).ok();
                done(job, answer);
                if answer.is_some() {
                    break;
                }
                ask = start()?;
            }
        }
        //@ wrong back_to_the_queue
        while let Some(job) = next() {
            let answer = ask(job);
            let mut queue = queue.lock().unwrap();
            if answer.is_err() && !queue.1.contains(&job) {
                queue.0.push(job);
                queue.1.push(job);
                return Ok(()); // the others go on
            }
            drop(queue);
            done(job, answer.ok());
        }
        //@ wrong locked
        while let Some(job) = queue.lock().unwrap().next() {
            let mut answer = ask(job);
            if answer.is_err() {
                ask = start()?;
                answer = ask(job);
            }
            if answer.is_err() {
                ask = start()?; // the next job needs one, too
            }
            done(job, answer.ok());
        }
        //@ wrong its_share_again
        let Some(share) = next() else { return Ok(()) };
        for _attempt in 0..2 {
            let mut ask = start()?;
            let mut each = |job| io::Result::Ok(done(job, Some(ask(job)?)));
            if share.iter().try_for_each(|job| each(*job)).is_ok() {
                break;
            }
        }
        //@ end
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(supervise)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap())
    })
}
