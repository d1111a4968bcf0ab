//! Each queue keeps order, and does what it adds.

use std::{collections::VecDeque, thread};

use ch03_producer_consumer::{
    bounded, channel::channel, closable, polled, rivals, waking,
};
use proptest::prelude::*;

#[test]
fn a_polled_queue_gives_items_in_order_and_nothing_when_it_is_empty() {
    let queue = polled::Queue::new();
    (0..3).for_each(|item| queue.put(item));
    let taken: Vec<_> = (0..4).map(|_| queue.try_take()).collect();
    assert_eq!(taken, [Some(0), Some(1), Some(2), None]);
}

#[test]
fn a_waking_queue_wakes_whoever_waits() {
    let queue = waking::Queue::new();
    thread::scope(|scope| {
        let taker = scope.spawn(|| [queue.take(), queue.take()]);
        queue.put(1);
        queue.put(2);
        assert_eq!(taker.join().unwrap(), [1, 2]);
    });
}

#[test]
fn a_bounded_queue_never_holds_more_than_its_places_and_loses_nothing() {
    let queue = bounded::Queue::new(2);
    let taken: Vec<usize> = thread::scope(|scope| {
        scope.spawn(|| (0..1000).for_each(|item| queue.put(item)));
        let mut taken = Vec::new();
        while taken.len() < 1000 {
            assert!(queue.depth() <= 2, "more items than places");
            taken.push(queue.take());
        }
        taken
    });
    assert!(taken.into_iter().eq(0..1000));
}

#[test]
fn a_queue_without_a_place_gets_one() {
    let queue = bounded::Queue::new(0);
    queue.put(1);
    assert_eq!(queue.take(), 1);
    let queue = closable::Queue::new(0);
    assert_eq!(queue.put(1), Ok(()));
    assert_eq!(queue.take(), Some(1));
}

#[test]
fn a_closed_queue_takes_nothing_more_and_gives_what_it_has() {
    let queue = closable::Queue::new(4);
    queue.put("a").unwrap();
    queue.close();
    assert_eq!(queue.put("b"), Err("b"));
    assert_eq!((queue.take(), queue.take(), queue.take()), (Some("a"), None, None));
}

#[test]
fn closing_wakes_everybody_who_waits() {
    let (full, empty) = (closable::Queue::new(1), closable::Queue::<usize>::new(1));
    full.put(0).unwrap();
    thread::scope(|scope| {
        let putter = scope.spawn(|| full.put(1));
        let takers: Vec<_> = (0..3).map(|_| scope.spawn(|| empty.take())).collect();
        while empty.waiting() < 3 {
            thread::yield_now();
        }
        empty.close();
        full.close();
        assert!(takers.into_iter().all(|taker| taker.join().unwrap().is_none()));
        assert_eq!(putter.join().unwrap(), Err(1));
    });
}

#[test]
fn a_channel_closes_with_its_last_sender() {
    let (sender, receiver) = channel(4);
    let second = sender.clone();
    sender.send(1).unwrap();
    drop(sender);
    second.send(2).unwrap();
    drop(second);
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_channel_closes_with_its_last_receiver_and_gives_the_item_back() {
    let (sender, receiver) = channel(4);
    let second = receiver.clone();
    drop(receiver);
    assert_eq!(sender.send(1), Ok(()));
    assert_eq!(second.receive(), Some(1));
    drop(second);
    assert_eq!(sender.send(2), Err(2));
}

#[test]
fn a_sender_that_waits_for_a_place_hears_that_nobody_will_take_anything() {
    let (sender, receiver) = channel(1);
    sender.send(1).unwrap();
    thread::scope(|scope| {
        let blocked = scope.spawn(|| sender.send(2));
        drop(receiver);
        assert_eq!(blocked.join().unwrap(), Err(2));
    });
}

#[test]
fn the_rivals_all_do_the_same() {
    for kind in [rivals::ours, rivals::std, rivals::crossbeam, rivals::tokio] {
        let (put, mut take) = kind(2);
        let taker =
            thread::spawn(move || std::iter::from_fn(&mut take).collect::<Vec<i32>>());
        (0..10).for_each(|item| put(item));
        drop(put);
        assert_eq!(taker.join().unwrap(), (0..10).collect::<Vec<_>>());
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8),
    Take,
    Close,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => any::<u8>().prop_map(Step::Put),
        5 => Just(Step::Take),
        1 => Just(Step::Close),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    /// On one thread, what would wait is left out; all else is as with a plain list.
    #[test]
    fn a_closable_queue_is_a_list_with_an_end(places in 1_usize..5, steps in steps()) {
        let queue = closable::Queue::new(places);
        let (mut list, mut closed) = (VecDeque::new(), false);
        for step in steps {
            match step {
                Step::Put(item) if closed => prop_assert_eq!(queue.put(item), Err(item)),
                Step::Put(item) if list.len() < places => {
                    prop_assert_eq!(queue.put(item), Ok(()));
                    list.push_back(item);
                }
                Step::Take if closed || !list.is_empty() => {
                    prop_assert_eq!(queue.take(), list.pop_front());
                }
                Step::Close => {
                    queue.close();
                    closed = true;
                }
                Step::Put(_) | Step::Take => {}
            }
            prop_assert_eq!(queue.depth(), list.len());
        }
    }
}
