//! Rows on their way to the standard output, on a thread of its own.
//!
//! Whoever reads them may be slow, as `less` is: it reads a page, and then waits for a key. That
//! must hold up no request that is under way, and not the Ctrl-C that stops all.

use std::future;
use std::io::{self, Write};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, anyhow};
use tokio::sync::mpsc::{self, error::TrySendError};

use super::journal::Journal;

/// So many rows wait to be written. All others wait in the journal.
const AHEAD: usize = 256;

/// The rows that were handed over, and which one is next.
#[derive(Debug)]
pub struct Stream {
    rows: mpsc::Sender<Vec<u8>>,
    thread: JoinHandle<io::Result<()>>,
    /// The first line of the list whose row was not handed over.
    next: usize,
    /// Whether its row is there, and there was no room for it.
    is_behind: bool,
}

impl Stream {
    /// Starts the thread, which writes until the stream ends or whoever reads it has gone.
    ///
    /// # Errors
    /// If there is no thread.
    pub fn start(mut to: impl Write + Send + 'static) -> Result<Self> {
        let (rows, mut from) = mpsc::channel::<Vec<u8>>(AHEAD);
        let write = move || {
            while let Some(row) = from.blocking_recv() {
                to.write_all(&row)?;
                to.flush()?;
            }
            Ok(())
        };
        let thread = thread::Builder::new().name("rows".into()).spawn(write);
        let thread = thread.context("cannot start a thread to write the rows")?;
        Ok(Self { rows, thread, next: 0, is_behind: false })
    }

    /// Whether rows wait for whoever reads them. Then it is no use to fetch more.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Hands over the rows that are there, in the order of the list, up to the first that is
    /// missing or does not fit. Says whether anybody reads them.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn pour(&mut self, journal: &Journal) -> Result<bool> {
        self.is_behind = false;
        while journal.has(self.next) {
            match self.rows.try_reserve() {
                Ok(place) => place.send(journal.row(self.next)?),
                Err(TrySendError::Full(())) => {
                    self.is_behind = true;
                    break;
                }
                Err(TrySendError::Closed(())) => return Ok(false),
            }
            self.next += 1;
        }
        Ok(!self.rows.is_closed())
    }

    /// Waits until [`Stream::pour`] has something to do or to say. Without a stream: for ever.
    pub async fn changes(stream: Option<&Self>) {
        match stream {
            // An error says that the thread has ended.
            Some(stream) if stream.is_behind => drop(stream.rows.reserve().await),
            Some(stream) => stream.rows.closed().await,
            None => future::pending().await,
        }
    }

    /// Hands over all rows that are left, and waits until they are written.
    ///
    /// # Errors
    /// If they cannot be, or if that was so before.
    pub async fn end(self, journal: &Journal) -> Result<()> {
        for line in self.next..journal.lines() {
            if journal.has(line) && self.rows.send(journal.row(line)?).await.is_err() {
                break;
            }
        }
        drop(self.rows);
        let written = self.thread.join();
        let written =
            written.map_err(|_| anyhow!("the thread for the rows panicked"))?;
        written.context("cannot write to the standard output")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::super::row::Row;
    use super::*;

    /// Takes a row when it is allowed to, until nobody allows anything any more.
    struct Slow(Receiver<()>, Sender<Vec<u8>>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
            self.1.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A stream, what lets it write one row more, and what it wrote.
    fn slow() -> (Stream, Sender<()>, Receiver<Vec<u8>>) {
        let ((allow, allowed), (to, from)) = (channel(), channel());
        (Stream::start(Slow(allowed, to)).unwrap(), allow, from)
    }

    fn journal(lines: std::ops::Range<usize>) -> Journal {
        let mut journal = Journal::fleeting().unwrap();
        for line in lines {
            let row = Row { title: line.to_string(), ..Row::default() };
            journal.add(line, &row).unwrap();
        }
        journal
    }

    #[tokio::test]
    async fn rows_that_nobody_reads_wait_in_the_journal_and_come_in_order() {
        let (mut stream, allow, read) = slow();
        let journal = journal(0..3 * AHEAD);
        assert!(stream.pour(&journal).unwrap());
        assert!(stream.is_behind());
        // The thread may have one in hand.
        assert!((AHEAD..=AHEAD + 1).contains(&stream.next), "{}", stream.next);
        (0..3 * AHEAD).for_each(|_| allow.send(()).unwrap());
        while stream.is_behind() {
            Stream::changes(Some(&stream)).await;
            assert!(stream.pour(&journal).unwrap());
        }
        stream.end(&journal).await.unwrap();
        let rows: Vec<Row> =
            read.iter().map(|row| Row::from_csv(&row).unwrap()).collect();
        let titles: Vec<usize> =
            rows.iter().map(|row| row.title.parse().unwrap()).collect();
        assert!(titles.into_iter().eq(0..3 * AHEAD));
    }

    #[tokio::test]
    async fn a_row_that_is_missing_holds_back_those_behind_it_until_the_end() {
        let (mut stream, allow, read) = slow();
        let journal = journal(1..3);
        assert!(stream.pour(&journal).unwrap());
        assert_eq!((stream.next, stream.is_behind()), (0, false));
        (0..2).for_each(|_| allow.send(()).unwrap());
        stream.end(&journal).await.unwrap();
        assert_eq!(read.iter().count(), 2);
    }

    #[tokio::test]
    async fn a_reader_that_leaves_is_noticed_at_once() {
        let (mut stream, allow, _read) = slow();
        let journal = journal(0..1);
        assert!(stream.pour(&journal).unwrap());
        drop(allow);
        Stream::changes(Some(&stream)).await;
        assert!(!stream.pour(&journal).unwrap());
        let error = stream.end(&journal).await.unwrap_err();
        let io: &io::Error = error.downcast_ref().unwrap();
        assert_eq!(io.kind(), io::ErrorKind::BrokenPipe);
    }
}
