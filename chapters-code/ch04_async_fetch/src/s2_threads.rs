//! Threads that wait for a page each. Whoever is done takes the next address.

use std::io;
use std::sync::Mutex;
use std::thread;

use crossbeam::queue::SegQueue;

use crate::fetched::{Fetched, in_order, put};
use crate::s1_sequential::{agent, fetch};

/// Address space for the stack of a thread, in bytes: what one of C or Python gets on most Linux
/// systems, and the sources count with.
pub const STACK: usize = 8 << 20;

/// Fetches the pages on `at_once` threads.
///
/// # Errors
/// If the system does not give us the threads.
// ANCHOR: run
pub fn run(urls: &[String], at_once: usize) -> io::Result<Vec<Fetched>> {
    let agent = agent();
    let queue = SegQueue::new();
    urls.iter().enumerate().for_each(|url| queue.push(url));
    let pages = Mutex::new(Vec::with_capacity(urls.len()));
    thread::scope(|scope| {
        let work = || {
            while let Some((number, url)) = queue.pop() {
                put(&pages, fetch(&agent, number, url));
            }
        };
        for _ in 0..at_once.min(urls.len()) {
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        }
        Ok::<(), io::Error>(())
    })?;
    Ok(in_order(pages.into_inner().unwrap_or_else(|pages| pages.into_inner())))
}
// ANCHOR_END: run
