//! How far the evidence goes towards each label: what was found, divided by what it takes.
//!
//! Where "fitted" is said, the number is between what programs with a known answer showed on either
//! side of it; nobody has published a better one.

use super::{contention::Contention, evidence::Evidence};

/// Share of the time held back by a control group's quota. Fitted; without a quota it is 0.
const THROTTLED: f64 = 0.1;
/// Who waits for something else for this share of the time is not slow for its quota.
const WAITS_ANYWAY: f64 = 0.6;
/// Share of the time wanted on CPUs that others had. Two fair rivals for one CPU take a half each;
/// one more busy thread than CPUs, on two CPUs, a third: that leaves the label as it is.
const STARVED: f64 = 0.42;
/// And at least this share of all time. Fitted.
const STARVED_OF_ALL: f64 = 0.2;
/// Who would wait anyway, had it the CPUs to itself, is not starved. Fitted.
const STARVED_RUNS: f64 = 0.5;
/// Share of their time that threads wait for the lock of Python: of two that take turns, each
/// waits a half.
const GIL: f64 = 0.25;
/// A thread that waits for that lock looks up every 5 ms, `sys.getswitchinterval()`.
const GIL_SWITCHES_PER_S: f64 = 30.0;
/// The share of their waits for each other that have a limit: with less there is a doubt. Fitted:
/// two that took turns showed a quarter, and one that waited for a queue a hundredth.
pub const GIL_TIMED: f64 = 0.2;
/// Of one that works and others that wait for the lock, so much.
const GIL_MOSTLY_TIMED: f64 = 0.5;
/// A thread that did so much of the work has nobody to share it with.
pub const ALONE: f64 = 0.9;
/// Threads that want a CPU at a time where a lock lets one of them run. Above it, they do run.
const ONE_AT_A_TIME: f64 = 1.3;
/// Share of their time that threads wait for each other's lock. Of two that take turns, a half,
/// less what they spin before they wait.
const LOCK: f64 = 0.25;
/// Share of the CPUs that they could use which is lost to it. Fitted.
const LOCK_LOSES: f64 = 0.1;
/// A single thread that waits for a lock, and gets it so often in a second, shares it with one
/// that runs. Fitted: who only waits for the others to be done is woken far less.
const OFTEN_PER_S: f64 = 200.0;
/// A thread that wants a CPU for this share of the time is what the others wait for.
const BOTTLENECK: f64 = 0.8;
/// Memory touched in a second, in bytes. Those who stream through memory, or jump about in it,
/// touch more; those who compute on what they have touch less. Fitted.
const MEMORY_PER_S: f64 = 2e9;
/// And in a fiftieth of a second, in sizes of the last cache: what fits is not waited for.
const MEMORY_CACHES: f64 = 1.0;
/// How much slower two copies run than one. Fitted; some machines have memory for both.
const MEMORY_SLOWER: f64 = 1.3;
/// Share of the time that a thread ran, or could. Fitted between half and half, and the start of
/// a short program.
pub const CPU: f64 = 0.7;
/// Share of the time that a program waits for input or output.
const IO: f64 = 0.6;
/// Who waits for a disk at least so much, and is in the system's code while it runs, is at it all
/// the time. Fitted: synchronous writes to a fast disk take a third of a CPU.
const IO_WITH_SYSTEM: f64 = 0.3;
/// The share of CPU time in the system's code, for that.
pub const IN_SYSTEM: f64 = 0.55;
/// And it does not do it in phases.
const IO_BLEND: f64 = 0.6;
/// Share of the time that a program waits for time, or for work.
const SLEEPING: f64 = 0.6;

pub fn throttled(evidence: &Evidence) -> f64 {
    let degree = evidence.held_back_s() / evidence.watched_s / THROTTLED;
    let waits = evidence.shares.io().max(evidence.shares.sleeping());
    if waits >= WAITS_ANYWAY { degree.min(0.9) } else { degree }
}

/// The share of the time wanted on CPUs that others had.
pub fn taken_by_others(evidence: &Evidence) -> f64 {
    let wanted = evidence.cpu_s + evidence.delayed_s;
    if wanted > 0.0 { evidence.delayed_by_others_s / wanted } else { 0.0 }
}

pub fn starved(evidence: &Evidence) -> f64 {
    let of_all = evidence.lost_to_others_s() / evidence.watched_s;
    let degree = (taken_by_others(evidence) / STARVED).min(of_all / STARVED_OF_ALL);
    let would_wait = evidence.quiet().running < STARVED_RUNS;
    if would_wait { degree.min(0.9) } else { degree }
}

pub fn gil(evidence: &Evidence) -> f64 {
    let Some(found) = evidence.gil else { return 0.0 };
    if found.threads < 2 || found.switches_per_s < GIL_SWITCHES_PER_S {
        return 0.0;
    }
    // Python's threads wait for other things too; for this lock, they do while one of them runs.
    let one_runs = evidence.quiet().running.min(ONE_AT_A_TIME / found.running.max(0.1));
    // It is waited for with that limit, by `take_gil` in every CPython since 3.2; a queue, a lock
    // or another thread's end, without.
    let timed = found.timed.unwrap_or(1.0);
    // But whoever gives the lock up waits without one until the next has it, long where other
    // programs have the CPUs, and so does who waits for these threads to end: alone it is no proof.
    let degree = found.waiting / GIL * one_runs.min(1.0);
    // One that works alone, while others wait mostly without a limit, gives them work.
    let gives_work = found.alone > ALONE && timed < GIL_MOSTLY_TIMED;
    if gives_work { degree.min(0.9) } else { degree }
}

pub fn lock(evidence: &Evidence) -> f64 {
    let of_threads =
        evidence.contention.map_or(0.0, |found| contended(evidence, &found));
    of_threads.max(evidence.quiet().file_lock / SLEEPING)
}

fn contended(evidence: &Evidence, found: &Contention) -> f64 {
    if found.threads < 2 {
        return 0.0;
    }
    let could = evidence.cpus.min(found.threads as f64);
    let by_others = evidence.delayed_by_others_s / evidence.watched_s;
    let lost = (could - found.running - by_others) / could;
    let loses = (lost / LOCK_LOSES).clamp(0.0, 1.0);
    // Where it does not look like a lock, threads may as well hand work on to each other; then
    // one of them is what the others wait for.
    let takes_turns = found.waiters >= 2 || found.switches_per_s >= OFTEN_PER_S;
    let is_lock = if found.lock >= 0.5 && takes_turns {
        1.0
    } else if found.busiest < BOTTLENECK
        && found.one_place >= 0.5
        && found.switches_per_s >= 100.0
    {
        0.6
    } else {
        0.0
    };
    found.waiting / LOCK * loses * is_lock
}

pub fn memory(evidence: &Evidence) -> f64 {
    let cpu = cpu(evidence);
    if cpu < 1.0 {
        return 0.0;
    }
    let memory = &evidence.memory;
    let caches = match (memory.touched, memory.per_s, memory.cache) {
        (Some(touched), Some(per_s), Some(cache)) => {
            (touched as f64 / cache as f64 / MEMORY_CACHES).min(per_s / MEMORY_PER_S)
        }
        _ => 0.0,
    };
    let slower = evidence.probed.as_ref().and_then(|it| it.two_copies);
    let slower = slower.map_or(0.0, |it| (it - 1.0).max(0.0) / (MEMORY_SLOWER - 1.0));
    // Two copies also slow each other down where they share a core: that alone is no proof.
    caches.max(slower.min(0.99))
}

pub fn cpu(evidence: &Evidence) -> f64 {
    evidence.quiet().running / CPU
}

pub fn io(evidence: &Evidence) -> f64 {
    let quiet = evidence.quiet();
    let waits = quiet.io();
    let in_system = evidence.system_s / evidence.cpu_s.max(f64::EPSILON);
    let is_at_it =
        waits >= IO_WITH_SYSTEM && in_system >= IN_SYSTEM && evidence.blend >= IO_BLEND;
    match is_at_it {
        true => (waits + quiet.running * in_system) / IO,
        false => waits / IO,
    }
}

pub fn sleeping(evidence: &Evidence) -> f64 {
    evidence.quiet().sleeping() / SLEEPING
}
