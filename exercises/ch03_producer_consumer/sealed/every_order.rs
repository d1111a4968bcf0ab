//! A trial for queues.
//!
//! The trial below has one thread, so it tries one order of events, and a queue passes it that
//! loses items when two put at a time. Write a better one. It is run in many orders of events, with a
//! queue that is right, and with some that are not.
//!
//! `queue.put(item)` puts a number; `queue.take()` waits until there is one. Let two threads put two
//! items each, and let two take two each: one thread can do both, as long as some order makes a
//! taker wait. Then say what every order must have in common.

use std::sync::Arc;

use crate::given::{Queue, thread::spawn}; // like `std::thread::spawn`

/// Panics if an item is lost, or comes out twice, or comes to a taker before one that the same
/// thread has put earlier.
pub fn trial(queue: Arc<impl Queue>) {
    //@ starter
    queue.put(1);
    queue.put(2);
    assert_eq!([queue.take(), queue.take()], [1, 2]);
    //@ solution
    let (putting, taking) = (Arc::clone(&queue), Arc::clone(&queue));
    let putter = spawn(move || [1, 2].map(|item| putting.put(item)));
    let taker = spawn(move || [taking.take(), taking.take()]);
    [3, 4].map(|item| queue.put(item));
    let taken = [[queue.take(), queue.take()], taker.join().unwrap()];
    putter.join().unwrap();

    for pair in taken {
        assert!(pair != [2, 1] && pair != [4, 3], "an item has overtaken another");
    }
    let mut all = taken.concat();
    all.sort();
    assert_eq!(all, [1, 2, 3, 4], "each item comes out once");
    //@ wrong one_thread
    [1, 2, 3, 4].map(|item| queue.put(item));
    let taken = [1, 2, 3, 4].map(|_| queue.take());
    assert_eq!(taken, [1, 2, 3, 4]);
    //@ wrong counted
    let (putting, taking) = (Arc::clone(&queue), Arc::clone(&queue));
    let putter = spawn(move || [1, 2].map(|item| putting.put(item)));
    let taker = spawn(move || vec![taking.take(), taking.take()]);
    [3, 4].map(|item| queue.put(item));
    let mut all = vec![queue.take(), queue.take()];
    all.extend(taker.join().unwrap());
    putter.join().unwrap();
    assert_eq!(all.len(), 4, "no item is lost");
    //@ wrong sorted
    let (putting, taking) = (Arc::clone(&queue), Arc::clone(&queue));
    let putter = spawn(move || [1, 2].map(|item| putting.put(item)));
    let taker = spawn(move || [taking.take(), taking.take()]);
    [3, 4].map(|item| queue.put(item));
    let mut all = [[queue.take(), queue.take()], taker.join().unwrap()].concat();
    putter.join().unwrap();
    all.sort();
    assert_eq!(all, [1, 2, 3, 4]);
    //@ wrong as_seen_once
    let (putting, taking) = (Arc::clone(&queue), Arc::clone(&queue));
    let putter = spawn(move || [1, 2].map(|item| putting.put(item)));
    let taker = spawn(move || [taking.take(), taking.take()]);
    [3, 4].map(|item| queue.put(item));
    let taken = [[queue.take(), queue.take()], taker.join().unwrap()].concat();
    putter.join().unwrap();
    assert_eq!(taken, [3, 4, 1, 2]);
    //@ wrong across_takers
    let (putting, taking) = (Arc::clone(&queue), Arc::clone(&queue));
    let putter = spawn(move || [1, 2].map(|item| putting.put(item)));
    let taker = spawn(move || [taking.take(), taking.take()]);
    [3, 4].map(|item| queue.put(item));
    let taken = [[queue.take(), queue.take()], taker.join().unwrap()].concat();
    putter.join().unwrap();
    let place = |item| taken.iter().position(|taken| *taken == item);
    assert!([1, 2, 3, 4].iter().all(|item| taken.contains(item)), "each comes out");
    assert!(place(1) < place(2) && place(3) < place(4), "each in its order");
    //@ wrong one_taker
    let putters = [[1, 2], [3, 4]].map(|items| {
        let queue = Arc::clone(&queue);
        spawn(move || items.map(|item| queue.put(item)))
    });
    let taken = [(); 4].map(|()| queue.take());
    for putter in putters {
        putter.join().unwrap();
    }
    let place = |item| taken.iter().position(|taken| *taken == item);
    assert!([1, 2, 3, 4].iter().all(|item| taken.contains(item)), "each comes out");
    assert!(place(1) < place(2) && place(3) < place(4), "each in its order");
    //@ wrong put_before_taken
    let putting = Arc::clone(&queue);
    let putter = spawn(move || [1, 2].map(|item| putting.put(item)));
    [3, 4].map(|item| queue.put(item));
    putter.join().unwrap();
    let taking = Arc::clone(&queue);
    let taker = spawn(move || [taking.take(), taking.take()]);
    let taken = [[queue.take(), queue.take()], taker.join().unwrap()];
    for pair in taken {
        assert!(pair != [2, 1] && pair != [4, 3], "an item has overtaken another");
    }
    let mut all = taken.concat();
    all.sort();
    assert_eq!(all, [1, 2, 3, 4], "each item comes out once");
    //@ end
}
