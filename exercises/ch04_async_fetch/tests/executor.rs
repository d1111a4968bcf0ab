//! Does the event loop poll those who were woken, and sleep otherwise?

use harness::{Bell, at_most, check, equal, fail, must_end, variant};

#[path = "../src/executor.rs"]
mod executor;

fn run(tasks: Vec<executor::Task>, idea: &str) {
    must_end("all tasks", idea, || executor::run(tasks));
}

#[check]
fn tasks_wait_side_by_side() {
    let (bell, end) = (Bell::new(), Bell::new());
    let idea = "while a task waits, the others can be polled";
    let rings = Box::pin(Bell::rung().hand_on(0, &bell));
    run(vec![Box::pin(bell.hand_on(0, &end)), rings], idea);
    if !end.is_rung() {
        let idea = "it is over when no task is left";
        fail("every task to be run to its end", "one has not ended", idea);
    }
}

#[check]
fn a_wake_while_it_is_polled_counts() {
    let times = variant().between(5..=20);
    let idea = "a task that is woken while it is polled can go on again";
    run(vec![Box::pin(Bell::rung().hand_on(times, &Bell::new()))], idea);
}

#[check]
fn only_who_was_woken_is_polled() {
    let (bell, times) = (Bell::new(), variant().between(5..=20));
    let idea = "each task has a waker of its own, which says who can go on";
    let rings = Box::pin(Bell::rung().hand_on(times, &bell));
    run(vec![Box::pin(bell.wait()), rings], idea);
    at_most("polls of a task that was woken once", bell.polls(), 2, idea);
}

#[check]
fn the_thread_sleeps_while_nobody_is_woken() {
    let bell = Bell::new();
    bell.ring_when_all_wait("ask who was woken in a way that waits for the next one");
    run(vec![Box::pin(bell.wait())], "another thread may wake a task");
}

#[check]
fn a_task_is_left_alone_after_its_end() {
    let bell = Bell::rung();
    // One ends at once, one wakes it after that, and one takes longer than they do.
    let wakes = Box::pin(Bell::rung().hand_on(1, &bell));
    let takes_longer = Box::pin(Bell::rung().hand_on(9, &Bell::new()));
    let idea = "a waker may be called later: who has ended is not polled again";
    run(vec![Box::pin(bell.wait()), wakes, takes_longer], idea);
    equal("the polls of a task that ends at once", bell.polls(), 1, idea);
}
