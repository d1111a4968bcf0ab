//! What to do next, and what would tell two labels apart.

use super::{doubts::also_sleeps, evidence::Evidence, words::is_brief};
use crate::label::Label;

/// With this share of its CPUs in use, more threads find none. Fitted: a pool that has started and
/// shares out its last jobs shows a little less than all.
const FULL: f64 = 0.85;

/// To be asked of whoever sleeps while it waits for input or output.
const WANTED_SLEEP: &str = "First ask what the thread that sleeps is for: if it limits the rate of requests on purpose, more of them speed nothing up.";

/// What to do with a program that has this label, and waits for that.
pub fn next(evidence: &Evidence, label: Label, waits_for: Option<&str>) -> Vec<String> {
    let is_parallel = evidence.runnable >= 1.5;
    let reads = evidence.bytes.is_some_and(|it| it.from_disk > it.to_disk);
    let in_use = evidence.cpu_s / evidence.watched_s.max(f64::EPSILON);
    let texts: &[&str] = match label {
        Label::CpuBound if is_parallel && in_use >= FULL * evidence.cpus => &[
            "It uses every CPU that it may. More threads will not help: a better algorithm, or more CPUs, will.",
        ],
        Label::CpuBound if is_parallel => &[
            "Several of its threads want a CPU at once already. Find the hot spot with a profiler of functions, such as perf.",
        ],
        Label::CpuBound => &[
            "Find the hot spot with a profiler of functions, such as perf or py-spy, and do less there.",
            "Then split the work over the CPUs: threads in Rust, processes in Python.",
        ],
        Label::IoBound => match waits_for {
            Some("disk") if reads => &[
                "Read what is needed ahead of time, or keep what was read; read less, in larger pieces.",
                "Several requests at once help if the disk can take them: try it with a few threads.",
            ],
            Some("disk") => &[
                "Write and sync less often, in larger pieces.",
                "Several requests at once help if the disk can take them: try it with a few threads.",
            ],
            Some("pipe") => {
                &["Profile the program at the other end: this one waits for it."]
            }
            Some("terminal") => &["It waits for you."],
            _ => &[
                "Have more requests under way at once: threads for tens of them, tasks for thousands.",
                "Bound them, so that the other side is not overrun.",
            ],
        },
        Label::Sleeping if waits_for == Some("work") => &[
            "There is nothing to speed up here: it waits for work. See who should send it.",
            "If nobody should, its threads may wait for each other, which is a deadlock: look at their stacks.",
        ],
        Label::Sleeping => &[
            "It waits because it was told to. Wait for what it is really about, instead of some time.",
        ],
        Label::LockBound => &[
            "Do less while the lock is held, or give each thread its own data and put it together at the end.",
        ],
        Label::GilBound => &[
            "Use processes instead of threads, or a library that lets go of the lock while it computes.",
        ],
        Label::MemoryBound => &[
            "Touch less memory: smaller types, one pass instead of three, blocks that fit a cache.",
            "More threads help until the memory is busy, and no further.",
        ],
        Label::Starved => &[
            "Measure again on a quiet machine: what it does now is what the others leave to it.",
        ],
        Label::Throttled => &[
            "Raise the quota of its control group (cpu.max), or start no more threads than it allows.",
        ],
        Label::Mixed => &[
            "See in the strips whether it waits and computes in turn; then overlap the two.",
            "Profile its parts one by one.",
        ],
        Label::Unknown if evidence.shares.stopped >= 0.2 => {
            &["Have it go on (`kill -CONT`), and watch it then."]
        }
        Label::Unknown if evidence.shares.child >= 0.2 => &[
            "It spends its time on children that end at once: one that lives longer and does the work of many costs less.",
        ],
        Label::Unknown if !evidence.unseen.is_empty() => &[
            "Watch it with the rights of its user, or root's; or start it as a command of this program.",
        ],
        Label::Unknown => {
            &["Give it more to do, so that it runs for a second or more."]
        }
    };
    let is_asked_for = !matches!(waits_for, Some("pipe" | "terminal"));
    let asks = label == Label::IoBound && is_asked_for && also_sleeps(evidence);
    let first = asks.then_some(WANTED_SLEEP);
    let brief = is_brief(evidence).then_some(
        "To start a process costs: see chapter 2. One that lives longer and does the work of many costs less.",
    );
    let texts = first.iter().chain(texts).chain(brief.iter());
    texts.map(|text| (*text).to_owned()).collect()
}

/// The chapter to read.
pub fn chapter(evidence: &Evidence, label: Label) -> Option<&'static str> {
    let shares = &evidence.shares;
    match label {
        Label::GilBound => Some("ch01"),
        Label::LockBound => Some("ch03"),
        Label::CpuBound | Label::MemoryBound => Some("ch05"),
        Label::IoBound if shares.pipe > shares.network.max(shares.disk) => Some("ch03"),
        Label::IoBound if shares.terminal > shares.network.max(shares.disk) => None,
        Label::IoBound => Some("ch04"),
        Label::Starved | Label::Throttled => Some("ch02"),
        Label::Sleeping | Label::Mixed | Label::Unknown => None,
    }
}

/// What would tell two labels apart.
pub fn tell_apart(label: Label, other: Label) -> Option<String> {
    let either = |one: Label| label == one || other == one;
    let text = if either(Label::Unknown) {
        return None;
    } else if either(Label::Throttled) {
        "Without the quota, a throttled program is faster."
    } else if either(Label::Starved) {
        "On a quiet machine, a starved program is faster."
    } else if either(Label::MemoryBound) {
        "With smaller data, memory-bound work is faster for each item; --probe runs two copies at once, which slow each other down if memory is what they lack."
    } else if either(Label::GilBound) {
        "With the same work in two processes, GIL-bound work is faster."
    } else if either(Label::LockBound) {
        "With one thread or process instead of several, lock-bound work takes no longer."
    } else if either(Label::IoBound) && either(Label::Sleeping) {
        "With a faster other side, I/O-bound work is faster, and sleep is not."
    } else if either(Label::CpuBound) {
        "On one CPU among others (--probe), or on a slower one, CPU-bound work takes longer, and waiting does not."
    } else {
        "The strips show what it did when."
    };
    Some(text.to_owned())
}
