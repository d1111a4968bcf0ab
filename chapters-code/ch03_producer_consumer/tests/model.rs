//! The orders in which the steps of producers and consumers can come, tried by loom: all with at
//! most three preemptions. (With two, a waiter that does not look again is not found out.)
//!
//! The queues are the chapter's own files, built from loom's primitives instead of those of `std`.
//! That a model ends shows that no wake-up is lost: loom reports a deadlock otherwise.

#![allow(clippy::unwrap_used, reason = "in a test, that is the message")]

#[path = "../src/bounded.rs"]
#[allow(dead_code, missing_docs, reason = "a model uses part of it")]
mod bounded;
#[path = "../src/channel.rs"]
#[allow(dead_code, missing_docs, reason = "a model uses part of it")]
mod channel;
#[path = "../src/closable.rs"]
#[allow(dead_code, missing_docs, reason = "a model uses part of it")]
mod closable;
#[path = "../src/waking.rs"]
#[allow(dead_code, missing_docs, reason = "a model uses part of it")]
mod waking;

use loom::{sync::Arc, thread};

/// In place of the chapter's `sync`.
mod sync {
    pub use loom::sync::{
        Arc, Condvar, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering::SeqCst},
    };

    pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().expect("nobody panics")
    }

    pub fn wait<'a, T>(
        signal: &Condvar,
        guard: MutexGuard<'a, T>,
    ) -> MutexGuard<'a, T> {
        signal.wait(guard).expect("nobody panics")
    }
}

fn in_every_order(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    // Without a bound it takes hours, or for ever.
    builder.preemption_bound = Some(3);
    builder.check(model);
}

#[test]
fn a_taker_that_sleeps_is_woken() {
    in_every_order(|| {
        let queue = Arc::new(waking::Queue::new());
        let takers: Vec<_> = (0..2)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.take())
            })
            .collect();
        queue.put(1);
        queue.put(2);
        let mut taken: Vec<i32> =
            takers.into_iter().map(|taker| taker.join().unwrap()).collect();
        taken.sort_unstable();
        assert_eq!(taken, [1, 2]);
    });
}

#[test]
fn a_putter_that_waits_for_the_only_place_is_woken() {
    in_every_order(|| {
        let queue = Arc::new(bounded::Queue::new(1));
        let putter = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || (0..3).for_each(|item| queue.put(item)))
        };
        let taken: Vec<i32> = (0..3).map(|_| queue.take()).collect();
        assert_eq!(taken, [0, 1, 2], "none lost, none twice, and in order");
        putter.join().unwrap();
    });
}

#[test]
fn a_putter_that_was_woken_looks_again_whether_the_place_is_free() {
    in_every_order(|| {
        let queue = Arc::new(bounded::Queue::new(1));
        queue.put(0);
        let putters: Vec<_> = (1..3)
            .map(|item| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.put(item))
            })
            .collect();
        for _ in 0..3 {
            assert!(queue.depth() <= 1, "more items than places");
            queue.take();
        }
        putters.into_iter().for_each(|putter| putter.join().unwrap());
    });
}

#[test]
fn a_taker_that_was_woken_looks_again_whether_there_is_an_item() {
    in_every_order(|| {
        let queue = Arc::new(closable::Queue::new(2));
        let takers: Vec<_> = (0..2)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.take())
            })
            .collect();
        queue.put(1).unwrap();
        queue.put(2).unwrap();
        let mut taken: Vec<Option<i32>> =
            takers.into_iter().map(|taker| taker.join().unwrap()).collect();
        taken.sort_unstable();
        assert_eq!(taken, [Some(1), Some(2)]);
    });
}

#[test]
fn closing_wakes_all_who_wait() {
    in_every_order(|| {
        let queue = Arc::new(closable::Queue::<i32>::new(1));
        let takers: Vec<_> = (0..2)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.take())
            })
            .collect();
        queue.close();
        assert!(takers.into_iter().all(|taker| taker.join().unwrap().is_none()));
    });
}

#[test]
fn closing_wakes_putters_and_gives_their_items_back() {
    in_every_order(|| {
        let queue = Arc::new(closable::Queue::new(1));
        queue.put(0).unwrap();
        let putters: Vec<_> = (1..3)
            .map(|item| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.put(item))
            })
            .collect();
        queue.close();
        let back: Vec<_> =
            putters.into_iter().map(|putter| putter.join().unwrap()).collect();
        assert_eq!(back, [Err(1), Err(2)]);
        assert_eq!((queue.take(), queue.take()), (Some(0), None));
    });
}

#[test]
fn a_sender_that_waits_for_a_place_hears_in_every_order_that_nobody_is_left() {
    in_every_order(|| {
        let (sender, receiver) = channel::channel(1);
        sender.send(1).unwrap();
        let waiting = thread::spawn(move || sender.send(2));
        drop(receiver);
        assert_eq!(waiting.join().unwrap(), Err(2));
    });
}

#[test]
fn two_putters_and_one_taker_lose_nothing_when_the_queue_counts_who_waits() {
    in_every_order(|| {
        let queue = Arc::new(closable::Queue::new(1));
        queue.put(9).unwrap();
        let putters: Vec<_> = (0..2)
            .map(|item| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.put(item))
            })
            .collect();
        let mut taken = [(); 3].map(|()| {
            assert!(queue.depth() <= 1, "more items than places");
            queue.take()
        });
        taken.sort_unstable();
        assert_eq!(taken, [Some(0), Some(1), Some(9)]);
        assert!(putters.into_iter().all(|putter| putter.join().unwrap() == Ok(())));
    });
}

#[test]
fn closing_wakes_takers_and_keeps_what_was_put() {
    in_every_order(|| {
        let queue = Arc::new(closable::Queue::new(2));
        let takers: Vec<_> = (0..2)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.take())
            })
            .collect();
        queue.put(1).unwrap();
        queue.close();
        let mut taken: Vec<Option<i32>> =
            takers.into_iter().map(|taker| taker.join().unwrap()).collect();
        taken.sort_unstable();
        assert_eq!(taken, [None, Some(1)]);
    });
}

#[test]
fn the_last_sender_closes_the_channel_in_every_order() {
    in_every_order(|| {
        let (sender, receiver) = channel::channel(1);
        let senders: Vec<_> = [sender.clone(), sender]
            .into_iter()
            .enumerate()
            .map(|(item, sender)| {
                thread::spawn(move || {
                    assert!(sender.send(item).is_ok());
                })
            })
            .collect();
        let mut taken: Vec<usize> = receiver.iter().collect();
        taken.sort_unstable();
        assert_eq!(taken, [0, 1]);
        senders.into_iter().for_each(|sender| sender.join().unwrap());
    });
}

#[test]
fn a_sender_learns_in_every_order_that_the_last_receiver_is_gone() {
    in_every_order(|| {
        let (sender, receiver) = channel::channel(1);
        let taker = thread::spawn(move || receiver.receive());
        let sent = [sender.send(1), sender.send(2)];
        assert_eq!(taker.join().unwrap(), Some(1));
        assert_eq!(sent[0], Ok(()));
        assert!(sent[1] == Ok(()) || sent[1] == Err(2));
    });
}
