//! A queue that does not hold all photos at once.
//!
//! Below, one thread opens photos, and others shrink them. Opening is faster, so the photos pile up
//! in the queue, unpacked. Let the opener wait.

//@ solution
use std::{
    sync::{Mutex, mpsc},
    thread,
};
//@ wrong collect
use rayon::{ThreadPoolBuilder, prelude::*};
//@ wrong batches
use std::thread;
//@ end

/// Shrinks all photos on `workers` threads, while one more thread opens them, which is what the
/// iterator does; the results in any order.
///
/// At no time are there more than two photos a worker in memory, wherever they are: those that are
/// being shrunk, those that wait, and the one that was just opened.
pub fn shrunk<Photo: Send, Small: Send>(
    photos: impl Iterator<Item = Photo> + Send,
    workers: usize,
    shrink: impl Fn(Photo) -> Small + Sync,
) -> Vec<Small> {
    //@ starter
    let (opened, queue) = mpsc::channel();
    //@ solution
    // A photo a worker is being shrunk, and one is in the opener's hand. The others wait here.
    let (opened, queue) = mpsc::sync_channel(workers - 1);
    //@ wrong one_more_worker
    let workers = workers + 1;
    let (opened, queue) = mpsc::sync_channel(0);
    //@ wrong one_too_many
    let (opened, queue) = mpsc::sync_channel(workers);
    //@ wrong twice
    let (opened, queue) = mpsc::sync_channel(2 * workers);
    //@ wrong batches
    let mut photos = photos;
    let mut small = Vec::new();
    loop {
        let batch: Vec<Photo> = photos.by_ref().take(workers).collect();
        if batch.is_empty() {
            return small;
        }
        thread::scope(|scope| {
            let shrink = &shrink;
            let threads: Vec<_> = batch
                .into_iter()
                .map(|photo| scope.spawn(move || shrink(photo)))
                .collect();
            small.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
        });
    }
    //@ wrong collect
    let photos: Vec<Photo> = photos.collect();
    let pool = ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| photos.into_par_iter().with_max_len(1).map(&shrink).collect())
    //@ end
    //@ solution
    let queue = Mutex::new(queue);
    let next = || queue.lock().unwrap().recv(); // and unlocked again
    let small = Mutex::new(Vec::new());
    thread::scope(|scope| {
    //@ wrong batches, wrong collect
    //@ end
        //@ solution
        scope.spawn(move || photos.for_each(|photo| opened.send(photo).unwrap()));
        //@ wrong refused
        scope.spawn(move || photos.for_each(|photo| drop(opened.try_send(photo))));
        //@ wrong spins
        scope.spawn(move || {
            for photo in photos {
                let mut photo = Some(photo);
                while let Some(waits) = photo.take() {
                    if let Err(mpsc::TrySendError::Full(back)) = opened.try_send(waits) {
                        photo = Some(back);
                        thread::yield_now();
                    }
                }
            }
        });
        //@ wrong batches, wrong collect
        //@ end
    //@ solution
        for _ in 0..workers {
            scope.spawn(|| {
    //@ wrong batches, wrong collect
    //@ end
                //@ solution
                while let Ok(photo) = next() {
                    let result = shrink(photo);
                    small.lock().unwrap().push(result);
                }
                //@ wrong locked
                while let Ok(photo) = queue.lock().unwrap().recv() {
                    let result = shrink(photo);
                    small.lock().unwrap().push(result);
                }
                //@ wrong batches, wrong collect
                //@ end
    //@ solution
            });
        }
    });
    small.into_inner().unwrap()
    //@ wrong batches, wrong collect
    //@ end
}
