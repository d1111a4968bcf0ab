//! Begins all `fetches`, waits until the last one is answered, and returns their pages. All of
//! them are in flight together, and no thread but this one waits.
//!
//! The pages come in the order of the fetches, whichever is answered first.

use std::future::Future;

//@ wrong completion_order, wrong turned_round
use tokio::task::JoinSet;

//@ solution
//@ end
pub async fn together<F>(fetches: Vec<F>) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    //@ starter
    todo!()
    //@ solution
    // Collected, so that the last one is in flight before we wait for the first.
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic"));
    }
    pages
    //@ wrong one_by_one
    let mut pages = Vec::new();
    for fetch in fetches {
        pages.push(fetch.await);
    }
    pages
    //@ wrong lazy_tasks
    let tasks = fetches.into_iter().map(tokio::spawn);
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic"));
    }
    pages
    //@ wrong completion_order
    let tasks: JoinSet<_> = fetches.into_iter().collect();
    tasks.join_all().await
    //@ wrong a_thread_each
    let wait = |fetch| {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(fetch)
    };
    let begin = |fetch| std::thread::spawn(move || wait(fetch));
    let threads: Vec<_> = fetches.into_iter().map(begin).collect();
    threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    //@ wrong turned_round
    let tasks: JoinSet<_> = fetches.into_iter().collect();
    let mut pages = tasks.join_all().await;
    pages.reverse();
    pages
    //@ wrong a_thread_for_all
    let all = async {
        let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
        let mut pages = Vec::new();
        for task in tasks {
            pages.push(task.await.expect("a fetch does not panic"));
        }
        pages
    };
    std::thread::scope(|scope| {
        let wait = || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_time().build();
            runtime.expect("a runtime").block_on(all)
        };
        scope.spawn(wait).join().expect("no panic")
    })
    //@ wrong asks_them_all
    let tasks: Vec<_> = fetches.into_iter().map(tokio::spawn).collect();
    while !tasks.iter().all(|task| task.is_finished()) {
        tokio::task::yield_now().await;
    }
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic"));
    }
    pages
    //@ end
}
