//! A control group that may use a quarter of a CPU, see cgroups(7).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::Duration;

/// Where control groups are, if there are any.
const ROOT: &str = "/sys/fs/cgroup";

/// In microseconds: how long a group may use CPUs, of how long.
const QUOTA: u32 = 25_000;
const PERIOD: u32 = 100_000;

/// A control group, until this is dropped.
#[derive(Debug)]
pub struct Group {
    folder: PathBuf,
}

impl Group {
    /// Makes one.
    ///
    /// # Errors
    /// If there are no control groups, or no right to make one.
    pub fn new() -> io::Result<Group> {
        let root = Path::new(ROOT);
        let name = format!("working-or-waiting-{}", process::id());
        // Version 1 has a tree for each resource, version 2 one for all.
        let is_old = root.join("cpu").is_dir();
        let folder = if is_old { root.join("cpu").join(name) } else { root.join(name) };
        fs::create_dir(&folder)?;
        // From here on it goes again, whatever happens.
        let group = Group { folder };
        if is_old {
            group.set("cpu.cfs_period_us", &PERIOD.to_string())?;
            group.set("cpu.cfs_quota_us", &QUOTA.to_string())?;
        } else {
            group.set("cpu.max", &format!("{QUOTA} {PERIOD}"))?;
        }
        Ok(group)
    }

    fn set(&self, file: &str, value: &str) -> io::Result<()> {
        fs::write(self.folder.join(file), value)
    }

    /// Its folder, in which `cgroup.procs` takes who is to belong to it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Group {
    /// Removes it. A process that has ended may belong to it for some more milliseconds.
    fn drop(&mut self) {
        for _ in 0..100 {
            match fs::remove_dir(&self.folder) {
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                    thread::sleep(Duration::from_millis(10));
                }
                _ => return,
            }
        }
    }
}
