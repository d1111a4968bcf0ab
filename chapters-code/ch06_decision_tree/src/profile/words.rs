//! The evidence in plain words.

use super::{
    contention::Contention,
    evidence::{Evidence, Shares},
};
use crate::label::Label;

/// It should be a hundred.
const FEW_LOOKS_PER_S: f64 = 50.0;

/// More than this share is most of it.
const MOST: f64 = 0.5;

/// A share as people say it.
pub fn share(of: f64) -> String {
    match of * 100.0 {
        percent if percent > 0.0 && percent < 1.0 => "under 1 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

/// Bytes as people say them.
fn size(bytes: u64) -> String {
    match bytes as f64 / f64::from(1 << 20) {
        mib if mib >= 1024.0 => format!("{:.1} GiB", mib / 1024.0),
        mib if mib >= 10.0 => format!("{mib:.0} MiB"),
        mib if mib >= 0.1 => format!("{mib:.1} MiB"),
        _ => format!("{bytes} bytes"),
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("one {one}") } else { format!("{number} {many}") }
}

/// What was waited for, the longest first; the words are for sentences and for `waits_for`.
fn waits(shares: &Shares) -> Vec<(f64, &'static str)> {
    let mut waits = vec![
        (shares.network, "network"),
        (shares.disk, "disk"),
        (shares.pipe, "pipe"),
        (shares.terminal, "terminal"),
        (shares.ring, "disk or network"),
        (shares.time, "time to pass"),
        (shares.work, "work"),
        (shares.file_lock, "lock on a file"),
        (shares.child, "children too brief to be seen"),
        (shares.stopped, "a signal to go on"),
        (shares.unseen, "something not seen"),
    ];
    waits.sort_by(|a, b| b.0.total_cmp(&a.0));
    waits
}

/// What a program with this label waits for, in a word.
pub fn waits_for(evidence: &Evidence, label: Label) -> Option<String> {
    let is_named = |what: &&(f64, &str)| match label {
        Label::IoBound => {
            ["network", "disk", "pipe", "terminal", "disk or network"].contains(&what.1)
        }
        Label::Sleeping => ["time to pass", "work"].contains(&what.1),
        _ => false,
    };
    let waits = waits(&evidence.shares);
    waits.iter().find(is_named).map(|(_, what)| (*what).to_owned())
}

/// Whether most of its CPU time was in processes that were never looked at.
pub fn is_brief(evidence: &Evidence) -> bool {
    evidence.brief_s > MOST * evidence.cpu_s
}

/// Why it has this label.
pub fn why(evidence: &Evidence, label: Label) -> Vec<String> {
    let shares = &evidence.shares;
    let others =
        if is_brief(evidence) { " (others were too short to be seen)" } else { "" };
    let mut why = vec![format!(
        "Of {:.1} s it was on a CPU for {:.1} s, with {}{others} and {}, on {}.",
        evidence.watched_s,
        // Without the sign of a zero below zero.
        evidence.cpu_s.max(0.0) + 0.0,
        count(evidence.processes.max(1), "process", "processes seen"),
        count(evidence.threads.max(1), "thread at most", "threads at a time at most"),
        count(evidence.cpus as usize, "CPU", "CPUs"),
    )];
    if is_brief(evidence) {
        why.push(format!(
            "Of that, {:.1} s went to children that came and went between two looks.",
            evidence.brief_s
        ));
    }
    if evidence.only_usage {
        why.push(
            "On this system no more than that is seen: not what it waited for."
                .to_owned(),
        );
    }
    if evidence.samples == 0 {
        return why;
    }
    let all = waits(shares);
    let waits = all.iter().filter(|(part, _)| *part >= 0.01).take(3);
    let waits: Vec<String> = waits
        .map(|(part, what)| format!("{} for {}", share(*part), of_what(what)))
        .collect();
    let it =
        if evidence.threads > 1 { "at least one of them" } else { "its one thread" };
    why.push(match waits.is_empty() {
        true => format!("All the time {it} ran or could run."),
        false => format!(
            "For {} of the time {it} ran or could run; else it waited: {}.",
            share(shares.running),
            waits.join(", ")
        ),
    });
    why.extend(of_label(evidence, label));
    let looks = evidence.samples as f64 / evidence.watched_s;
    if looks < FEW_LOOKS_PER_S && evidence.samples > 20 {
        let many = count(evidence.threads, "thread", "threads");
        why.push(format!("With {many}, on a machine as busy as this, it was looked at {looks:.0} times a second only."));
    }
    if let Some(bytes) = evidence.bytes.filter(|it| it.read + it.written > 1 << 20) {
        let from = match bytes.from_disk {
            0 => "nothing came from a disk".to_owned(),
            // With what the system read ahead, and what it read to find the files.
            bytes => format!("{} came from a disk", size(bytes)),
        };
        why.push(format!(
            "It read {} and wrote {}; {from}.",
            size(bytes.read),
            size(bytes.written)
        ));
    }
    if let Some(probed) = &evidence.probed {
        why.extend(probed.said.iter().cloned());
    }
    why
}

fn of_what(what: &str) -> String {
    match what {
        "network" | "disk" | "terminal" => format!("a {what}"),
        "pipe" => "a pipe or a local socket".to_owned(),
        "disk or network" => format!("a {what}"),
        "lock on a file" => "a lock on a file".to_owned(),
        other => other.to_owned(),
    }
}

fn of_label(evidence: &Evidence, label: Label) -> Option<String> {
    let rates = |found: Contention| {
        format!(
            "each waited {} of its time and gave the CPU up {:.0} times a second",
            share(found.waiting),
            found.switches_per_s
        )
    };
    match label {
        Label::Throttled => Some(format!(
            "Its control group held it back for {:.1} s, as it had used up its quota.",
            evidence.held_back_s()
        )),
        Label::Starved => Some(format!(
            "Its threads were ready for {:.1} s while other programs had the CPUs.",
            evidence.delayed_by_others_s
        )),
        Label::GilBound => evidence.gil.map(|found| {
            format!(
                "{} of a Python took turns: {}, and no more than {:.1} ran at a time.",
                count(found.threads, "thread", "threads"),
                rates(found),
                found.running
            )
        }),
        Label::LockBound => match evidence.contention {
            Some(found) => Some(format!(
                "{} waited for each other: {}; {:.1} of them were on a CPU at a time.",
                count(found.threads, "thread", "threads"),
                rates(found),
                found.running
            )),
            None => Some("It waits for a lock that another program has.".to_owned()),
        },
        Label::MemoryBound => Some(memory(evidence)),
        Label::CpuBound if evidence.runnable > evidence.cpus + 0.5 => Some(format!(
            "On average {:.1} of its threads wanted one of {}: more than it can have.",
            evidence.runnable,
            count(evidence.cpus as usize, "CPU", "CPUs")
        )),
        Label::CpuBound => Some(format!(
            "On average {:.1} CPUs were in use; its busiest thread had one for {} of the time.",
            evidence.cpu_s / evidence.watched_s,
            share(evidence.busiest_thread)
        )),
        Label::Sleeping if evidence.shares.work > evidence.shares.time => {
            Some("Its threads waited, and nobody woke them.".to_owned())
        }
        _ => None,
    }
}

/// What is known about memory.
pub fn memory(evidence: &Evidence) -> String {
    let memory = &evidence.memory;
    let has = format!("it has {} of memory", size(memory.resident));
    let cache = match memory.cache {
        Some(cache) => format!("the last cache holds {}", size(cache)),
        None => "how large the caches are is not known".to_owned(),
    };
    match memory.touched {
        Some(touched) => format!(
            "{has} and touched {} of it in a fiftieth of a second; {cache}",
            size(touched)
        ),
        None => format!("{has}, and how much of it is in use was not seen; {cache}"),
    }
}
