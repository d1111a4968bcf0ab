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
    //@ wrong flag
    let over = std::sync::atomic::AtomicBool::new(false);
    let over = &over;
    //@ solution
    //@ end
    let queue = Queue::new(4);
    let queue = &queue;
    thread::scope(|scope| {
        for mut consumer in consumers {
            scope.spawn(move || {
                //@ solution
                while let Some(item) = queue.take() {
                    consumer(item);
                }
                //@ wrong one_sentinel
                while let Some(Some(item)) = queue.take() {
                    consumer(item);
                }
                //@ wrong while_there_are_some
                while queue.depth() > 0 {
                    queue.take().into_iter().for_each(&mut consumer);
                }
                //@ wrong flag
                while !over.load(std::sync::atomic::Ordering::SeqCst) {
                    queue.take().into_iter().for_each(&mut consumer);
                }
                //@ end
            });
        }
        //@ starter, wrong closed_at_once, wrong waits_by_the_clock
        for producer in producers {
            scope.spawn(move || {
                for item in producer {
                    let _ = queue.put(item); // nobody closes it before
                }
            });
        }
        //@ solution, wrong unwrapped
        let mut threads = Vec::new();
        for producer in producers {
            threads.push(scope.spawn(move || {
                for item in producer {
                    let _ = queue.put(item); // nobody closes it before
                }
            }));
        }
        //@ wrong one_sentinel
        let mut threads = Vec::new();
        for producer in producers {
            threads.push(scope.spawn(move || {
                for item in producer {
                    let _ = queue.put(Some(item));
                }
            }));
        }
        //@ wrong first_closes
        for producer in producers {
            scope.spawn(move || {
                for item in producer {
                    let _ = queue.put(item);
                }
                queue.close();
            });
        }
        //@ end
        //@ solution, wrong one_sentinel, wrong flag, wrong while_there_are_some
        // One that panicked is done, too.
        for thread in threads {
            let _ = thread.join();
        }
        //@ wrong unwrapped
        for thread in threads {
            thread.join().unwrap();
        }
        //@ wrong waits_by_the_clock
        thread::sleep(std::time::Duration::from_secs(5));
        //@ wrong asks_whether_they_are_done
        while !threads.iter().all(|thread| thread.is_finished()) {
            thread::yield_now();
        }
        //@ starter, wrong first_closes, wrong closed_at_once
        //@ end
        //@ solution, wrong closed_at_once, wrong unwrapped, wrong waits_by_the_clock
        queue.close();
        //@ wrong one_sentinel
        let _ = queue.put(None);
        //@ wrong flag
        over.store(true, std::sync::atomic::Ordering::SeqCst);
        //@ starter, wrong first_closes
        //@ end
    });
}
