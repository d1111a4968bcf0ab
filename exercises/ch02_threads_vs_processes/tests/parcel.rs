//! What is graded about `src/parcel.rs`.

#[path = "../src/parcel.rs"]
mod parcel;

use harness::{worker::Worker, *};
use lab::os::bytes_written;
use std::{io, sync::atomic::AtomicU8, sync::atomic::Ordering::Relaxed};

/// The sum of the bytes; or whether this is shared memory, as far as the system tells.
fn look(what: &str, parcel: &[AtomicU8]) -> u64 {
    match what {
        "sum" => parcel.iter().map(|byte| u64::from(byte.load(Relaxed))).sum(),
        _ => u64::from(is_shared(parcel) != Some(false)),
    }
}

#[test]
fn worker() {
    let receive = |what: &str, message: Vec<u8>| {
        parcel::receive(&message, |parcel| look(what, parcel)).unwrap()
    };
    worker::run(|what| worker::serve(|message| receive(what, message)));
}

/// Sends a parcel. How many bytes were written, what we have seen of it, and what the worker has.
fn send(what: &str) -> (usize, u64, u64) {
    let written = || bytes_written().unwrap_or(0) as usize;
    let mut worker = Worker::start(what).unwrap();
    let (before, mut passed, mut made) = (written(), 0, 0);
    let fill = |parcel: &[AtomicU8]| {
        parcel.iter().zip((1..=250).cycle()).for_each(|(to, it)| to.store(it, Relaxed));
        made = look(what, parcel);
    };
    let ask = |message: &[u8]| {
        passed = written() - before + message.len();
        worker.ask(message, |_| ())?.parse().map_err(io::Error::other)
    };
    let size = variant().between(900_000..=1_200_000);
    let idea = "shared memory is gone when nobody has it: who has it until the answer?";
    let found = parcel::send(size, fill, ask);
    let seen = found.unwrap_or_else(|_| fail("an answer", "there was no parcel", idea));
    (passed, made, seen)
}

#[check]
fn the_worker_sees_it_and_none_of_it_is_written() {
    let (written, made, seen) = send("sum");
    equal("the sum of the bytes", seen, made, "the worker sees another parcel");
    at_most("bytes written", written, 4096, "a name is enough, through the pipe");
}

#[check]
fn it_is_never_copied() {
    let (_, made, seen) = send("where");
    equal("the parcels made in shared memory", made, 1, "others are copied there");
    equal("the parcels seen in shared memory", seen, 1, "the worker looks at a copy");
}
