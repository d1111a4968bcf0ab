//! Linux: what a descriptor is, from `/proc/PID/fd` and `/proc/PID/fdinfo`.

use std::{
    fs,
    os::unix::{ffi::OsStrExt, fs::FileTypeExt, fs::MetadataExt},
    path::{Path, PathBuf},
};

use nix::libc;

use super::{Descriptor, Sockets};

/// What a descriptor of another process is.
pub fn descriptor(pid: u32, number: i32) -> Option<Descriptor> {
    let link = PathBuf::from(format!("/proc/{pid}/fd/{number}"));
    let target = fs::read_link(&link).ok()?;
    Some(kind(&link, &target))
}

fn kind(link: &Path, target: &Path) -> Descriptor {
    let name = String::from_utf8_lossy(target.as_os_str().as_bytes());
    // Such as `socket:[12345]`.
    let inode = |kind: &str| name.strip_prefix(kind)?.strip_suffix(']')?.parse().ok();
    if let Some(inode) = inode("socket:[") {
        return Descriptor::Socket(inode);
    }
    if let Some(inode) = inode("pipe:[") {
        return Descriptor::Pipe(inode);
    }
    if let Some(what) = name.strip_prefix("anon_inode:") {
        return match what.trim_matches(['[', ']']) {
            "timerfd" => Descriptor::Timer,
            "eventpoll" => Descriptor::Epoll,
            "eventfd" | "inotify" | "signalfd" | "fanotify" | "pidfd" => {
                Descriptor::Event
            }
            _ => Descriptor::Other,
        };
    }
    if name == "/dev/tty" || name == "/dev/console" || name.starts_with("/dev/pts/") {
        return Descriptor::Terminal;
    }
    // Through the link, since the path may name another file by now, or none.
    let Ok(about) = fs::metadata(link) else {
        return Descriptor::Other;
    };
    match about.file_type() {
        it if it.is_fifo() => Descriptor::Pipe(about.ino()),
        it if it.is_file() || it.is_dir() || it.is_block_device() => {
            Descriptor::File(target.to_owned())
        }
        it if it.is_char_device() && name.starts_with("/dev/tty") => {
            Descriptor::Terminal
        }
        _ => Descriptor::Other,
    }
}

/// All descriptors of a process.
pub fn descriptors(pid: u32) -> Option<Vec<(i32, Descriptor)>> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    let one = |entry: fs::DirEntry| {
        let number = entry.file_name().to_str()?.parse().ok()?;
        let target = fs::read_link(entry.path()).ok()?;
        Some((number, kind(&entry.path(), &target)))
    };
    Some(entries.flatten().filter_map(one).collect())
}

/// The descriptors that the descriptor `epoll` of a process watches.
pub fn watched_by(pid: u32, epoll: i32) -> Option<Vec<i32>> {
    let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{epoll}")).ok()?;
    let number = |line: &str| {
        line.strip_prefix("tfd:")?.split_ascii_whitespace().next()?.parse().ok()
    };
    Some(info.lines().filter_map(number).collect())
}

/// Whether a descriptor of a process may be written to.
pub fn for_writing(pid: u32, number: i32) -> Option<bool> {
    let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{number}")).ok()?;
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
    let flags = i32::from_str_radix(flags.trim(), 8).ok()?;
    Some(flags & libc::O_ACCMODE != libc::O_RDONLY)
}

/// The sockets that need a closer look, in the network that a process sees.
pub fn sockets(pid: u32) -> Sockets {
    /// The number of the state `LISTEN` of TCP.
    const LISTEN: &str = "0A";
    /// The flag of a local socket that accepts connections.
    const ACCEPTS: &str = "00010000";
    let mut found = Sockets::default();
    let read = |file| fs::read_to_string(format!("/proc/{pid}/net/{file}"));
    for text in ["tcp", "tcp6"].into_iter().flat_map(read) {
        let fields = text.lines().map(|line| line.split_ascii_whitespace().collect());
        let fields = fields.filter(|it: &Vec<&str>| it.get(3) == Some(&LISTEN));
        found.listening.extend(fields.filter_map(|it| it.get(9)?.parse::<u64>().ok()));
    }
    for line in read("unix").unwrap_or_default().lines() {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let Some(inode) = fields.get(6).and_then(|it| it.parse().ok()) else {
            continue;
        };
        // Behind the number comes its name, if it has one.
        if fields[3] == ACCEPTS {
            found.listening.insert(inode);
        } else if fields.len() == 7 {
            found.local.insert(inode);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::{
        net::{TcpListener, TcpStream},
        os::{fd::AsRawFd, unix::net::UnixStream},
        process,
    };

    use super::*;

    #[test]
    fn descriptors_are_told_apart() {
        let pid = process::id();
        let of =
            |it: &dyn AsRawFd| descriptor(pid, it.as_raw_fd()).expect("it is open");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        assert!(matches!(of(&reader), Descriptor::Pipe(_)));
        assert_eq!(of(&reader), of(&writer));
        assert_eq!(for_writing(pid, reader.as_raw_fd()), Some(false));
        assert_eq!(for_writing(pid, writer.as_raw_fd()), Some(true));
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert_eq!(of(file.as_file()), Descriptor::File(file.path().to_owned()));
        let null = fs::File::open("/dev/null").expect("it is there");
        assert_eq!(of(&null), Descriptor::Other);
        assert_eq!(descriptor(pid, -1), None);
        assert!(descriptors(pid).expect("our own").len() >= 4);
    }

    #[test]
    fn who_waits_for_connections_is_told_from_who_has_one() {
        let pid = process::id();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its port");
        let stream = TcpStream::connect(address).expect("it listens");
        let inode = |it: &dyn AsRawFd| match descriptor(pid, it.as_raw_fd()) {
            Some(Descriptor::Socket(inode)) => inode,
            other => panic!("a socket, not {other:?}"),
        };
        let (one, _other) = UnixStream::pair().expect("a pair");
        let found = sockets(pid);
        assert!(found.listening.contains(&inode(&listener)));
        assert!(!found.listening.contains(&inode(&stream)));
        assert!(found.local.contains(&inode(&one)));
        assert!(!found.local.contains(&inode(&stream)));
    }
}
