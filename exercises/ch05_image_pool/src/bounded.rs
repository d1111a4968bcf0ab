//! A queue that does not hold all photos at once.
//!
//! Below, one thread opens photos, and others shrink them. Opening is faster, so the photos pile up
//! in the queue, unpacked. Let the opener wait.

use std::{
    sync::{Mutex, mpsc},
    thread,
};

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
    let (opened, queue) = mpsc::channel();
    let queue = Mutex::new(queue);
    let next = || queue.lock().unwrap().recv(); // and unlocked again
    let small = Mutex::new(Vec::new());
    thread::scope(|scope| {
        scope.spawn(move || photos.for_each(|photo| opened.send(photo).unwrap()));
        for _ in 0..workers {
            scope.spawn(|| {
                while let Ok(photo) = next() {
                    let result = shrink(photo);
                    small.lock().unwrap().push(result);
                }
            });
        }
    });
    small.into_inner().unwrap()
}
