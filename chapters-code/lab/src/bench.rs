//! What an experiment gets to run with.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::{
    os::{self, Memory},
    param::Settings,
    report::Progress,
};

/// The flag that has a program run one series once and print its memory.
pub(crate) const MEMORY_OF: &str = "memory-of";

/// Where a program that was started for its memory finds what its parent has prepared.
const SCRATCH: &str = "LAB_SCRATCH";

/// What an experiment gets to run with.
#[derive(Debug)]
pub struct Bench {
    /// The parameters, as set by the reader or by default.
    pub settings: Settings,
    /// How many counted rounds.
    pub rounds: usize,
    /// The book's own sizes, instead of those of a first look.
    pub full: bool,
    /// The Python to run beside, if there is one.
    pub python: Option<PathBuf>,
    /// Another Python to run beside, such as one without a GIL.
    pub other_python: Option<PathBuf>,
    /// Where progress is shown.
    pub progress: Progress,
    /// Run `experiment.series` once, print its memory, and end.
    pub(crate) memory_of: Option<String>,
    scratch: Scratch,
}

/// This program's own folder for files.
static OWN: OnceLock<PathBuf> = OnceLock::new();

/// Takes away the files of this run, before the program ends in the middle of it.
pub(crate) fn tidy_up() {
    if let Some(folder) = OWN.get() {
        // If it cannot be taken away now, nobody can be told any more.
        let _ = fs::remove_dir_all(folder);
    }
}

/// A folder for the files of this run.
#[derive(Debug)]
enum Scratch {
    Own(TempDir),
    Parents(PathBuf),
}

/// Memory before a run, and the most there was during it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    /// Before the run.
    pub base: Memory,
    /// The highest sample.
    pub peak: Memory,
}

impl Bench {
    /// A bench with a folder of its own, or that of the program which started this one.
    ///
    /// # Errors
    /// If there can be no temporary folder.
    pub fn new(settings: Settings, rounds: usize, progress: Progress) -> Result<Bench> {
        let scratch = match env::var_os(SCRATCH) {
            Some(parents) => Scratch::Parents(parents.into()),
            None => {
                let own =
                    TempDir::with_prefix("lab-").context("no temporary folder")?;
                let _ = OWN.set(own.path().to_owned());
                Scratch::Own(own)
            }
        };
        Ok(Bench {
            settings,
            rounds,
            full: false,
            python: None,
            other_python: None,
            progress,
            memory_of: None,
            scratch,
        })
    }

    /// The folder `name`, gone when the run is over. If it is not there yet, `fill` makes its
    /// content.
    ///
    /// # Errors
    /// If the folder cannot be made or filled.
    pub fn scratch(
        &self,
        name: &str,
        fill: impl FnOnce(&Path) -> io::Result<()>,
    ) -> Result<PathBuf> {
        let root = match &self.scratch {
            Scratch::Own(folder) => folder.path(),
            Scratch::Parents(folder) => folder,
        };
        let folder = root.join(name);
        if !folder.exists() {
            fs::create_dir_all(&folder)
                .and_then(|()| fill(&folder))
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        Ok(folder)
    }

    /// The memory of one run of `series`, in a process of its own: in this one, what an allocator
    /// keeps from earlier runs would be counted, or hide what is new.
    ///
    /// `None` where the system does not tell.
    pub(crate) fn memory_of(
        &self,
        experiment: &str,
        series: &str,
    ) -> Result<Option<Peak>> {
        if os::tree_memory().is_none() || cfg!(test) {
            return Ok(None);
        }
        let Scratch::Own(scratch) = &self.scratch else { return Ok(None) };
        let output = Command::new(env::current_exe()?)
            .args(env::args_os().skip(1))
            .arg(format!("--{MEMORY_OF}={experiment}.{series}"))
            .env(SCRATCH, scratch.path())
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "the run for its memory failed: {}",
            said.trim()
        );
        Ok(Some(serde_json::from_slice(&output.stdout)?))
    }
}
