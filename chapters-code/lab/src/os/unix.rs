use nix::sys::resource::{Usage as Raw, UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use super::Usage;

/// Both halves of `getrusage(2)`: this process, and its children that were waited for.
pub(super) fn usage() -> Option<Usage> {
    let own = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let children = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let cpu = |raw: &Raw| {
        (raw.user_time() + raw.system_time()).num_microseconds() as f64 / 1e6
    };
    Some(Usage {
        cpu: cpu(&own) + cpu(&children),
        voluntary: count(own.voluntary_context_switches())
            + count(children.voluntary_context_switches()),
        involuntary: count(own.involuntary_context_switches())
            + count(children.involuntary_context_switches()),
    })
}

/// The counters are C `long`s, whose width differs between systems.
fn count(number: impl Into<i64>) -> u64 {
    u64::try_from(number.into()).unwrap_or(0)
}
