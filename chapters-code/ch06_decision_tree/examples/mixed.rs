//! Waits and work: one thread fetches pages, all CPUs compute the SHA-256 of what came.
//! A page that fails or panics stops no other. Exit status: 0 all done, 1 not, 130 Ctrl-C.

use std::{io, io::Write, pin::pin, process, sync::Arc, thread, time::Duration};

use anyhow::{Error, Result, ensure};
use clap::Parser;
use futures_util::{StreamExt, stream};
use reqwest::Client;
use sha2::{Digest, Sha256};
use tokio::{spawn, sync::Semaphore, task::spawn_blocking};

/// Pages in hand at once, and bytes of the longest one: together, what may be in memory.
const AT_ONCE: usize = 16;
const LONGEST: usize = 10_000_000;

#[derive(Parser)]
struct Args {
    /// Milliseconds to wait for a page, until its last byte is there
    #[arg(long, default_value_t = 10_000)]
    timeout: u64,
    /// Pages to fetch
    #[arg(required = true)]
    urls: Vec<String>,
}

/// The wait, then the work: on as many CPUs at once as `cpus` lets through.
async fn hash(client: Client, cpus: Arc<Semaphore>, url: String) -> Result<String> {
    let mut answer = client.get(url).send().await?.error_for_status()?;
    let mut page = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        ensure!(page.len() + piece.len() <= LONGEST, "longer than {LONGEST} bytes");
        page.extend_from_slice(&piece);
    }
    let _cpu = cpus.acquire().await?;
    let hash = spawn_blocking(move || Sha256::digest(page)).await?;
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Args { timeout, urls } = Args::parse();
    ctrlc::set_handler(|| process::exit(130))?;
    let _ = rustls::crypto::ring::default_provider().install_default(); // for https
    let client = Client::builder().timeout(Duration::from_millis(timeout)).build()?;
    let cpus = Arc::new(Semaphore::new(thread::available_parallelism()?.get()));
    let mut left = urls.len();
    let begin = |url: &String| spawn(hash(client.clone(), cpus.clone(), url.clone()));
    let task = async |url: String| (begin(&url).await, url);
    let mut pages = pin!(stream::iter(urls).map(task).buffer_unordered(AT_ONCE));
    while let Some((hash, url)) = pages.next().await {
        left -= usize::from(matches!(hash, Ok(Ok(_))));
        match hash.map_err(Error::from).flatten() {
            Ok(hash) => writeln!(io::stdout(), "{hash}  {url}")?,
            Err(error) => eprintln!("{url}: {error:#}"),
        }
    }
    process::exit(i32::from(left > 0)) // Waits for no look-up of a name.
}
