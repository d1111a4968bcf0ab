//! One request: ask, and read what comes, within limits.

use std::ops::Deref;
use std::time::{Duration, SystemTime};

use reqwest::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, Response, Url};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

use super::failure::Failure;
use super::retry;
use super::save::Saving;
use crate::page::head::harmless;
use crate::page::{Page, charset};

/// So many bytes of a page are looked at in one go. That takes well under a millisecond as a rule.
const PART: usize = 16 << 10;

/// How much a server may ask of us.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For all of an answer, and of the redirects before it.
    pub timeout: Duration,
    /// For the next piece of a body.
    pub stall: Duration,
    /// For the body, in bytes, after decompression.
    pub max_bytes: u64,
}

/// What came of a request.
#[derive(Debug)]
pub struct Visit {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The title, even of a page that was not read to its end.
    pub title: Option<String>,
    /// Bytes of the body that were read.
    pub bytes: u64,
    /// How long it took.
    pub took: Duration,
    /// How it ended.
    pub end: Result<End, Failure>,
}

/// How a request ends well.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// The page is here.
    Arrived,
    /// The page is elsewhere.
    Moved(Box<Url>),
}

impl Visit {
    /// A visit that ended like this before anything came.
    #[must_use]
    pub fn that(end: Result<End, Failure>) -> Self {
        Self { status: None, title: None, bytes: 0, took: Duration::ZERO, end }
    }
}

/// Asks for a page once, and reads its title. If there is a file to save it in, it is saved too.
/// `spent` is what the redirects to this URL have taken of the time limit.
pub async fn visit(
    client: Client,
    url: Url,
    limits: Limits,
    spent: Duration,
    saving: Option<Saving>,
) -> Visit {
    let start = Instant::now();
    let mut talk =
        Talk { limits, status: None, bytes: 0, page: None, unsaid: false, saving };
    let left = limits.timeout.saturating_sub(spent);
    let end = match timeout(left, talk.go(&client, url)).await {
        Ok(end) => end,
        Err(_) => Err(Failure::Timeout(limits.timeout)),
    };
    Visit {
        status: talk.status,
        title: talk.page.and_then(Page::finish),
        bytes: talk.bytes,
        took: start.elapsed(),
        end,
    }
}

/// A request under way, and what has come of it so far. If time runs out, that is not lost.
struct Talk {
    limits: Limits,
    status: Option<u16>,
    bytes: u64,
    /// The page, as far as it was read. `None` if it is no HTML.
    page: Option<Page>,
    /// Whether nothing has said what it is so far, so that its first bytes must tell.
    unsaid: bool,
    /// Where it is kept. Then it is welcome even if it is no HTML.
    saving: Option<Saving>,
}

impl Talk {
    async fn go(&mut self, client: &Client, url: Url) -> Result<End, Failure> {
        let mut answer = client.get(url).send().await?;
        self.status = Some(answer.status().as_u16());
        if let Some(location) = redirect(&answer) {
            return target(&answer, &location).map(|url| End::Moved(Box::new(url)));
        }
        refuse(&answer, self.limits.max_bytes)?;
        let kind = header(&answer, CONTENT_TYPE);
        self.expect(kind.as_deref())?;
        while let Some(piece) = self.piece(&mut answer).await? {
            self.read(&piece).await?;
            if let Some(saving) = &mut self.saving {
                saving.write(&piece)?;
            }
        }
        if let Some(saving) = self.saving.take() {
            saving.publish(kind.as_deref())?;
        }
        Ok(End::Arrived)
    }

    /// Decides by its type whether the body is wanted, and what for.
    fn expect(&mut self, content_type: Option<&str>) -> Result<(), Failure> {
        let essence = content_type.map(essence);
        match essence.as_deref() {
            None | Some("" | "text/html" | "application/xhtml+xml") => {
                let label = content_type.and_then(charset::parameter);
                self.page = Some(Page::new(label.as_deref()));
                self.unsaid = essence.is_none_or(|essence| essence.is_empty());
                Ok(())
            }
            Some(_) if self.saving.is_some() => Ok(()),
            Some(other) => Err(Failure::NotHtml(harmless(other))),
        }
    }

    /// The next piece of the body. No more of it than this is ever kept in memory.
    async fn piece(
        &mut self,
        answer: &mut Response,
    ) -> Result<Option<impl Deref<Target = [u8]> + use<>>, Failure> {
        let Limits { stall, max_bytes, .. } = self.limits;
        let piece = timeout(stall, answer.chunk()).await;
        let piece = piece.map_err(|_| Failure::Stalled(stall))??;
        self.bytes += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        match self.bytes > max_bytes {
            true => Err(Failure::TooLarge(max_bytes)),
            false => Ok(piece),
        }
    }

    /// Looks at a piece, which may be large, part by part: others have their turn in between, the
    /// time limit and Ctrl-C among them.
    async fn read(&mut self, piece: &[u8]) -> Result<(), Failure> {
        for part in piece.chunks(PART) {
            self.look(part)?;
            yield_now().await;
        }
        Ok(())
    }

    fn look(&mut self, piece: &[u8]) -> Result<(), Failure> {
        if self.unsaid
            && let Some(sign) = first_sign(piece)
        {
            self.unsaid = false;
            if sign != b'<' {
                self.page = None;
                if self.saving.is_none() {
                    return Err(Failure::NotHtml("of unknown type".into()));
                }
            }
        }
        if let Some(page) = &mut self.page {
            page.feed(piece);
        }
        Ok(())
    }
}

/// The first byte that is no white space, in any encoding that a page may start in. A page begins
/// with a tag.
fn first_sign(piece: &[u8]) -> Option<u8> {
    let marks = b"\xEF\xBB\xBF\xFE\xFF\0";
    let mut bytes = piece.iter().filter(|byte| !marks.contains(byte));
    bytes.find(|byte| !byte.is_ascii_whitespace()).copied()
}

/// Where the answer sends us. Of the statuses that begin with 3, these do; `304`, for one, does not.
fn redirect(answer: &Response) -> Option<String> {
    let sends = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    header(answer, LOCATION).filter(|_| sends)
}

/// The page's new place.
fn target(answer: &Response, location: &str) -> Result<Url, Failure> {
    let mut url = answer
        .url()
        .join(location)
        .map_err(|error| Failure::Redirect(format!("{location:?}: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Failure::Redirect(format!("{url} is no web page")));
    }
    if url.fragment().is_none() {
        url.set_fragment(answer.url().fragment());
    }
    Ok(url)
}

/// Refuses an answer by its head.
fn refuse(answer: &Response, max_bytes: u64) -> Result<(), Failure> {
    if !answer.status().is_success() {
        let wait = header(answer, RETRY_AFTER);
        let wait = wait.and_then(|wait| retry::after(&wait, SystemTime::now()));
        return Err(Failure::Status(answer.status(), wait));
    }
    // What we asked for was unpacked, and the header taken away.
    let encoding = header(answer, CONTENT_ENCODING).filter(|name| name != "identity");
    if let Some(encoding) = encoding {
        return Err(Failure::Encoding(harmless(&encoding)));
    }
    match answer.content_length() {
        Some(bytes) if bytes > max_bytes => Err(Failure::TooLarge(max_bytes)),
        _ => Ok(()),
    }
}

fn header(answer: &Response, name: HeaderName) -> Option<String> {
    let value = answer.headers().get(name)?;
    // A few servers write their own charset into it; what is ASCII in it is enough.
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

/// A content type without its parameters.
pub(super) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use std::future::{Future, poll_fn};
    use std::pin::pin;

    use super::*;

    /// An answer of this type, of which these pieces come.
    fn read(content_type: Option<&str>, pieces: &[&[u8]]) -> Result<Page, Failure> {
        let (timeout, stall) = (Duration::MAX, Duration::MAX);
        let limits = Limits { timeout, stall, max_bytes: u64::MAX };
        let (page, unsaid, saving) = (None, false, None);
        let mut talk = Talk { limits, status: None, bytes: 0, page, unsaid, saving };
        talk.expect(content_type)?;
        pieces.iter().try_for_each(|piece| talk.look(piece))?;
        Ok(talk.page.unwrap())
    }

    #[test]
    fn white_space_does_not_tell_what_a_page_is_however_it_comes() {
        let page = read(None, &[b"\xEF\xBB", b"\xBF \n", b"\t", b"<title>x</title>"]);
        assert_eq!(page.unwrap().finish().as_deref(), Some("x"));
        let page = read(None, &[b"\n", b" %PDF", b"<title>x</title>"]);
        assert_eq!(page.err(), Some(Failure::NotHtml("of unknown type".into())));
    }

    #[tokio::test]
    async fn a_large_piece_lets_others_have_their_turn() {
        let limits = Limits {
            timeout: Duration::MAX,
            stall: Duration::MAX,
            max_bytes: u64::MAX,
        };
        let page = Some(Page::new(None));
        let mut talk =
            Talk { limits, status: None, bytes: 0, page, unsaid: false, saving: None };
        let piece = vec![b'x'; 3 * PART];
        let mut reading = pin!(talk.read(&piece));
        let mut turns = 0;
        poll_fn(|context| {
            turns += 1;
            reading.as_mut().poll(context)
        })
        .await
        .unwrap();
        assert_eq!(turns, 4);
    }

    #[test]
    fn a_type_is_told_without_what_steers_a_terminal() {
        let page = read(Some("image/\u{202E}gnp\u{9B}2J"), &[]);
        assert_eq!(page.err(), Some(Failure::NotHtml("image/gnp2j".into())));
    }

    #[test]
    fn an_empty_type_is_as_none() {
        for empty in ["", " ", "; charset=utf-8"] {
            assert!(read(Some(empty), &[b"<p>"]).is_ok(), "{empty:?}");
            assert!(read(Some(empty), &[b"PK"]).is_err(), "{empty:?}");
        }
    }
}
