//! What is graded about `src/parcel.rs`.

#[path = "../src/parcel.rs"]
mod parcel;

use harness::{worker::Worker, *};
use lab::os::bytes_written;
use std::{io, sync::atomic::AtomicU8, sync::atomic::Ordering::Relaxed};

/// The sum of the bytes; or which shared memory this is, as far as the system tells.
fn look(what: &str, parcel: &[AtomicU8]) -> u64 {
    let sum = || parcel.iter().map(|byte| u64::from(byte.load(Relaxed))).sum();
    if what == "sum" { sum() } else { shared_file(parcel) }
}

#[test]
fn worker() {
    let receive = |what: &str, it: Vec<u8>| parcel::receive(&it, |it| look(what, it));
    worker::run(|what| worker::serve(|message| receive(what, message).unwrap()));
}

/// Sends a parcel. How many bytes were written, what we have seen of it, and what the worker has.
fn send(what: &str) -> (usize, u64, u64) {
    let written = || bytes_written().unwrap_or(0) as usize;
    let mut worker = Worker::start(what).unwrap();
    let (before, size) = (written(), variant().between(900_000..=1_200_000));
    let (mut passed, mut made, mut at) = (0, 0, 0);
    let fill = |parcel: &[AtomicU8]| {
        equal("its size", parcel.len(), size, "it has a byte more, or less");
        parcel.iter().zip((1..=250).cycle()).for_each(|(to, it)| to.store(it, Relaxed));
        (at, made) = (parcel.as_ptr().addr(), look(what, parcel));
    };
    let ask = |message: &[u8]| {
        at_most("bytes in the message", message.len(), 4096, "a name is enough");
        passed = written() - before;
        worker.ask(message, |_| ())?.parse().map_err(io::Error::other)
    };
    let idea = "shared memory is gone when nobody has it: who has it until the answer?";
    let found = parcel::send(size, fill, ask);
    let seen = found.unwrap_or_else(|_| fail("an answer", "there was no parcel", idea));
    at_most("parcels left", is_shared_at(at) as usize, 0, "nobody needs it any more");
    (passed, made, seen)
}

#[check]
fn the_worker_sees_it_and_none_of_it_is_written() {
    let (written, made, seen) = send("sum");
    equal("the sum of the bytes", seen, made, "the worker sees another parcel");
    at_most("bytes written", written, 4096, "what is written is copied");
}

#[check]
fn it_is_never_copied() {
    let (_, made, seen) = send("where");
    at_least("parcel made in shared memory", made as usize, 1, "others are copied");
    at_least("parcel seen in shared memory", seen as usize, 1, "the worker has a copy");
    equal("the memory that is seen", seen, made, "both share memory, but not the same");
}
