//! Reports on programs whose answers are known.

use harness::Variant;

use super::report::{Experiment, For, Label, Next, Report};

/// A program, the report on it, and the right answers.
pub struct Known {
    pub does: &'static str,
    pub report: Report,
    pub waits_for: For,
    /// What helps; `None` where the report is not sure enough.
    pub remedy: Option<Next>,
    /// The evidence that speaks for the answer.
    pub overlooked: &'static str,
}

/// The reports; the numbers in them are the learner's own.
pub fn reports(variant: &mut Variant) -> Vec<Known> {
    let mut some = |range| variant.between(range);
    vec![
        Known {
            does: "keeps a pool of eight threads, with no work for them",
            report: Report {
                label: Label::Sleeping,
                is_sure: true,
                runner_up: Label::IoBound,
                on_cpu: some(1..=5),
                ready: some(1..=5),
                waits: vec![(For::Work, some(80..=90)), (For::Time, some(1..=4))],
            },
            waits_for: For::Work,
            remedy: Some(Next::LetItWait),
            overlooked: "its threads waited to be given something to do",
        },
        Known {
            does: "asks a slow server on four threads, and keeps a lock meanwhile",
            report: Report {
                label: Label::LockBound,
                is_sure: false,
                runner_up: Label::IoBound,
                on_cpu: some(2..=9),
                ready: some(2..=9),
                waits: vec![(For::Network, some(78..=90))],
            },
            waits_for: For::Lock,
            remedy: None,
            overlooked: "the one that has the lock waits for the network, and all others wait for \
                         that one",
        },
        Known {
            does: "computes in line behind another program",
            report: Report {
                label: Label::Starved,
                is_sure: false,
                runner_up: Label::CpuBound,
                on_cpu: some(3..=25),
                ready: some(80..=96),
                waits: vec![(For::Disk, some(1..=4))],
            },
            waits_for: For::Cpu,
            remedy: None,
            overlooked: "it was ready nearly all the time, and hardly ever on a CPU",
        },
        Known {
            does: "copies files to a server, and checks now and then whether to stop",
            report: Report {
                label: Label::IoBound,
                is_sure: false,
                runner_up: Label::Sleeping,
                on_cpu: some(1..=3),
                ready: some(1..=3),
                waits: vec![
                    (For::Time, some(33..=40)),
                    (For::Network, some(27..=32)),
                    (For::Disk, some(18..=25)),
                ],
            },
            waits_for: For::Network,
            remedy: None,
            overlooked: "together, its waits for a network and a disk are longer than its sleep",
        },
        Known {
            does: "reads a little from a disk, and waits a lot for a server",
            report: Report {
                label: Label::IoBound,
                is_sure: true,
                runner_up: Label::Sleeping,
                on_cpu: some(1..=5),
                ready: some(1..=5),
                waits: vec![(For::Disk, some(5..=25)), (For::Network, some(55..=70))],
            },
            waits_for: For::Network,
            remedy: Some(Next::AskMoreAtOnce),
            overlooked: "the longer of its two waits counts, not the first in the list",
        },
        Known {
            does: "sleeps, and looks now and then whether a file is there",
            report: Report {
                label: Label::Sleeping,
                is_sure: true,
                runner_up: Label::IoBound,
                on_cpu: some(1..=4),
                ready: some(1..=4),
                waits: vec![(For::Time, some(75..=92)), (For::Disk, some(1..=4))],
            },
            waits_for: For::Time,
            remedy: Some(Next::LetItWait),
            overlooked: "nobody has to give it work: it sleeps for a time of its own",
        },
        Known {
            does: "computes on two threads",
            report: Report {
                label: Label::CpuBound,
                is_sure: true,
                runner_up: Label::IoBound,
                on_cpu: some(150..=195),
                ready: some(88..=98),
                waits: vec![(For::Disk, some(1..=2))],
            },
            waits_for: For::Nothing,
            remedy: Some(Next::UseMoreCpus),
            overlooked: "it hardly ever waited",
        },
        Known {
            does: "reads many small files from a disk",
            report: Report {
                label: Label::IoBound,
                is_sure: true,
                runner_up: Label::CpuBound,
                on_cpu: some(8..=20),
                ready: some(20..=30),
                waits: vec![(For::Disk, some(55..=68)), (For::Time, some(1..=2))],
            },
            waits_for: For::Disk,
            remedy: Some(Next::AskMoreAtOnce),
            overlooked: "most of its time it waited for a disk",
        },
        Known {
            does: "computes on four threads, nearly all of it under one lock",
            report: Report {
                label: Label::LockBound,
                is_sure: true,
                runner_up: Label::CpuBound,
                on_cpu: some(96..=106),
                ready: some(90..=99),
                waits: vec![],
            },
            waits_for: For::Lock,
            remedy: Some(Next::HoldLockLess),
            overlooked: "one of its threads works at a time, and the others wait for it",
        },
    ]
}

/// Whether there is anything in the report that would speak for such a wait.
pub fn mentions(report: &Report, what: For) -> bool {
    let is_shared = matches!(what, For::Nothing | For::Cpu | For::Lock);
    is_shared || report.waits.iter().any(|wait| wait.0 == what)
}

/// Reports with all pairs of labels that some experiment tells apart.
pub fn every_pair() -> impl Iterator<Item = Report> {
    let all = Vec::from([
        Label::CpuBound,
        Label::IoBound,
        Label::Sleeping,
        Label::LockBound,
        Label::Starved,
    ]);
    let experiments = [
        Experiment::QuietMachine,
        Experiment::SlowerCpu,
        Experiment::FasterOtherSide,
        Experiment::OneThread,
    ];
    let others = all.clone();
    let pairs = all
        .into_iter()
        .flat_map(move |one| others.clone().into_iter().map(move |other| (one, other)));
    let can_be_told = move |pair: &(Label, Label)| {
        experiments.iter().any(|it| comes_out(*it, pair.0, pair.1).is_ok())
    };
    pairs.filter(can_be_told).map(|(label, runner_up)| Report {
        label,
        is_sure: false,
        runner_up,
        on_cpu: 30,
        ready: 40,
        waits: vec![(For::Network, 40), (For::Time, 20)],
    })
}

/// Whether an experiment tells two labels apart; if not, how it comes out.
pub fn comes_out(
    experiment: Experiment,
    one: Label,
    other: Label,
) -> Result<(), &'static str> {
    let [one, other] = [one, other].map(|label| takes_another_time(experiment, label));
    match (one, other) {
        (Some(one), Some(other)) if one != other => Ok(()),
        (Some(_), Some(_)) => Err("comes out the same for both"),
        _ => Err("may come out either way for one of them"),
    }
}

/// Whether a program with that label takes longer or less in that experiment; `None` if that
/// depends on what else it does.
fn takes_another_time(experiment: Experiment, label: Label) -> Option<bool> {
    match (experiment, label) {
        (Experiment::QuietMachine, _) => Some(label == Label::Starved),
        // Several that compute or wait side by side take longer one after the other. Those that
        // are one at a time anyway do not.
        (Experiment::OneThread, Label::Starved | Label::Sleeping) => None,
        (Experiment::OneThread, _) => Some(label != Label::LockBound),
        // Whoever has a lock may compute, or wait for somebody outside.
        (_, Label::LockBound | Label::Starved) => None,
        (Experiment::SlowerCpu, _) => Some(label == Label::CpuBound),
        (Experiment::FasterOtherSide, _) => Some(label == Label::IoBound),
    }
}
