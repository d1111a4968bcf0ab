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
        //@ starter, wrong resident
        let status = read(&format!("/proc/{pid}/status"))?;
        sum += kib("VmRSS:", &status) * 1024;
        //@ solution
        match read(&format!("/proc/{pid}/smaps_rollup")) {
            Ok(text) => sum += kib("Pss:", &text) * 1024,
            Err(error) if error.kind() == io::ErrorKind::NotFound => (), // it has ended
            Err(error) => return Err(error),
        }
        //@ wrong private
        match read(&format!("/proc/{pid}/smaps_rollup")) {
            Ok(text) => {
                sum += kib("Private_Clean:", &text) * 1024;
                sum += kib("Private_Dirty:", &text) * 1024;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (), // it has ended
            Err(error) => return Err(error),
        }
        //@ wrong divided
        match read(&format!("/proc/{pid}/smaps_rollup")) {
            Ok(text) => sum += kib("Rss:", &text) * 1024 / pids.len() as u64,
            Err(error) if error.kind() == io::ErrorKind::NotFound => (), // it has ended
            Err(error) => return Err(error),
        }
        //@ wrong every_line
        match read(&format!("/proc/{pid}/smaps_rollup")) {
            Ok(text) => {
                let lines = text.lines().filter(|line| line.contains("Pss"));
                let key = |line: &str| line.find(':').map_or(0, |colon| colon + 1);
                sum +=
                    lines.map(|line| kib(&line[..key(line)], line)).sum::<u64>() * 1024;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (), // it has ended
            Err(error) => return Err(error),
        }
        //@ wrong first_in_full
        match read(&format!("/proc/{pid}/smaps_rollup")) {
            Ok(text) if sum == 0 => sum += kib("Rss:", &text) * 1024,
            Ok(text) => {
                sum += kib("Private_Clean:", &text) * 1024;
                sum += kib("Private_Dirty:", &text) * 1024;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (), // it has ended
            Err(error) => return Err(error),
        }
        //@ wrong stops_there
        match read(&format!("/proc/{pid}/smaps_rollup")) {
            Ok(text) => sum += kib("Pss:", &text) * 1024,
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(error),
        }
        //@ wrong first_mapping
        match read(&format!("/proc/{pid}/smaps")) {
            Ok(text) => sum += kib("Pss:", &text) * 1024,
            Err(error) if error.kind() == io::ErrorKind::NotFound => (), // it has ended
            Err(error) => return Err(error),
        }
        //@ wrong gives_up
        let text = read(&format!("/proc/{pid}/smaps_rollup"))?;
        sum += kib("Pss:", &text) * 1024;
        //@ wrong swallows
        let text = read(&format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        sum += kib("Pss:", &text) * 1024;
        //@ end
    }
    Ok(sum)
}

/// The number in the line that begins with `key`, in KiB, although it says `kB`; 0 without a line.
fn kib(key: &str, text: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
