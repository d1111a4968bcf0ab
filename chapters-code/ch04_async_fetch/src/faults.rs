//! A server for tests that does all that servers do wrong, on demand.
//!
//! It speaks to the socket itself. No library for servers would send half an answer, or an
//! endless one, or cut the line; those are what is asked of this one. The path says what:
//!
//! | path | what comes |
//! |---|---|
//! | `/page/NAME` | one of the [`wild`] pages |
//! | `/titled/TEXT` | a page with this title |
//! | `/status/N` | this status, and no more |
//! | `/flaky/N/KEY` | `503` for the first N times, then a page |
//! | `/later/TEXT`, `/later-date/N` | `Retry-After` with this text, or a date N seconds ahead, once, then a page |
//! | `/redirect/N`, `/circle`, `/away?URL`, `/nowhere` | N redirects, endless ones, one to there, one without a target |
//! | `/slow-redirect/N/MS` | N redirects, each after so many milliseconds, then a page |
//! | `/gzip/NAME`, `/gzip-bomb`, `/gzip-broken`, `/brotli` | compressed bodies, good and bad |
//! | `/huge`, `/endless` | a body that announces a terabyte, and one that goes on and on |
//! | `/drip`, `/stall`, `/silent` | a byte now and then, then nothing, nothing at all |
//! | `/reset`, `/reset-midway`, `/hangup`, `/short` | broken connections, and a body that ends too soon |
//! | `/garbage` | something that is not HTTP |
//! | `/bytes/N/NAME` | N bytes that are no page |
//! | `/image`, `/image/NAME` | a PNG picture of one pixel |
//! | `/hold/KEY` | a page, when the test says so |

pub mod wild;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use flate2::{Compression, write::GzEncoder};
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A request head with more bytes than this is not read on.
const LONGEST_HEAD: usize = 64 << 10;

/// What a body without end is made of.
const FILLING: &[u8; 8192] = &[b'x'; 8192];

/// A picture of one pixel.
pub const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\
    \x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\
    \xaeB`\x82";

/// The server, on a thread of its own. It ends when this is dropped.
pub struct FaultServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    /// Whether `/hold` may be answered; the thread ends when this is gone.
    gate: Option<watch::Sender<bool>>,
    thread: Option<JoinHandle<()>>,
}

/// What the server has seen.
#[derive(Debug, Default)]
struct Seen {
    hits: BTreeMap<String, usize>,
    in_flight: usize,
    most_in_flight: usize,
}

impl FaultServer {
    /// Starts it on a free port of this machine.
    ///
    /// # Errors
    /// If there is no port, or no thread.
    pub fn start() -> io::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (gate, mut held) = watch::channel(false);
        let service = Service { seen: Arc::clone(&seen), gate: held.clone() };
        let serve = move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, service) => {}
                    // An error says that the sender is gone: the server was dropped.
                    _ = async { while held.changed().await.is_ok() {} } => {}
                }
            });
            // What still drips is dropped with the runtime.
        };
        let thread = thread::Builder::new().name("fault server".into()).spawn(serve)?;
        Ok(Self { address, seen, gate: Some(gate), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The whole URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How often this path was asked for.
    #[must_use]
    pub fn hits(&self, path: &str) -> usize {
        lock(&self.seen).hits.get(path).copied().unwrap_or(0)
    }

    /// How many requests there were.
    #[must_use]
    pub fn all_hits(&self) -> usize {
        lock(&self.seen).hits.values().sum()
    }

    /// How many requests wait for their answer now.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        lock(&self.seen).in_flight
    }

    /// How many requests waited for their answers at once, at most.
    #[must_use]
    pub fn most_in_flight(&self) -> usize {
        lock(&self.seen).most_in_flight
    }

    /// Lets all `/hold` have their answer, from now on.
    pub fn release(&self) {
        if let Some(gate) = &self.gate {
            gate.send_replace(true);
        }
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.gate = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What every connection knows.
#[derive(Clone)]
struct Service {
    seen: Arc<Mutex<Seen>>,
    gate: watch::Receiver<bool>,
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, service: Service) {
    loop {
        // A connection that is gone before it is accepted concerns nobody.
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let service = service.clone();
        // An error means that the client has had enough: that is its right.
        tokio::spawn(async move {
            let _ = service.converse(stream).await;
        });
    }
}

/// One request that waits for its answer.
struct InFlight<'a>(&'a Mutex<Seen>);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        lock(self.0).in_flight -= 1;
    }
}

impl Service {
    /// Answers the requests of one connection.
    async fn converse(mut self, mut stream: TcpStream) -> io::Result<()> {
        let (mut from, mut to) = stream.split();
        while let Some(path) = read_path(&mut from).await? {
            let times = self.note(&path);
            let seen = Arc::clone(&self.seen);
            let _in_flight = InFlight(&seen);
            if path.is_empty() {
                self.answer(&mut to, &path, times).await?;
                // What is never read turns into a reset, which would overtake the answer.
                tokio::io::copy(&mut from, &mut tokio::io::sink()).await?;
                return Ok(());
            }
            tokio::select! {
                goes_on = self.answer(&mut to, &path, times) => {
                    if !goes_on? {
                        break;
                    }
                }
                // Whoever hangs up is in flight no longer.
                _ = from.read_u8() => return Ok(()),
            }
        }
        Ok(())
    }

    /// Counts the request, and says how often the path was asked for before.
    fn note(&self, path: &str) -> usize {
        let mut seen = lock(&self.seen);
        seen.in_flight += 1;
        seen.most_in_flight = seen.most_in_flight.max(seen.in_flight);
        let hits = seen.hits.entry(path.to_owned()).or_default();
        *hits += 1;
        *hits - 1
    }

    /// Answers, well or badly. Says whether the connection can be used again.
    async fn answer(
        &mut self,
        to: &mut WriteHalf<'_>,
        path: &str,
        times: usize,
    ) -> io::Result<bool> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match parts.as_slice() {
            ["hold", _] => {
                // An error says that the server ends.
                let _ = self.gate.wait_for(|open| *open).await;
                send(to, &titled("held")).await
            }
            ["slow-redirect", count, wait] if *count != "0" => {
                tokio::time::sleep(Duration::from_millis(number(wait) as u64)).await;
                let left = number(count).saturating_sub(1);
                let next = format!("/slow-redirect/{left}/{wait}");
                send(to, &Answer::new(302).with("Location", next)).await
            }
            ["drip"] => drip(to).await,
            ["stall"] => {
                to.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<t").await?;
                std::future::pending().await
            }
            ["silent"] => std::future::pending().await,
            ["endless"] => endless(to).await,
            ["reset"] => reset(to),
            ["reset-midway"] => {
                to.write_all(&cut_short()).await?;
                // So that it is not overtaken by the reset.
                to.flush().await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
                reset(to)
            }
            ["short"] => to.write_all(&cut_short()).await.map(|()| false),
            ["hangup"] => Ok(false),
            ["garbage"] => {
                to.write_all(b"SSH-2.0-OpenSSH_9.6\r\n").await.map(|()| false)
            }
            _ => send(to, &plain(&parts, query, times)).await,
        }
    }
}

/// The path of the next request, empty if it makes no sense; `None` if there is no further one.
async fn read_path(from: &mut ReadHalf<'_>) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD || from.read_buf(&mut head).await? == 0 {
            return Ok(None);
        } else if !is_http(&head) {
            return Ok(Some(String::new()));
        }
    }
    let head = String::from_utf8_lossy(&head);
    Ok(head.split(' ').nth(1).map(str::to_owned))
}

/// Whether these may be the first bytes of a request. Those of a client that speaks TLS are not.
fn is_http(start: &[u8]) -> bool {
    start.first().is_none_or(u8::is_ascii_uppercase)
}

/// An answer that is complete.
struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

async fn send(to: &mut WriteHalf<'_>, answer: &Answer) -> io::Result<bool> {
    let mut head = format!("HTTP/1.1 {} -\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !answer.headers.iter().any(|(name, _)| *name == "Content-Length") {
        head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    }
    head.push_str("\r\n");
    to.write_all(&[head.as_bytes(), &answer.body].concat()).await?;
    Ok(true)
}

/// The answers for which HTTP has words. `times` is how often they were given before.
fn plain(parts: &[&str], query: &str, times: usize) -> Answer {
    match parts {
        ["page", name] => page(name),
        ["titled", text] => titled(&decoded(text)),
        ["status", status] => Answer::new(number(status) as u16),
        ["flaky", count, _] if times < number(count) => Answer::new(503),
        ["later", text] if times == 0 => {
            Answer::new(429).with("Retry-After", decoded(text))
        }
        ["later-date", seconds] if times == 0 => {
            let then = SystemTime::now() + Duration::from_secs(number(seconds) as u64);
            Answer::new(503).with("Retry-After", httpdate::fmt_http_date(then))
        }
        ["flaky" | "later" | "later-date", ..] => titled("there at last"),
        ["redirect", "0"] | ["slow-redirect", "0", _] => titled("arrived"),
        ["redirect", count] => Answer::new(302)
            .with("Location", (number(count).saturating_sub(1)).to_string()),
        ["circle"] => Answer::new(301).with("Location", "/circle"),
        ["away"] => Answer::new(307).with("Location", decoded(query)),
        ["nowhere"] => Answer::new(302),
        ["gzip", name] => gzipped(page(name)),
        ["gzip-bomb"] => {
            let spaces = " ".repeat(64 << 20);
            gzipped(html(&format!("<title>bomb</title>{spaces}")))
        }
        ["gzip-broken"] => html("").with("Content-Encoding", "gzip").body("no gzip"),
        ["brotli"] => html("").with("Content-Encoding", "br").body("no brotli"),
        ["huge"] => {
            html("<title>huge").with("Content-Length", (1_u64 << 40).to_string())
        }
        ["bytes", count, _] => Answer::new(200)
            .with("Content-Type", "application/octet-stream")
            .body(vec![b'x'; number(count)]),
        ["image", ..] => Answer::new(200).with("Content-Type", "image/png").body(PIXEL),
        [] => Answer::new(400),
        _ => Answer::new(404),
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(0)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn html(text: &str) -> Answer {
    Answer::new(200).with("Content-Type", "text/html; charset=utf-8").body(text)
}

fn titled(text: &str) -> Answer {
    html(&format!("<!doctype html><title>{text}</title><p>A page."))
}

fn page(name: &str) -> Answer {
    let Some(page) = wild::pages().into_iter().find(|page| page.name == name) else {
        return Answer::new(404);
    };
    let answer = Answer::new(200).body(page.body);
    match page.content_type {
        Some(content_type) => answer.with("Content-Type", content_type),
        None => answer,
    }
}

fn gzipped(answer: Answer) -> Answer {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let written = gzip.write_all(&answer.body).and_then(|()| gzip.finish());
    // Nothing fails that is written to memory.
    let body = written.unwrap_or_default();
    answer.with("Content-Encoding", "gzip").body(body)
}

/// A head that promises more than comes.
fn cut_short() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n\
      <title>cut short</title>"
        .to_vec()
}

/// A byte now and then, for ever.
async fn drip(to: &mut WriteHalf<'_>) -> io::Result<bool> {
    to.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>slow")
        .await?;
    loop {
        to.write_all(b".").await?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Chunk after chunk, for ever.
async fn endless(to: &mut WriteHalf<'_>) -> io::Result<bool> {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n\
        18\r\n<title>endless</title>  \r\n";
    to.write_all(head).await?;
    let chunk =
        [format!("{:x}\r\n", FILLING.len()).as_bytes(), FILLING, b"\r\n"].concat();
    loop {
        to.write_all(&chunk).await?;
    }
}

/// Closes the connection so that the other side is told of an error.
fn reset(to: &WriteHalf<'_>) -> io::Result<bool> {
    to.as_ref().set_zero_linger()?;
    Ok(false)
}
