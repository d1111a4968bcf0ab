//! Begins all `fetches` together, and returns the page of each that is answered within `limit`,
//! and `None` for each that is not. It is over with the last page, and at the deadline at the
//! latest.
//!
//! When it returns, nobody is left behind: no request in flight, no task that goes on.

use std::{future::Future, time::Duration};

pub async fn within<F>(limit: Duration, fetches: Vec<F>) -> Vec<Option<F::Output>>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    todo!()
}
