//! Files: writes that wait for the disk, reads that wait for it, and reads that never do.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::worker::Errand;
use super::{Cpus, Kind, Need, Program, WORKER};
use crate::label::Label;

/// Programs that read or write files.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "disk-sync",
        does: "Writes 4 KiB at a time, and waits each time until the disk has it.",
        label: Label::IoBound,
        because: "Nothing is computed, and each write waits for an answer of the disk.",
        needs: &[Need::Disk],
        cpus: Cpus::Few,
        kind: Kind::Worker(sync),
        ..WORKER
    },
    Program {
        id: "read-cold",
        does: "Reads 4 KiB at a time, here and there, from a file that the system has forgotten.",
        label: Label::IoBound,
        because: "No page is in memory, and none is asked for before the last one has come.",
        needs: &[Need::Disk],
        cpus: Cpus::Few,
        kind: Kind::Worker(read_cold),
        ..WORKER
    },
    Program {
        id: "read-warm",
        does: "Reads a small file again and again.",
        label: Label::CpuBound,
        because: "The file is in the system's memory: reading it is copying, and no disk is asked.",
        kind: Kind::Worker(read_warm),
        ..WORKER
    },
];

/// What is read or written at once.
const PAGE: usize = 4096;

/// The file that is to be forgotten, and the one that is not: name and pages.
const COLD: (&str, usize) = ("cold", 1 << 14);
const WARM: (&str, usize) = ("warm", 1 << 8);

// ANCHOR: sync
fn sync(errand: &Errand) -> io::Result<u64> {
    let mut file = File::create(errand.folder.join("synced"))?;
    let mut writes = 0;
    while !errand.until.is_over() {
        file.write_all(&[b'.'; PAGE])?;
        file.sync_data()?;
        writes += 1;
    }
    Ok(writes)
}
// ANCHOR_END: sync

// ANCHOR: cold
fn read_cold(errand: &Errand) -> io::Result<u64> {
    let (file, pages) = (open(&errand.folder, COLD)?, COLD.1 as u64);
    let (mut at, mut reads) = (0, 0);
    while !errand.until.is_over() {
        if reads % pages == 0 {
            lab::os::forget_file(&file).ok_or(io::ErrorKind::Unsupported)?;
        }
        // Every page once, in no order that could be foreseen.
        at = (at * 1_664_525 + 1_013_904_223) % pages;
        read(&file, at * PAGE as u64, &mut [0; PAGE])?;
        reads += 1;
    }
    Ok(reads)
}
// ANCHOR_END: cold

// ANCHOR: warm
fn read_warm(errand: &Errand) -> io::Result<u64> {
    let file = open(&errand.folder, WARM)?;
    let mut whole = vec![0; WARM.1 * PAGE];
    let mut reads = 0;
    while !errand.until.is_over() {
        read(&file, 0, &mut whole)?;
        reads += 1;
    }
    Ok(reads)
}
// ANCHOR_END: warm

fn read(mut file: &File, from: u64, buffer: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(from))?;
    file.read_exact(buffer)
}

/// Writes the files that are read, unless they are there, and waits until the disk has them: a page
/// that it does not have cannot be forgotten.
///
/// # Errors
/// If they cannot be written.
pub fn prepare(folder: &Path) -> io::Result<()> {
    for (name, pages) in [COLD, WARM] {
        if open(folder, (name, pages)).is_ok() {
            continue;
        }
        let mut file = File::create(folder.join(name))?;
        for page in 0..pages {
            file.write_all(&[page as u8; PAGE])?;
        }
        file.sync_all()?;
    }
    Ok(())
}

fn open(folder: &Path, (name, pages): (&str, usize)) -> io::Result<File> {
    let file = OpenOptions::new().read(true).open(folder.join(name))?;
    match file.metadata()?.len() == (pages * PAGE) as u64 {
        true => Ok(file),
        false => Err(io::Error::other(format!("{name} is not whole"))),
    }
}

/// Whether files of `folder` are on a disk, as far as the system tells: a write that waits for the
/// disk has to reach one.
#[must_use]
pub fn is_on_disk(folder: &Path) -> bool {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let Ok(folder) = folder.canonicalize() else { return false };
    let under = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (place, kind) = (fields.next()?, fields.next()?);
        folder.starts_with(place).then_some((place.len(), kind))
    });
    // Of those mounted one over the other, the last one is seen.
    under.max_by_key(|(length, _)| *length).is_some_and(|(_, kind)| {
        !["tmpfs", "ramfs", "devtmpfs", "rootfs"].contains(&kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lives_in_memory_is_on_no_disk() {
        if fs::read_to_string("/proc/self/mounts").is_ok() {
            assert!(!is_on_disk(Path::new("/dev")), "a devtmpfs or tmpfs everywhere");
        }
        assert!(!is_on_disk(Path::new("/no/such/folder")));
    }
}
