//! A thousand tasks with a question each, and a pool of ten connections. Who decides how many are
//! asked at once?

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ch04_async_fetch::https;
use reqwest::Client;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How long anybody waits for an answer, and for a connection before it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of the questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// How many were answered.
    pub answered: usize,
    /// How many tasks there were at once.
    pub tasks: usize,
}

/// Asks all of `urls` at once, each by a task of its own, through `connections` connections.
///
/// # Errors
/// If there is no runtime or no client.
pub fn ask(urls: &[String], connections: usize) -> io::Result<Asked> {
    https::prepare();
    let client = Client::builder().no_proxy().timeout(PATIENCE).tls_certs_only([]);
    let client = client.build().map_err(io::Error::other)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(ask_all(client, urls, connections)))
}

// ANCHOR: ask
async fn ask_all(client: Client, urls: &[String], connections: usize) -> Asked {
    let pool = Arc::new(Semaphore::new(connections));
    let mut tasks = JoinSet::new();
    for url in urls.iter().cloned() {
        let (client, pool) = (client.clone(), Arc::clone(&pool));
        tasks.spawn(async move {
            // It fails only if somebody closes it, and nobody does.
            let _connection = pool.acquire().await;
            let answer = client.get(url).send().await?.error_for_status()?;
            answer.bytes().await
        });
    }
    // None of them has been waited for yet, so all of them are there.
    let at_once = tasks.len();
    let answers = tasks.join_all().await;
    Asked { answered: answers.iter().filter(|it| it.is_ok()).count(), tasks: at_once }
}
// ANCHOR_END: ask

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use ch04_async_fetch::server::{Line, Server, urls};

    use super::*;

    #[test]
    fn the_server_sees_as_many_as_there_are_connections_and_not_as_many_as_tasks() {
        let server = Server::start(Line::WIDE).unwrap();
        let asked = ask(&urls(server.address(), "/after/1", 50), 4).unwrap();
        assert_eq!(asked, Asked { answered: 50, tasks: 50 });
        assert_eq!(server.counts().most, 4);
    }
}
