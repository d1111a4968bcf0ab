//! A server that takes its time, for those who learn to wait.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Answers every caller after `delay`, each on a thread of its own, as long as this program runs.
/// Returns the port on which to call.
///
/// # Errors
/// If there is no port or no thread.
pub fn serve(delay: Duration) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let answer = move |mut caller: TcpStream| {
        thread::sleep(delay);
        // A caller that has hung up needs no answer.
        let _ = caller.write_all(b"!");
    };
    let work = move || {
        for caller in listener.incoming().flatten() {
            // Without a thread for it, the caller is hung up on, and says so.
            let _ = thread::Builder::new().spawn(move || answer(caller));
        }
    };
    thread::Builder::new().spawn(work)?;
    Ok(port)
}

/// Calls, and waits for the answer.
///
/// # Errors
/// If nobody answers.
pub fn ask(port: u16) -> io::Result<()> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    server.read_exact(&mut [0])
}
