//! The supervised pool: nothing is lost, and nobody is left behind.

use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow::{Break, Continue};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use ch02_threads_vs_processes::crew::{self, Answered};
use ch02_threads_vs_processes::misfortune::{self, Job, Misfortune};

use crate::program;

fn worker_of(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(misfortune::WORKER);
    command
}

/// The answers by number, from a crew of `workers`.
fn answers(jobs: &[Job], workers: usize) -> Vec<(usize, Option<u64>)> {
    let told = Mutex::new(Vec::new());
    let done = |job: &Job, answer: Answered<Job>| {
        told.lock().unwrap().push((job.number, answer.ok()));
        Continue(())
    };
    crew::run(&|| worker_of(program()), workers, jobs, &done).unwrap();
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    told
}

fn squares(count: usize) -> Vec<(usize, Option<u64>)> {
    (0..count).map(|number| (number, Some((number * number) as u64))).collect()
}

#[test]
fn each_errand_is_answered_once_by_any_number_of_workers() {
    let jobs = misfortune::jobs(None);
    for workers in [1, 2, 5, 40] {
        assert_eq!(answers(&jobs, workers), squares(jobs.len()), "{workers} workers");
    }
    assert_eq!(answers(&[], 2), []);
}

#[test]
fn an_errand_whose_worker_dies_is_answered_by_another() {
    for misfortune in [Misfortune::Panic, Misfortune::Abort, Misfortune::Kill] {
        for workers in [1, 3] {
            let told = answers(&misfortune::jobs(Some(misfortune)), workers);
            assert_eq!(told, squares(misfortune::JOBS), "{misfortune:?}, {workers}");
        }
    }
}

#[test]
fn when_told_to_stop_no_more_errands_are_sent() {
    let told = Mutex::new(HashSet::new());
    let done = |job: &Job, _| {
        told.lock().unwrap().insert(job.number);
        Break(())
    };
    crew::run(&|| worker_of(program()), 2, &misfortune::jobs(None), &done).unwrap();
    // One in hand for each worker, and one that was taken meanwhile.
    let told = told.into_inner().unwrap();
    assert!((1..=3).contains(&told.len()), "{told:?}");
}

#[test]
fn what_is_no_worker_is_an_error_before_anything_is_sent() {
    let jobs = misfortune::jobs(None);
    let never = |_: &Job, _: Answered<Job>| panic!("nothing can be done");
    let missing = || worker_of(Path::new("/missing"));
    let error = crew::run(&missing, 2, &jobs, &never).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);

    // A program that runs, but is no worker.
    let cargo = || worker_of(Path::new(env!("CARGO")));
    let error = crew::run(&cargo, 2, &jobs, &never).unwrap_err().to_string();
    assert!(error.contains("did not start"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_process_is_waited_for() {
    // A test of its own process: others start children too, but never this worker.
    let ours = || {
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let mark = format!("{}\0{}", program().display(), misfortune::WORKER);
        let of = |entry: std::fs::DirEntry| {
            let pid = entry.file_name().to_str()?.parse::<u32>().ok()?;
            let line = std::fs::read_to_string(entry.path().join("cmdline")).ok()?;
            line.starts_with(&mark).then_some(pid)
        };
        all.filter_map(of).collect::<HashSet<u32>>()
    };
    let seen = Mutex::new(HashSet::new());
    let done = |_: &Job, _: Answered<Job>| {
        seen.lock().unwrap().extend(ours());
        Continue(())
    };
    let jobs = misfortune::jobs(Some(Misfortune::Kill));
    crew::run(&|| worker_of(program()), 2, &jobs, &done).unwrap();
    let seen = seen.into_inner().unwrap();
    assert!(seen.len() >= 2, "{seen:?}");
    for pid in seen {
        let parent = || {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse::<u32>().ok()
        };
        // Other tests have workers of the same kind in this process, so give them time to end.
        let clock = std::time::Instant::now();
        while parent() == Some(std::process::id()) {
            assert!(clock.elapsed().as_secs() < 60, "{pid} is still there");
            std::thread::yield_now();
        }
    }
}
