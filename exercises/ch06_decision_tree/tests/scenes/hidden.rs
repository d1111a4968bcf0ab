//! Programs of which it is known what they do: they are built to do it, as in the chapter's zoo.

use std::ops::RangeInclusive;

use harness::Variant;

use super::label::{
    Evidence,
    Label::{self, *},
};

/// A program, and the evidence of it.
pub struct Hidden {
    pub does: &'static str,
    pub label: Label,
    /// The evidence that speaks for the label.
    pub overlooked: &'static str,
    pub evidence: Evidence,
}

/// Ten programs: the family, one of each other label, and two more. Which, and their numbers, are the
/// learner's own.
pub fn ten(variant: &mut Variant) -> Vec<Hidden> {
    let draw = &mut own(variant, 0);
    let mut left: Vec<&Program> = PROGRAMS.iter().collect();
    let family = left.remove(0).seen(draw);
    let others = OTHERS.into_iter().map(Some).chain([None, None]);
    let drawn = others.map(|label| {
        let fits = |at: &usize| label.is_none_or(|label| left[*at].label == label);
        let fitting: Vec<usize> = (0..left.len()).filter(fits).collect();
        let drawn = fitting[draw.between(0..=fitting.len() - 1)];
        left.remove(drawn).seen(draw)
    });
    [family].into_iter().chain(drawn).collect()
}

/// All programs, some near the border between two labels, and some that show something else than
/// they do; each a few times, with other numbers.
pub fn all(variant: &mut Variant) -> Vec<Hidden> {
    let draws: Vec<Variant> = (1..=TIMES).map(|time| own(variant, time)).collect();
    let programs = PROGRAMS.iter().chain(&AT_BORDERS).chain(&MISLEADING);
    let seen = |program: &'static Program| {
        draws.clone().into_iter().map(|mut draw| program.seen(&mut draw))
    };
    programs.flat_map(seen).collect()
}

/// How often each program is asked about.
const TIMES: usize = 12;

/// The middle of each number would be easy to fit, so nobody in particular has numbers, too.
fn own(variant: &mut Variant, time: usize) -> Variant {
    Variant::of(Some(&format!("{} {time}", variant.seed())))
}

type Range = RangeInclusive<usize>;

/// A program: what it is built to do, and the label of that. Shares are of its time, in percent.
struct Program {
    does: &'static str,
    label: Label,
    overlooked: &'static str,
    looks: Range,
    /// For what share it computes, on how much CPU then, and what share of that is the first
    /// process's.
    computes: Range,
    cpus: Range,
    own: Range,
    /// When it does not, though it could.
    held_back: Range,
    behind_others: Range,
    /// When it could not.
    outside: Range,
    asleep: Range,
    in_line: Range,
    one_away: Range,
}

/// One that computes a little, on a quiet machine.
const PLAIN: Program = Program {
    does: "",
    label: Unknown,
    overlooked: "",
    looks: 60..=400,
    computes: 1..=3,
    cpus: 100..=100,
    own: 100..=100,
    held_back: 0..=0,
    behind_others: 0..=0,
    outside: 0..=0,
    asleep: 0..=0,
    in_line: 0..=0,
    one_away: 0..=0,
};

impl Program {
    fn seen(&self, draw: &mut Variant) -> Hidden {
        let mut draw = |range: &Range| draw.between(range.clone());
        let computes = draw(&self.computes);
        let cpu = computes * draw(&self.cpus) / 100;
        let (held_back, behind_others) =
            (draw(&self.held_back), draw(&self.behind_others));
        let evidence = Evidence {
            looks: draw(&self.looks),
            own_cpu: cpu * draw(&self.own) / 100,
            cpu,
            held_back,
            behind_others,
            ready: computes + held_back + behind_others,
            outside: draw(&self.outside),
            asleep: draw(&self.asleep),
            in_line: draw(&self.in_line),
            one_away: draw(&self.one_away),
        };
        assert!(evidence.ready + evidence.outside + evidence.asleep <= 100);
        let Program { does, label, overlooked, .. } = *self;
        Hidden { does, label, overlooked, evidence }
    }
}

const OTHERS: [Label; 7] =
    [Starved, Throttled, LockBound, Sleeping, IoBound, Unknown, Mixed];

static PROGRAMS: [Program; 30] = [
    Program {
        does: "starts two processes, which compute",
        label: CpuBound,
        overlooked: "the CPU time of the first process is not that of its family",
        computes: 90..=99,
        cpus: 180..=200,
        own: 0..=4,
        ..PLAIN
    },
    Program {
        does: "computes",
        label: CpuBound,
        overlooked: "it was on a CPU nearly all the time",
        computes: 85..=99,
        ..PLAIN
    },
    Program {
        does: "computes, beside another program",
        label: CpuBound,
        overlooked: "others took a part of its time, and the rest is its own work",
        computes: 73..=80,
        behind_others: 8..=20,
        ..PLAIN
    },
    Program {
        does: "computes on two threads, which seldom need the same lock",
        label: CpuBound,
        overlooked: "its threads hardly ever wait for each other",
        computes: 90..=99,
        cpus: 165..=195,
        in_line: 4..=22,
        one_away: 20..=70,
        ..PLAIN
    },
    Program {
        does: "computes, and asks a server now and then",
        label: CpuBound,
        overlooked: "most of the time it is ready, and seldom outside",
        computes: 73..=84,
        outside: 8..=16,
        ..PLAIN
    },
    Program {
        does: "computes in line behind others",
        label: Starved,
        overlooked: "it did not wait: it was ready, and other programs had the CPU",
        computes: 3..=18,
        behind_others: 60..=80,
        ..PLAIN
    },
    Program {
        does: "computes on four threads under one lock, behind others",
        label: Starved,
        overlooked: "whoever has the lock stands in line behind other programs",
        computes: 10..=25,
        behind_others: 50..=72,
        in_line: 55..=75,
        one_away: 84..=97,
        ..PLAIN
    },
    Program {
        does: "asks a server, and stands behind others with each answer",
        label: Starved,
        overlooked: "it waits outside, but for longer it was ready and others had the CPU",
        computes: 3..=8,
        behind_others: 45..=58,
        outside: 20..=33,
        ..PLAIN
    },
    Program {
        does: "computes with a quota of a fifth of a CPU",
        label: Throttled,
        overlooked: "its control group held it back",
        computes: 8..=25,
        held_back: 60..=74,
        ..PLAIN
    },
    Program {
        does: "computes on four threads under one lock, with a small quota",
        label: Throttled,
        overlooked: "whoever has the lock is held back by the control group",
        computes: 10..=25,
        held_back: 55..=70,
        in_line: 60..=75,
        one_away: 84..=97,
        ..PLAIN
    },
    Program {
        does: "computes with a quota, beside many others",
        label: Throttled,
        overlooked: "its control group holds it back, whoever else is there",
        computes: 5..=12,
        held_back: 25..=35,
        behind_others: 43..=52,
        ..PLAIN
    },
    Program {
        does: "asks a server, and has a small quota for each answer",
        label: Throttled,
        overlooked: "it waits outside, but its control group also held it back",
        computes: 8..=15,
        held_back: 25..=40,
        outside: 35..=44,
        ..PLAIN
    },
    Program {
        does: "computes on four threads under one lock",
        label: LockBound,
        overlooked: "of those that wait for each other, one at a time is away",
        computes: 90..=98,
        cpus: 98..=105,
        in_line: 60..=75,
        one_away: 84..=97,
        ..PLAIN
    },
    Program {
        does: "asks a slow server on four threads, and keeps a lock meanwhile",
        label: LockBound,
        overlooked: "one waits outside and has the lock, and the others wait for that one",
        computes: 2..=8,
        outside: 80..=91,
        in_line: 62..=75,
        one_away: 84..=97,
        ..PLAIN
    },
    Program {
        does: "sleeps on four threads, on each with the same lock in hand",
        label: LockBound,
        overlooked: "one sleeps and has the lock, and the others wait for that one",
        asleep: 85..=95,
        in_line: 62..=75,
        one_away: 84..=97,
        ..PLAIN
    },
    Program {
        does: "keeps a pool of eight threads, with no work for them",
        label: Sleeping,
        overlooked: "nearly always all of those that wait for each other do: who would have \
                     the lock?",
        asleep: 91..=97,
        in_line: 90..=98,
        one_away: 0..=8,
        ..PLAIN
    },
    Program {
        does: "looks every second whether a file is there",
        label: Sleeping,
        overlooked: "nobody has to give it work: it sleeps for a time of its own",
        asleep: 82..=97,
        ..PLAIN
    },
    Program {
        does: "keeps a pool that has a job now and then",
        label: Sleeping,
        overlooked: "at most looks nobody is away: a lock would have a holder",
        computes: 12..=20,
        asleep: 68..=80,
        in_line: 75..=90,
        one_away: 10..=45,
        ..PLAIN
    },
    Program {
        does: "computes a little, and sleeps three times as long",
        label: Sleeping,
        overlooked: "most of its time it is asleep",
        computes: 18..=26,
        asleep: 64..=74,
        ..PLAIN
    },
    Program {
        does: "waits for a slow server",
        label: IoBound,
        overlooked: "it waited for somebody outside",
        computes: 1..=10,
        outside: 80..=90,
        ..PLAIN
    },
    Program {
        does: "waits for a server, beside a program that computes",
        label: IoBound,
        overlooked: "others took a little of its time; most of it, it waited outside",
        computes: 2..=8,
        behind_others: 8..=20,
        outside: 63..=72,
        ..PLAIN
    },
    Program {
        does: "writes to a fast disk, and waits for each write",
        label: IoBound,
        overlooked: "a third of the time on a CPU leaves two thirds outside",
        computes: 24..=34,
        outside: 62..=66,
        ..PLAIN
    },
    Program {
        does: "asks a server on one thread, and hands the answers to others",
        label: IoBound,
        overlooked: "its threads wait for the one that waits outside, and no lock is held",
        computes: 2..=6,
        outside: 80..=92,
        in_line: 70..=92,
        one_away: 5..=35,
        ..PLAIN
    },
    Program {
        does: "ends after a tenth of a second",
        label: Unknown,
        overlooked: "a few looks show how it starts, and no more",
        looks: 3..=15,
        computes: 75..=90,
        outside: 2..=10,
        ..PLAIN
    },
    Program {
        does: "asks a server once, and ends",
        label: Unknown,
        overlooked: "a few looks show one question, and no more",
        looks: 4..=18,
        outside: 70..=95,
        ..PLAIN
    },
    Program {
        does: "sleeps, and was watched for a moment",
        label: Unknown,
        overlooked: "a few looks show a moment, and no more",
        looks: 2..=14,
        asleep: 88..=97,
        ..PLAIN
    },
    Program {
        does: "computes for a while and asks a server for as long, in turn",
        label: Mixed,
        overlooked: "half of its time is one thing, and half another",
        computes: 42..=50,
        outside: 42..=50,
        ..PLAIN
    },
    Program {
        does: "computes, asks a server, and sleeps, in turn",
        label: Mixed,
        overlooked: "none of the three takes most of its time",
        computes: 28..=36,
        outside: 27..=33,
        asleep: 24..=31,
        ..PLAIN
    },
    Program {
        does: "asks a server, and sleeps for about as long",
        label: Mixed,
        overlooked: "it waits outside for half of its time, and sleeps for the rest",
        outside: 42..=53,
        asleep: 36..=44,
        ..PLAIN
    },
    Program {
        does: "computes, and waits for a disk for half as long",
        label: Mixed,
        overlooked: "it computes for two thirds of its time, and the rest counts too",
        computes: 56..=66,
        outside: 28..=34,
        ..PLAIN
    },
];

static AT_BORDERS: [Program; 7] = [
    Program {
        does: "computes with a quota of four fifths of a CPU",
        label: Throttled,
        overlooked: "a part of its time it was held back: that is a lot",
        computes: 70..=80,
        held_back: 12..=18,
        ..PLAIN
    },
    Program {
        does: "computes with a quota that it hardly ever uses up",
        label: CpuBound,
        overlooked: "it was held back for a moment only",
        computes: 82..=91,
        held_back: 1..=8,
        ..PLAIN
    },
    Program {
        does: "computes, with half of a CPU left by others",
        label: Starved,
        overlooked: "others took more than it got",
        computes: 36..=42,
        behind_others: 44..=56,
        ..PLAIN
    },
    Program {
        does: "computes, with two thirds of a CPU left by others",
        label: CpuBound,
        overlooked: "it is ready nearly all the time, and has a CPU for most of it",
        computes: 56..=67,
        behind_others: 24..=33,
        ..PLAIN
    },
    Program {
        does: "computes, a third of it under one lock",
        label: LockBound,
        overlooked: "a third of their time its threads wait for the one that has the lock",
        computes: 90..=99,
        cpus: 145..=170,
        in_line: 28..=40,
        one_away: 83..=95,
        ..PLAIN
    },
    Program {
        does: "keeps a pool that often has one job",
        label: Sleeping,
        overlooked: "at every third look, nobody is away: a lock would have a holder",
        computes: 20..=29,
        asleep: 62..=71,
        in_line: 62..=85,
        one_away: 53..=72,
        ..PLAIN
    },
    Program {
        does: "computes a little, and sleeps twice as long",
        label: Sleeping,
        overlooked: "two thirds of its time it is asleep",
        computes: 26..=34,
        asleep: 62..=66,
        ..PLAIN
    },
];

/// The evidence of these shows something else than they do: only a doubt is right.
static MISLEADING: [Program; 3] = [
    Program {
        does: "sleeps on one thread with a lock for which eight others wait",
        label: LockBound,
        overlooked: "threads that wait all the time may lack work, or a lock that another \
                     keeps: the looks are the same",
        asleep: 91..=97,
        in_line: 90..=98,
        one_away: 0..=8,
        ..PLAIN
    },
    Program {
        does: "asks a server, and was watched while it started",
        label: IoBound,
        overlooked: "so few looks show its start: give it more to do, and look again",
        looks: 21..=38,
        computes: 73..=84,
        outside: 8..=16,
        ..PLAIN
    },
    Program {
        does: "computes, and was watched while it read its input",
        label: CpuBound,
        overlooked: "so few looks show its start: give it more to do, and look again",
        looks: 21..=38,
        computes: 4..=12,
        outside: 70..=88,
        ..PLAIN
    },
];
