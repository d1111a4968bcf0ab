//! A few waits, and a library that blocks: ten threads fetch pages and tell their lengths.
//! A page that fails stops no other, nor does a panic. Ctrl-C waits for nobody; what came
//! has been printed. Exit status: 0 all came, 1 some did not, 130 stopped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{io, io::Write, process, thread, time::Duration};

use anyhow::{Result, anyhow};
use clap::Parser;
use crossbeam::channel;
use ureq::Agent;

/// How many wait at once.
const AT_ONCE: usize = 10;

#[derive(Parser)]
struct Args {
    /// Milliseconds to wait for a page, until its last byte is there
    #[arg(long, default_value_t = 10_000)]
    timeout: u64,
    /// Pages to fetch
    #[arg(required = true)]
    urls: Vec<String>,
}

/// The wait. Only a success counts, and only one of 10 MB or less.
fn fetch(agent: &Agent, url: &str) -> Result<usize> {
    Ok(agent.get(url).call()?.body_mut().read_to_vec()?.len())
}

fn main() -> Result<process::ExitCode> {
    let Args { timeout, urls } = Args::parse();
    ctrlc::set_handler(|| process::exit(130))?;
    let timeout = Some(Duration::from_millis(timeout));
    let agent: Agent = Agent::config_builder().timeout_global(timeout).build().into();
    let (mut left, (ask, asked)) = (urls.len(), channel::bounded(urls.len()));
    urls.into_iter().try_for_each(|url| ask.send(url))?;
    drop(ask);
    // Whoever takes them slowly holds up the fetching.
    let (tell, told) = channel::bounded(AT_ONCE);
    for _ in 0..AT_ONCE.min(left) {
        let (agent, asked, tell) = (agent.clone(), asked.clone(), tell.clone());
        // Whoever is done takes the next one. An agent may be used after a panic.
        let work = move |url: String| {
            let page = catch_unwind(AssertUnwindSafe(|| fetch(&agent, &url)));
            tell.send((page.unwrap_or_else(|_| Err(anyhow!("it panicked"))), url))
        };
        thread::Builder::new().spawn(move || asked.iter().try_for_each(work))?;
    }
    drop(tell); // The last thread to end closes the channel.
    for (page, url) in told {
        left -= usize::from(page.is_ok());
        match page {
            Ok(length) => writeln!(io::stdout(), "{length}\t{url}")?,
            Err(error) => eprintln!("{url}: {error:#}"),
        }
    }
    Ok(u8::from(left > 0).into())
}
