//! Who waits for whom?
//!
//! Some make things, others use them, and between them is a queue. Here it is built in five steps,
//! each of which mends a flaw of the one before:
//!
//! | file | what it mends |
//! |---|---|
//! | [`polled`] | two threads can share it at all |
//! | [`waking`] | nobody has to look again and again |
//! | [`bounded`] | it does not grow without end |
//! | [`closable`] | everybody learns when it is over |
//! | [`channel`] | nobody has to remember to close it |
//!
//! And what happens around it:
//!
//! | file | what is in it |
//! |---|---|
//! | [`line`](mod@line) | producers and consumers that take their time, and when each waited for the other |
//! | [`order`] | which lines of a log can be swapped, and which never |
//! | [`many`] | several producers and consumers: is every item used exactly once? |
//! | [`rivals`] | the queues that one would use: of `std`, crossbeam and tokio |
//! | [`file`](mod@file) | a number in a file that two processes add to |

pub mod bounded;
pub mod channel;
pub mod closable;
pub mod file;
pub mod line;
pub mod many;
pub mod order;
pub mod polled;
pub mod rivals;
mod sync;
pub mod waking;
