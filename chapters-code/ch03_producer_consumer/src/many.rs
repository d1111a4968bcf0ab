//! Several producers and several consumers: is every item used, and none twice?

use std::io;
use std::thread;

/// An item: which producer made it, and as which of its items.
pub type Item = (usize, usize);

/// What became of all items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// How many were put.
    pub put: usize,
    /// How many were never used.
    pub lost: usize,
    /// How many times an item was used again.
    pub doubled: usize,
    /// How many times a consumer got an item of a producer before an earlier one of it.
    pub overtaken: usize,
}

/// Lets producers put `each` items, and consumers take all there are. A producer is a function that
/// puts an item, a consumer one that takes the next, and `None` in the end. Returns what each
/// consumer got, in its order.
///
/// # Errors
/// If the system gives no thread.
pub fn run<Put, Take>(
    producers: Vec<Put>,
    each: usize,
    consumers: Vec<Take>,
) -> io::Result<Vec<Vec<Item>>>
where
    Put: Fn(Item) + Send,
    Take: FnMut() -> Option<Item> + Send,
{
    thread::scope(|scope| {
        let start = |mut take: Take| {
            let consumer = move || std::iter::from_fn(&mut take).collect::<Vec<_>>();
            thread::Builder::new().spawn_scoped(scope, consumer)
        };
        let consumers: Vec<_> =
            consumers.into_iter().map(start).collect::<io::Result<_>>()?;
        for (number, put) in producers.into_iter().enumerate() {
            let producer = move || (0..each).for_each(|item| put((number, item)));
            thread::Builder::new().spawn_scoped(scope, producer)?;
        }
        let got = consumers.into_iter().map(|consumer| consumer.join());
        got.map(|got| got.map_err(|_| io::Error::other("a consumer panicked")))
            .collect()
    })
}

/// Counts what became of `each` items of each of `producers` producers.
#[must_use]
pub fn account(got: &[Vec<Item>], producers: usize, each: usize) -> Account {
    let mut times = vec![0_usize; producers * each];
    let mut overtaken = 0;
    for items in got {
        let mut last = vec![None; producers];
        for (producer, item) in items {
            times[producer * each + item] += 1;
            overtaken += usize::from(last[*producer] > Some(*item));
            last[*producer] = Some(*item);
        }
    }
    Account {
        put: times.len(),
        lost: times.iter().filter(|times| **times == 0).count(),
        doubled: times.iter().map(|times| times.saturating_sub(1)).sum(),
        overtaken,
    }
}
