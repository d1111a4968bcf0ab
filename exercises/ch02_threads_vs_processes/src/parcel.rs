//! A parcel for another process.
//!
//! Below, all its bytes go through a pipe: they are copied from us to the system, and from the
//! system to the worker. Copy none of them. The other process may map the *same* pages.

use std::{
    io,
    sync::atomic::{AtomicU8, Ordering::Relaxed},
};

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
    let parcel: Vec<AtomicU8> = (0..size).map(|_| AtomicU8::new(0)).collect();
    fill(&parcel);
    let message: Vec<u8> = parcel.iter().map(|byte| byte.load(Relaxed)).collect();
    ask(&message)
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
    let parcel: Vec<AtomicU8> =
        message.iter().map(|byte| AtomicU8::new(*byte)).collect();
    Ok(look(&parcel))
}
