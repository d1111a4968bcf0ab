//! Programs of which it is known what they do: they are built to do it, as in the chapter's zoo.

use harness::Variant;

use super::label::{Evidence, Label};

/// A program, and the evidence of it.
pub struct Hidden {
    pub does: &'static str,
    pub evidence: Evidence,
    pub label: Label,
    /// The evidence that speaks for the label.
    pub overlooked: &'static str,
}

/// Ten programs. The last of them, and the numbers, are the learner's own.
pub fn hidden(variant: &mut Variant) -> Vec<Hidden> {
    let drawn = variant.between(0..=2);
    let mut all = that_are_all_different(variant);
    all.push(that_wait_outside(variant).swap_remove(drawn));
    all
}

/// So much, give or take a little.
fn near(variant: &mut Variant, middle: usize) -> usize {
    variant.between(middle - 2..=middle + 2)
}

fn that_are_all_different(variant: &mut Variant) -> Vec<Hidden> {
    let mut near = |middle| near(variant, middle);
    vec![
        Hidden {
            does: "starts two processes, which compute",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(3),
                cpu: near(188),
                ready: near(97),
                ..Evidence::default()
            },
            label: Label::CpuBound,
            overlooked: "the CPU time of the first process is not that of its family",
        },
        Hidden {
            does: "computes in line behind others",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(9),
                cpu: near(9),
                behind_others: near(87),
                ready: near(97),
                ..Evidence::default()
            },
            label: Label::Starved,
            overlooked: "it did not wait: it was ready, and other programs had the CPU",
        },
        Hidden {
            does: "computes with a quota of a fifth of a CPU",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(20),
                cpu: near(20),
                held_back: near(75),
                ready: near(97),
                ..Evidence::default()
            },
            label: Label::Throttled,
            overlooked: "its control group held it back",
        },
        Hidden {
            does: "computes on four threads under one lock",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(101),
                cpu: near(101),
                ready: near(97),
                in_line: near(72),
                one_away: near(91),
                ..Evidence::default()
            },
            label: Label::LockBound,
            overlooked: "of those that wait for each other, one at a time is away",
        },
        Hidden {
            does: "asks a slow server on four threads, and keeps a lock meanwhile",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(5),
                cpu: near(5),
                ready: near(5),
                outside: near(91),
                in_line: near(73),
                one_away: near(92),
                ..Evidence::default()
            },
            label: Label::LockBound,
            overlooked: "one waits outside and has the lock, and the others wait for that one",
        },
        Hidden {
            does: "keeps a pool of eight threads, with no work for them",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(2),
                cpu: near(2),
                ready: near(2),
                asleep: near(96),
                in_line: near(97),
                one_away: near(3),
                ..Evidence::default()
            },
            label: Label::Sleeping,
            overlooked: "nearly always all of those that wait for each other do: who would have \
                         the lock?",
        },
        Hidden {
            does: "ends after a tenth of a second",
            evidence: Evidence {
                looks: near(10),
                own_cpu: near(84),
                cpu: near(84),
                ready: near(86),
                outside: near(8),
                ..Evidence::default()
            },
            label: Label::Unknown,
            overlooked: "ten looks show how it starts, and no more",
        },
        Hidden {
            does: "computes for a while and asks a server for as long, in turn",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(48),
                cpu: near(48),
                ready: near(49),
                outside: near(47),
                ..Evidence::default()
            },
            label: Label::Mixed,
            overlooked: "half of its time is one thing, and half another",
        },
        Hidden {
            does: "computes, beside another program",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(75),
                cpu: near(75),
                behind_others: near(22),
                ready: near(98),
                ..Evidence::default()
            },
            label: Label::CpuBound,
            overlooked: "others took a fifth of its time, and the rest is its own work",
        },
    ]
}

fn that_wait_outside(variant: &mut Variant) -> Vec<Hidden> {
    let mut near = |middle| near(variant, middle);
    vec![
        Hidden {
            does: "waits for a slow server",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(4),
                cpu: near(4),
                ready: near(4),
                outside: near(94),
                ..Evidence::default()
            },
            label: Label::IoBound,
            overlooked: "it waited for somebody outside",
        },
        Hidden {
            does: "waits for a server, beside a program that computes",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(6),
                cpu: near(6),
                behind_others: near(12),
                ready: near(18),
                outside: near(79),
                ..Evidence::default()
            },
            label: Label::IoBound,
            overlooked: "others took a little of its time; most of it, it waited outside",
        },
        Hidden {
            does: "writes to a fast disk, and waits for each write",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(32),
                cpu: near(32),
                ready: near(33),
                outside: near(65),
                ..Evidence::default()
            },
            label: Label::IoBound,
            overlooked: "a third of the time on a CPU leaves two thirds outside",
        },
    ]
}

/// Some near the borders between two labels.
pub fn at_borders(variant: &mut Variant) -> Vec<Hidden> {
    let mut near = |middle| near(variant, middle);
    vec![
        Hidden {
            does: "computes with a quota of four fifths of a CPU",
            evidence: Evidence {
                looks: near(200),
                cpu: near(78),
                own_cpu: near(78),
                held_back: near(18),
                ready: near(97),
                ..Evidence::default()
            },
            label: Label::Throttled,
            overlooked: "a fifth of its time it was held back: that is a lot",
        },
        Hidden {
            does: "computes, with half of a CPU left by others",
            evidence: Evidence {
                looks: near(200),
                cpu: near(42),
                own_cpu: near(42),
                behind_others: near(55),
                ready: near(97),
                ..Evidence::default()
            },
            label: Label::Starved,
            overlooked: "others took more than it got",
        },
        Hidden {
            does: "computes, with two thirds of a CPU left by others",
            evidence: Evidence {
                looks: near(200),
                cpu: near(62),
                own_cpu: near(62),
                behind_others: near(35),
                ready: near(97),
                ..Evidence::default()
            },
            label: Label::CpuBound,
            overlooked: "it is ready nearly all the time, and has a CPU for most of it",
        },
        Hidden {
            does: "computes, a third of it under one lock",
            evidence: Evidence {
                looks: near(200),
                cpu: near(150),
                own_cpu: near(150),
                in_line: near(35),
                one_away: near(90),
                ready: near(97),
                ..Evidence::default()
            },
            label: Label::LockBound,
            overlooked: "a third of their time its threads wait for the one that has the lock",
        },
        Hidden {
            does: "keeps a pool that often has one job",
            evidence: Evidence {
                looks: near(200),
                cpu: near(28),
                own_cpu: near(28),
                in_line: near(80),
                one_away: near(62),
                ready: near(28),
                asleep: near(70),
                ..Evidence::default()
            },
            label: Label::Sleeping,
            overlooked: "at every third look, nobody is away: a lock would have a holder",
        },
        Hidden {
            does: "computes a little, and sleeps twice as long",
            evidence: Evidence {
                looks: near(200),
                cpu: near(31),
                own_cpu: near(31),
                ready: near(32),
                asleep: near(66),
                ..Evidence::default()
            },
            label: Label::Sleeping,
            overlooked: "two thirds of its time it is asleep",
        },
        Hidden {
            does: "computes, and asks a server now and then",
            evidence: Evidence {
                looks: near(200),
                cpu: near(77),
                own_cpu: near(77),
                ready: near(78),
                outside: near(20),
                ..Evidence::default()
            },
            label: Label::CpuBound,
            overlooked: "most of the time it is ready, and seldom outside",
        },
    ]
}

/// Two of which the evidence shows something else than they do: only a doubt is right.
pub fn that_mislead(variant: &mut Variant) -> Vec<Hidden> {
    let mut near = |middle| near(variant, middle);
    vec![
        Hidden {
            does: "sleeps on one thread with a lock for which eight others wait",
            evidence: Evidence {
                looks: near(200),
                own_cpu: near(2),
                cpu: near(2),
                ready: near(2),
                asleep: near(96),
                in_line: near(97),
                one_away: near(3),
                ..Evidence::default()
            },
            label: Label::LockBound,
            overlooked: "threads that wait all the time may lack work, or a lock that another \
                         keeps: the looks are the same",
        },
        Hidden {
            does: "asks a server, and was watched while it started",
            evidence: Evidence {
                looks: near(26),
                own_cpu: near(76),
                cpu: near(76),
                ready: near(78),
                outside: near(20),
                ..Evidence::default()
            },
            label: Label::IoBound,
            overlooked: "so few looks show its start: give it more to do, and look again",
        },
    ]
}
