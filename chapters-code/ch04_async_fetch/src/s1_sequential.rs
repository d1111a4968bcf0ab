//! One thread that waits for one page after the other.

use std::io;
use std::process;
use std::thread;

use ureq::Agent;

use crate::fetched::{Fetched, PATIENCE, Wait, with_causes};

/// How much is sent or received at a time, in bytes.
const BUFFER: usize = 8192;

/// Fetches the pages one after the other.
///
/// # Errors
/// Never; a page that cannot be had is told in its place.
// ANCHOR: run
pub fn run(urls: &[String], _at_once: usize) -> io::Result<Vec<Fetched>> {
    let agent = agent();
    let urls = urls.iter().enumerate();
    Ok(urls.map(|(number, url)| fetch(&agent, number, url)).collect())
}
// ANCHOR_END: run

/// Fetches one page. The thread that calls this waits until the page is there.
// ANCHOR: fetch
pub fn fetch(agent: &Agent, number: usize, url: &str) -> Fetched {
    let wait = Wait::begin(number, who());
    let page = agent.get(url).call().and_then(|mut page| page.body_mut().read_to_vec());
    wait.end(page.map(|page| page.len()).map_err(|error| with_causes(&error)))
}
// ANCHOR_END: fetch

/// What fetches for a thread that waits.
#[must_use]
pub fn agent() -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        // It would be asked for our own machine.
        .proxy(None)
        // What comes and goes is small, and thousands of threads have a buffer each.
        .input_buffer_size(BUFFER)
        .output_buffer_size(BUFFER);
    config.build().into()
}

/// The calling thread and its process.
fn who() -> String {
    format!("{} {:?}", process::id(), thread::current().id())
}
