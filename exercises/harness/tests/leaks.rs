//! What is left behind. Threads are counted, so this is a program without those of libtest.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
    sync::mpsc,
    thread,
};

use harness::{Gathering, Leaks};

fn said(leaks: &Leaks) -> Option<String> {
    let expect = || leaks.expect_none("after the last item", "join them");
    let failed = catch_unwind(AssertUnwindSafe(expect)).err()?;
    failed.downcast_ref::<String>().cloned()
}

fn main() {
    if !cfg!(target_os = "linux") {
        println!("left out: the system does not show its threads");
        return;
    }
    let leaks = Leaks::watch();
    thread::spawn(|| ()).join().expect("no panic");
    assert_eq!(said(&leaks), None);

    let (end, ended) = mpsc::channel::<()>();
    let thread = thread::spawn(move || ended.recv());
    let mut child = Command::new("sleep").arg("60").spawn().expect("there is sleep");
    let expected = "expected nobody to be left behind; 1 thread and 1 child process still there \
                    after the last item: join them";
    assert_eq!(said(&leaks).as_deref(), Some(expected));

    drop(end);
    child.kill().expect("it sleeps");
    child.wait().expect("it was killed");
    assert!(thread.join().expect("no panic").is_err());
    assert_eq!(said(&leaks), None);

    for _ in 0..50 {
        let leaks = Leaks::watch();
        let meetings = [(); 30].map(|()| Gathering::new(1, "jobs"));
        meetings.iter().for_each(|meeting| meeting.enter(0));
        // The threads that watched over them go home about now.
        assert_eq!(said(&leaks), None);
    }
}
