//! Where a check hands in its receipt. On Unix that is a socket, which the program finds as its
//! standard input, and which the harness takes for itself before anything else runs. Elsewhere it is
//! a line of what is printed.

#[cfg(unix)]
use std::os::{fd::OwnedFd, unix::net::UnixStream};
use std::{
    io::{self, Read, Write},
    process::{Child, Stdio},
};

/// The supervisor's side of it.
pub struct Desk(#[cfg(unix)] UnixStream);

impl Desk {
    /// A new one, and what is to be the program's standard input.
    ///
    /// # Errors
    /// If the system has no more descriptors.
    pub fn open() -> io::Result<(Desk, Stdio)> {
        #[cfg(unix)]
        {
            let (ours, theirs) = UnixStream::pair()?;
            Ok((Desk(ours), OwnedFd::from(theirs).into()))
        }
        #[cfg(not(unix))]
        Ok((Desk(), Stdio::piped()))
    }

    /// Sends the token to the program that was started.
    pub fn send(&mut self, child: &mut Child, token: &str) {
        let sent = match child.stdin.take() {
            Some(mut pipe) => writeln!(pipe, "{token}"),
            #[cfg(unix)]
            None => writeln!(self.0, "{token}"),
            #[cfg(not(unix))]
            None => Ok(()),
        };
        // It may have ended already.
        drop(sent);
    }

    /// What is handed in. Nothing, where it is printed.
    pub fn receipts(self) -> impl Read + Send + 'static {
        #[cfg(unix)]
        return self.0;
        #[cfg(not(unix))]
        io::empty()
    }
}
