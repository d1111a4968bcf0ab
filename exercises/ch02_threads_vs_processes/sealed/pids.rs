//! A process for each job.
//!
//! Below, each job has a thread. If one of them takes its process down, it takes down all the
//! others, and whoever waits for them. Give each job a process of its own.

//@ starter, wrong threads
use std::{io, process::Command, thread};
//@ solution
use std::{
    io,
    process::{Child, Command},
};
//@ wrong lazy, wrong started_is_done
use std::{io, process::Command};
//@ wrong one_for_all
use std::{
    io,
    process::{Child, Command, ExitStatus},
};
//@ end

/// A photo to convert, in one of two ways.
pub trait Job: Sync {
    /// Does the job here, in the calling thread; whether it went well.
    fn work(&self) -> bool;

    /// A program that does the job, and succeeds if it went well.
    fn command(&self) -> Command;
}

/// Does all jobs at the same time, each in a process of its own. At place `i` is whether `jobs[i]`
/// went well. No process is left behind.
///
/// # Errors
/// If a process does not start.
pub fn all(jobs: &[impl Job]) -> io::Result<Vec<bool>> {
    //@ starter, wrong threads
    thread::scope(|scope| {
        let start = |job| scope.spawn(move || Job::work(job));
        let threads: Vec<_> = jobs.iter().map(start).collect();
        Ok(threads.into_iter().map(|thread| thread.join().unwrap_or(false)).collect())
    })
    //@ solution
    let start = |job| Job::command(job).spawn();
    // They are all started before the first one is waited for.
    let mut processes: Vec<Child> =
        jobs.iter().map(start).collect::<io::Result<_>>()?;
    processes.iter_mut().map(|process| Ok(process.wait()?.success())).collect()
    //@ wrong lends_a_hand
    let Some((last, others)) = jobs.split_last() else { return Ok(Vec::new()) };
    let start = |job| Job::command(job).spawn();
    let mut processes: Vec<Child> =
        others.iter().map(start).collect::<io::Result<_>>()?;
    let here = last.work();
    let there = processes.iter_mut().map(|process| Ok(process.wait()?.success()));
    there.chain([Ok(here)]).collect()
    //@ wrong two_at_a_time
    let mut results = Vec::new();
    for pair in jobs.chunks(2) {
        let start = |job| Job::command(job).spawn();
        let mut processes: Vec<Child> =
            pair.iter().map(start).collect::<io::Result<_>>()?;
        for process in &mut processes {
            results.push(process.wait()?.success());
        }
    }
    Ok(results)
    //@ wrong lazy
    let processes = jobs.iter().map(|job| job.command().spawn());
    processes.map(|process| Ok(process?.wait()?.success())).collect()
    //@ wrong one_process
    let Some(first) = jobs.first() else { return Ok(Vec::new()) };
    Ok(vec![first.command().status()?.success(); jobs.len()])
    //@ wrong waited_is_done
    let start = |job| Job::command(job).spawn();
    let mut processes: Vec<Child> =
        jobs.iter().map(start).collect::<io::Result<_>>()?;
    Ok(processes.iter_mut().map(|process| process.wait().is_ok()).collect())
    //@ wrong asks_again_and_again
    let start = |job| Job::command(job).spawn();
    let mut processes: Vec<Child> =
        jobs.iter().map(start).collect::<io::Result<_>>()?;
    let until_it_ends = |process: &mut Child| loop {
        if let Some(status) = process.try_wait()? {
            return Ok(status.success());
        }
    };
    processes.iter_mut().map(until_it_ends).collect()
    //@ wrong naps
    let start = |job| Job::command(job).spawn();
    let mut processes: Vec<Child> =
        jobs.iter().map(start).collect::<io::Result<_>>()?;
    let until_it_ends = |process: &mut Child| loop {
        if let Some(status) = process.try_wait()? {
            return Ok(status.success());
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    processes.iter_mut().map(until_it_ends).collect()
    //@ wrong tries_again
    let start = |job| Job::command(job).spawn();
    let mut processes: Vec<Child> =
        jobs.iter().map(start).collect::<io::Result<_>>()?;
    let end = |(process, job): (&mut Child, _)| {
        Ok(process.wait()?.success() || Job::command(job).status()?.success())
    };
    processes.iter_mut().zip(jobs).map(end).collect()
    //@ wrong one_for_all
    let start = |job| Job::command(job).spawn();
    let mut processes: Vec<Child> =
        jobs.iter().map(start).collect::<io::Result<_>>()?;
    let ended = processes.iter_mut().map(Child::wait);
    let ended: Vec<ExitStatus> = ended.collect::<io::Result<_>>()?;
    match ended.iter().find(|status| !status.success()) {
        Some(failed) => Err(io::Error::other(failed.to_string())),
        None => Ok(vec![true; jobs.len()]),
    }
    //@ wrong started_is_done
    let start = |job| Ok(Job::command(job).spawn().is_ok());
    jobs.iter().map(start).collect()
    //@ end
}
