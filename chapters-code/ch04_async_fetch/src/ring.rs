//! What does it cost to pass on to the next one? A token goes round a ring: each place waits for
//! it, and hands it to its neighbour.
//!
//! The ring is made of tasks of one thread or of threads, and they are joined by channels of this
//! program or by connections of the system. Each function returns how long `laps` rounds took.

use std::io::{self, Read, Write};
use std::net::Ipv4Addr;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Tasks of one thread, joined by channels.
///
/// # Errors
/// If there is no runtime, or a place of the ring is lost.
// ANCHOR: tasks
pub fn tasks(places: usize, laps: usize) -> io::Result<Duration> {
    let runtime = Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let (first, mut from) = mpsc::channel(1);
        let mut ring = JoinSet::new();
        for _ in 1..places {
            let (to, next) = mpsc::channel(1);
            let mut from = std::mem::replace(&mut from, next);
            ring.spawn(async move {
                while let Some(token) = from.recv().await {
                    to.send(token).await.ok();
                }
            });
        }
        let clock = Instant::now();
        for _ in 0..laps {
            first.send(()).await.map_err(io::Error::other)?;
            from.recv().await.ok_or(io::ErrorKind::BrokenPipe)?;
        }
        Ok(clock.elapsed())
    })
}
// ANCHOR_END: tasks

/// Threads, joined by channels.
///
/// # Errors
/// If a thread does not start, or a place of the ring is lost.
// ANCHOR: threads
pub fn threads(places: usize, laps: usize) -> io::Result<Duration> {
    thread::scope(|scope| {
        let (first, mut from) = sync_channel(1);
        for _ in 1..places {
            let (to, next) = sync_channel(1);
            let from = std::mem::replace(&mut from, next);
            thread::Builder::new().spawn_scoped(scope, move || {
                while let Ok(token) = from.recv() {
                    to.send(token).ok();
                }
            })?;
        }
        let clock = Instant::now();
        for _ in 0..laps {
            first.send(()).map_err(io::Error::other)?;
            from.recv().map_err(io::Error::other)?;
        }
        Ok(clock.elapsed())
    })
}
// ANCHOR_END: threads

/// Tasks of one thread, joined by connections.
///
/// # Errors
/// If there is no connection, or a place of the ring is lost.
pub fn tasks_connected(places: usize, laps: usize) -> io::Result<Duration> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let joints = joints(places)?;
    runtime.block_on(async {
        let mut ends = Vec::new();
        for (to, from) in joints {
            to.set_nonblocking(true)?;
            from.set_nonblocking(true)?;
            let to = tokio::net::TcpStream::from_std(to)?;
            ends.push((to, tokio::net::TcpStream::from_std(from)?));
        }
        let (mut first, mut from) = ends.pop().ok_or(io::ErrorKind::InvalidInput)?;
        let mut ring = JoinSet::new();
        for (mut to, next) in ends {
            let mut from = std::mem::replace(&mut from, next);
            ring.spawn(async move {
                let mut token = [0];
                while from.read_exact(&mut token).await.is_ok() {
                    to.write_all(&token).await.ok();
                }
            });
        }
        let clock = Instant::now();
        for _ in 0..laps {
            first.write_all(&[1]).await?;
            from.read_exact(&mut [0]).await?;
        }
        Ok(clock.elapsed())
    })
}

/// Threads, joined by connections.
///
/// # Errors
/// If there is no connection or no thread, or a place of the ring is lost.
pub fn threads_connected(places: usize, laps: usize) -> io::Result<Duration> {
    let mut ends = joints(places)?;
    thread::scope(|scope| {
        let (mut first, mut from) = ends.pop().ok_or(io::ErrorKind::InvalidInput)?;
        for (mut to, next) in ends {
            let mut from = std::mem::replace(&mut from, next);
            thread::Builder::new().spawn_scoped(scope, move || {
                let mut token = [0];
                while from.read_exact(&mut token).is_ok() {
                    to.write_all(&token).ok();
                }
            })?;
        }
        let clock = Instant::now();
        for _ in 0..laps {
            first.write_all(&[1])?;
            from.read_exact(&mut [0])?;
        }
        Ok(clock.elapsed())
    })
}

type Joint = (std::net::TcpStream, std::net::TcpStream);

/// As many connections as the ring has places, each with its two ends.
fn joints(places: usize) -> io::Result<Vec<Joint>> {
    let door = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let join = |_| {
        let to = std::net::TcpStream::connect(door.local_addr()?)?;
        let (from, _) = door.accept()?;
        // A token must not be kept back until there is more to send.
        to.set_nodelay(true)?;
        Ok((to, from))
    };
    (0..places).map(join).collect()
}
