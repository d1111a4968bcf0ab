//! What a check prints: its beginning is kept, and its receipt is found wherever it is.

#[cfg(not(unix))]
use std::io::PipeWriter as Descriptor;
use std::{
    io::{self, Read},
    mem,
};
#[cfg(unix)]
use std::{
    net::Shutdown,
    os::{fd::OwnedFd as Descriptor, unix::net::UnixStream},
};

/// What a check prints to.
pub type End = Descriptor;

/// Both ends of what a check prints to. Not a pipe, where there is something else: who may write to a
/// pipe may also take out of it what others wrote.
///
/// # Errors
/// If the system has no more descriptors.
pub fn channel() -> io::Result<(impl Read + Send + 'static, End)> {
    #[cfg(unix)]
    {
        let (ours, theirs) = UnixStream::pair()?;
        ours.shutdown(Shutdown::Write)?;
        Ok((ours, theirs.into()))
    }
    #[cfg(not(unix))]
    io::pipe()
}

/// A receipt is shorter.
const LONGEST_LINE: usize = 64 << 10;

/// More receipts than this are not from the harness.
const MOST_RECEIPTS: usize = 16;

/// What Rust prints before it gives up because the system has no memory for it.
const OUT_OF_MEMORY: (&str, &[u8]) = ("memory allocation of ", b" bytes failed");

/// What was printed so far.
#[derive(Clone, Debug)]
pub struct Printed {
    mark: Vec<u8>,
    most: usize,
    line: Vec<u8>,
    /// The beginning of this line was handed on already: it is too long for a receipt.
    is_long: bool,
    /// The beginning, without receipts.
    pub head: Vec<u8>,
    /// What stood on the receipts with the token.
    pub receipts: Vec<String>,
    /// The line of a program that ran out of memory.
    pub out_of_memory: Option<String>,
}

impl Printed {
    /// Nothing yet; `most` bytes are to be kept.
    pub fn new(token: &str, most: usize) -> Printed {
        Printed {
            mark: format!("@receipt {token} ").into_bytes(),
            most,
            line: Vec::new(),
            is_long: false,
            head: Vec::new(),
            receipts: Vec::new(),
            out_of_memory: None,
        }
    }

    /// Takes what is printed next.
    pub fn add(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.extend(&bytes[..=end]);
            self.end_line();
            bytes = &bytes[end + 1..];
        }
        self.extend(bytes);
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.line.extend(bytes);
        if self.line.len() > LONGEST_LINE {
            self.is_long = true;
            self.keep_line();
        }
    }

    /// Takes the line so far for what it is, as if it ended here.
    pub fn end_line(&mut self) {
        let is_long = mem::take(&mut self.is_long);
        if !is_long && let Some(receipt) = self.line.strip_prefix(&*self.mark) {
            if self.receipts.len() < MOST_RECEIPTS {
                self.receipts.push(String::from_utf8_lossy(receipt).trim().to_owned());
            }
            self.line.clear();
            return;
        }
        if !is_long && self.line.trim_ascii_end().ends_with(OUT_OF_MEMORY.1) {
            // Libtest begins the line.
            let line = String::from_utf8_lossy(&self.line);
            let told =
                line.find(OUT_OF_MEMORY.0).map(|at| line[at..].trim().to_owned());
            self.out_of_memory = told.or(self.out_of_memory.take());
        }
        self.keep_line();
    }

    fn keep_line(&mut self) {
        let room = self.most.saturating_sub(self.head.len());
        let line = &self.line[..room.min(self.line.len())];
        self.head.extend(line);
        self.line.clear();
    }

    /// Hands all that there is to read to `add`, piece by piece.
    pub fn read(mut from: impl Read, mut add: impl FnMut(&[u8])) {
        let mut buffer = vec![0; 64 << 10];
        // Whatever went wrong, nothing more will come.
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            add(&buffer[..length]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(most: usize, pieces: &[&[u8]]) -> Printed {
        let mut printed = Printed::new("t0k", most);
        pieces.iter().for_each(|piece| printed.add(piece));
        printed.end_line();
        printed
    }

    #[test]
    fn a_receipt_is_found_in_pieces_and_is_no_output() {
        let it =
            printed(99, &[b"one\ntwo", b"\n@rece", b"ipt t0k {\"a\": 1}\nthree\n"]);
        assert_eq!(it.receipts, ["{\"a\": 1}"]);
        assert_eq!(it.head, b"one\ntwo\nthree\n");
    }

    #[test]
    fn another_token_or_another_place_in_the_line_makes_no_receipt() {
        let it =
            printed(99, &[b"@receipt t0kk {}\nx @receipt t0k {}\n@receipt  t0k {}\n"]);
        assert!(it.receipts.is_empty(), "{it:?}");
    }

    #[test]
    fn a_receipt_is_found_after_a_flood_of_which_only_the_head_is_kept() {
        let flood = vec![b'x'; 3 * LONGEST_LINE];
        let it = printed(5, &[&flood, &flood, b"\n@receipt t0k {}\n"]);
        assert_eq!((it.head.as_slice(), it.receipts.len()), (b"xxxxx".as_slice(), 1));
        assert!(it.line.capacity() < 5 * LONGEST_LINE, "{}", it.line.capacity());
    }

    #[test]
    fn the_rest_of_a_line_that_is_too_long_is_no_receipt() {
        let flood = vec![b'x'; LONGEST_LINE + 1];
        let it = printed(5, &[&flood, b"@receipt t0k {}\n"]);
        assert!(it.receipts.is_empty(), "{:?}", it.receipts);
    }

    #[test]
    fn a_program_that_ran_out_of_memory_is_heard() {
        let it = printed(0, &[b"test x ... memory allocation of 99 bytes failed\n"]);
        assert_eq!(
            it.out_of_memory.as_deref(),
            Some("memory allocation of 99 bytes failed")
        );
    }
}
