//! Producers and consumers that share a queue. Each producer is done sooner or later, and nobody
//! tells the consumers: they wait for ever.
//!
//! See to it that everybody goes home once all items are used, also if a producer panics.

use std::thread;

use ch03_producer_consumer::closable::Queue;

/// Lets the consumers use all items of the producers, each on a thread of its own, and returns when
/// there are no more. A producer that panics makes no more items.
pub fn run<Item: Send>(
    producers: Vec<impl Iterator<Item = Item> + Send>,
    consumers: Vec<impl FnMut(Item) + Send>,
) {
    let queue = Queue::new(4);
    let queue = &queue;
    thread::scope(|scope| {
        for mut consumer in consumers {
            scope.spawn(move || {
                while let Some(item) = queue.take() {
                    consumer(item);
                }
            });
        }
        for producer in producers {
            scope.spawn(move || {
                for item in producer {
                    let _ = queue.put(item); // nobody closes it before
                }
            });
        }
    });
}
