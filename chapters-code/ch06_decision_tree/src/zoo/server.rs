//! The slow server: it waits before it answers, as long as the request asks it to.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::compute::Kept;
use super::worker::ZOO;

/// Its name in the zoo, though it is no program whose answer is asked for.
pub(super) const ID: &str = "server";

/// What it answers, whatever was asked.
pub const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// No request may have it wait longer.
const LONGEST: Duration = Duration::from_secs(5);

/// Serves until its input is closed.
pub(super) fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    io::stdout().flush()?;
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // If there is no thread for it, the client is told by a closed connection.
            let _ = thread::Builder::new().spawn(move || serve(&connection));
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

// ANCHOR: serve
/// Answers the requests of one connection, `GET /20 HTTP/1.1` after 20 milliseconds.
fn serve(mut connection: &TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut wait = Duration::ZERO;
    for line in BufReader::new(connection).lines() {
        let line = line?;
        if let Some(path) = line.strip_prefix("GET /") {
            wait = Duration::from_millis(number(path)).min(LONGEST);
        }
        // The request is whole.
        if line.is_empty() {
            thread::sleep(wait);
            connection.write_all(ANSWER.as_bytes())?;
        }
    }
    Ok(())
}
// ANCHOR_END: serve

/// The number that `text` begins with.
fn number(text: &str) -> u64 {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().unwrap_or(0)
}

/// The slow server in a process of its own, until this is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it is.
    pub address: SocketAddr,
    _process: Kept,
}

impl Server {
    /// Starts it: `program` must be this one.
    ///
    /// # Errors
    /// If it does not start, or says no address.
    pub fn start(program: &Path) -> io::Result<Server> {
        let mut command = Command::new(program);
        // It never ends for want of time: `--seconds` is what every program of the zoo is told.
        command.args([ZOO, ID, "--seconds", "0"]).stdin(Stdio::piped());
        let mut process = Kept(command.stdout(Stdio::piped()).spawn()?);
        let output = process.0.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut said = String::new();
        BufReader::new(output).read_line(&mut said)?;
        let address = said.trim().parse().map_err(io::Error::other)?;
        Ok(Server { address, _process: process })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_request_begins_with_how_long_it_is_to_take() {
        assert_eq!(number("20 HTTP/1.1"), 20);
        assert_eq!(number("20?7 HTTP/1.1"), 20);
        assert_eq!(number(" HTTP/1.1"), 0);
        assert_eq!(number("99999999999999999999 HTTP/1.1"), 0);
    }
}
