use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::channel,
    thread,
    time::Duration,
};

use ch01_gil::gil::{Gil, INTERVAL};

/// Longer than any test takes: nobody loses patience.
const FOR_EVER: Duration = Duration::from_secs(3600);

#[test]
fn a_worker_alone_is_never_asked_to_let_go() {
    let gil = Gil::new(Duration::ZERO);
    let mut held = gil.attach();
    for _ in 0..1_000 {
        held.poll();
    }
    let turns = held.detach();
    assert_eq!(turns.len(), 1);
    assert!(!turns[0].forced);
}

#[test]
fn a_waiter_who_has_lost_patience_gets_the_lock_from_a_worker_who_computes() {
    let gil = Gil::new(INTERVAL);
    let (tell, told) = channel();
    thread::scope(|scope| {
        let mut held = gil.attach();
        scope.spawn(|| {
            let _held = gil.attach();
            tell.send(()).expect("somebody listens");
        });
        // Would never end if the holder were not asked, or did not listen.
        while told.try_recv().is_err() {
            held.poll();
        }
        assert!(held.detach()[0].forced);
    });
}

#[test]
fn another_worker_runs_while_one_is_outside() {
    let gil = Gil::new(FOR_EVER);
    let (tell, told) = channel();
    thread::scope(|scope| {
        let mut held = gil.attach();
        scope.spawn(|| {
            let _held = gil.attach();
            tell.send(()).expect("somebody listens");
        });
        held.allow_threads(|| told.recv().expect("the other runs"));
    });
}

#[test]
fn a_panic_outside_comes_back_with_the_lock_and_lets_go_of_it() {
    let gil = Gil::new(FOR_EVER);
    let mut held = gil.attach();
    let outside =
        AssertUnwindSafe(|| held.allow_threads(|| panic!("the network is gone")));
    assert!(catch_unwind(outside).is_err());
    assert_eq!(held.detach().len(), 2, "a turn before, and one after");
    gil.attach();
}

#[test]
fn a_panic_inside_lets_go() {
    let gil = Gil::new(FOR_EVER);
    let inside = AssertUnwindSafe(|| {
        let _held = gil.attach();
        panic!("a worker fails");
    });
    assert!(catch_unwind(inside).is_err());
    gil.attach();
}
