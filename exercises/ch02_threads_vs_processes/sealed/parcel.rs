//! A parcel for another process.
//!
//! Below, all its bytes go through a pipe: they are copied from us to the system, and from the
//! system to the worker. Copy none of them. The other process may map the *same* pages.

//@ starter, wrong through_the_pipe
use std::{
    io,
    sync::atomic::{AtomicU8, Ordering::Relaxed},
};
//@ solution
use std::{io, path::Path, sync::atomic::AtomicU8};
//@ wrong by_file, wrong copies_in, wrong copies_out, wrong another_one
use std::{
    env, fs, io,
    path::Path,
    process,
    sync::atomic::{AtomicU8, Ordering::Relaxed},
};
//@ end

use lab::os::Shared;

/// Our side: makes a parcel of `size` bytes, which `fill` fills. `ask` sends a message through the
/// pipe and waits for the worker's answer, which is returned.
///
/// # Errors
/// If there is no memory for it, or no answer.
pub fn send(
    size: usize,
    fill: impl FnOnce(&[AtomicU8]),
    ask: impl FnOnce(&[u8]) -> io::Result<u64>,
) -> io::Result<u64> {
    //@ starter, wrong through_the_pipe
    let parcel: Vec<AtomicU8> = (0..size).map(|_| AtomicU8::new(0)).collect();
    fill(&parcel);
    let message: Vec<u8> = parcel.iter().map(|byte| byte.load(Relaxed)).collect();
    ask(&message)
    //@ solution
    let parcel = Shared::new(size)?;
    fill(parcel.bytes());
    // The name is enough. The memory has to be there until the answer is.
    ask(parcel.path().to_string_lossy().as_bytes())
    //@ wrong whole_pages
    let parcel = Shared::new(size.next_multiple_of(4096))?;
    fill(parcel.bytes());
    ask(parcel.path().to_string_lossy().as_bytes())
    //@ wrong dropped_too_soon
    let message = {
        let parcel = Shared::new(size)?;
        fill(parcel.bytes());
        parcel.path().to_string_lossy().into_owned()
    };
    ask(message.as_bytes())
    //@ wrong for_ever
    let parcel: &Shared = Box::leak(Box::new(Shared::new(size)?));
    fill(parcel.bytes());
    ask(parcel.path().to_string_lossy().as_bytes())
    //@ wrong by_file
    let parcel: Vec<AtomicU8> = (0..size).map(|_| AtomicU8::new(0)).collect();
    fill(&parcel);
    let bytes: Vec<u8> = parcel.iter().map(|byte| byte.load(Relaxed)).collect();
    let path = env::temp_dir().join(format!("parcel-{}", process::id()));
    fs::write(&path, bytes)?;
    let answer = ask(path.to_string_lossy().as_bytes());
    fs::remove_file(path)?;
    answer
    //@ wrong copies_in
    let made: Vec<AtomicU8> = (0..size).map(|_| AtomicU8::new(0)).collect();
    fill(&made);
    let parcel = Shared::new(size)?;
    for (from, to) in made.iter().zip(parcel.bytes()) {
        to.store(from.load(Relaxed), Relaxed);
    }
    ask(parcel.path().to_string_lossy().as_bytes())
    //@ end
}

/// The worker's side: calls `look` with the parcel that the message is about; its answer is sent
/// back.
///
/// # Errors
/// If the parcel is not there.
pub fn receive(
    message: &[u8],
    look: impl FnOnce(&[AtomicU8]) -> u64,
) -> io::Result<u64> {
    //@ starter, wrong through_the_pipe
    let parcel: Vec<AtomicU8> =
        message.iter().map(|byte| AtomicU8::new(*byte)).collect();
    Ok(look(&parcel))
    //@ solution
    let path = str::from_utf8(message).map_err(io::Error::other)?;
    let parcel = Shared::open(Path::new(path))?;
    Ok(look(parcel.bytes()))
    //@ wrong by_file
    let path = str::from_utf8(message).map_err(io::Error::other)?;
    let bytes = fs::read(path)?;
    let parcel: Vec<AtomicU8> = bytes.into_iter().map(AtomicU8::new).collect();
    Ok(look(&parcel))
    //@ wrong another_one
    let path = str::from_utf8(message).map_err(io::Error::other)?;
    let theirs = Shared::open(Path::new(path))?;
    let ours = Shared::new(theirs.bytes().len())?;
    for (from, to) in theirs.bytes().iter().zip(ours.bytes()) {
        to.store(from.load(Relaxed), Relaxed);
    }
    Ok(look(ours.bytes()))
    //@ wrong copies_out
    let path = str::from_utf8(message).map_err(io::Error::other)?;
    let shared = Shared::open(Path::new(path))?;
    let copy = |byte: &AtomicU8| AtomicU8::new(byte.load(Relaxed));
    let parcel: Vec<AtomicU8> = shared.bytes().iter().map(copy).collect();
    Ok(look(&parcel))
    //@ end
}
