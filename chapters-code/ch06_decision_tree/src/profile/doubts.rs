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

/// What speaks against a label, if it does for that evidence.
type Ask = fn(&Evidence, Label) -> Option<Doubt>;

/// All of them, in the order in which they are told. The first that speaks for another label names
/// the runner-up.
const ALL: [Ask; 18] = [
    few_looks,
    uncounted,
    one_thread_has_the_work,
    waits_not_known_to_be_for_the_gil,
    not_seen,
    hidden_waits,
    starved,
    sleeps_meanwhile,
    waits_for_io_meanwhile,
    one_at_a_time,
    kept_waiting,
    wakes_each_other,
    holder_waits,
    hardly_a_lock,
    wakes_very_often,
    memory,
    at_a_disk,
    stolen,
];

/// What speaks against this label for that evidence.
pub(super) fn doubts(evidence: &Evidence, label: Label) -> Vec<Doubt> {
    ALL.iter().filter_map(|ask| ask(evidence, label)).collect()
}

impl Doubt {
    fn new(said: impl Into<String>) -> Doubt {
        Doubt { said: said.into(), other: None, is_grave: false }
    }

    fn rather(other: Label, said: impl Into<String>) -> Doubt {
        Doubt { other: Some(other), ..Doubt::new(said) }
    }

    fn grave(self) -> Doubt {
        Doubt { is_grave: true, ..self }
    }
}

fn few_looks(evidence: &Evidence, _: Label) -> Option<Doubt> {
    let few = evidence.samples < ENOUGH_SAMPLES;
    few.then(|| Doubt::new(format!("{} looks are few", evidence.samples)))
}

fn uncounted(evidence: &Evidence, _: Label) -> Option<Doubt> {
    let share = percent(evidence.uncounted);
    let said = format!(
        "for {share} of the time it was seen to run, and the system counted nothing"
    );
    (evidence.uncounted > DOUBT).then(|| Doubt::new(said).grave())
}

fn one_thread_has_the_work(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let found = evidence.gil.filter(|_| label == Label::GilBound)?;
    let said = "nearly all of the work was one thread's: without the lock of Python it would take as long";
    (found.alone > ALONE).then(|| Doubt::rather(Label::CpuBound, said))
}

fn waits_not_known_to_be_for_the_gil(
    evidence: &Evidence,
    label: Label,
) -> Option<Doubt> {
    let found = evidence.gil.filter(|_| label == Label::GilBound)?;
    let said =
        "whether they waited for the lock of Python or for each other was not seen";
    let seldom = found.timed.is_none_or(|timed| timed < GIL_TIMED);
    seldom.then(|| Doubt::rather(Label::CpuBound, said))
}

fn not_seen(evidence: &Evidence, _: Label) -> Option<Doubt> {
    let said = format!("Not seen: {}", evidence.unseen.join("; "));
    (!evidence.unseen.is_empty()).then(|| Doubt::new(said))
}

fn hidden_waits(evidence: &Evidence, _: Label) -> Option<Doubt> {
    let quiet = evidence.quiet();
    let hidden = quiet.unseen + quiet.child;
    let share = percent(hidden);
    let said = format!("for {share} of the time nobody could see what it waited for");
    (hidden >= DOUBT).then(|| Doubt::new(said).grave())
}

fn starved(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let taken = taken_by_others(evidence);
    let is_taken = evidence.lost_to_others_s() / evidence.watched_s > DOUBT / 2.0;
    let is_said = matches!(label, Label::Starved | Label::Throttled);
    let share = percent(taken);
    let said = format!(
        "other programs had the CPU for {share} of the time that it wanted one"
    );
    (!is_said && taken > DOUBT && is_taken).then(|| Doubt::rather(Label::Starved, said))
}

fn sleeps_meanwhile(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let share = percent(evidence.also_sleeping);
    let said =
        format!("for {share} of the time another of its threads slept meanwhile");
    let is = label == Label::IoBound && also_sleeps(evidence);
    is.then(|| Doubt::rather(Label::Sleeping, said))
}

/// Whether one of its threads slept for a good part of the time in which others waited.
pub(super) fn also_sleeps(evidence: &Evidence) -> bool {
    evidence.also_sleeping > DOUBT
}

fn waits_for_io_meanwhile(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let share = percent(evidence.also_io);
    let said = format!(
        "for {share} of the time another of its threads waited for input or output meanwhile"
    );
    let is = label == Label::Sleeping && evidence.also_io > DOUBT;
    is.then(|| Doubt::rather(Label::IoBound, said))
}

fn one_at_a_time(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let said = "its threads or processes wait, and one of them in turn does not: perhaps for a lock";
    let waits = matches!(label, Label::Sleeping | Label::IoBound);
    (waits && evidence.one_at_a_time).then(|| Doubt::rather(Label::LockBound, said))
}

fn kept_waiting(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let said = "some of its threads wait at one place all the time: for work, or for a lock that another keeps";
    // Where nobody does anything, nobody keeps a lock.
    let quiet = evidence.quiet();
    let is = match label {
        Label::IoBound => true,
        Label::Sleeping => quiet.time > HOLDER_WAITS,
        _ => false,
    };
    (is && evidence.kept_waiting).then(|| Doubt::rather(Label::LockBound, said))
}

fn wakes_each_other(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let often = switches_per_s(evidence) > OFTEN_PER_S;
    let is = label == Label::Sleeping && evidence.quiet().work > DOUBT && often;
    is.then(|| Doubt::rather(Label::LockBound, "its threads wake each other often"))
}

fn holder_waits(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let quiet = evidence.quiet();
    let waits = quiet.io() + quiet.time;
    let sleeps = quiet.time > quiet.io();
    let other = if sleeps { Label::Sleeping } else { Label::IoBound };
    let share = percent(waits);
    let said = format!("whoever has the lock waits meanwhile, for {share} of the time");
    let is = label == Label::LockBound && waits > HOLDER_WAITS;
    is.then(|| Doubt::rather(other, said))
}

fn hardly_a_lock(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let found = evidence.contention.filter(|_| label == Label::LockBound)?;
    let said = "what they wait for does not look like a lock; they may as well hand work on to each other";
    (found.lock < 0.5).then(|| Doubt::rather(Label::CpuBound, said).grave())
}

fn wakes_very_often(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let switches = switches_per_s(evidence);
    let said =
        format!("its threads wait and wake each other {switches:.0} times a second");
    let several = label == Label::CpuBound && evidence.threads > 1;
    let is = several && switches > VERY_OFTEN_PER_S;
    is.then(|| Doubt::rather(Label::LockBound, said))
}

fn memory(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let is = label == Label::CpuBound && memory_is_possible(evidence);
    is.then(|| Doubt::rather(Label::MemoryBound, words::memory(evidence)))
}

fn at_a_disk(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let said = "most of its CPU time was the system's, at work for it at a disk";
    let is = label == Label::CpuBound && is_at_a_disk(evidence);
    is.then(|| Doubt::rather(Label::IoBound, said))
}

fn stolen(evidence: &Evidence, label: Label) -> Option<Doubt> {
    let stolen = evidence.pressure.stolen_s.unwrap_or(0.0) / evidence.watched_s;
    let said =
        format!("the host of this virtual machine took {stolen:.1} CPUs from it");
    let is = label != Label::Sleeping && stolen > DOUBT;
    is.then(|| Doubt::rather(Label::Starved, said))
}

/// How often in a second its threads gave the CPU up.
fn switches_per_s(evidence: &Evidence) -> f64 {
    evidence.voluntary as f64 / evidence.watched_s
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
