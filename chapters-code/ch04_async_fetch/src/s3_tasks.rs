//! Tasks of one thread, which waits for all of their pages at once.

use std::io;
use std::sync::Arc;

use reqwest::{Client, redirect, retry};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, yield_now};

use crate::fetched::{Fetched, PATIENCE, Wait, in_order, with_causes};
use crate::https;

/// So many connections are kept for the next page. A crowd keeps none: to look after thousands that
/// are all in use would take longer than to make new ones.
const KEPT: usize = 100;

/// Fetches the pages with `at_once` of them in flight, on the thread that calls this.
///
/// # Errors
/// If there is no runtime or no client.
// ANCHOR: run
pub fn run(urls: &[String], at_once: usize) -> io::Result<Vec<Fetched>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(fetch_all(urls, at_once))
}

async fn fetch_all(urls: &[String], at_once: usize) -> io::Result<Vec<Fetched>> {
    let client = client(at_once)?;
    let places = Arc::new(Semaphore::new(at_once));
    let mut tasks = JoinSet::new();
    for (number, url) in urls.iter().cloned().enumerate() {
        // It fails only if somebody closes it, and nobody does.
        let place = Arc::clone(&places).acquire_owned().await;
        let client = client.clone();
        tasks.spawn(async move {
            let _place = place;
            fetch(&client, number, &url).await
        });
        // Those who are here may ask before the next one comes.
        yield_now().await;
    }
    Ok(in_order(tasks.join_all().await))
}
// ANCHOR_END: run

/// Fetches one page. The task waits at each `await`, and its thread does not.
// ANCHOR: fetch
async fn fetch(client: &Client, number: usize, url: &str) -> Fetched {
    let wait = Wait::begin(number, format!("task {number}"));
    let page = download(client, url).await;
    wait.end(page.map_err(|error| with_causes(&error)))
}

async fn download(client: &Client, url: &str) -> reqwest::Result<usize> {
    let page = client.get(url).send().await?.error_for_status()?;
    Ok(page.bytes().await?.len())
}
// ANCHOR_END: fetch

/// What fetches for so many tasks at once.
fn client(at_once: usize) -> io::Result<Client> {
    https::prepare();
    let kept = if at_once > KEPT { 0 } else { KEPT };
    let client = Client::builder()
        // Our server speaks http. To read whom this machine trusts would take longer than a fetch.
        .tls_certs_only([])
        .timeout(PATIENCE)
        // It would be asked for our own machine.
        .no_proxy()
        // What would be kept with each of thousands, to ask once more: our server needs none of it.
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_gzip()
        .pool_max_idle_per_host(kept)
        .build();
    client.map_err(io::Error::other)
}
