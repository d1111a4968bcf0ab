//! What is graded about `src/batch.rs`: each check tries every order of events.

use std::sync::Arc;

use harness::{at_least, at_most, check, equal, model as sync, model::thread};
use scene::{LOOK, batch, batches, explained, scene};

#[path = "../src/batch.rs"]
mod batch;
#[path = "batch/scene.rs"]
mod scene;

#[check]
fn every_item_comes_out_in_order() {
    explained("a bell that rings before the change rings too early", || {
        let (queue, _) = scene(2, &[], &[&[1, 2, 3]]);
        let items = batches(&queue, 3).concat();
        equal("the items", items, vec![1, 2, 3], "what is put first comes out first");
    });
}

#[check]
fn no_more_items_lie_there_than_places() {
    explained("somebody waits for a place, and is not told of it", || {
        let (queue, _) = scene(1, &[1], &[&[2], &[3]]);
        let most = batches(&queue, 3).iter().map(Vec::len).max();
        at_most("item in a queue with 1 place", most.unwrap_or(0), 1, LOOK);
    });
}

#[check]
fn nobody_comes_back_with_nothing() {
    explained("somebody waits for an item, and is not told of it", || {
        let (queue, _) = scene(1, &[], &[&[1, 2]]);
        let taker = Arc::clone(&queue);
        let other = thread::spawn(move || batch(&taker).len());
        let least = batch(&queue).len().min(other.join().unwrap());
        at_least("item for each who takes", least, 1, LOOK);
    });
}

#[check]
fn all_who_have_a_place_now_are_told() {
    explained("two places are free, and two wait for one: who was told?", || {
        let (queue, putters) = scene(2, &[1, 2], &[&[3], &[4]]);
        batch(&queue);
        putters.into_iter().for_each(|putter| putter.join().unwrap());
    });
}

#[check]
fn others_put_while_one_works() {
    explained("the lock is held while the work is done", || {
        let (queue, mut putters) = scene(2, &[1], &[&[2]]);
        queue.work_off(|_| putters.drain(..).for_each(|it| it.join().unwrap()));
    });
}
