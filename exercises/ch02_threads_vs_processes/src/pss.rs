//! What several processes take together.
//!
//! Below, their resident sizes are added up, as one would with a system monitor. What they share is
//! counted once for each of them. Count it once. And a process may end while you count.

use std::io;

/// The memory that the processes `pids` take together, in bytes.
///
/// `read` gives the text of a file, such as `/proc/17/status`. The files of a process that has ended
/// are not found, and it takes nothing.
///
/// # Errors
/// If a file cannot be read for any other reason.
pub fn together(
    pids: &[u32],
    read: impl Fn(&str) -> io::Result<String>,
) -> io::Result<u64> {
    let mut sum = 0;
    for pid in pids {
        let status = read(&format!("/proc/{pid}/status"))?;
        sum += kib("VmRSS:", &status) * 1024;
    }
    Ok(sum)
}

/// The number in the line that begins with `key`, in KiB, although it says `kB`; 0 without a line.
fn kib(key: &str, text: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
