//! One job: a photo in, a small blurred one out, and who did it when.

use std::any::Any;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use crate::{blur, open, save, thumbnail};

/// All that a worker needs to know, on whichever side of a pipe it sits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its number in the list; the [`Outcome`] brings it back.
    pub id: usize,
    /// The photo. Its content decides what it is, not its extension.
    #[serde(with = "any_path")]
    pub input: PathBuf,
    /// Where the result goes. The extension decides the format.
    #[serde(with = "any_path")]
    pub output: PathBuf,
    /// Where the result is written first, in the same folder, so that it can be renamed.
    #[serde(with = "any_path")]
    pub temp: PathBuf,
    /// What to do with the photo.
    pub settings: Settings,
    /// A misfortune to stage, for tests and demonstrations.
    pub fault: Option<Fault>,
}

/// How to blur, shrink and save.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Strength of the blur: standard deviation of the Gaussian in pixels, 0 for none.
    pub sigma: f64,
    /// Longest side of the result in pixels. A smaller picture is not enlarged.
    pub max_side: u32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    /// Pictures with more pixels than this are refused before they fill the memory.
    pub max_pixels: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { sigma: 15.0, max_side: 1200, quality: 85, max_pixels: 100_000_000 }
    }
}

/// What a staged panic says.
pub const STAGED: &str = "as asked for";

/// A misfortune that strikes when the result is written but not yet in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The job panics.
    Panic,
    /// The process that tries it first is killed.
    KillOnce,
    /// Every process that tries it is killed.
    KillAlways,
}

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The [`Job::id`].
    pub id: usize,
    /// Who did it.
    pub worker: Worker,
    /// When it began, by the clock on the wall.
    pub started: SystemTime,
    /// How long it took, by a clock that is never set.
    pub took: Duration,
    /// The sizes, or why there is no result.
    pub result: Result<Done, Failure>,
}

/// A thread in a process.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Worker {
    /// The system's number for the process.
    pub pid: u32,
    /// Our number for the thread, in the order in which threads took their first job.
    pub thread: u32,
}

/// A photo in its new size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Width and height before, in pixels, as stored.
    pub from: (u32, u32),
    /// Width and height after, in pixels, upright.
    pub to: (u32, u32),
}

/// Why there is no result. Text where the cause is another library's or the system's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Failure {
    #[error("cannot read it: {0}")]
    Read(String),
    #[error("it is {0}, not a file")]
    NotAFile(String),
    #[error("the file is empty")]
    Empty,
    #[error("the content is no JPEG, PNG or WebP image")]
    NotAnImage,
    #[error("the file ends before the picture does")]
    Truncated,
    #[error("cannot decode it: {0}")]
    Decode(String),
    #[error(
        "{width} x {height} pixels are more than the limit of {limit} (see --max-pixels)"
    )]
    TooManyPixels { width: u32, height: u32, limit: u64 },
    #[error(
        "a file of {bytes} bytes holds more than {limit} pixels can need (see --max-pixels)"
    )]
    TooManyBytes { bytes: u64, limit: u64 },
    #[error("cannot write {path}: {error}")]
    Write { path: String, error: String },
    #[error("the job panicked: {0}")]
    Panicked(String),
    #[error("its worker process was lost, twice; the second time: {0}")]
    WorkerLost(String),
    #[error("no worker process to do it: {0}")]
    NoWorker(String),
}

/// Does the job. A panic in it is one more [`Failure`], and the thread lives on.
#[must_use]
// ANCHOR: shrink
pub fn shrink(job: &Job) -> Outcome {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let result = catch_unwind(|| steps(job))
        .unwrap_or_else(|panic| Err(Failure::Panicked(message(panic.as_ref()))));
    Outcome {
        id: job.id,
        worker: Worker::here(),
        started,
        took: clock.elapsed(),
        result,
    }
}
// ANCHOR_END: shrink

/// The steps of the job.
// ANCHOR: steps
fn steps(job: &Job) -> Result<Done, Failure> {
    let settings = &job.settings;
    let photo = open::open(&job.input, settings.max_pixels)?;
    let from = (photo.image.width(), photo.image.height());
    let mut image = photo.image;
    open::weigh_by_alpha(&mut image);
    image = blur::gaussian(image, settings.sigma);
    image = thumbnail::thumbnail(image, settings.max_side);
    open::unweigh_by_alpha(&mut image);
    // Turned last, when there is least to turn.
    image.apply_orientation(photo.orientation);
    let to = (image.width(), image.height());

    let draft =
        save::write(&image, photo.profile, &job.output, &job.temp, settings.quality)?;
    if let Some(fault) = job.fault {
        fault.strike(); // a staged misfortune, for tests and the end of the chapter
    }
    draft.publish()?;
    Ok(Done { from, to })
}
// ANCHOR_END: steps

impl Worker {
    /// The thread that asks.
    #[must_use]
    pub fn here() -> Self {
        static THREADS: AtomicU32 = AtomicU32::new(0);
        thread_local! {
            static NUMBER: u32 = THREADS.fetch_add(1, Relaxed);
        }
        Self { pid: process::id(), thread: NUMBER.with(|&number| number) }
    }
}

impl Fault {
    /// Lets it happen.
    fn strike(self) {
        match self {
            Self::Panic => panic!("{STAGED}"),
            Self::KillOnce | Self::KillAlways => kill_this_process(),
        }
    }

    /// What is left of it for the second attempt at a job.
    #[must_use]
    pub fn again(self) -> Option<Self> {
        (self != Self::KillOnce).then_some(self)
    }
}

/// Ends this process as the system does when memory runs out: at once, with no goodbye.
#[cfg(unix)]
fn kill_this_process() {
    use nix::sys::signal::{Signal, kill};
    let _ = kill(nix::unistd::Pid::this(), Signal::SIGKILL);
    // The signal may need a moment to arrive; nothing may happen until then.
    loop {
        std::thread::park();
    }
}

/// Ends this process at once, with no goodbye.
#[cfg(not(unix))]
fn kill_this_process() {
    process::abort();
}

/// What a panic had to say.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".into())
}

/// Paths as the system's own strings: serde refuses a [`PathBuf`] that is not UTF-8.
mod any_path {
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        path: &Path,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        path.as_os_str().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<PathBuf, D::Error> {
        OsString::deserialize(from).map(PathBuf::from)
    }
}
