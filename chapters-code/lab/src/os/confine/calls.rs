//! Linux: seccomp(2), for what a user may do to what is his, wherever it is, and landlock(7) does not
//! keep him from.

use std::{env::consts::ARCH, fs, io};

use nix::libc::{self, c_long};
use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Is,
    SeccompCondition, SeccompFilter, SeccompRule, TargetArch, apply_filter,
};

/// They change rights, owners, times and attributes of files. Whoever copies a file hands those on,
/// so they do nothing, and say that all went well.
const PRETENDED: [c_long; 11] = [
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
];

/// As [`PRETENDED`]: the older ones, which newer systems do without.
#[cfg(target_arch = "x86_64")]
const PRETENDED_TOO: [c_long; 6] = [
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
];
#[cfg(not(target_arch = "x86_64"))]
const PRETENDED_TOO: [c_long; 0] = [];

/// As [`PRETENDED`]: newer than the `libc` crate's list, with the same numbers everywhere:
/// fchmodat2, setxattrat, removexattrat, file_setattr.
const PRETENDED_NEW: [c_long; 4] = [452, 463, 466, 469];

/// Limits, keys, shared memory and queues of a user; another process's memory and descriptors;
/// sockets, which lead to services that do what they are told; and a way around this list.
const REFUSED: [c_long; 29] = [
    libc::SYS_setrlimit,
    libc::SYS_io_uring_setup,
    libc::SYS_add_key,
    libc::SYS_keyctl,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_request_key,
    libc::SYS_mq_notify,
    libc::SYS_mq_open,
    libc::SYS_mq_timedreceive,
    libc::SYS_mq_timedsend,
    libc::SYS_mq_unlink,
    libc::SYS_msgctl,
    libc::SYS_msgget,
    libc::SYS_msgrcv,
    libc::SYS_msgsnd,
    libc::SYS_semctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_shmget,
    libc::SYS_socket,
];

/// Requests of `ioctl` that change a file's attributes: FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR,
/// FS_IOC_SETVERSION, FS_IOC_ENABLE_VERITY.
const ATTRIBUTES: [u64; 4] = [0x4008_6602, 0x401c_5820, 0x4008_7602, 0x4080_6685];

/// The filters of a process.
pub type Refused = Vec<BpfProgram>;

/// Whether this kernel can refuse calls, on a machine that the filters are known for.
pub fn can_be_refused() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.contains("\nSeccomp:") && TargetArch::try_from(ARCH).is_ok()
}

/// What is refused here.
///
/// # Errors
/// If a filter cannot be made.
pub fn refused() -> io::Result<Refused> {
    if !can_be_refused() {
        return Ok(Vec::new());
    }
    let always = |call: &c_long| (*call, Vec::new());
    let pretended = [&PRETENDED[..], &PRETENDED_TOO, &PRETENDED_NEW].concat();
    let pretended = pretended.iter().map(always).collect();
    let mut denied: Vec<_> = REFUSED.iter().map(always).collect();
    for (call, when) in conditions() {
        let rules = when.iter().map(|all| rule(all)).collect::<io::Result<_>>()?;
        denied.push((call, rules));
    }
    Ok(vec![filter(pretended, 0)?, filter(denied, libc::EPERM as u32)?])
}

/// What an argument is, by its number.
type Argument = (u8, Length, Is, u64);

/// Calls that are refused if all arguments of one of the lists are as told.
fn conditions() -> Vec<(c_long, Vec<Vec<Argument>>)> {
    let is = |number, value| (number, Length::Dword, Is::Eq, value);
    let is_not = |number, value| (number, Length::Dword, Is::Ne, value);
    // Whose limits, priority or CPUs: 0 is the caller himself.
    let of_others = |number| vec![vec![is_not(number, 0)]];
    // What kind of number it is, and the number.
    let of_others_of = |kind| vec![vec![is_not(0, kind)], vec![is_not(1, 0)]];
    let kind = |kind| (1, Length::Dword, Is::MaskedEq(0xf), kind as u64);
    vec![
        (libc::SYS_prlimit64, vec![vec![(2, Length::Qword, Is::Ne, 0)]]),
        (libc::SYS_setpriority, of_others_of(libc::PRIO_PROCESS as u64)),
        // IOPRIO_WHO_PROCESS
        (libc::SYS_ioprio_set, of_others_of(1)),
        (libc::SYS_sched_setaffinity, of_others(0)),
        (libc::SYS_sched_setattr, of_others(0)),
        (libc::SYS_sched_setparam, of_others(0)),
        (libc::SYS_sched_setscheduler, of_others(0)),
        // One of a pair of datagram sockets may send to others.
        (
            libc::SYS_socketpair,
            vec![vec![kind(libc::SOCK_DGRAM)], vec![kind(libc::SOCK_RAW)]],
        ),
        (libc::SYS_ioctl, ATTRIBUTES.map(|request| vec![is(1, request)]).to_vec()),
        (libc::SYS_fcntl, vec![vec![is(1, libc::F_SETLEASE as u64)]]),
    ]
}

fn rule(arguments: &[Argument]) -> io::Result<SeccompRule> {
    let condition = |(number, length, is, value): &Argument| {
        SeccompCondition::new(*number, length.clone(), is.clone(), *value)
    };
    let conditions: Result<_, _> = arguments.iter().map(condition).collect();
    conditions.and_then(SeccompRule::new).map_err(io::Error::other)
}

fn filter(
    calls: Vec<(c_long, Vec<SeccompRule>)>,
    error: u32,
) -> io::Result<BpfProgram> {
    let otherwise = SeccompAction::Allow;
    let here = TargetArch::try_from(ARCH).map_err(io::Error::other)?;
    let calls = calls.into_iter().collect();
    SeccompFilter::new(calls, otherwise, SeccompAction::Errno(error), here)
        .and_then(BpfProgram::try_from)
        .map_err(io::Error::other)
}

/// From now on the calling thread, and what it starts, is refused these calls. Allocates nothing.
///
/// # Errors
/// If the kernel does not take the filters.
pub fn refuse(refused: &Refused) -> io::Result<()> {
    refused.iter().try_for_each(|filter| {
        apply_filter(filter).map_err(|error| match error {
            Error::Prctl(error) | Error::Seccomp(error) => error,
            _ => io::ErrorKind::InvalidInput.into(),
        })
    })
}
