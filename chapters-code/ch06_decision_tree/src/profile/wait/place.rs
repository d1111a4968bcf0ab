//! What a thread waits for by the name of the system's function in which it does.

use lab::os::watch::{self, Request};

use super::Wait;

/// What a thread waits for that no signal can wake: a disk, as a rule.
pub(super) fn uninterruptible(request: Request, pid: u32, tid: u32) -> Wait {
    match request {
        // Whoever starts a process by `vfork` waits so until that one runs another program.
        Request::Child => Wait::Child,
        Request::Bytes(_) | Request::Between(..) | Request::Disk | Request::Open => {
            Wait::Disk
        }
        _ => by_place('D', watch::place(pid, tid).as_deref()),
    }
}

/// What a thread waits for by the name of the system's function in which it does.
pub(super) fn by_place(state: char, place: Option<&str>) -> Wait {
    const PLACES: [(&str, Wait); 18] = [
        ("nanosleep", Wait::Time),
        ("futex", Wait::Futex),
        ("rwsem", Wait::Futex),
        ("mutex", Wait::Futex),
        ("pipe", Wait::Pipe),
        ("fifo", Wait::Pipe),
        ("accept", Wait::Connection),
        ("tcp", Wait::Network),
        ("skb", Wait::Network),
        ("sk_wait", Wait::Network),
        // Who reads from a terminal waits there as well, but does so less often.
        ("wait_woken", Wait::Network),
        ("unix_stream", Wait::Pipe),
        ("do_wait", Wait::Child),
        ("vfork", Wait::Child),
        ("n_tty", Wait::Terminal),
        ("flock", Wait::FileLock),
        ("sigsuspend", Wait::Event),
        ("sigtimedwait", Wait::Time),
    ];
    let found =
        PLACES.into_iter().find(|(part, _)| place.is_some_and(|it| it.contains(part)));
    match found {
        Some((_, wait)) => wait,
        None if state == 'D' => Wait::Disk,
        None => Wait::Unseen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_call_the_place_tells() {
        assert_eq!(by_place('S', Some("hrtimer_nanosleep")), Wait::Time);
        assert_eq!(by_place('S', Some("anon_pipe_read")), Wait::Pipe);
        assert_eq!(by_place('D', Some("folio_wait_bit_common")), Wait::Disk);
        assert_eq!(by_place('D', Some("rwsem_down_read_slowpath")), Wait::Futex);
        assert_eq!(by_place('D', None), Wait::Disk);
        assert_eq!(by_place('S', Some("wait_woken")), Wait::Network);
        assert_eq!(by_place('S', Some("sigsuspend")), Wait::Event);
        assert_eq!(by_place('S', None), Wait::Unseen);
    }
}
