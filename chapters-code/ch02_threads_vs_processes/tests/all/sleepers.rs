//! Those who sleep are there, and go when they are dropped.

use ch02_threads_vs_processes::{sleepers, start};

use crate::program;

const STACK: usize = 1 << 20;

#[test]
fn as_many_threads_sleep_as_were_asked_for() {
    let threads = sleepers::threads(50, STACK);
    assert_eq!(threads.count(), 50);
    assert!(threads.refused.is_none());
}

#[test]
fn a_stack_that_nobody_can_have_is_told_and_no_crash() {
    // More than the address space of any machine of today.
    let threads = sleepers::threads(2, 1 << 60);
    assert_eq!(threads.count(), 0);
    assert!(threads.refused.is_some());
}

#[cfg(target_os = "linux")]
#[test]
fn sleeping_processes_are_children_until_they_are_dropped() {
    let children = || lab::os::tree_memory().unwrap().rss;
    let sleeping = sleepers::processes(program(), 20).unwrap();
    let with = children();
    drop(sleeping);
    // Twenty processes have more than 10 MiB resident, whatever the other tests do.
    assert!(with > children() + (10 << 20), "{with}, then {}", children());
}

#[test]
fn tasks_sleep_until_their_runtime_is_dropped() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    sleepers::tasks(&runtime, 1000);
    let metrics = runtime.metrics();
    assert_eq!(metrics.num_alive_tasks(), 1000);
    drop(runtime);
    assert_eq!(metrics.num_alive_tasks(), 0);
}

#[test]
fn a_worker_that_cannot_start_or_fails_is_an_error() {
    start::thread().unwrap();
    start::process(program(), &[start::NOTHING]).unwrap();
    let (trivial, arguments) = start::trivial();
    start::process(trivial, arguments).unwrap();
    assert!(start::process(std::path::Path::new("/missing"), &[]).is_err());
    assert!(start::process(program(), &["--no-such-flag"]).is_err());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    start::task(&runtime).unwrap();
}
