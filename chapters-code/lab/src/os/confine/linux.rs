//! Linux: landlock(7), seccomp(2), capabilities(7), getrlimit(2), setsid(2).

use std::{
    fs, io,
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::process::{CommandExt, parent_id},
    },
    path::Path,
    process::Command,
};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, LandlockStatus, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus,
    Scope, path_beneath_rules,
};
use nix::{
    errno::Errno,
    libc,
    sys::{
        prctl::set_no_new_privs,
        resource::{Resource, getrlimit, setrlimit},
        signal::{Signal, kill},
    },
    unistd::{Pid, setsid},
};

pub use super::tree::{descendants, end_descendants, end_holders_of, tree_memory};
use super::{Confined, Most, calls};

/// The newest version of Landlock that this was tried with. Older kernels do what they can.
const KNOWN: ABI = ABI::V6;

/// Devices that keep nothing of what is written to them.
const DEVICES: [&str; 3] = ["/dev/null", "/dev/zero", "/dev/full"];

/// From now on the calling thread, and all threads and processes that it starts, may write to
/// `folder` and to devices that keep nothing, and may signal only each other; as far as this kernel
/// can see to it, which is told. Other threads of this process are not affected.
///
/// # Errors
/// If the folder is not there, or the kernel refuses what it said it could do.
pub fn this_thread(folder: &Path) -> io::Result<Confined> {
    let parent = Pid::from_raw(parent_id() as i32);
    let before = kill(parent, None);
    let restrict = || rules(folder)?.restrict_self();
    let status = restrict().map_err(io::Error::other)?;
    let refused = kill(parent, None) == Err(Errno::EPERM);
    let writes = status.ruleset != RulesetStatus::NotEnforced;
    let knows_signals = matches!(
        status.landlock,
        LandlockStatus::Available { effective_abi, .. } if effective_abi >= ABI::V6
    );
    let signals = writes && knows_signals && refused;
    // Somebody else's process would be out of reach anyway: that shows nothing.
    let is_seen = signals && before.is_ok();
    Ok(Confined { writes, signals, calls: calls::can_be_refused(), is_seen })
}

fn rules(folder: &Path) -> Result<RulesetCreated, RulesetError> {
    let writes = AccessFs::from_write(KNOWN);
    let devices = writes & (AccessFs::WriteFile | AccessFs::Truncate);
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(writes)?
        .scope(Scope::from_all(KNOWN))?
        .create()?
        .add_rules(path_beneath_rules([folder], writes))?
        .add_rules(path_beneath_rules(DEVICES, devices))
}

/// Ends all processes that a confined thread has started, wherever they are in the tree: to be
/// called in that thread. It is one step for the system, so nobody can start another one meanwhile.
/// Does nothing unless it was seen that signals are confined.
pub fn end_others_within(confined: Confined) {
    if confined.is_seen {
        // "All" are those whom we may signal, without this process.
        let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
    }
}

/// Has the calling thread run before all that do not ask for the same, if it may: a watcher that
/// waits its turn among thousands comes too late. What it starts runs as usual.
pub fn ahead_of_others() {
    let first = libc::sched_param { sched_priority: 1 };
    let policy = libc::SCHED_RR | libc::SCHED_RESET_ON_FORK;
    // SAFETY: it reads the parameter. Who may not, as most users, is refused, and nothing has
    // happened; those are limited in the number of their processes.
    #[allow(unsafe_code, reason = "neither std nor nix has the call")]
    let _ = unsafe { libc::sched_setscheduler(0, policy, &raw const first) };
}

/// Sets limits for this process, and for those that it starts; never above those that there are.
///
/// # Errors
/// If the system refuses.
pub fn limit_self(most: Most) -> io::Result<()> {
    lower(Resource::RLIMIT_CORE, 0)?;
    lower(Resource::RLIMIT_FSIZE, most.file)?;
    lower(Resource::RLIMIT_DATA, most.memory)?;
    let there = fs::read_to_string("/proc/loadavg").ok();
    let there =
        there.and_then(|it| it.split_once('/')?.1.split(' ').next()?.parse().ok());
    if let Some(there) = there.map(|there: u64| there.saturating_add(most.threads)) {
        lower(Resource::RLIMIT_NPROC, there)?;
    }
    Ok(())
}

fn lower(which: Resource, to: u64) -> io::Result<()> {
    let (soft, hard) = getrlimit(which)?;
    Ok(setrlimit(which, to.min(soft), to.min(hard))?)
}

/// Has a command start in a session of its own, without a terminal, and without the files that this
/// process happened to be given. Whatever comes of it may write to `folder` only, cannot reach
/// whoever starts it, has none of root's privileges, and is refused what `calls.rs` lists; as far as
/// this kernel can see to it.
///
/// # Errors
/// If the folder is not there. If the kernel refuses what it said it could do, the command does not
/// start.
pub fn apart(command: &mut Command, folder: &Path) -> io::Result<()> {
    let rules: Option<OwnedFd> = rules(folder).map_err(io::Error::other)?.into();
    let refused = calls::refused()?;
    let confine = move || {
        setsid()?;
        close_others();
        set_no_new_privs()?;
        if let Some(rules) = &rules {
            restrict_to(rules)?;
        }
        drop_privileges()?;
        calls::refuse(&refused)
    };
    // SAFETY: between `fork` and `exec`, only calls are allowed that signal-safety(7) lists; these
    // are `setsid` and the system's own, and nothing is allocated.
    #[allow(unsafe_code, reason = "std has no other way to run code in the child")]
    unsafe {
        command.pre_exec(confine);
    }
    Ok(())
}

/// Has `exec` close all files but standard input, output and error.
fn close_others() {
    let (first, last) = (3, libc::c_uint::MAX);
    // SAFETY: it takes three numbers, and marks descriptors to be closed by `exec`. Kernels that do
    // not know it refuse, and nothing has happened.
    #[allow(unsafe_code, reason = "neither std nor nix has the call")]
    let _ = unsafe {
        libc::syscall(libc::SYS_close_range, first, last, libc::CLOSE_RANGE_CLOEXEC)
    };
}

fn restrict_to(rules: &OwnedFd) -> io::Result<()> {
    // SAFETY: it takes a descriptor, which is open, and no flags.
    #[allow(unsafe_code, reason = "the crate's own call allocates")]
    let done = unsafe {
        libc::syscall(libc::SYS_landlock_restrict_self, rules.as_raw_fd(), 0)
    };
    Ok(Errno::result(done).map(drop)?)
}

/// Root is from now on a user like any other, who happens to own many files. What is executed later
/// does not change that, after [`set_no_new_privs`].
fn drop_privileges() -> io::Result<()> {
    // _LINUX_CAPABILITY_VERSION_3, for the calling thread: see capget(2).
    let header: [u32; 2] = [0x2008_0522, 0];
    let none = [0_u32; 6];
    // SAFETY: both are as long as that version has them, and are only read.
    #[allow(unsafe_code, reason = "neither std, nix nor libc has the call")]
    let done =
        unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr()) };
    Ok(Errno::result(done).map(drop)?)
}

#[cfg(test)]
mod tests {
    use std::{process::Stdio, thread};

    use super::{super::possible, *};

    #[test]
    fn a_thread_confines_itself_and_what_it_starts_and_no_other_thread() {
        let (inside, outside) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        let (own, other) = (inside.path().join("own"), outside.path().join("other"));
        let confined = thread::scope(|scope| {
            let tries = || {
                let confined = this_thread(inside.path()).expect("no refusal");
                fs::write(&own, "").expect("its own folder");
                fs::write("/dev/null", "").expect("nothing is kept");
                let touch =
                    Command::new("touch").arg(&other).stderr(Stdio::null()).status();
                let wrote = touch.expect("touch runs").success();
                assert_ne!(wrote, confined.writes, "{confined:?}");
                confined
            };
            scope.spawn(tries).join().expect("no panic")
        });
        assert_eq!(possible(), confined);
        fs::write(outside.path().join("mine"), "").expect("this thread is free");
    }

    #[test]
    fn only_what_a_confined_thread_started_is_ended_with_it() {
        let sleep = || Command::new("sleep").arg("60").spawn().expect("it starts");
        let mut other = sleep();
        let inside = thread::spawn(move || {
            let folder = tempfile::tempdir().expect("a folder");
            let confined = this_thread(folder.path()).expect("no refusal");
            let mut own = sleep();
            end_others_within(confined);
            // Without it there would be nothing to wait for.
            let ended = confined.is_seen && own.wait().is_ok();
            assert!(ended || own.kill().is_ok(), "{confined:?}");
        });
        inside.join().expect("no panic");
        assert_eq!(other.try_wait().expect("it is ours"), None);
        other.kill().and_then(|()| other.wait()).expect("it ends");
    }
}
