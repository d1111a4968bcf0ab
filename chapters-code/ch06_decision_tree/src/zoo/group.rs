//! A control group that may use a quarter of a CPU, see cgroups(7).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

/// Where control groups are, if there are any.
const ROOT: &str = "/sys/fs/cgroup";

/// What the names of our groups begin with; the process that made it, and a number, follow.
const NAME: &str = "working-or-waiting-";

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
        static MADE: AtomicU32 = AtomicU32::new(0);
        // Version 1 has a tree for each resource, version 2 one for all.
        let old = Path::new(ROOT).join("cpu");
        let is_old = old.is_dir();
        let tree = if is_old { old } else { ROOT.into() };
        sweep(&tree);
        let number = MADE.fetch_add(1, Relaxed);
        let folder = tree.join(format!("{NAME}{}-{number}", process::id()));
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

/// Removes the groups of those who were killed before they could.
fn sweep(tree: &Path) {
    for group in fs::read_dir(tree).into_iter().flatten().flatten() {
        let name = group.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(NAME));
        let owner = owner.and_then(|rest| rest.split('-').next());
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            // If somebody was quicker, it is gone all the same.
            let _ = fs::remove_dir(group.path());
        }
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_dead_have_left_is_swept_away() {
        let tree = tempfile::tempdir().unwrap();
        let group = |name: &str| tree.path().join(name);
        let ours = format!("{NAME}{}-0", process::id());
        // No system has so many processes.
        let dead = format!("{NAME}4294967295-0");
        for name in [&ours, &dead, "somebody-elses"] {
            fs::create_dir(group(name)).unwrap();
        }
        sweep(tree.path());
        assert!(!group(&dead).exists() && group("somebody-elses").exists());
        // Without /proc nobody knows who lives; there are no groups then either.
        assert_eq!(group(&ours).exists(), Path::new("/proc/self").exists());
    }
}
