//! Three stages, a thread each, and a queue between one and the next.
//!
//! Reading is slow, and the other two do not wait for it: after a night, all that was found and
//! fetched lies in the queues. Let there be `places` for items in each queue, and no more.

use std::{iter, sync::mpsc, thread};

/// Finds addresses until there are no more, fetches the page at each, and reads it, in their order.
///
/// At most `places` addresses wait to be fetched, and at most `places` pages to be read. A stage
/// for whose result there is no place waits.
pub fn line<Address: Send, Page: Send>(
    places: usize,
    find: impl FnMut() -> Option<Address> + Send,
    mut fetch: impl FnMut(Address) -> Page + Send,
    read: impl FnMut(Page),
) {
    //@ wrong by_turns
    let (mut find, mut read) = (find, read);
    let mut ready = std::collections::VecDeque::new();
    loop {
        while ready.len() < places + 2
            && let Some(address) = find()
        {
            ready.push_back(fetch(address));
        }
        match ready.pop_front() {
            Some(page) => read(page),
            None => return,
        }
    }
    let (found, to_fetch) = mpsc::sync_channel::<Address>(places);
    let (fetched, to_read) = mpsc::sync_channel::<Page>(places);
    //@ starter
    let (found, to_fetch) = mpsc::channel();
    let (fetched, to_read) = mpsc::channel();
    //@ solution
    let (found, to_fetch) = mpsc::sync_channel(places);
    let (fetched, to_read) = mpsc::sync_channel(places);
    //@ wrong first_queue
    let (found, to_fetch) = mpsc::sync_channel(places);
    let (fetched, to_read) = mpsc::channel();
    //@ wrong twice_as_many
    let (found, to_fetch) = mpsc::sync_channel(2 * places);
    let (fetched, to_read) = mpsc::sync_channel(2 * places);
    //@ wrong no_first_place
    let (found, to_fetch) = mpsc::sync_channel(0);
    let (fetched, to_read) = mpsc::sync_channel(places);
    //@ wrong no_place
    let (found, to_fetch) = mpsc::sync_channel(0);
    let (fetched, to_read) = mpsc::sync_channel(0);
    //@ end
    thread::scope(|scope| {
        scope.spawn(move || {
            //@ wrong collected
            let all: Vec<Address> = iter::from_fn(find).collect();
            for address in all {
                if found.send(address).is_err() {
                    break;
                }
            }
            //@ wrong spins
            for mut address in iter::from_fn(find) {
                while let Err(mpsc::TrySendError::Full(it)) = found.try_send(address) {
                    address = it;
                }
            }
            //@ wrong naps
            for mut address in iter::from_fn(find) {
                while let Err(mpsc::TrySendError::Full(it)) = found.try_send(address) {
                    address = it;
                    thread::sleep(std::time::Duration::from_millis(10));
                }
            }
            //@ wrong dropped
            for address in iter::from_fn(find) {
                let _ = found.try_send(address);
            }
            //@ solution
            for address in iter::from_fn(find) {
                if found.send(address).is_err() {
                    break;
                }
            }
            //@ end
        });
        scope.spawn(move || {
            for address in to_fetch {
                if fetched.send(fetch(address)).is_err() {
                    break;
                }
            }
        });
        to_read.into_iter().for_each(read);
    });
}
