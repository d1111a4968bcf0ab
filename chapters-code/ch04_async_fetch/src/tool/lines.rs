//! The list of URLs: a line each, read one by one, however long the list is.

use std::io::{self, BufRead, Read};

/// A line with more bytes than this is no URL. Browsers and servers give up far earlier.
const LONGEST: usize = 64 << 10;

/// So much of a line that is too long is shown, in characters.
const SHOWN: usize = 100;

/// A line that asks for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The URL as it stands there, without white space around it.
    pub text: String,
    /// Why it cannot even be looked at.
    pub flaw: Option<&'static str>,
}

/// Reads the lines that are neither blank nor comments (`# …`).
///
/// An error ends them: what comes after it cannot be known.
pub fn read(mut from: impl BufRead) -> impl Iterator<Item = io::Result<Line>> {
    let mut first = true;
    std::iter::from_fn(move || {
        loop {
            let raw = match next_line(&mut from) {
                Ok(raw) => raw?,
                Err(error) => return Some(Err(error)),
            };
            if std::mem::take(&mut first) && is_utf_16(&raw) {
                let why =
                    "it is UTF-16, as some editors on Windows write; save it as UTF-8";
                return Some(Err(io::Error::new(io::ErrorKind::InvalidData, why)));
            }
            if let Some(line) = line(&raw) {
                return Some(Ok(line));
            }
        }
    })
}

/// The next line, or as much of it as shows that it is too long. `None` at the end.
fn next_line(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    from.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut raw)?;
    if raw.len() > LONGEST && raw.last() != Some(&b'\n') {
        from.skip_until(b'\n')?;
    }
    Ok((!raw.is_empty()).then_some(raw))
}

fn is_utf_16(start: &[u8]) -> bool {
    start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF")
}

fn line(raw: &[u8]) -> Option<Line> {
    let text = String::from_utf8_lossy(raw);
    // A byte order mark at the start is no part of the first URL.
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    if raw.len() > LONGEST {
        let text = text.chars().take(SHOWN).collect();
        return Some(Line { text, flaw: Some("longer than 64 KiB") });
    }
    let flaw = std::str::from_utf8(raw).is_err().then_some("not UTF-8");
    Some(Line { text: text.to_owned(), flaw })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<String> {
        read(bytes).map(|line| line.unwrap().text).collect()
    }

    #[test]
    fn blank_lines_and_comments_ask_for_nothing() {
        let list = b"\xEF\xBB\xBFhttp://a\r\n\n  \t\n# no\n  # nor this\n http://b#c \nhttp://a";
        assert_eq!(texts(list), ["http://a", "http://b#c", "http://a"]);
    }

    #[test]
    fn a_line_without_end_costs_no_memory_and_no_other_line() {
        let list =
            [b"http://a\n".as_slice(), &vec![b'x'; 3 << 20], b"\nhttp://b\n"].concat();
        let lines: Vec<Line> = read(list.as_slice()).map(Result::unwrap).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(
            (lines[1].text.len(), lines[1].flaw),
            (SHOWN, Some("longer than 64 KiB"))
        );
        assert_eq!((lines[2].text.as_str(), lines[2].flaw), ("http://b", None));
    }

    #[test]
    fn bytes_that_are_no_text_are_a_flaw_of_their_line_only() {
        let lines: Vec<Line> =
            read(b"http://\xFF\nhttp://b".as_slice()).map(Result::unwrap).collect();
        assert_eq!(lines[0].flaw, Some("not UTF-8"));
        assert_eq!(lines[1].flaw, None);
    }

    #[test]
    fn a_list_in_utf_16_is_refused_with_the_remedy() {
        let error =
            read(b"\xFF\xFEh\0t\0t\0p\0".as_slice()).next().unwrap().unwrap_err();
        assert!(error.to_string().contains("save it as UTF-8"));
    }
}
