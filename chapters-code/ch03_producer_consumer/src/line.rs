//! A producer and a consumer that take their time, with a queue between them.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::channel::{Receiver, Sender, channel};

/// How long things take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How many items are made.
    pub items: usize,
    /// How long the producer pauses after each.
    pub making: Duration,
    /// How long a consumer needs for one.
    pub using: Duration,
}

/// What a worker tells of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The producer makes this item.
    Makes(usize),
    /// It has put it into the queue, in which there were so many then.
    HasPut {
        /// Which.
        item: usize,
        /// How many.
        depth: usize,
    },
    /// It has made and put all.
    Ends,
    /// A consumer wants an item.
    Asks,
    /// It has one, and uses it.
    Uses(usize),
    /// It has learned that there will be no more.
    NothingMore,
}

/// What a worker told, and when.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// Who: 0 is the producer.
    pub worker: usize,
    /// What.
    pub event: Event,
}

/// All that was told, in its order.
pub type Diary = Vec<Entry>;

// ANCHOR: workers
fn produce(pace: Pace, queue: Sender<usize>, tell: impl Fn(Event)) {
    for item in 0..pace.items {
        tell(Event::Makes(item));
        if queue.send(item).is_err() {
            break;
        }
        tell(Event::HasPut { item, depth: queue.depth() });
        thread::sleep(pace.making);
    }
    drop(queue);
    tell(Event::Ends);
}

fn consume(pace: Pace, queue: Receiver<usize>, tell: impl Fn(Event)) {
    tell(Event::Asks);
    while let Some(item) = queue.receive() {
        tell(Event::Uses(item));
        thread::sleep(pace.using);
        tell(Event::Asks);
    }
    tell(Event::NothingMore);
}
// ANCHOR_END: workers

/// One producer and `consumers` consumers with a queue of `capacity` places between them.
///
/// # Errors
/// If the system gives no thread.
pub fn run(pace: Pace, capacity: usize, consumers: usize) -> io::Result<Diary> {
    let diary = Mutex::new(Diary::new());
    let tell = |worker: usize, event: Event| {
        let mut diary = diary.lock().unwrap_or_else(PoisonError::into_inner);
        diary.push(Entry { at: Instant::now(), worker, event });
    };
    let tell = &tell;
    let (sender, receiver) = channel(capacity);
    thread::scope(|scope| {
        for worker in 1..=consumers {
            let receiver = receiver.clone();
            let consumer = move || consume(pace, receiver, |event| tell(worker, event));
            thread::Builder::new().spawn_scoped(scope, consumer)?;
        }
        drop(receiver);
        produce(pace, sender, |event| tell(0, event));
        io::Result::Ok(())
    })?;
    Ok(diary.into_inner().unwrap_or_else(PoisonError::into_inner))
}
