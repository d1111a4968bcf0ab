//! Many waits in one thread: tasks fetch pages, a hundred at once, and tell their lengths.
//!
//! A page that fails stops no other, nor does a panic. Ctrl-C waits for nobody; what came
//! has been printed. Exit status: 0 all came, 1 some did not, 130 stopped.

use std::{io, io::Write, pin::pin, process, time::Duration};

use anyhow::{Error, Result};
use clap::Parser;
use futures_util::{StreamExt, stream};
use reqwest::Client;
use tokio::spawn;

/// How many wait at once.
const AT_ONCE: usize = 100;

#[derive(Parser)]
struct Args {
    /// Milliseconds to wait for a page, until its last byte is there
    #[arg(long, default_value_t = 10_000)]
    timeout: u64,
    /// Pages to fetch
    #[arg(required = true)]
    urls: Vec<String>,
}

/// The wait. Only a success counts; nothing of it is kept in memory.
async fn fetch(client: Client, url: String) -> Result<usize> {
    let mut page = client.get(url).send().await?.error_for_status()?;
    let mut length = 0;
    while let Some(piece) = page.chunk().await? {
        length += piece.len();
    }
    Ok(length)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Args { timeout, urls } = Args::parse();
    ctrlc::set_handler(|| process::exit(130))?;
    // Who encrypts, for https. It fails only if somebody was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().timeout(Duration::from_millis(timeout)).build()?;
    let mut left = urls.len();
    // A task each: it goes on whatever the loop waits for, and its panic ends it alone.
    let task =
        async |url: String| (spawn(fetch(client.clone(), url.clone())).await, url);
    let mut pages = pin!(stream::iter(urls).map(task).buffer_unordered(AT_ONCE));
    while let Some((page, url)) = pages.next().await {
        left -= usize::from(matches!(page, Ok(Ok(_))));
        match page.map_err(Error::from).flatten() {
            Ok(length) => writeln!(io::stdout(), "{length}\t{url}")?,
            Err(error) => eprintln!("{url}: {error:#}"),
        }
    }
    // At once: a look-up of a name may go on for long after its time was up.
    process::exit(i32::from(left > 0))
}
