//! Begins all `fetches`, waits until the last one is answered, and returns their pages. All of
//! them are in flight together, and no thread but this one waits.
//!
//! The pages come in the order of the fetches, whichever is answered first.

use std::future::Future;

pub async fn together<F>(fetches: Vec<F>) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    todo!()
}
