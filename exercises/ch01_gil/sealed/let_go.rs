//! Let go before you wait.
//!
//! Several workers run this at once, under one GIL, each with pages of its own. To `ask` for a page
//! is to wait for a server. To `count` its words is to run Python code, which needs the lock.
//!
//! Now a worker holds the lock all the time, so the others cannot even wait. Have them wait side by
//! side, and count one at a time.

//@ solution
use ch01_gil::interpreter::Permit;
//@ wrong another_thread
use std::thread;

use ch01_gil::interpreter::Permit;
//@ end

/// Asks for each page, and counts its words.
pub fn work(
    pages: &[usize],
    permit: &mut impl Permit,
    ask: impl Fn(usize) -> String + Sync,
    count: impl Fn(&str) -> usize,
) -> Vec<usize> {
    let mut counts = Vec::new();
    for &page in pages {
        //@ starter
        let text = ask(page);
        counts.push(count(&text));
        //@ solution
        let text = permit.allow_threads(|| ask(page));
        counts.push(count(&text));
        //@ wrong polls
        permit.poll();
        let text = ask(page);
        counts.push(count(&text));
        permit.poll();
        //@ wrong another_thread
        let text = thread::scope(|scope| scope.spawn(|| ask(page)).join().unwrap());
        counts.push(count(&text));
        //@ wrong lets_go_for_all
        counts.push(permit.allow_threads(|| count(&ask(page))));
        //@ wrong only_the_first
        let text = match counts.is_empty() {
            true => permit.allow_threads(|| ask(page)),
            false => ask(page), // the others have begun by now
        };
        counts.push(count(&text));
        //@ wrong asks_again
        permit.allow_threads(|| {
            ask(page);
        });
        let text = ask(page);
        counts.push(count(&text));
        //@ end
    }
    counts
}
