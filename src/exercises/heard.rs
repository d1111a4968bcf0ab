//! What a program says while it runs, which may have no end: no faster than it is looked at, and no
//! line longer than one that somebody could want to read.

use std::{
    io::{self, BufRead, BufReader, Read},
    process::Child,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

/// A longer line is not read.
const LINE: usize = 1 << 20;
/// The program waits while so many of its lines were not looked at.
const AHEAD: usize = 16;

/// A line that was heard.
#[derive(Debug)]
pub enum Heard {
    /// On standard output: a message for programs.
    Message(String),
    /// On standard error: for people.
    Words(String),
    /// One that is too long.
    TooLong,
}

/// Listens to both outputs of a child, not faster than what is heard is looked at.
pub fn listen(child: &mut Child) -> Receiver<Heard> {
    let (tell, told) = sync_channel(AHEAD);
    let (out, errors) = (child.stdout.take(), child.stderr.take());
    let tell_errors = tell.clone();
    thread::spawn(move || out.map(|it| lines(it, &tell, Heard::Message)));
    thread::spawn(move || errors.map(|it| lines(it, &tell_errors, Heard::Words)));
    told
}

/// Tells each line until there is none, or nobody listens.
fn lines(from: impl Read, tell: &SyncSender<Heard>, as_heard: fn(String) -> Heard) {
    let mut from = BufReader::new(from);
    // What was read before an error is all there is.
    while let Ok(Some(line)) = line(&mut from) {
        let heard = match line.len() > LINE {
            true => Heard::TooLong,
            false => as_heard(String::from_utf8_lossy(&line).into_owned()),
        };
        if tell.send(heard).is_err() {
            return;
        }
    }
}

/// The next line, of which no more than a little over [`LINE`] is kept.
fn line(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    loop {
        let read = from.fill_buf()?;
        if read.is_empty() {
            return Ok((!line.is_empty()).then_some(line));
        }
        let end = read.iter().position(|byte| *byte == b'\n');
        let part = &read[..end.unwrap_or(read.len())];
        if line.len() <= LINE {
            line.extend_from_slice(part);
        }
        let length = part.len() + usize::from(end.is_some());
        from.consume(length);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}
