//! A number in a file, to which several processes add. Each has its own memory, and they get in
//! each other's way all the same.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The argument that has this program add to the number in a file: its `main` must then call
/// [`add`]. The path, how often, and whether to lock it follow.
pub const ADDER: &str = "adder";

/// Adds one to the number in the file at `path`, `times` times.
///
/// # Errors
/// If the file cannot be read, written or locked, or holds no number.
// ANCHOR: add
pub fn add(path: &Path, times: u64, locked: bool) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    for _ in 0..times {
        if locked {
            file.lock()?;
        }
        let number = read(&mut file)?;
        write(&mut file, number + 1)?;
        if locked {
            file.unlock()?;
        }
    }
    Ok(())
}
// ANCHOR_END: add

/// Reads the number: eight bytes.
///
/// # Errors
/// If there are fewer.
pub fn read(file: &mut File) -> io::Result<u64> {
    let mut bytes = [0; 8];
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// Writes the number over the one that is there.
///
/// # Errors
/// If it cannot be written.
pub fn write(file: &mut File, number: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&number.to_le_bytes())
}
