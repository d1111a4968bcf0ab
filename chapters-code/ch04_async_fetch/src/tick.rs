//! What stops all tasks of a thread? A task that ticks, and another one beside it that does
//! something for a while.

use std::cell::RefCell;
use std::future::Future;
use std::hint::black_box;
use std::io;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::{self, LocalSet};
use tokio::time;

/// How often the task ticks.
pub const EVERY: Duration = Duration::from_millis(5);

/// How much is computed between two looks at the clock.
const STEP: u64 = 20_000;

/// What happened on the thread.
#[derive(Debug)]
pub struct Ticks {
    /// When the task ticked, since the start.
    pub at: Vec<Duration>,
    /// When the other one began.
    pub began: Duration,
    /// When it had ended.
    pub ended: Duration,
}

impl Ticks {
    /// How many ticks came while the other one was at it.
    #[must_use]
    pub fn during(&self) -> usize {
        self.at.iter().filter(|at| (self.began..self.ended).contains(*at)).count()
    }

    /// The longest time without a tick.
    #[must_use]
    pub fn longest_gap(&self) -> Duration {
        let gaps = self.at.windows(2).map(|pair| pair[1] - pair[0]);
        gaps.max().unwrap_or_default()
    }
}

/// Lets a task tick, and runs `other` beside it on the same thread, with some quiet time before
/// and after.
///
/// # Errors
/// If there is no runtime.
pub fn beside(other: impl Future<Output = ()>) -> io::Result<Ticks> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    Ok(beside_in(&runtime, other))
}

/// As [`beside`], in a runtime with a clock of its own: a test need not wait.
// ANCHOR: beside
pub fn beside_in(runtime: &Runtime, other: impl Future<Output = ()>) -> Ticks {
    let tasks = LocalSet::new();
    tasks.block_on(runtime, async {
        let start = time::Instant::now();
        let at = Rc::new(RefCell::new(Vec::new()));
        let ticker = task::spawn_local(tick(start, Rc::clone(&at)));
        time::sleep(EVERY * 4).await;
        let began = start.elapsed();
        other.await;
        let ended = start.elapsed();
        time::sleep(EVERY * 4).await;
        ticker.abort();
        Ticks { at: at.take(), began, ended }
    })
}

async fn tick(start: time::Instant, at: Rc<RefCell<Vec<Duration>>>) {
    loop {
        time::sleep(EVERY).await;
        at.borrow_mut().push(start.elapsed());
    }
}
// ANCHOR_END: beside

// ANCHOR: others
/// Waits, and gives the thread back meanwhile.
pub async fn awaits(long: Duration) {
    time::sleep(long).await;
}

/// Waits, and keeps the thread: the call of a library that knows nothing of tasks.
pub async fn blocks(long: Duration) {
    thread::sleep(long);
}

/// Computes, and keeps the thread.
pub async fn computes(long: Duration) {
    let start = Instant::now();
    while start.elapsed() < long {
        step();
    }
}

/// Computes, and offers the thread to the others again and again.
pub async fn computes_and_yields(long: Duration) {
    let start = Instant::now();
    while start.elapsed() < long {
        step();
        task::yield_now().await;
    }
}

/// Has another thread do the waiting.
pub async fn hands_over(long: Duration) {
    // It has nothing that could panic.
    let _ = task::spawn_blocking(move || thread::sleep(long)).await;
}
// ANCHOR_END: others

fn step() {
    black_box((0..STEP).fold(0, |sum, number| sum ^ black_box(number)));
}
