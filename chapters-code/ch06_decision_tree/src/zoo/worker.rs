//! How this program becomes one of the zoo: `zoo ID --seconds 2`.

use std::env;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use lab::os;
use serde::{Deserialize, Serialize};

use super::compute::Kept;
use super::{Kind, named, server};

/// The argument that makes this program one of the zoo: its `main` must then call [`main`].
pub const ZOO: &str = "zoo";

/// When a program of the zoo is to end.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// After so much time from now.
    #[must_use]
    pub fn after(time: Duration) -> Deadline {
        Deadline(Instant::now() + time)
    }

    /// Whether it is time.
    #[must_use]
    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }

    /// How long it still is.
    #[must_use]
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// What a program of the zoo is told.
#[derive(Clone, Debug)]
pub struct Errand {
    /// When it is to end.
    pub until: Deadline,
    /// A folder for files.
    pub folder: PathBuf,
    /// A control group with a quota, if there is one.
    pub group: Option<PathBuf>,
    server: Option<SocketAddr>,
}

impl Errand {
    /// Where the slow server is.
    ///
    /// # Errors
    /// If nobody said.
    pub fn server(&self) -> io::Result<SocketAddr> {
        let missing = || io::Error::new(io::ErrorKind::InvalidInput, "no --server");
        self.server.ok_or_else(missing)
    }

    /// Another program of the zoo, as a child that ends when this one does.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn child(&self, id: &str) -> io::Result<Kept> {
        let left = self.until.left().as_secs_f64().to_string();
        Kept::start(Command::new(env::current_exe()?).args([
            ZOO,
            id,
            "--seconds",
            &left,
        ]))
    }
}

/// One of the zoo, whose answer is known. Not for people.
#[derive(Parser)]
struct Line {
    /// Which one
    id: String,
    /// For how many seconds
    #[arg(long)]
    seconds: f64,
    /// The slow server
    #[arg(long)]
    server: Option<SocketAddr>,
    /// A folder for files
    #[arg(long, default_value = ".")]
    folder: PathBuf,
    /// A control group with a quota
    #[arg(long)]
    group: Option<PathBuf>,
    /// Write what was counted to this file
    #[arg(long)]
    tell: Option<PathBuf>,
}

/// What was counted while a program of the zoo ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// Its steps.
    pub steps: u64,
    /// CPU seconds of its own.
    pub own_cpu: Option<f64>,
    /// CPU seconds, those of its children included.
    pub cpu: Option<f64>,
    /// Seconds that its first thread was on a CPU.
    pub run: Option<f64>,
    /// Seconds that its first thread could have run, and no CPU was free.
    pub delay: Option<f64>,
    /// How often one of its threads gave up its CPU to wait.
    pub voluntary: Option<u64>,
    /// How many bytes a disk had to deliver.
    pub from_disk: Option<u64>,
    /// How many bytes it wrote that a disk has to take.
    pub to_disk: Option<u64>,
}

/// Runs the program of the zoo that the command line names.
///
/// # Errors
/// If there is none, or it fails.
pub fn main() -> Result<()> {
    let line = Line::parse_from(env::args_os().skip(1));
    if line.id == server::ID {
        return server::main().context("the slow server");
    }
    let program =
        named(&line.id).with_context(|| format!("no {} in the zoo", line.id))?;
    let Kind::Worker(work) = program.kind else {
        bail!("{} is another program", line.id);
    };
    let errand = Errand {
        until: Deadline::after(Duration::try_from_secs_f64(line.seconds)?),
        folder: line.folder,
        group: line.group,
        server: line.server,
    };
    let steps = work(&errand).with_context(|| line.id)?;
    if let Some(file) = line.tell {
        fs::write(file, serde_json::to_vec(&counted(steps))?)?;
    }
    Ok(())
}

fn counted(steps: u64) -> Counted {
    let (usage, schedule) = (os::usage(), os::thread_schedule());
    let io = fs::read_to_string("/proc/self/io").unwrap_or_default();
    let bytes = |name: &str| {
        let line = io.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().parse().ok()
    };
    Counted {
        steps,
        own_cpu: os::own_cpu(),
        cpu: usage.map(|usage| usage.cpu),
        run: schedule.map(|schedule| schedule.run),
        delay: schedule.map(|schedule| schedule.delay),
        voluntary: usage.map(|usage| usage.voluntary),
        from_disk: bytes("read_bytes:"),
        to_disk: bytes("write_bytes:"),
    }
}
