//! Memory that several processes map.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
    slice,
    sync::atomic::AtomicU8,
};

use memmap2::{MmapOptions, MmapRaw};

/// Memory that this process shares with those that have opened it by its path.
///
/// Nobody may cut the file short: to touch memory behind its end is fatal. Where the system can
/// promise that (Linux), it does.
#[derive(Debug)]
pub struct Shared {
    map: MmapRaw,
    path: PathBuf,
    _file: Backing,
}

/// What keeps the memory alive, and removes the file if it has a name.
#[derive(Debug)]
#[allow(dead_code, reason = "it is held, not read")]
enum Backing {
    Memory(File),
    Named(tempfile::TempPath),
    Elsewhere,
}

impl Shared {
    /// New memory of `size` bytes, all zero.
    ///
    /// # Errors
    /// If the system has none.
    pub fn new(size: usize) -> io::Result<Shared> {
        let (file, path, backing) = backing()?;
        file.set_len(size as u64)?;
        keep_its_size(&file)?;
        Ok(Shared { map: MmapOptions::new().map_raw(&file)?, path, _file: backing })
    }

    // ANCHOR: open
    /// The memory that another process has made, by the path that it told us.
    ///
    /// # Errors
    /// If it is not there, or not ours to write.
    pub fn open(path: &Path) -> io::Result<Shared> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let map = MmapOptions::new().map_raw(&file)?;
        Ok(Shared { map, path: path.to_owned(), _file: Backing::Elsewhere })
    }

    /// The bytes. Others may change them at any time, so each is an atomic.
    pub fn bytes(&self) -> &[AtomicU8] {
        let (start, length) = (self.map.as_mut_ptr(), self.map.len());
        // SAFETY: so many bytes are mapped, to read and to write, as long as
        // `self` lives. An AtomicU8 is a byte that others may change.
        #[allow(unsafe_code, reason = "Rust cannot know what the system maps")]
        unsafe {
            slice::from_raw_parts(start.cast::<AtomicU8>(), length)
        }
    }
    // ANCHOR_END: open

    /// Where another process of the same user finds it, as long as this one lives.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A file that is nowhere but in memory.
#[cfg(target_os = "linux")]
fn backing() -> io::Result<(File, PathBuf, Backing)> {
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use std::os::fd::AsRawFd;

    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let file = File::from(memfd_create("shared", flags)?);
    let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    Ok((file.try_clone()?, path.into(), Backing::Memory(file)))
}

/// A file with a name, which the system keeps in memory while it can.
#[cfg(not(target_os = "linux"))]
fn backing() -> io::Result<(File, PathBuf, Backing)> {
    let (file, path) = tempfile::NamedTempFile::with_prefix("shared-")?.into_parts();
    Ok((file, path.to_path_buf(), Backing::Named(path)))
}

#[cfg(target_os = "linux")]
fn keep_its_size(file: &File) -> io::Result<()> {
    use nix::fcntl::{FcntlArg, SealFlag, fcntl};
    let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW;
    fcntl(file, FcntlArg::F_ADD_SEALS(seals))?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn keep_its_size(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;

    #[test]
    fn what_one_writes_the_other_sees() {
        let ours = Shared::new(10_000).expect("memory");
        let theirs = Shared::open(ours.path()).expect("the same memory");
        assert_eq!(theirs.bytes().len(), 10_000);
        theirs.bytes()[9_999].store(7, Relaxed);
        assert_eq!(ours.bytes()[9_999].load(Relaxed), 7);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn nobody_can_cut_it_short() {
        let ours = Shared::new(10_000).expect("memory");
        let file = OpenOptions::new().write(true).open(ours.path()).expect("a file");
        assert!(file.set_len(1).is_err());
    }
}
