//! Does the event loop poll those who were woken, and sleep otherwise?

use harness::{Bell, Task, at_most, check, equal, run_all, variant, woken_by_a_thread};

#[path = "../src/executor.rs"]
mod executor;

fn run<const N: usize>(tasks: [Task; N], if_blocked: &str) {
    run_all(executor::run, tasks, if_blocked);
}

/// A task that rings at once, or after it gave way so often.
fn rings(bell: &Bell, gives_way: usize) -> Task {
    Box::pin(Bell::rung().hand_on(gives_way, bell))
}

#[check]
fn tasks_wait_side_by_side() {
    let (bell, end) = (Bell::new(), Bell::new());
    let idea = "while a task waits, the others can be polled";
    run([Box::pin(bell.hand_on(0, &end)), rings(&bell, 0)], idea);
    // One that wakes itself all the time lets those on both sides have their turns.
    let (first, last) = (Bell::new(), Bell::new());
    let (one, other) = (first.give_way(), last.give_way());
    let gives_way = Box::pin(async { (one.await, other.await).0 });
    run([rings(&first, 0), gives_way, rings(&last, 0)], idea);
}

#[check]
fn a_wake_at_any_time_counts() {
    let idea = "a task that is woken while it is polled can go on again";
    run([rings(&Bell::new(), variant().between(5..=20))], idea);
    run(woken_by_a_thread(), "a wake before the thread sleeps was lost");
}

#[check]
fn only_who_was_woken_is_polled() {
    let (bell, times) = (Bell::new(), variant().between(5..=20));
    let idea = "each task has a waker of its own, which says who can go on";
    run([rings(&bell, times), Box::pin(bell.wait()), rings(&bell, times)], idea);
    at_most("polls of a task that was woken once", bell.polls(), 2, idea);
}

#[check]
fn the_thread_sleeps_while_nobody_is_woken() {
    let bell = Bell::new();
    bell.ring_when_all_wait("ask who was woken in a way that waits for the next one");
    run([Box::pin(bell.wait())], "another thread may wake a task");
}

#[check]
fn a_task_is_left_alone_after_its_end() {
    let bell = Bell::rung();
    // One ends at once, one wakes it after that, and one takes longer than they do.
    let tasks = [Box::pin(bell.wait()), rings(&bell, 1), rings(&Bell::new(), 9)];
    run(tasks, "who has ended is not polled");
    let late = std::panic::catch_unwind(|| bell.ring()); // now all have ended
    equal("a late wake", late.map_err(|_| "a panic"), Ok(()), "nobody need receive it");
}
