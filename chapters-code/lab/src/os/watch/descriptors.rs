//! Linux: what a descriptor is, from `/proc/PID/fd` and `/proc/PID/fdinfo`.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{BufRead, BufReader},
    os::unix::{ffi::OsStrExt, fs::FileTypeExt, fs::MetadataExt},
    path::{Path, PathBuf},
};

use nix::libc;

use super::Descriptor;

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
    // The other side of a terminal of one's own: what comes there is what a child writes.
    if name == "/dev/ptmx" || name == "/dev/pts/ptmx" {
        return Descriptor::Event;
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

/// The sockets on which somebody waits for connections, in the network that a process sees. This
/// may take the system a millisecond or more.
pub fn listening(pid: u32) -> HashSet<u64> {
    /// The number of the state `LISTEN` of TCP.
    const LISTEN: &str = "0A";
    /// The flag of a local socket that accepts connections.
    const ACCEPTS: &str = "00010000";
    let mut found = HashSet::new();
    let open = |file| File::open(format!("/proc/{pid}/net/{file}"));
    for file in ["tcp", "tcp6"].into_iter().flat_map(open) {
        // They come first, and there may be very many others.
        for line in BufReader::new(file).lines().skip(1).map_while(Result::ok) {
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            if fields.get(3) != Some(&LISTEN) {
                break;
            }
            found.extend(fields.get(9).and_then(|it| it.parse::<u64>().ok()));
        }
    }
    let locals = local_sockets(pid);
    found.extend(locals.into_iter().filter(|it| it.1 == ACCEPTS).map(|it| it.0));
    found
}

/// The sockets that reach no further than this machine, and have no name: often one program's own.
pub fn local(pid: u32) -> HashSet<u64> {
    local_sockets(pid).into_iter().filter(|it| it.2).map(|it| it.0).collect()
}

/// The number of each local socket, its flags, and whether it has no name.
fn local_sockets(pid: u32) -> Vec<(u64, String, bool)> {
    let text = fs::read_to_string(format!("/proc/{pid}/net/unix")).unwrap_or_default();
    let one = |line: &str| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let inode = fields.get(6)?.parse().ok()?;
        Some((inode, fields[3].to_owned(), fields.len() == 7))
    };
    text.lines().filter_map(one).collect()
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
        let (listening, local) = (listening(pid), local(pid));
        assert!(listening.contains(&inode(&listener)));
        assert!(!listening.contains(&inode(&stream)));
        assert!(local.contains(&inode(&one)));
        assert!(!local.contains(&inode(&stream)));
    }
}
