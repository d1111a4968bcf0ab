//! Begins all `fetches` together, and returns the page of each that is answered within `limit`,
//! and `None` for each that is not. It is over with the last page, and at the deadline at the
//! latest.
//!
//! When it returns, nobody is left behind: no request in flight, no task that goes on.

use std::{future::Future, time::Duration};

//@ starter, wrong sleeps_on_the_thread
//@ solution
use tokio::time::{Instant, timeout_at};

//@ wrong a_deadline_each
use tokio::time::timeout;

//@ wrong sleeps_it_out, wrong watchman
use tokio::time::sleep;

//@ wrong looks_now_and_then
use tokio::time::{Instant, sleep};

//@ end
pub async fn within<F>(limit: Duration, fetches: Vec<F>) -> Vec<Option<F::Output>>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    //@ starter
    todo!()
    //@ solution
    let ends = Instant::now() + limit;
    // Whoever is late is dropped by the task itself, which ends with that.
    let begin = |fetch| tokio::spawn(timeout_at(ends, fetch));
    let tasks: Vec<_> = fetches.into_iter().map(begin).collect();
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic").ok());
    }
    pages
    //@ wrong drops_the_handle
    let ends = Instant::now() + limit;
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    let mut pages = Vec::new();
    for task in tasks {
        let page = timeout_at(ends, task).await;
        pages.push(page.ok().map(|page| page.expect("a fetch does not panic")));
    }
    pages
    //@ wrong aborts_and_leaves
    let ends = Instant::now() + limit;
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    let mut pages = Vec::new();
    for mut task in tasks {
        match timeout_at(ends, &mut task).await {
            Ok(page) => pages.push(Some(page.expect("a fetch does not panic"))),
            Err(_) => {
                task.abort();
                pages.push(None);
            }
        }
    }
    pages
    //@ wrong a_deadline_each
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    let mut pages = Vec::new();
    for mut task in tasks {
        match timeout(limit, &mut task).await {
            Ok(page) => pages.push(Some(page.expect("a fetch does not panic"))),
            Err(_) => {
                task.abort();
                let _ = task.await;
                pages.push(None);
            }
        }
    }
    pages
    //@ wrong all_or_nothing
    let ends = Instant::now() + limit;
    let count = fetches.len();
    let all = async {
        let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
        let mut pages = Vec::new();
        for task in tasks {
            pages.push(Some(task.await.expect("a fetch does not panic")));
        }
        pages
    };
    match timeout_at(ends, all).await {
        Ok(pages) => pages,
        Err(_) => (0..count).map(|_| None).collect(),
    }
    //@ wrong sleeps_it_out
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    sleep(limit).await;
    let mut pages = Vec::new();
    for task in tasks {
        // Who has ended does not notice.
        task.abort();
        pages.push(task.await.ok());
    }
    pages
    //@ wrong sleeps_on_the_thread
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    tokio::task::yield_now().await;
    std::thread::sleep(limit);
    let mut pages = Vec::new();
    for task in tasks {
        task.abort();
        pages.push(task.await.ok());
    }
    pages
    //@ wrong watchman
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    let late: Vec<_> = tasks.iter().map(|task| task.abort_handle()).collect();
    tokio::spawn(async move {
        sleep(limit).await;
        late.iter().for_each(|task| task.abort());
    });
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.ok());
    }
    pages
    //@ wrong stops_at_the_first
    let ends = Instant::now() + limit;
    let count = fetches.len();
    let begin = |fetch| tokio::spawn(timeout_at(ends, fetch));
    let tasks: Vec<_> = fetches.into_iter().map(begin).collect();
    let mut pages = Vec::new();
    for task in tasks {
        let Ok(page) = task.await.expect("a fetch does not panic") else {
            break;
        };
        pages.push(Some(page));
    }
    pages.resize_with(count, || None);
    pages
    //@ wrong looks_now_and_then
    let ends = Instant::now() + limit;
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    while Instant::now() < ends && !tasks.iter().all(|task| task.is_finished()) {
        sleep(Duration::from_millis(1)).await;
    }
    let mut pages = Vec::new();
    for task in tasks {
        task.abort();
        pages.push(task.await.ok());
    }
    pages
    //@ end
}
