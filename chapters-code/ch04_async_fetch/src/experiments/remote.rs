//! The server in a process of its own: its memory and its descriptors are not those of its callers.

use std::{
    env,
    io::{self, BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};
use ch04_async_fetch::{
    s1_sequential,
    server::{Counts, Line, Server},
};
use lab::os;

use super::SERVER;

/// This program, started again as a server, until it is dropped.
pub struct Remote {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Remote {
    /// Starts one.
    pub fn start() -> Result<Remote> {
        let mut command = Command::new(env::current_exe()?);
        command.arg(SERVER).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("the server does not start")?;
        let mut line = String::new();
        let output = child.stdout.take().context("the server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse().context("the server did not start")?;
        Ok(Remote { child, address })
    }

    /// What it has seen so far.
    pub fn counts(&self) -> Result<Counts> {
        let url = format!("http://{}/counts", self.address);
        let mut answer = s1_sequential::agent().get(url).call()?;
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    }
}

impl Drop for Remote {
    /// Closing its input tells it to go.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // If it cannot be waited for, it is gone already.
        let _ = self.child.wait();
    }
}

/// That server: tells where it listens, and serves until its input is closed.
pub fn serve() -> Result<()> {
    // A limit that cannot be raised is found out by the callers.
    let _ = os::most_descriptors().and_then(os::allow_descriptors);
    let server = Server::start(Line::WIDE)?;
    println!("{}", server.address());
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
