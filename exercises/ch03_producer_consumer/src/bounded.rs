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
    let (found, to_fetch) = mpsc::channel();
    let (fetched, to_read) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            for address in iter::from_fn(find) {
                if found.send(address).is_err() {
                    break;
                }
            }
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
