//! What speaks against a label that fits: each doubt lowers the confidence, and is told.

use super::{
    degrees::{ALONE, GIL_TIMED, IN_SYSTEM, taken_by_others},
    evidence::Evidence,
    words::{self, share as percent},
};
use crate::label::Label;

/// With so many looks, a share of a half is known to a tenth or so.
const ENOUGH_SAMPLES: u64 = 40;
/// Another reason that fits as well for this share of the time speaks against the first one.
const DOUBT: f64 = 0.2;
/// The share of the time for which whoever has a lock waits for something else. Fitted.
const HOLDER_WAITS: f64 = 0.3;
/// Who touches less than this of the last cache in a fiftieth of a second keeps to what is in it.
const KEEPS_TO: f64 = 0.5;
/// Threads that give the CPU up so often may wait for a lock, each time too briefly to be seen.
/// Fitted.
const VERY_OFTEN_PER_S: f64 = 2000.0;
/// Threads that give the CPU up so often do not only wait for time to pass. Fitted.
const OFTEN_PER_S: f64 = 100.0;

/// So many bytes that a disk had to give or take a second are no trifle. Fitted: a slow disk does
/// a hundred writes of a page.
const AT_DISK_PER_S: f64 = 400e3;

/// Something that speaks against a label.
pub(super) struct Doubt {
    /// It in words.
    pub said: String,
    /// The label that it speaks for.
    pub other: Option<Label>,
    /// Whether little can be said in spite of it.
    pub is_grave: bool,
}

/// What speaks against this label for that evidence.
pub(super) fn doubts(evidence: &Evidence, label: Label) -> Vec<Doubt> {
    let quiet = evidence.quiet();
    let mut doubts = Vec::new();
    let mut doubt = |is: bool, other: Option<Label>, is_grave: bool, said: String| {
        if is {
            doubts.push(Doubt { said, other, is_grave });
        }
    };
    doubt(
        evidence.samples < ENOUGH_SAMPLES,
        None,
        false,
        format!("{} looks are few", evidence.samples),
    );
    doubt(
        evidence.uncounted > DOUBT,
        None,
        true,
        format!(
            "for {} of the time it was seen to run, and the system counted nothing",
            percent(evidence.uncounted)
        ),
    );
    let gil = evidence.gil.filter(|_| label == Label::GilBound);
    doubt(
        gil.is_some_and(|it| it.alone > ALONE),
        Some(Label::CpuBound),
        false,
        "nearly all of the work was one thread's: without the lock of Python it would take as long".to_owned(),
    );
    doubt(
        gil.is_some_and(|it| it.timed.is_none_or(|timed| timed < GIL_TIMED)),
        Some(Label::CpuBound),
        false,
        "whether they waited for the lock of Python or for each other was not seen"
            .to_owned(),
    );
    doubt(
        !evidence.unseen.is_empty(),
        None,
        false,
        format!("Not seen: {}", evidence.unseen.join("; ")),
    );
    let hidden = quiet.unseen + quiet.child;
    doubt(
        hidden >= DOUBT,
        None,
        true,
        format!(
            "for {} of the time nobody could see what it waited for",
            percent(hidden)
        ),
    );
    let taken = taken_by_others(evidence);
    let is_taken = evidence.lost_to_others_s() / evidence.watched_s > DOUBT / 2.0;
    doubt(
        !matches!(label, Label::Starved | Label::Throttled)
            && taken > DOUBT
            && is_taken,
        Some(Label::Starved),
        false,
        format!(
            "other programs had the CPU for {} of the time that it wanted one",
            percent(taken)
        ),
    );
    doubt(
        label == Label::IoBound && evidence.also_sleeping > DOUBT,
        Some(Label::Sleeping),
        false,
        format!(
            "for {} of the time another of its threads slept meanwhile",
            percent(evidence.also_sleeping)
        ),
    );
    doubt(
        label == Label::Sleeping && evidence.also_io > DOUBT,
        Some(Label::IoBound),
        false,
        format!(
            "for {} of the time another of its threads waited for input or output meanwhile",
            percent(evidence.also_io)
        ),
    );
    doubt(
        matches!(label, Label::Sleeping | Label::IoBound) && evidence.one_at_a_time,
        Some(Label::LockBound),
        false,
        "its threads wait at one place, and one of them in turn does not: perhaps a lock"
            .to_owned(),
    );
    doubt(
        label == Label::Sleeping
            && quiet.work > DOUBT
            && evidence.voluntary as f64 / evidence.watched_s > OFTEN_PER_S,
        Some(Label::LockBound),
        false,
        "its threads wake each other often".to_owned(),
    );
    doubt(
        label == Label::LockBound && quiet.io() + quiet.time > HOLDER_WAITS,
        Some(if quiet.time > quiet.io() { Label::Sleeping } else { Label::IoBound }),
        false,
        format!(
            "whoever has the lock waits meanwhile, for {} of the time",
            percent(quiet.io() + quiet.time)
        ),
    );
    doubt(
        label == Label::LockBound && evidence.contention.is_some_and(|it| it.lock < 0.5),
        Some(Label::CpuBound),
        true,
        "what they wait for does not look like a lock; they may as well hand work on to each other".to_owned(),
    );
    let switches = evidence.voluntary as f64 / evidence.watched_s;
    doubt(
        label == Label::CpuBound && evidence.threads > 1 && switches > VERY_OFTEN_PER_S,
        Some(Label::LockBound),
        false,
        format!("its threads wait and wake each other {switches:.0} times a second"),
    );
    doubt(
        label == Label::CpuBound && memory_is_possible(evidence),
        Some(Label::MemoryBound),
        false,
        words::memory(evidence),
    );
    doubt(
        label == Label::CpuBound && is_at_a_disk(evidence),
        Some(Label::IoBound),
        false,
        "most of its CPU time was the system's, at work for it at a disk".to_owned(),
    );
    let pressure = evidence.pressure.stolen_s.unwrap_or(0.0) / evidence.watched_s;
    doubt(
        label != Label::Sleeping && pressure > DOUBT,
        Some(Label::Starved),
        false,
        format!("the host of this virtual machine took {pressure:.1} CPUs from it"),
    );
    doubts
}

/// Whether a program that computes may be slowed by memory: it has more than the last cache, and
/// nobody saw that it keeps to less.
fn memory_is_possible(evidence: &Evidence) -> bool {
    let memory = &evidence.memory;
    let Some(cache) = memory.cache else { return memory.resident > 8 << 20 };
    memory.resident > cache
        && memory.touched.is_none_or(|touched| touched as f64 > KEEPS_TO * cache as f64)
}

/// Whether a program that runs most of the time may do so to reach a disk: where other programs
/// keep the CPUs awake or slow, its waits are short and its runs long.
fn is_at_a_disk(evidence: &Evidence) -> bool {
    let at_disk = evidence.bytes.map_or(0.0, |it| it.from_disk.max(it.to_disk) as f64);
    at_disk / evidence.watched_s >= AT_DISK_PER_S
        && evidence.system_s / evidence.cpu_s.max(f64::EPSILON) >= IN_SYSTEM
}
