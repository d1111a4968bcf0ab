//! What is graded about `src/batch.rs`: each check tries many orders of events.

use batch::Queue;
use harness::{at_least, at_most, check, equal, model as sync, variant};
use queue::{explained, scene, thread, used};

#[path = "../src/batch.rs"]
mod batch;
#[path = "scenes/queue.rs"]
mod queue;

const SOURCE: &str = include_str!("../src/batch.rs");

#[check]
fn every_item_comes_out_in_order() {
    explained("whoever waits for an item is told too early, or never", || {
        let items = [0, 1, 2].map(|it| it + variant().between(10..=90) as u32);
        let (queue, _) = scene(Queue::new(2), Queue::put, &[], &[&items]);
        let out = used(3, |it| queue.work_off(it));
        equal("the items", out, items.to_vec(), "what is put first comes out first");
    });
}

#[check]
fn no_more_items_lie_there_than_places() {
    explained("whoever waits for a place is not told of one", || {
        let (queue, _) = scene(Queue::new(1), Queue::put, &[1], &[&[2], &[3]]);
        let lay = (0..2).map(|_| used(0, |it| queue.work_off(it)).len()).max().unwrap();
        at_most("item for 1 place", lay, 1, "whoever waited for a place looks again");
    });
}

#[check]
fn nobody_comes_back_with_nothing() {
    explained("whoever waits for an item is not told of one", || {
        let (queue, _) = scene(Queue::new(1), Queue::put, &[], &[&[1, 2]]);
        let take = |queue: &Queue<_>, _| used(0, |it| queue.work_off(it)).len();
        let others = thread::each(&queue, ["another"], take);
        let least = take(&queue, "this one").min(thread::ended(others)[0]);
        at_least("item for each", least, 1, "whoever waited for an item looks again");
    });
}

#[check]
fn all_who_have_a_place_now_are_told() {
    explained("two places are free, and two wait for one: who was told?", || {
        let (queue, putters) = scene(Queue::new(2), Queue::put, &[1, 2], &[&[3], &[4]]);
        used(0, |it| queue.work_off(it));
        thread::ended(putters);
    });
}

#[check]
fn others_put_while_one_works() {
    explained("the lock is held while the work is done", || {
        let (queue, mut putters) = scene(Queue::new(2), Queue::put, &[1], &[&[2]]);
        queue.work_off(|_| drop(thread::ended(putters.drain(..))));
    });
}
