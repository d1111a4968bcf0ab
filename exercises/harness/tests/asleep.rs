//! Who sleeps and who looks again and again. Threads are watched, so this is a program without those
//! of libtest.

use std::{
    hint::black_box,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Duration,
};

use harness::{Rendezvous, asleep, settle};

/// What is said while a thread does `step` again and again.
fn said(step: impl Fn() + Sync) -> Option<String> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Relaxed) {
                step();
            }
        });
        let failed = catch_unwind(AssertUnwindSafe(|| asleep("wait"))).err();
        over.store(true, Relaxed);
        failed?.downcast_ref::<String>().cloned()
    })
}

fn main() {
    if !cfg!(target_os = "linux") {
        println!("left out: the system does not show its threads");
        return;
    }
    let work = || (0..20_000_000u64).map(black_box).sum::<u64>();
    let works = thread::spawn(work);
    settle();
    assert!(works.is_finished());

    let (end, ended) = mpsc::channel::<()>();
    let waits = thread::spawn(move || ended.recv());
    asleep("it waits");

    let nap = |millis| move || thread::sleep(Duration::from_millis(millis));
    let message = said(nap(2)).expect("it looks");
    // On a machine that keeps it waiting for a CPU, its naps become long ones.
    let is_told = ["woke up again and again", "until some time"];
    assert!(is_told.iter().any(|it| message.contains(it)), "{message}");
    let message = said(nap(300)).expect("it looks");
    assert!(message.contains("until some time"), "{message}");
    let waits_for_nobody = || {
        let (_end, ended) = mpsc::channel::<()>();
        assert!(ended.recv_timeout(Duration::from_millis(300)).is_err());
    };
    let message = said(waits_for_nobody).expect("it looks");
    assert!(message.contains("until some time"), "{message}");
    let message = said(std::hint::spin_loop).expect("it works");
    assert!(message.contains("at work all the time"), "{message}");

    // Who comes late, however late, comes.
    let late = thread::spawn(|| thread::sleep(Duration::from_millis(2500)));
    settle();
    assert!(late.is_finished());
    let meeting = Rendezvous::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(2500));
            meeting.meet()
        });
        assert!(meeting.meet());
    });
    // Whoever only looks does not.
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
        });
        assert!(!Rendezvous::new(2).meet());
        over.store(true, Relaxed);
    });

    drop(end);
    assert!(waits.join().expect("no panic").is_err());
}
