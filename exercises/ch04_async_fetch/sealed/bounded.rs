//! Fetches all pages, with `at_once` of them in flight and never one more. A place that becomes
//! free is taken at once.
//!
//! The pages come in the order of the fetches.

//@ wrong asks_again_and_again
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
//@ solution
//@ end
use std::{future::Future, sync::Arc};

use tokio::sync::Semaphore;

pub async fn bounded<F>(fetches: Vec<F>, at_once: usize) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    //@ starter
    todo!()
    //@ solution
    let places = Arc::new(Semaphore::new(at_once));
    let mut tasks = Vec::new();
    for fetch in fetches {
        let place = Arc::clone(&places).acquire_owned().await;
        tasks.push(tokio::spawn(async move {
            // It is free again when the page has come.
            let _place = place;
            fetch.await
        }));
    }
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic"));
    }
    pages
    //@ wrong place_given_back
    let places = Arc::new(Semaphore::new(at_once));
    let begin = |fetch: F| {
        let places = Arc::clone(&places);
        tokio::spawn(async move {
            let _ = places.acquire().await;
            fetch.await
        })
    };
    let tasks: Vec<_> = fetches.into_iter().map(begin).collect();
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic"));
    }
    pages
    //@ wrong place_kept_while_waiting
    let places = Semaphore::new(at_once);
    let mut pages = Vec::new();
    for fetch in fetches {
        let _place = places.acquire().await;
        pages.push(tokio::spawn(fetch).await.expect("a fetch does not panic"));
    }
    pages
    //@ wrong batches
    let mut fetches = fetches.into_iter();
    let mut pages = Vec::new();
    loop {
        let batch: Vec<_> = fetches.by_ref().take(at_once).map(tokio::spawn).collect();
        if batch.is_empty() {
            return pages;
        }
        for task in batch {
            pages.push(task.await.expect("a fetch does not panic"));
        }
    }
    //@ wrong asks_again_and_again
    let in_flight = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for fetch in fetches {
        while in_flight.load(Relaxed) == at_once {
            tokio::task::yield_now().await;
        }
        in_flight.fetch_add(1, Relaxed);
        let in_flight = Arc::clone(&in_flight);
        tasks.push(tokio::spawn(async move {
            let page = fetch.await;
            in_flight.fetch_sub(1, Relaxed);
            page
        }));
    }
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic"));
    }
    pages
    //@ wrong one_more
    let places = Arc::new(Semaphore::new(at_once + 1));
    let mut tasks = Vec::new();
    for fetch in fetches {
        let place = Arc::clone(&places).acquire_owned().await;
        tasks.push(tokio::spawn(async move {
            let _place = place;
            fetch.await
        }));
    }
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic"));
    }
    pages
    //@ wrong four_places
    let places = Arc::new(Semaphore::new(4));
    let mut tasks = Vec::new();
    for fetch in fetches {
        let place = Arc::clone(&places).acquire_owned().await;
        tasks.push(tokio::spawn(async move {
            let _place = place;
            fetch.await
        }));
    }
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.expect("a fetch does not panic"));
    }
    pages
    //@ wrong as_they_come
    let places = Arc::new(Semaphore::new(at_once));
    let mut tasks = tokio::task::JoinSet::new();
    for fetch in fetches {
        let place = Arc::clone(&places).acquire_owned().await;
        tasks.spawn(async move {
            let _place = place;
            fetch.await
        });
    }
    tasks.join_all().await
    //@ wrong half_of_them
    let mut pages: Vec<_> = fetches.iter().map(|_| None).collect();
    let mut fetches = fetches.into_iter().enumerate();
    let mut tasks = tokio::task::JoinSet::new();
    loop {
        for (place, fetch) in fetches.by_ref().take(at_once - tasks.len()) {
            tasks.spawn(async move { (place, fetch.await) });
        }
        if tasks.is_empty() {
            return pages.into_iter().flatten().collect();
        }
        for _ in 0..tasks.len().div_ceil(2) {
            let next = tasks.join_next().await.expect("there is one");
            let (place, page) = next.expect("a fetch does not panic");
            pages[place] = Some(page);
        }
    }
    //@ end
}
