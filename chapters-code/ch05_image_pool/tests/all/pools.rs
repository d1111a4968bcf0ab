//! The four ways: the same results, and no job lost, whatever happens to one of them.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::ops::ControlFlow::{self, Break, Continue};
use std::path::Path;
use std::sync::{Condvar, Mutex};
use std::thread;

use ch05_image_pool::job::{Failure, Fault, Job, Outcome};
use ch05_image_pool::{s1_sequential, s2_threads, s3_rayon, s4_processes};
use tempfile::TempDir;

use crate::fixtures::{DEADLINE, files, jobs};

type Done<'a> = &'a (dyn Fn(Outcome) -> ControlFlow<()> + Sync);
type Run = fn(&[Job], usize, Done) -> io::Result<()>;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ch05_image_pool");

fn processes(jobs: &[Job], workers: usize, done: Done) -> io::Result<()> {
    s4_processes::run_program(Path::new(PROGRAM), jobs, workers, done)
}

const WAYS: [(&str, Run); 4] = [
    ("sequential", s1_sequential::run),
    ("threads", s2_threads::run),
    ("rayon", s3_rayon::run),
    ("processes", processes),
];

/// Runs the jobs and returns the outcome of each; fails if one is told twice.
fn outcomes(run: Run, jobs: &[Job], workers: usize) -> BTreeMap<usize, Outcome> {
    let told = Mutex::new(BTreeMap::new());
    let done = |outcome: Outcome| {
        let before = told.lock().unwrap().insert(outcome.id, outcome);
        assert!(before.is_none(), "told twice: {before:?}");
        Continue(())
    };
    run(jobs, workers, &done).unwrap();
    told.into_inner().unwrap()
}

fn failed(outcomes: &BTreeMap<usize, Outcome>) -> Vec<usize> {
    outcomes
        .values()
        .filter(|outcome| outcome.result.is_err())
        .map(|outcome| outcome.id)
        .collect()
}

#[test]
fn all_four_ways_make_the_same_bytes() {
    let results = WAYS.map(|(way, run)| {
        let dir = TempDir::new().unwrap();
        let jobs = jobs(dir.path(), 7);
        let outcomes = outcomes(run, &jobs, 3);
        assert_eq!(outcomes.len(), 7, "{way}");
        assert!(failed(&outcomes).is_empty(), "{way}");
        let out = dir.path().join("out");
        files(&out)
            .into_iter()
            .map(|name| (fs::read(out.join(&name)).unwrap(), name))
            .collect()
    });
    let all: HashSet<&Vec<(Vec<u8>, String)>> = results.iter().collect();
    assert_eq!((all.len(), results[0].len()), (1, 7));
}

#[test]
fn each_outcome_says_who_did_it() {
    let dir = TempDir::new().unwrap();
    let jobs = jobs(dir.path(), 8);
    for (way, run) in WAYS {
        let outcomes = outcomes(run, &jobs, 2);
        let workers: HashSet<_> =
            outcomes.values().map(|outcome| outcome.worker).collect();
        let here =
            workers.iter().filter(|worker| worker.pid == std::process::id()).count();
        assert!((1..=2).contains(&workers.len()), "{way}: {workers:?}");
        assert_eq!(here, if way == "processes" { 0 } else { workers.len() }, "{way}");
    }
}

#[test]
fn all_but_one_way_have_two_jobs_in_hand_at_once() {
    for (way, run) in &WAYS[1..] {
        let dir = TempDir::new().unwrap();
        // Who has told an outcome, and waits for another worker to tell one as well.
        let (inside, came) = (Mutex::new(HashSet::new()), Condvar::new());
        let done = |outcome: Outcome| {
            let mut inside = inside.lock().unwrap();
            inside.insert(outcome.worker);
            came.notify_all();
            let alone = |inside: &mut HashSet<_>| inside.len() < 2;
            let waited = came.wait_timeout_while(inside, DEADLINE, alone).unwrap();
            if waited.1.timed_out() { Break(()) } else { Continue(()) }
        };
        run(&jobs(dir.path(), 4), 2, &done).unwrap();
        let workers = inside.into_inner().unwrap();
        assert_eq!(workers.len(), 2, "{way}: nobody else came");
        let pids: HashSet<u32> = workers.iter().map(|worker| worker.pid).collect();
        assert_eq!(pids.len(), if *way == "processes" { 2 } else { 1 }, "{way}");
    }
}

#[test]
fn one_after_the_other_is_all_done_by_who_asks() {
    let dir = TempDir::new().unwrap();
    let (caller, told) = (thread::current().id(), Mutex::new(Vec::new()));
    let done = |outcome: Outcome| {
        assert_eq!(thread::current().id(), caller);
        told.lock().unwrap().push(outcome.id);
        Continue(())
    };
    s1_sequential::run(&jobs(dir.path(), 4), 2, &done).unwrap();
    assert_eq!(told.into_inner().unwrap(), [0, 1, 2, 3]);
}

#[test]
fn a_job_that_panics_fails_alone() {
    for (way, run) in WAYS {
        let dir = TempDir::new().unwrap();
        let mut jobs = jobs(dir.path(), 6);
        jobs[2].fault = Some(Fault::Panic);
        let outcomes = outcomes(run, &jobs, 2);
        assert_eq!((outcomes.len(), failed(&outcomes)), (6, vec![2]), "{way}");
        assert!(matches!(outcomes[&2].result, Err(Failure::Panicked(_))), "{way}");
        assert_eq!(files(&dir.path().join("out")).len(), 5, "{way}");
    }
}

#[test]
fn more_workers_than_jobs_and_no_jobs_at_all_are_fine() {
    let dir = TempDir::new().unwrap();
    let jobs = jobs(dir.path(), 2);
    for (way, run) in WAYS {
        assert_eq!(outcomes(run, &jobs, 9).len(), 2, "{way}");
        assert_eq!(outcomes(run, &[], 2).len(), 0, "{way}");
    }
}

#[test]
fn when_told_to_stop_no_more_jobs_are_taken() {
    for (way, run) in WAYS {
        let dir = TempDir::new().unwrap();
        let jobs = jobs(dir.path(), 12);
        let told = Mutex::new(0);
        let stop = |_| {
            *told.lock().unwrap() += 1;
            Break(())
        };
        run(&jobs, 2, &stop).unwrap();
        // One job in hand for each of the two workers, and one that was taken meanwhile.
        let told = told.into_inner().unwrap();
        assert!((1..=3).contains(&told), "{way}: {told} jobs");
        assert_eq!(
            files(&dir.path().join("out")).len(),
            told,
            "{way}: all that was begun is told"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_job_whose_worker_is_killed_is_done_by_another() {
    let dir = TempDir::new().unwrap();
    let mut jobs = jobs(dir.path(), 6);
    jobs[1].fault = Some(Fault::KillOnce);
    jobs[4].fault = Some(Fault::KillOnce);
    let outcomes = outcomes(processes, &jobs, 2);
    assert_eq!((outcomes.len(), failed(&outcomes)), (6, vec![]));
    let pids: HashSet<u32> =
        outcomes.values().map(|outcome| outcome.worker.pid).collect();
    assert!(pids.len() >= 3, "two were killed and replaced: {pids:?}");
    assert_eq!(files(&dir.path().join("out")).len(), 6, "with no temporary file");
}

#[cfg(unix)]
#[test]
fn a_job_that_kills_two_workers_is_given_up_and_the_others_are_done() {
    let dir = TempDir::new().unwrap();
    let mut jobs = jobs(dir.path(), 6);
    jobs[0].fault = Some(Fault::KillAlways);
    jobs[5].fault = Some(Fault::KillAlways);
    for workers in [1, 3] {
        let outcomes = outcomes(processes, &jobs, workers);
        assert_eq!((outcomes.len(), failed(&outcomes)), (6, vec![0, 5]));
        let error = outcomes[&0].result.as_ref().unwrap_err().to_string();
        assert!(error.contains("twice") && error.contains("signal: 9"), "{error}");
        assert_eq!(files(&dir.path().join("out")).len(), 4, "with no temporary file");
    }
}

#[cfg(unix)]
#[test]
fn no_worker_process_is_left_behind() {
    let dir = TempDir::new().unwrap();
    let mut jobs = jobs(dir.path(), 4);
    jobs[1].fault = Some(Fault::KillAlways);
    let outcomes = outcomes(processes, &jobs, 2);
    for pid in outcomes.values().map(|outcome| outcome.worker.pid) {
        // Signal 0 only asks; a process that was never waited for would still be there.
        let pid = nix::unistd::Pid::from_raw(pid as i32);
        assert_eq!(nix::sys::signal::kill(pid, None), Err(nix::errno::Errno::ESRCH));
    }
}

#[test]
fn workers_that_cannot_be_started_are_an_error() {
    let dir = TempDir::new().unwrap();
    let jobs = jobs(dir.path(), 2);
    let never =
        |outcome| -> ControlFlow<()> { panic!("nothing can be done: {outcome:?}") };
    let missing =
        s4_processes::run_program(&dir.path().join("missing"), &jobs, 2, &never);
    assert_eq!(missing.unwrap_err().kind(), io::ErrorKind::NotFound);

    // A program that runs, but is no worker.
    let cargo = Path::new(env!("CARGO"));
    let error =
        s4_processes::run_program(cargo, &jobs, 2, &never).unwrap_err().to_string();
    assert!(error.contains("did not start"), "{error}");
}
