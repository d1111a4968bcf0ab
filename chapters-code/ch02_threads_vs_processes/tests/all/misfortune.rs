//! What is left, and of whom.

use std::sync::Mutex;

use ch02_threads_vs_processes::misfortune::{self, Misfortune};
use lab::record::{Record, Series};

use crate::program;
use crate::report::record;

fn count(series: &Series, name: &str) -> f64 {
    series.value(name).unwrap_or_else(|error| panic!("{}: {error}", series.id)).median
}

fn series<'a>(record: &'a Record, id: &str) -> &'a Series {
    record.experiment("misfortune").unwrap().series(id).unwrap()
}

#[test]
fn threads_and_processes_give_the_same_answers_where_nothing_happens() {
    let jobs = misfortune::jobs(None);
    let (threads, processes) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    misfortune::by_threads(&jobs, 3, &|job, answer| {
        threads.lock().unwrap().push((job.number, answer));
    })
    .unwrap();
    misfortune::by_processes(program(), &jobs, 3, &|job, answer| {
        processes.lock().unwrap().push((job.number, answer));
    })
    .unwrap();
    let sorted = |told: Mutex<Vec<(usize, u64)>>| {
        let mut told = told.into_inner().unwrap();
        told.sort_unstable();
        told
    };
    let expected: Vec<_> = (0..12).map(|n| (n as usize, n * n)).collect();
    assert_eq!(sorted(threads), expected);
    assert_eq!(sorted(processes), expected);
}

#[test]
fn a_supervised_process_loses_nothing_and_a_thread_may_lose_everything() {
    let record = record(&["--only=misfortune"]);
    for misfortune in Misfortune::ALL {
        let process = series(&record, &format!("process_{}", misfortune.name()));
        assert_eq!(count(process, "lost"), 0.0, "{misfortune:?}");
        assert_eq!(count(process, "survived"), 1.0, "{misfortune:?}");
        assert_eq!(count(process, "sound"), 1.0, "{misfortune:?}");
    }
    let panic = series(&record, "thread_panic");
    assert_eq!((count(panic, "lost"), count(panic, "survived")), (1.0, 1.0));
    for id in ["thread_abort", "thread_kill"] {
        let host = series(&record, id);
        // The job that ended the program, and those that were to come.
        assert!(count(host, "lost") >= 1.0, "{id}");
        assert_eq!(count(host, "survived"), 0.0, "{id}");
    }
}

#[test]
fn what_a_thread_spoils_is_spoilt_for_all_and_what_a_process_spoils_for_itself() {
    let record = record(&["--only=misfortune"]);
    let (thread, process) =
        (series(&record, "thread_corrupt"), series(&record, "process_corrupt"));
    assert_eq!(count(thread, "sound"), 0.0);
    // The fifth job's own at least; whoever is quick has read the others in time.
    assert!(count(thread, "wrong") >= 1.0);
    assert_eq!(count(process, "sound"), 1.0);
    // A supervisor sees who dies, not who is wrong.
    assert!((1.0..12.0).contains(&count(process, "wrong")));
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_thread_leaks_stays_and_what_a_process_leaks_goes_with_it() {
    let record = record(&["--only=misfortune"]);
    let kept = |id| count(series(&record, id), "kept");
    assert!(kept("thread_leak") >= misfortune::LEAK as f64);
    assert!(kept("process_leak") < misfortune::LEAK as f64 / 4.0);
}
