//! A server that takes its time, for those who learn to wait. It counts who is there.
//!
//! | path | what it does |
//! |---|---|
//! | `/after/MS` | waits, then answers with a small page |
//! | `/gate/CALLERS` | lets nobody go until so many have come |
//! | `/pour/BYTES` | answers with so many bytes, through its line, piece by piece |
//! | `/fail/MS` | waits, then says that it failed |
//! | `/counts` | tells what it has counted, as JSON |

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_stream::wrappers::ReceiverStream;

/// How many callers may stand at the door. Systems have limits of their own, 4096 or fewer.
const DOOR: u32 = 16_384;

/// How much goes through the line at a time, in bytes.
const PIECE: usize = 4096;

/// How much fits through the server's line, in bytes a second.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// For one answer.
    pub each: f64,
    /// For all answers together.
    pub all: f64,
}

impl Line {
    /// A line that nobody will feel.
    pub const WIDE: Line = Line { each: 1e12, all: 1e12 };
}

/// What the server has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests that came.
    pub requests: usize,
    /// Those that are in flight now: they came, and are not answered yet.
    pub now: usize,
    /// The most that were in flight at once.
    pub most: usize,
}

/// A server on a thread of its own, until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    house: Arc<House>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts one on a free port of this machine, which nobody else can reach.
    ///
    /// # Errors
    /// If there is no port or no thread.
    // ANCHOR: start
    pub fn start(line: Line) -> io::Result<Server> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = listen(&runtime)?;
        let address = listener.local_addr()?;
        let house = Arc::new(House::new(line));
        let doors = Router::new()
            .route("/after/{ms}", get(after))
            .route("/gate/{callers}", get(gate))
            .route("/pour/{bytes}", get(pour))
            .route("/fail/{ms}", get(fail))
            .route("/counts", get(counts))
            .with_state(Arc::clone(&house));
        // Small pieces must not be kept back until there is more to send.
        let listener = listener.tap_io(|caller| drop(caller.set_nodelay(true)));
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            runtime.spawn(axum::serve(listener, doors).into_future());
            // It ends when the sender is dropped, and the runtime with all that is in flight.
            let _ = runtime.block_on(stopped);
        };
        let thread = thread::Builder::new().name("server".to_owned()).spawn(serve)?;
        Ok(Server { address, house, stop: Some(stop), thread: Some(thread) })
    }
    // ANCHOR_END: start

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has seen since [`Server::forget`].
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.house.counts()
    }

    /// Counts from nothing again. What is in flight stays so.
    pub fn forget(&self) {
        self.house.forget();
    }
}

impl Drop for Server {
    /// Stops it. Who still waits is hung up on.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // If it panicked, it has said so.
            let _ = thread.join();
        }
    }
}

/// The addresses of `count` pages, each `path` of the server at `address`.
#[must_use]
pub fn urls(address: SocketAddr, path: &str, count: usize) -> Vec<String> {
    vec![format!("http://{address}{path}"); count]
}

fn listen(runtime: &Runtime) -> io::Result<TcpListener> {
    let _inside = runtime.enter();
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    socket.listen(DOOR)
}

// ANCHOR: pages
async fn after(State(house): State<Arc<House>>, Path(ms): Path<u64>) -> Html<String> {
    let _visit = Visit::begin(&house);
    sleep(Duration::from_millis(ms)).await;
    Html(format!("<!doctype html><title>A page after {ms} ms</title>"))
}

async fn gate(State(house): State<Arc<House>>, Path(callers): Path<usize>) {
    let _visit = Visit::begin(&house);
    let opened = house.gate.notified();
    match house.counts().now < callers {
        true => opened.await,
        false => house.gate.notify_waiters(),
    }
}

async fn fail(State(house): State<Arc<House>>, Path(ms): Path<u64>) -> StatusCode {
    let _visit = Visit::begin(&house);
    sleep(Duration::from_millis(ms)).await;
    StatusCode::INTERNAL_SERVER_ERROR
}
// ANCHOR_END: pages

// ANCHOR: pour
async fn pour(State(house): State<Arc<House>>, Path(bytes): Path<usize>) -> Body {
    let (pieces, body) = mpsc::channel::<Result<Vec<u8>, Infallible>>(1);
    tokio::spawn(async move {
        let _visit = Visit::begin(&house);
        let (mut left, mut through) = (bytes, Instant::now());
        while left > 0 {
            let size = left.min(PIECE);
            through = house.through(through, size);
            sleep_until(through).await;
            // A caller that has hung up needs no more.
            if pieces.send(Ok(vec![b'.'; size])).await.is_err() {
                return;
            }
            left -= size;
        }
    });
    Body::from_stream(ReceiverStream::new(body))
}
// ANCHOR_END: pour

async fn counts(State(house): State<Arc<House>>) -> String {
    // Three numbers: there is nothing in them that JSON could not say.
    serde_json::to_string(&house.counts()).unwrap_or_default()
}

/// What all answers of a server share.
#[derive(Debug)]
struct House {
    requests: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
    gate: Notify,
    line: Line,
    /// When the line will have let through all that was promised so far.
    free: Mutex<Instant>,
}

impl House {
    fn new(line: Line) -> House {
        let [requests, now, most] = [const { AtomicUsize::new(0) }; 3];
        let free = Mutex::new(Instant::now());
        House { requests, now, most, gate: Notify::new(), line, free }
    }

    /// When a piece of `size` bytes will be through, of an answer whose last piece is through at
    /// `last`: it has to wait for its own share of the line, and for everybody else's. By these
    /// times, not by the clock, for a sender that is woken late must not make the line narrower.
    // ANCHOR: through
    fn through(&self, last: Instant, size: usize) -> Instant {
        let time = |rate| Duration::from_secs_f64(size as f64 / rate);
        let mut free = self.free.lock().unwrap_or_else(|it| it.into_inner());
        *free = (*free).max(last) + time(self.line.all);
        (*free).max(last + time(self.line.each))
    }
    // ANCHOR_END: through

    fn counts(&self) -> Counts {
        let [requests, now, most] =
            [&self.requests, &self.now, &self.most].map(|count| count.load(SeqCst));
        Counts { requests, now, most }
    }

    fn forget(&self) {
        self.requests.store(0, SeqCst);
        self.most.store(self.now.load(SeqCst), SeqCst);
    }
}

/// A request in flight: it is counted while this lives, however it ends.
struct Visit<'a>(&'a House);

impl Visit<'_> {
    fn begin(house: &House) -> Visit<'_> {
        house.requests.fetch_add(1, SeqCst);
        let now = house.now.fetch_add(1, SeqCst) + 1;
        house.most.fetch_max(now, SeqCst);
        Visit(house)
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, SeqCst);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn a_late_wake_up_does_not_make_the_line_narrower() {
        let house = House::new(Line { each: 100.0, all: 200.0 });
        let start = *house.free.lock().unwrap();
        // Let the clock move on.
        while Instant::now() == start {}
        let seconds = |n| start + Duration::from_secs_f64(n);
        assert_eq!(house.through(start, 100), seconds(1.0));
        assert_eq!(house.through(start, 100), seconds(1.0));
        // A third caller has to wait for the two others.
        assert_eq!(house.through(start, 100), seconds(1.5));
    }
}
