//! What does it cost to keep a worker? Many that sleep, until they are dropped.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Runtime;

/// The argument that has this program sleep until its input is closed: its `main` must then call
/// [`sleep`].
pub const SLEEPER: &str = "sleeper";

/// Longer than anybody will look at a sleeping task.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);

/// Threads that sleep.
pub struct Threads {
    threads: Vec<JoinHandle<()>>,
    awake: Arc<AtomicBool>,
    /// Why there are fewer than were asked for.
    pub refused: Option<io::Error>,
}

/// `count` sleeping threads with stacks of `stack` bytes, or as many as the system allows.
#[must_use]
// ANCHOR: threads
pub fn threads(count: usize, stack: usize) -> Threads {
    let asleep = Arc::new(AtomicUsize::new(0));
    let awake = Arc::new(AtomicBool::new(false));
    let (mut threads, mut refused) = (Vec::with_capacity(count), None);
    while threads.len() < count && refused.is_none() {
        let (asleep, awake) = (Arc::clone(&asleep), Arc::clone(&awake));
        let sleep = move || {
            asleep.fetch_add(1, SeqCst);
            while !awake.load(SeqCst) {
                thread::park();
            }
        };
        match thread::Builder::new().stack_size(stack).spawn(sleep) {
            Ok(thread) => threads.push(thread),
            Err(error) => refused = Some(error),
        }
    }
    while asleep.load(SeqCst) < threads.len() {
        thread::yield_now();
    }
    Threads { threads, awake, refused }
}
// ANCHOR_END: threads

impl Threads {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.threads.len()
    }
}

impl Drop for Threads {
    /// Wakes them all, and waits until they are gone.
    fn drop(&mut self) {
        self.awake.store(true, SeqCst);
        self.threads.iter().for_each(|thread| thread.thread().unpark());
        for thread in self.threads.drain(..) {
            // A sleeper has nothing that could panic.
            let _ = thread.join();
        }
    }
}

/// Processes that sleep.
pub struct Processes(Vec<Child>);

/// `count` sleeping processes that run `program`.
///
/// # Errors
/// If one does not start; those that did have ended then.
pub fn processes(program: &Path, count: usize) -> io::Result<Processes> {
    let mut all = Processes(Vec::with_capacity(count));
    for _ in 0..count {
        let mut command = Command::new(program);
        command.arg(SLEEPER).stdin(Stdio::piped()).stdout(Stdio::piped());
        let number = all.0.len() + 1;
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("process {number}: {error}"))
        };
        all.0.push(command.spawn().map_err(named)?);
    }
    for child in &mut all.0 {
        let output = child.stdout.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        // It says one byte when it is about to sleep.
        output.read_exact(&mut [0])?;
    }
    Ok(all)
}

impl Drop for Processes {
    /// Wakes them all, and waits until they are gone.
    fn drop(&mut self) {
        for child in &mut self.0 {
            drop(child.stdin.take());
        }
        for child in &mut self.0 {
            // If it cannot be waited for, it is gone already.
            let _ = child.wait();
        }
    }
}

/// The sleeping process itself.
///
/// # Errors
/// If nobody listens.
pub fn sleep() -> io::Result<()> {
    use std::io::Write;
    let mut output = io::stdout();
    output.write_all(&[1])?;
    output.flush()?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// `count` sleeping tasks in `runtime`, which wakes nobody and drops them when it is dropped.
// ANCHOR: tasks
pub fn tasks(runtime: &Runtime, count: usize) {
    let asleep = Arc::new(AtomicUsize::new(0));
    for _ in 0..count {
        let asleep = Arc::clone(&asleep);
        drop(runtime.spawn(async move {
            asleep.fetch_add(1, SeqCst);
            tokio::time::sleep(LONG).await;
        }));
    }
    runtime.block_on(async {
        while asleep.load(SeqCst) < count {
            tokio::task::yield_now().await;
        }
    });
}
// ANCHOR_END: tasks
