//! Linux: what a system call asks for, from `/proc/PID/task/TID/syscall`.

use nix::libc::{self, c_long};

use super::{Call, Limit, Request};

/// One line: `running`, or the number of the call, its six arguments, and two pointers; the number
/// is -1 outside of a call.
pub(super) fn parse(line: &str) -> Option<Call> {
    let mut words = line.split_ascii_whitespace();
    let number = match words.next()? {
        "running" => return Some(Call::Runs),
        number => number.parse::<c_long>().ok()?,
    };
    if number < 0 {
        return Some(Call::Outside);
    }
    let mut args = [0; 6];
    for arg in &mut args {
        *arg = u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()?;
    }
    Some(Call::Asks(request(number, &args)))
}

fn request(number: c_long, args: &[u64; 6]) -> Request {
    // A descriptor is a C int: its upper half is left over from something else.
    let descriptor = |nth: usize| args[nth] as i32;
    match number {
        libc::SYS_read
        | libc::SYS_write
        | libc::SYS_readv
        | libc::SYS_writev
        | libc::SYS_pread64
        | libc::SYS_pwrite64
        | libc::SYS_preadv
        | libc::SYS_pwritev
        | libc::SYS_preadv2
        | libc::SYS_pwritev2
        | libc::SYS_recvfrom
        | libc::SYS_recvmsg
        | libc::SYS_recvmmsg
        | libc::SYS_sendto
        | libc::SYS_sendmsg
        | libc::SYS_sendmmsg
        | libc::SYS_connect
        | libc::SYS_vmsplice
        | libc::SYS_ioctl => Request::Bytes(descriptor(0)),
        libc::SYS_sendfile | libc::SYS_tee => {
            Request::Between(descriptor(0), descriptor(1))
        }
        libc::SYS_splice | libc::SYS_copy_file_range => {
            Request::Between(descriptor(0), descriptor(2))
        }
        libc::SYS_accept | libc::SYS_accept4 => Request::Accept,
        libc::SYS_ppoll => {
            Request::Poll { at: args[0], count: args[1], limit: limit_at(args[2]) }
        }
        libc::SYS_pselect6 => select(args),
        libc::SYS_epoll_pwait => {
            Request::Epoll { descriptor: descriptor(0), limit: limit(args[3]) }
        }
        libc::SYS_epoll_pwait2 => {
            Request::Epoll { descriptor: descriptor(0), limit: limit_at(args[3]) }
        }
        libc::SYS_nanosleep | libc::SYS_clock_nanosleep => Request::Time,
        libc::SYS_futex => {
            Request::Futex { at: args[0], value: args[2] as u32, timed: args[3] != 0 }
        }
        libc::SYS_futex_waitv => {
            Request::Futex { at: args[0], value: 0, timed: args[3] != 0 }
        }
        libc::SYS_wait4 | libc::SYS_waitid | libc::SYS_clone | libc::SYS_clone3 => {
            Request::Child
        }
        libc::SYS_rt_sigsuspend => Request::Signal { timed: false },
        libc::SYS_rt_sigtimedwait => Request::Signal { timed: args[2] != 0 },
        libc::SYS_flock | libc::SYS_semop | libc::SYS_semtimedop => Request::FileLock,
        libc::SYS_fcntl
            if [libc::F_SETLKW, libc::F_OFD_SETLKW].contains(&descriptor(1)) =>
        {
            Request::FileLock
        }
        libc::SYS_fsync
        | libc::SYS_fdatasync
        | libc::SYS_sync
        | libc::SYS_syncfs
        | libc::SYS_msync
        | libc::SYS_sync_file_range
        | libc::SYS_fallocate
        | libc::SYS_ftruncate
        | libc::SYS_io_getevents => Request::Disk,
        libc::SYS_restart_syscall => Request::Again,
        libc::SYS_io_uring_enter => Request::Ring,
        libc::SYS_openat | libc::SYS_openat2 => Request::Open,
        other => older(other, args),
    }
}

fn select(args: &[u64; 6]) -> Request {
    let [count, reads, writes, errors, timeout, _] = *args;
    Request::Select { count, sets: [reads, writes, errors], limit: limit_at(timeout) }
}

/// A limit in milliseconds, in a C int; none if it is negative.
fn limit(millis: u64) -> Limit {
    u32::try_from(millis as i32).map_or(Limit::Never, Limit::Millis)
}

/// A limit in memory; none if it is nowhere.
fn limit_at(at: u64) -> Limit {
    if at == 0 { Limit::Never } else { Limit::At(at) }
}

/// Calls that newer processors never had.
#[cfg(target_arch = "x86_64")]
fn older(number: c_long, args: &[u64; 6]) -> Request {
    match number {
        libc::SYS_poll => {
            Request::Poll { at: args[0], count: args[1], limit: limit(args[2]) }
        }
        libc::SYS_select => select(args),
        libc::SYS_epoll_wait => {
            Request::Epoll { descriptor: args[0] as i32, limit: limit(args[3]) }
        }
        libc::SYS_open => Request::Open,
        libc::SYS_pause => Request::Signal { timed: false },
        libc::SYS_vfork | libc::SYS_fork => Request::Child,
        _ => Request::Other,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn older(_number: c_long, _args: &[u64; 6]) -> Request {
    Request::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: c_long, args: [u64; 6]) -> Option<Call> {
        let args = args.map(|arg| format!("{arg:#x}")).join(" ");
        parse(&format!("{number} {args} 0x7ffc 0x7f2e\n"))
    }

    #[test]
    fn what_is_asked_is_read_from_the_arguments() {
        let asked = |number, args| line(number, args);
        let bytes = |fd| Some(Call::Asks(Request::Bytes(fd)));
        assert_eq!(
            asked(libc::SYS_read, [0xffff_ffff_0000_0003, 0, 9, 0, 0, 0]),
            bytes(3)
        );
        assert_eq!(
            asked(libc::SYS_futex, [0xabc, 137, 2, 0, 0, 0]),
            Some(Call::Asks(Request::Futex { at: 0xabc, value: 2, timed: false }))
        );
        assert_eq!(
            asked(libc::SYS_ppoll, [0x10, 4, 0, 0, 0, 0]),
            Some(Call::Asks(Request::Poll { at: 0x10, count: 4, limit: Limit::Never }))
        );
        let epoll = |limit| Some(Call::Asks(Request::Epoll { descriptor: 5, limit }));
        for (args, limit) in [
            ([5, 0, 9, u64::from(u32::MAX), 0, 0], Limit::Never),
            ([5, 0, 9, 1500, 0, 0], Limit::Millis(1500)),
        ] {
            assert_eq!(asked(libc::SYS_epoll_pwait, args), epoll(limit));
        }
        let at = [5, 0, 9, 0x7ffc, 0, 0];
        assert_eq!(asked(libc::SYS_epoll_pwait2, at), epoll(Limit::At(0x7ffc)));
        let lock = [5, libc::F_SETLKW as u64, 0, 0, 0, 0];
        assert_eq!(asked(libc::SYS_fcntl, lock), Some(Call::Asks(Request::FileLock)));
        let unlocked = [5, libc::F_GETFL as u64, 0, 0, 0, 0];
        assert_eq!(asked(libc::SYS_fcntl, unlocked), Some(Call::Asks(Request::Other)));
    }

    #[test]
    fn lines_without_a_call_are_told_apart() {
        assert_eq!(parse("running\n"), Some(Call::Runs));
        assert_eq!(parse("-1 0x7ffc 0x7f2e\n"), Some(Call::Outside));
        assert_eq!(parse(""), None);
        assert_eq!(parse("0 0x3"), None);
    }
}
