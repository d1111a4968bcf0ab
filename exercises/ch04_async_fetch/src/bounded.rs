//! Fetches all pages, with `at_once` of them in flight and never one more. A place that becomes
//! free is taken at once.
//!
//! The pages come in the order of the fetches.

use std::{future::Future, sync::Arc};

use tokio::sync::Semaphore;

pub async fn bounded<F>(fetches: Vec<F>, at_once: usize) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    todo!()
}
