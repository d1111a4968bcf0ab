//! A queue that threads put into, and somebody who takes.

use std::sync::Arc;

use harness::model::{
    self, sees,
    thread::{self, JoinHandle},
};

use crate::batch::Queue;

/// What whoever does not look again has to learn.
pub const LOOK: &str = "whoever was woken looks again: somebody may have been quicker";

/// As [`model::explained`], of a queue that the model can see.
pub fn explained(idea: &str, body: fn()) {
    sees(include_str!("../../src/batch.rs"));
    model::explained(idea, body);
}

/// A queue in which items lie, and a thread for each list that puts its items, one by one.
pub fn scene(
    places: usize,
    lie: &[u32],
    put: &[&[u32]],
) -> (Arc<Queue<u32>>, Vec<JoinHandle<()>>) {
    let queue = Arc::new(Queue::new(places));
    lie.iter().for_each(|item| queue.put(*item));
    let start = |items: &&[u32]| {
        let (queue, items) = (Arc::clone(&queue), items.to_vec());
        thread::spawn(move || items.into_iter().for_each(|item| queue.put(item)))
    };
    let threads = put.iter().map(start).collect();
    (queue, threads)
}

/// What somebody gets who takes once.
pub fn batch(queue: &Queue<u32>) -> Vec<u32> {
    let mut batch = Vec::new();
    queue.work_off(|item| batch.push(item));
    batch
}

/// What somebody gets who takes until there were `wanted` items.
pub fn batches(queue: &Queue<u32>, wanted: usize) -> Vec<Vec<u32>> {
    let mut batches = Vec::new();
    while batches.iter().map(Vec::len).sum::<usize>() < wanted {
        batches.push(batch(queue));
    }
    batches
}
