//! A few waits, and a library that blocks: ten threads fetch pages and tell their lengths.
//!
//! A page that fails does not stop the others. Ctrl-C waits for nobody; what came has been
//! printed. Exit status: 0 all came, 1 some did not, 130 stopped.

use std::io::{self, Write};
use std::process::{self, ExitCode};
use std::{thread, time::Duration};

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
fn fetch(agent: &Agent, url: &str) -> Result<usize, ureq::Error> {
    Ok(agent.get(url).call()?.body_mut().read_to_vec()?.len())
}

fn main() -> anyhow::Result<ExitCode> {
    let Args { timeout, urls } = Args::parse();
    ctrlc::set_handler(|| process::exit(130))?;
    let timeout = Some(Duration::from_millis(timeout));
    let agent: Agent = Agent::config_builder().timeout_global(timeout).build().into();
    let (mut left, (ask, asked)) = (urls.len(), channel::unbounded());
    urls.into_iter().try_for_each(|url| ask.send(url))?;
    drop(ask);
    let (tell, told) = channel::unbounded();
    for _ in 0..AT_ONCE.min(left) {
        let (agent, asked, tell) = (agent.clone(), asked.clone(), tell.clone());
        // Whoever is done takes the next one.
        let work = move |url: String| tell.send((fetch(&agent, &url), url));
        thread::Builder::new().spawn(move || asked.iter().try_for_each(work))?;
    }
    // The last thread to end closes the channel.
    drop(tell);
    for (page, url) in told {
        left -= usize::from(page.is_ok());
        match page {
            Ok(length) => writeln!(io::stdout(), "{length}\t{url}")?,
            Err(error) => eprintln!("{url}: {error}"),
        }
    }
    Ok(ExitCode::from(u8::from(left > 0)))
}
