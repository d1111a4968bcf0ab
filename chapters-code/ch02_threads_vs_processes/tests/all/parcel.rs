//! What arrives, by whichever way.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use ch02_threads_vs_processes::parcel::{ByChannel, Process, answer};
use lab::os::Shared;

use crate::program;

fn parcel(size: usize) -> Vec<u8> {
    (0..size).map(|number| (number % 251) as u8 + 1).collect()
}

#[test]
fn all_three_ways_bring_the_same_answer_from_every_size() {
    let channel = ByChannel::start().unwrap();
    let mut pipe = Process::by_pipe(program()).unwrap();
    for size in [1, 2, 64, 65_537, 1 << 20] {
        let parcel = parcel(size);
        let memory = Shared::new(size).unwrap();
        let bytes: &[AtomicU8] = memory.bytes();
        bytes.iter().zip(&parcel).for_each(|(to, from)| to.store(*from, Relaxed));
        let mut shared = Process::by_memory(program(), memory.path()).unwrap();
        let expected = answer(&parcel);
        assert_eq!(expected, parcel[0].wrapping_add(parcel[size - 1]));
        assert_eq!(pipe.send(&parcel).unwrap(), expected, "{size}");
        assert_eq!(shared.notify(size).unwrap(), expected, "{size}");
        let (told, back) = channel.send(parcel.clone()).unwrap();
        assert_eq!((told, back), (expected, parcel), "{size}");
    }
}

#[test]
fn a_channel_moves_the_parcel_and_does_not_copy_it() {
    let channel = ByChannel::start().unwrap();
    let parcel = parcel(1 << 20);
    let place = parcel.as_ptr();
    let (_, back) = channel.send(parcel).unwrap();
    assert_eq!(back.as_ptr(), place);
}

#[test]
fn an_empty_parcel_and_a_notice_of_too_much_are_answered_all_the_same() {
    let mut pipe = Process::by_pipe(program()).unwrap();
    assert_eq!(pipe.send(&[]).unwrap(), 0);
    let memory = Shared::new(10).unwrap();
    memory.bytes()[0].store(5, Relaxed);
    let mut shared = Process::by_memory(program(), memory.path()).unwrap();
    assert_eq!(shared.notify(11).unwrap(), 0);
    assert_eq!(shared.notify(10).unwrap(), 5);
}

#[test]
fn memory_that_is_not_there_is_an_error_and_no_crash() {
    let missing = std::path::Path::new("/missing");
    let mut gone = Process::by_memory(program(), missing).unwrap();
    assert!(gone.notify(1).is_err());
}
