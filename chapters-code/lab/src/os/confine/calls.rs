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

/// Limits, keys and queues that all processes of a user share, and a way around this list.
const REFUSED: [c_long; 13] = [
    libc::SYS_setrlimit,
    libc::SYS_io_uring_setup,
    libc::SYS_add_key,
    libc::SYS_keyctl,
    libc::SYS_request_key,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_msgctl,
    libc::SYS_msgget,
    libc::SYS_semctl,
    libc::SYS_semget,
    libc::SYS_shmctl,
    libc::SYS_shmget,
];

/// Which argument of a call says whose limits, priority or CPUs to change; 0 is the caller himself.
const OF_OTHERS: [(c_long, u8); 6] = [
    (libc::SYS_setpriority, 1),
    (libc::SYS_ioprio_set, 1),
    (libc::SYS_sched_setaffinity, 0),
    (libc::SYS_sched_setattr, 0),
    (libc::SYS_sched_setparam, 0),
    (libc::SYS_sched_setscheduler, 0),
];

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
    let set_limits = (libc::SYS_prlimit64, vec![rule(&[(2, Length::Qword, 0)])?]);
    // A socket of the file system leads to services that do what they are told, such as Docker.
    let internet = [libc::AF_INET, libc::AF_INET6];
    let others = internet.map(|family| (0, Length::Dword, family as u64));
    let mut denied: Vec<_> = REFUSED.iter().map(always).collect();
    denied.extend([set_limits, (libc::SYS_socket, vec![rule(&others)?])]);
    for (call, whose) in OF_OTHERS {
        denied.push((call, vec![rule(&[(whose, Length::Dword, 0)])?]));
    }
    Ok(vec![filter(pretended, 0)?, filter(denied, libc::EPERM as u32)?])
}

/// A call none of whose arguments, by their numbers, is as told.
fn rule(arguments: &[(u8, Length, u64)]) -> io::Result<SeccompRule> {
    let differs = |(number, length, value): &(u8, Length, u64)| {
        SeccompCondition::new(*number, length.clone(), Is::Ne, *value)
    };
    let conditions: Result<_, _> = arguments.iter().map(differs).collect();
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
