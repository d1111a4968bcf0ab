//! The steps of the order that is being tried, and what each thread waits for.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
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
/// What waiting threads wait for.
pub(super) const LOCK: &str = "a lock";
pub(super) const SIGNAL: &str = "a signal";
/// What whoever hears a signal does.
pub(super) const WOKEN: &str = "was woken, and has the lock again";

thread_local! {
    static ORDER: RefCell<Order> = RefCell::default();
}

#[derive(Default)]
struct Order {
    steps: Vec<String>,
    /// Who waits, and for what.
    waiting: BTreeMap<String, String>,
    /// Who waits for a signal and has not heard it, and its address; first who has waited longest.
    listening: Vec<(String, usize)>,
    /// Signals that came while nobody waited for them.
    unheard: BTreeSet<usize>,
    /// Signals for one that somebody heard.
    heard_by_one: BTreeSet<usize>,
    threads: usize,
    /// Set when the next wait is to end without a signal.
    alarm: Option<Arc<AtomicBool>>,
}

/// Notes a step of the thread that calls, in the third person: "puts 1".
#[track_caller]
pub fn step(what: impl std::fmt::Display) {
    note(&what.to_string(), Location::caller());
}

/// Does what comes before the steps that matter, and lists none of its own.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    let result = work();
    ORDER.with_borrow_mut(|order| order.steps.clear());
    result
}

/// Whether some step of this order, so far, tells of `what`: "signals all".
pub fn saw(what: &str) -> bool {
    ORDER.with_borrow(|order| order.steps.iter().any(|step| step.contains(what)))
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
    let waits = format!("{who}{}{})", waits_for(what), panics::place(at));
    ORDER.with_borrow_mut(|order| order.waiting.insert(who.clone(), waits));
    let result = wait();
    ORDER.with_borrow_mut(|order| order.waiting.remove(&who));
    result
}

/// How it is put that somebody waits, up to where.
fn waits_for(what: &str) -> String {
    format!(" waits for {what} (")
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

/// Waits for the signal at this address.
pub(super) fn listen<T>(
    bell: usize,
    at: &Location<'_>,
    listen: impl FnOnce() -> T,
) -> T {
    let Some(who) = who() else { return listen() };
    ORDER.with_borrow_mut(|order| order.listening.push((who, bell)));
    // Whoever signals takes it off the list.
    wait(SIGNAL, at, listen)
}

/// Notes a signal at this address, for one or for all.
pub(super) fn signal(bell: usize, is_for_one: bool, at: &Location<'_>) {
    let is_heard = ORDER.with_borrow_mut(|order| {
        let first = order.listening.iter().position(|it| it.1 == bell);
        match first {
            None => drop(order.unheard.insert(bell)),
            Some(first) if is_for_one => {
                order.listening.remove(first);
                order.heard_by_one.insert(bell);
            }
            Some(_) => order.listening.retain(|it| it.1 != bell),
        }
        first.is_some()
    });
    let whom = if is_for_one { "one" } else { "all" };
    let nobody = if is_heard { "" } else { ", and nobody waits" };
    note(&format!("signals {whom}{nobody}"), at);
}

/// Who waits for what, in one line.
pub(super) fn waiting() -> String {
    let waiting = |order: &Order| order.waiting.values().cloned().collect::<Vec<_>>();
    ORDER.with_borrow(waiting).join("; ")
}

/// Which idea to look at when all threads wait.
pub(super) fn why_all_wait() -> &'static str {
    ORDER.with_borrow(|order| {
        let waiting = |what: &str| {
            let part = waits_for(what);
            order.waiting.values().filter(|it| it.contains(&part)).count()
        };
        let at_bell = |bells: &BTreeSet<usize>| {
            order.listening.iter().any(|(_, bell)| bells.contains(bell))
        };
        // A signal came when the lock was not yet let go: loom had nobody for it to wake.
        let is_too_early = waiting(SIGNAL) > order.listening.len();
        if waiting(LOCK) > 0 {
            "whoever has the lock waits as well: for what, with the lock in hand?"
        } else if order.listening.iter().any(|(who, _)| order.is_back(who)) {
            "somebody was woken, looked, and waits again: was the signal meant for another, or \
             is it over what the wait is for?"
        } else if is_too_early || at_bell(&order.unheard) {
            "a signal that nobody waits for is lost: look and begin to wait under one guard, and \
             change before you signal"
        } else if at_bell(&order.heard_by_one) {
            "a signal for one was heard by one: who else waits for it?"
        } else {
            "nobody signals what they wait for"
        }
    })
}

impl Order {
    /// Whether this thread was woken, and did nothing but wait again.
    fn is_back(&self, who: &str) -> bool {
        let own =
            self.steps.iter().rev().filter(|it| it.starts_with(&format!("{who} ")));
        let mut places = own.map(|it| it.split_once(" (").unwrap_or((it, "")));
        let (last, before) = (places.next(), places.next());
        last.zip(before).is_some_and(|((_, waits), (woken, at))| {
            woken.ends_with(WOKEN) && at == waits
        })
    }
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

/// The thread that calls: "main", "thread 1"; `None` where nothing is tried, and while a failed
/// order is cleared away.
pub(super) fn who() -> Option<String> {
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
