//! Systems on which nobody is confined yet: a program is ended with its process group, where there
//! are such, and that is all.

use std::{io, path::Path, process::Command};

use super::{Confined, Most};

/// Confines nothing.
///
/// # Errors
/// None on this system.
pub fn this_thread(_folder: &Path) -> io::Result<Confined> {
    Ok(Confined::default())
}

/// Ends nobody.
pub fn end_others_within(_confined: Confined) {}

/// Nobody is put ahead.
pub fn ahead_of_others() {}

/// Sets no limits.
///
/// # Errors
/// None on this system.
pub fn limit_self(_most: Most) -> io::Result<()> {
    Ok(())
}

/// Has a command start in a process group of its own, where there are such.
///
/// # Errors
/// None on this system.
pub fn apart(command: &mut Command, _folder: &Path) -> io::Result<()> {
    crate::os::command::in_own_group(command);
    Ok(())
}

/// Nobody tells.
pub fn descendants(_pid: u32, _most: usize) -> Vec<u32> {
    Vec::new()
}

/// Nobody tells.
pub fn tree_memory(_pids: &[u32], _most: u64) -> u64 {
    0
}

/// Ends the process group `group`, where there are such; nobody tells who is left.
pub fn end_descendants(group: u32, _within: impl FnMut()) -> usize {
    #[cfg(unix)]
    {
        use nix::{
            sys::signal::{Signal, killpg},
            unistd::Pid,
        };
        // It may be gone.
        let _ = killpg(Pid::from_raw(group as i32), Signal::SIGKILL);
    }
    #[cfg(not(unix))]
    let _ = group;
    0
}

/// Nobody tells who they are.
pub fn end_holders_of(_entry: &str) -> usize {
    0
}
