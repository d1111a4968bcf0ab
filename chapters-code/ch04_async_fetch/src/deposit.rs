//! Can one thread lose an update? Many deposits of one coin each, into one account.
//!
//! `Rc` and `Cell` cannot leave their thread: the compiler sees to it. So whatever is lost here is
//! lost on one thread.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::rc::Rc;

use tokio::runtime::Builder;
use tokio::sync::Mutex;
use tokio::task::{self, LocalSet};

/// What is in the account after `count` deposits of one coin, each of which asks somebody between
/// looking and writing.
///
/// # Errors
/// If there is no runtime.
pub fn across_an_await(count: usize) -> io::Result<usize> {
    let account = Rc::new(Cell::new(0));
    all(count, || look_ask_write(Rc::clone(&account)))?;
    Ok(account.get())
}

/// The same, with the asking done first.
///
/// # Errors
/// If there is no runtime.
pub fn without_an_await(count: usize) -> io::Result<usize> {
    let account = Rc::new(Cell::new(0));
    all(count, || ask_look_write(Rc::clone(&account)))?;
    Ok(account.get())
}

/// The same as the first, with a lock held from the look to the write.
///
/// # Errors
/// If there is no runtime.
pub fn under_a_lock(count: usize) -> io::Result<usize> {
    let account = Rc::new(Mutex::new(0));
    all(count, || lock_look_ask_write(Rc::clone(&account)))?;
    Ok(account.try_lock().map_or(0, |account| *account))
}

// ANCHOR: deposits
async fn look_ask_write(account: Rc<Cell<usize>>) {
    let there = account.get();
    ask().await;
    account.set(there + 1);
}

async fn ask_look_write(account: Rc<Cell<usize>>) {
    ask().await;
    let there = account.get();
    account.set(there + 1);
}

async fn lock_look_ask_write(account: Rc<Mutex<usize>>) {
    let mut account = account.lock().await;
    let there = *account;
    ask().await;
    *account = there + 1;
}

/// Stands for a question to a server: others go on meanwhile.
async fn ask() {
    task::yield_now().await;
}
// ANCHOR_END: deposits

/// Makes `count` deposits, all at once, on this thread.
fn all<F: Future<Output = ()> + 'static>(
    count: usize,
    deposit: impl Fn() -> F,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread().build()?;
    LocalSet::new().block_on(&runtime, async {
        let tasks: Vec<_> = (0..count).map(|_| task::spawn_local(deposit())).collect();
        for task in tasks {
            task.await.map_err(io::Error::other)?;
        }
        Ok(())
    })
}
