use std::{fs::File, io, os::fd::AsFd};

use nix::sys::resource::{
    Resource, Usage as Raw, UsageWho, getrlimit, getrusage, setrlimit,
};
use nix::sys::time::TimeValLike;
use nix::unistd::dup2_stdin;

use super::Usage;

/// Standard input by another number; in its place there is nothing to read.
pub(super) fn take_stdin() -> io::Result<File> {
    let taken = io::stdin().as_fd().try_clone_to_owned()?;
    dup2_stdin(File::open("/dev/null")?)?;
    Ok(taken.into())
}

/// Both halves of `getrusage(2)`: this process, and its children that were waited for.
pub(super) fn usage() -> Option<Usage> {
    let own = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let children = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    Some(Usage {
        cpu: cpu(&own) + cpu(&children),
        voluntary: count(own.voluntary_context_switches())
            + count(children.voluntary_context_switches()),
        involuntary: count(own.involuntary_context_switches())
            + count(children.involuntary_context_switches()),
    })
}

/// The half that is this process's own.
pub(super) fn own_cpu() -> Option<f64> {
    Some(cpu(&getrusage(UsageWho::RUSAGE_SELF).ok()?))
}

fn cpu(raw: &Raw) -> f64 {
    (raw.user_time() + raw.system_time()).num_microseconds() as f64 / 1e6
}

/// The counters are C `long`s, whose width differs between systems.
fn count(number: impl Into<i64>) -> u64 {
    u64::try_from(number.into()).unwrap_or(0)
}

/// The hard limit of `RLIMIT_NOFILE`.
pub(super) fn most_descriptors() -> Option<u64> {
    Some(getrlimit(Resource::RLIMIT_NOFILE).ok()?.1)
}

/// Sets the soft limit of `RLIMIT_NOFILE`, which a program may move up to the hard one.
pub(super) fn allow_descriptors(wanted: u64) -> Option<u64> {
    let (before, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    let most = wanted.min(hard);
    // Some systems have yet another limit below the hard one: then all stays as it was.
    let set = setrlimit(Resource::RLIMIT_NOFILE, most, hard);
    Some(if set.is_ok() { most } else { before })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_on_descriptors_goes_down_and_up_again_to_the_hard_one() {
        let hard = most_descriptors().expect("a limit");
        let fewer = hard.min(512);
        assert_eq!(allow_descriptors(fewer), Some(fewer));
        let most = allow_descriptors(hard).expect("a limit");
        assert!((fewer..=hard).contains(&most), "{most}");
    }
}
