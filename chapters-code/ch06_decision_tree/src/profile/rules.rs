//! What the evidence says: one rule for each label, in order.
//!
//! A rule gives a degree: what was found, divided by what it takes. The first rule with a degree
//! of 1 names the label.

use serde::Serialize;

use super::{
    advice,
    degrees::{CPU, cpu, gil, io, lock, memory, sleeping, starved, throttled},
    doubts::doubts,
    evidence::Evidence,
    words,
};
use crate::label::{Confidence, Label};

/// Fewer looks than this show nothing: one in twenty is five percent.
pub const FEWEST_SAMPLES: u64 = 20;
/// In less time a program does little but start.
pub const SHORTEST_S: f64 = 0.2;
/// With the rest for another label, nothing speaks for it.
const CLEAR: f64 = 1.25;
/// A second label with this degree speaks against the first.
const RIVAL: f64 = 0.5;
/// If so much could not be seen, nothing is known.
const UNSEEN: f64 = 0.4;

/// What the evidence says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What the program does with its time.
    pub label: Label,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it waits for, in a word, if it waits.
    pub waits_for: Option<String>,
    /// The next best label.
    pub runner_up: Option<Label>,
    /// What would tell the two apart.
    pub tell_apart: Option<String>,
    /// The evidence in plain words.
    pub why: Vec<String>,
    /// What to do next.
    pub next: Vec<String>,
    /// The chapter to read, such as `ch05`.
    pub chapter: Option<&'static str>,
}

struct Rule {
    label: Label,
    degree: fn(&Evidence) -> f64,
    /// With this degree it is clear.
    clear: f64,
    /// Labels that fit too wherever this one does: they do not speak against it.
    covers: &'static [Label],
    /// The most that it can be trusted.
    most: Confidence,
}

const RULES: [Rule; 9] = [
    Rule {
        label: Label::Throttled,
        degree: throttled,
        clear: 2.0,
        covers: &[
            Label::Starved,
            Label::CpuBound,
            Label::MemoryBound,
            Label::GilBound,
            Label::LockBound,
            Label::Mixed,
        ],
        most: Confidence::High,
    },
    Rule {
        label: Label::Starved,
        degree: starved,
        clear: 1.5,
        covers: &[Label::CpuBound, Label::MemoryBound, Label::Mixed],
        // What it would do on a quiet machine was not seen.
        most: Confidence::Medium,
    },
    Rule {
        label: Label::GilBound,
        degree: gil,
        clear: CLEAR,
        covers: &[Label::CpuBound, Label::LockBound],
        most: Confidence::High,
    },
    Rule {
        label: Label::LockBound,
        degree: lock,
        clear: 1.6,
        covers: &[Label::CpuBound],
        most: Confidence::High,
    },
    Rule {
        label: Label::MemoryBound,
        degree: memory,
        clear: 1.0,
        covers: &[Label::CpuBound],
        // Only counters in the CPU could be sure, and many machines do not show them.
        most: Confidence::Medium,
    },
    Rule {
        label: Label::CpuBound,
        degree: cpu,
        clear: CLEAR,
        covers: &[],
        most: Confidence::High,
    },
    Rule {
        label: Label::IoBound,
        degree: io,
        clear: CLEAR,
        covers: &[],
        most: Confidence::High,
    },
    Rule {
        label: Label::Sleeping,
        degree: sleeping,
        clear: 1.4,
        covers: &[],
        most: Confidence::High,
    },
    Rule {
        label: Label::Mixed,
        degree: |_| 1.0,
        clear: 1.0,
        covers: &[],
        most: Confidence::Medium,
    },
];

/// What the evidence says.
pub fn judge(evidence: &Evidence) -> Verdict {
    if evidence.only_usage {
        let label = if by_usage(evidence) { Label::CpuBound } else { Label::Unknown };
        return verdict(evidence, label, Confidence::Low, None, Vec::new());
    }
    if let Some(why) = too_little(evidence) {
        // How much it computed is counted, however seldom it was looked at.
        let computes = evidence.watched_s >= SHORTEST_S && by_usage(evidence);
        let label = if computes { Label::CpuBound } else { Label::Unknown };
        return verdict(evidence, label, Confidence::Low, None, vec![why]);
    }
    let degrees = RULES.map(|rule| (rule.degree)(evidence));
    // The last one always fits.
    let best = degrees.iter().position(|it| *it >= 1.0).unwrap_or(RULES.len() - 1);
    let rule = &RULES[best];
    let is_other = |at: &usize| *at != best && RULES[*at].label != Label::Mixed;
    let by = |a: &usize, b: &usize| degrees[*a].total_cmp(&degrees[*b]);
    let uncovered = |at: &usize| !rule.covers.contains(&RULES[*at].label);
    let others = || (0..RULES.len()).filter(is_other);
    let rival =
        others().filter(uncovered).max_by(by).filter(|at| degrees[*at] >= RIVAL);
    let next_best = others().max_by(by).filter(|at| degrees[*at] > 0.2);
    let mut doubts = doubts(evidence, rule.label);
    let runner_up = doubts.iter().find_map(|doubt| doubt.other);
    let runner_up = rival.map(|at| RULES[at].label).or(runner_up);
    let runner_up = runner_up.or(next_best.map(|at| RULES[at].label));
    let is_clear = rival.is_none() && doubts.is_empty() && degrees[best] >= rule.clear;
    let is_weak = doubts.len() > 1 || doubts.iter().any(|doubt| doubt.is_grave);
    let confidence = match (is_clear, is_weak) {
        (true, _) => rule.most,
        (false, false) => Confidence::Medium.min(rule.most),
        (false, true) => Confidence::Low,
    };
    let said = doubts.drain(..).map(|doubt| doubt.said).collect();
    verdict(evidence, rule.label, confidence, runner_up, said)
}

fn verdict(
    evidence: &Evidence,
    label: Label,
    confidence: Confidence,
    runner_up: Option<Label>,
    doubts: Vec<String>,
) -> Verdict {
    let mut why = words::why(evidence, label);
    why.extend(doubts);
    let waits_for = words::waits_for(evidence, label);
    Verdict {
        label,
        confidence,
        runner_up,
        tell_apart: runner_up.and_then(|other| advice::tell_apart(label, other)),
        why,
        next: advice::next(evidence, label, waits_for.as_deref()),
        chapter: advice::chapter(evidence, label),
        waits_for,
    }
}

fn too_little(evidence: &Evidence) -> Option<String> {
    let shares = &evidence.shares;
    if evidence.samples < FEWEST_SAMPLES || evidence.watched_s < SHORTEST_S {
        return Some(format!(
            "{:.2} s and {} looks are too little to say more: it takes {SHORTEST_S} s and {FEWEST_SAMPLES}",
            evidence.watched_s, evidence.samples
        ));
    }
    if shares.stopped >= UNSEEN {
        let stopped = words::share(shares.stopped);
        return Some(format!("For {stopped} of the time it was stopped by a signal."));
    }
    let hidden = shares.unseen + shares.child;
    (hidden >= UNSEEN).then(|| {
        let hidden = words::share(hidden);
        let not_seen = match evidence.unseen.is_empty() {
            true => String::new(),
            false => format!("; not seen: {}", evidence.unseen.join("; ")),
        };
        format!(
            "For {hidden} of the time nobody could see what it waited for{not_seen}."
        )
    })
}

/// The time used is all that is known: it tells those who compute from those who wait for
/// something, or for each other, and no more.
fn by_usage(evidence: &Evidence) -> bool {
    evidence.watched_s >= SHORTEST_S && evidence.cpu_s / evidence.watched_s >= CPU
}

#[cfg(test)]
mod tests;
