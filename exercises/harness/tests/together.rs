//! Who does jobs together. Threads are counted, so this is a program without those of libtest.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use harness::Together;

fn said(jobs: &Together) -> String {
    let expect = || jobs.expect("alone", "in turn");
    let failed = catch_unwind(AssertUnwindSafe(expect)).expect_err("it fails");
    failed.downcast_ref::<String>().expect("a text").clone()
}

fn main() {
    let alone = Together::new(2, "jobs");
    (0..12).for_each(|_| drop(alone.enter()));
    let expected =
        "expected 2 jobs at a time; 12 jobs ran, never more than 1 at a time: alone";
    assert_eq!(said(&alone), expected);

    let in_turn = Together::new(2, "jobs");
    for _ in 0..2 {
        thread::scope(|scope| scope.spawn(|| drop(in_turn.enter())).join())
            .expect("no panic");
    }
    let message = said(&in_turn);
    assert!(message.ends_with("never more than 1 at a time: in turn"), "{message}");

    let message = said(&Together::new(2, "jobs"));
    assert!(message.ends_with(": nobody does them"), "{message}");
}
