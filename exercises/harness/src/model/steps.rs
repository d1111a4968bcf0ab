//! The steps of the order that is being tried, and what each thread waits for.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt::Write,
    panic::Location,
    sync::{Arc, atomic::Ordering::Relaxed},
    thread,
};

use loom::sync::atomic::AtomicBool;

use super::runs;
use crate::panics;

/// More steps are not read, and a receipt holds no more.
const MOST: usize = 40;

thread_local! {
    static ORDER: RefCell<Order> = RefCell::default();
}

#[derive(Default)]
struct Order {
    steps: Vec<String>,
    /// Who waits, and for what.
    waiting: BTreeMap<String, String>,
    threads: usize,
    /// Set when the next wait is to end without a signal.
    alarm: Option<Arc<AtomicBool>>,
}

/// Notes a step of the thread that calls, in the third person: "puts 1".
#[track_caller]
pub fn step(what: impl std::fmt::Display) {
    note(&what.to_string(), Location::caller());
}

/// A new order begins.
pub(super) fn begin() {
    ORDER.take();
}

/// The number of the next thread.
pub(super) fn next_thread() -> usize {
    ORDER.with_borrow_mut(|order| {
        order.threads += 1;
        order.threads
    })
}

pub(super) fn note(what: &str, at: &Location<'_>) {
    let Some(who) = who() else { return };
    let step = format!("{who} {what} ({})", panics::place(at));
    ORDER.with_borrow_mut(|order| order.steps.push(step));
}

/// Does what may have to wait.
pub(super) fn wait<T>(what: &str, at: &Location<'_>, wait: impl FnOnce() -> T) -> T {
    let Some(who) = who() else { return wait() };
    let waits = format!("{who} waits for {what} ({})", panics::place(at));
    ORDER.with_borrow_mut(|order| order.waiting.insert(who.clone(), waits));
    let result = wait();
    ORDER.with_borrow_mut(|order| order.waiting.remove(&who));
    result
}

/// Some wait may end when this is set.
pub(super) fn expect_alarm(alarm: Arc<AtomicBool>) {
    ORDER.with_borrow_mut(|order| order.alarm = Some(alarm));
}

/// Whether the wait that begins now ends without a signal.
pub(super) fn is_alarmed() -> bool {
    let alarm = ORDER.with_borrow(|order| order.alarm.clone());
    alarm.is_some_and(|alarm| alarm.swap(false, Relaxed))
}

/// How many wait for `what`.
pub(super) fn waiting_for(what: &str) -> usize {
    let part = format!(" waits for {what} (");
    ORDER.with_borrow(|order| {
        order.waiting.values().filter(|waits| waits.contains(&part)).count()
    })
}

/// Who waits for what, in one line.
pub(super) fn waiting() -> String {
    let waiting = |order: &Order| order.waiting.values().cloned().collect::<Vec<_>>();
    ORDER.with_borrow(waiting).join("; ")
}

/// The steps, numbered, a line each; then who still waits. Of very many, the last ones.
pub(super) fn listed() -> String {
    ORDER.with_borrow(|order| {
        let mut list = String::new();
        let lines = order.steps.iter().chain(order.waiting.values());
        let left_out = (order.steps.len() + order.waiting.len()).saturating_sub(MOST);
        if left_out > 0 {
            let _ = writeln!(list, "   … {left_out} before these");
        }
        for (number, line) in (1..).zip(lines).skip(left_out) {
            // Writing to a string cannot fail.
            let _ = writeln!(list, "{number:4}. {line}");
        }
        list
    })
}

/// The thread that calls; `None` where nothing is tried, and while a failed order is cleared away.
fn who() -> Option<String> {
    if !runs() || thread::panicking() {
        return None;
    }
    let current = loom::thread::current();
    Some(current.name().unwrap_or("main").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is listed after so many steps, and while somebody waits.
    fn listed_after(steps: usize) -> Vec<String> {
        begin();
        ORDER.with_borrow_mut(|order| {
            order.steps =
                (1..=steps).map(|number| format!("main does {number}")).collect();
            order.waiting.insert("main".to_owned(), "main waits".to_owned());
        });
        listed().lines().map(str::to_owned).collect()
    }

    #[test]
    fn of_many_steps_the_last_are_listed_with_their_numbers() {
        let list = listed_after(50);
        assert_eq!(list.len(), 1 + MOST);
        assert_eq!(list[..2], ["   … 11 before these", "  12. main does 12"]);
        assert_eq!(list[MOST], "  51. main waits");
    }

    #[test]
    fn of_few_none_is_left_out() {
        let list = listed_after(MOST - 1);
        assert_eq!((list.len(), &*list[0]), (MOST, "   1. main does 1"));
    }
}
