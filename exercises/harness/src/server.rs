//! A server that needs no network: it takes its time, and counts who is there.

use std::{
    future::Future,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{task, time::sleep};

use crate::InFlight;

/// A server that answers each request after its time, in [`virtual_time`](crate::virtual_time). It
/// counts as an [`InFlight`] does: who is in flight, and on which threads requests were sent.
///
/// Its clones are the same server.
#[derive(Clone, Debug, Default)]
pub struct Server {
    in_flight: Arc<InFlight>,
    /// How many requests were sent by tasks.
    by_tasks: Arc<AtomicUsize>,
}

impl Server {
    /// A server that nobody has asked.
    pub fn new() -> Server {
        Server::default()
    }

    /// A request that is answered with `page` after `takes`. It is sent when it is first polled, and
    /// not in flight any more when it is answered or dropped.
    pub fn fetch<T: Send + 'static>(
        &self,
        page: T,
        takes: Duration,
    ) -> impl Future<Output = T> + Send + use<T> {
        let server = self.clone();
        async move {
            let _request = server.enter();
            // What is awaited where it was made belongs to no task.
            server.by_tasks.fetch_add(usize::from(task::try_id().is_some()), SeqCst);
            sleep(takes).await;
            page
        }
    }

    /// How many requests were sent by tasks that somebody has spawned.
    pub fn by_tasks(&self) -> usize {
        self.by_tasks.load(SeqCst)
    }

    /// How many requests are over.
    pub fn answered(&self) -> usize {
        self.total() - self.now()
    }
}

impl Deref for Server {
    type Target = InFlight;

    fn deref(&self) -> &InFlight {
        &self.in_flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time;

    #[test]
    fn a_request_is_in_flight_from_its_first_poll_to_its_answer() {
        let (server, second) = (Server::new(), Duration::from_secs(1));
        virtual_time(async {
            let request = server.fetch("page", second);
            assert_eq!((server.total(), server.now()), (0, 0));
            let request = tokio::spawn(request);
            sleep(second / 2).await;
            assert_eq!((server.now(), server.answered()), (1, 0));
            assert_eq!(request.await.expect("it does not panic"), "page");
            assert_eq!((server.now(), server.answered()), (0, 1));
        });
    }

    #[test]
    fn it_knows_what_was_sent_by_a_task() {
        let server = Server::new();
        virtual_time(async {
            server.fetch((), Duration::ZERO).await;
            assert_eq!(server.by_tasks(), 0);
            tokio::spawn(server.fetch((), Duration::ZERO)).await.expect("it ends");
            assert_eq!(server.by_tasks(), 1);
        });
    }
}
