//! What the threads of a check do at its deadline, in plain words.

use std::{collections::BTreeMap, thread, time::Duration};

use lab::os::watch::{self, Call, Descriptor, Limit, Request};

/// What a thread does. The first ones are told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Does {
    Computes,
    /// It has printed more than was read so far.
    Prints,
    Futex {
        timed: bool,
    },
    Sleeps,
    Pipe,
    Socket,
    Connection,
    Events {
        timed: bool,
    },
    Several,
    Child,
    Signal,
    FileLock,
    Disk,
    Terminal,
    Stopped,
    Unseen,
}

/// Looks at each thread: a thread that computes may wait for a moment, and the other way round.
const GLANCES: u32 = 5;
const BETWEEN: Duration = Duration::from_millis(10);
/// More names are not told.
const MOST_NAMES: usize = 4;
/// So the names of the harness's own threads begin.
const HARNESS: &str = "harness";
/// Whether what a thread does is of a kind.
type Kind = fn(Does) -> bool;
/// What to look at, for what some thread does. The first that fits is told: who computes may keep the
/// others waiting, and locks come last, for whoever waits for a thread waits for one.
const IDEAS: [(Kind, &str); 8] = [
    (
        |does| matches!(does, Does::Computes | Does::Prints),
        "a loop that never ends, or more work than was asked for?",
    ),
    (|does| does == Does::Child, "what does the child wait for, and who ends it?"),
    (
        |does| does == Does::Pipe,
        "who closes the other end? It is open as long as one process has it",
    ),
    (
        |does| matches!(does, Does::Socket | Does::Connection),
        "who is at the other end, and does it send or hang up?",
    ),
    (
        |does| does == Does::FileLock,
        "who has the file's lock, and when is it given back?",
    ),
    (|does| matches!(does, Does::Events { .. }), "what is awaited, and who wakes it?"),
    (|does| does == Does::Sleeps, "a sleep in a loop that never ends?"),
    (
        |does| matches!(does, Does::Futex { .. }),
        "who has what is waited for? A guard lives to the end of its scope, and a channel is open \
         as long as one sender lives",
    ),
];

impl Does {
    fn words(self, many: bool) -> String {
        let (one, more) = match self {
            Does::Computes => ("computes", "compute"),
            Does::Prints => ("prints", "print"),
            Does::Sleeps => ("sleeps", "sleep"),
            Does::Stopped => ("is stopped", "are stopped"),
            _ => ("waits", "wait"),
        };
        format!("{}{}", if many { more } else { one }, self.for_what())
    }

    fn for_what(self) -> &'static str {
        match self {
            Does::Computes | Does::Prints | Does::Sleeps | Does::Stopped => "",
            Does::Futex { timed: false } => {
                " for a lock, a condition variable, a channel or another thread"
            }
            Does::Futex { timed: true } => {
                " for a lock, a condition variable, a channel or another thread, with a time limit"
            }
            Does::Pipe => " for the other end of a pipe",
            Does::Socket => " for the other end of a socket",
            Does::Connection => " for somebody to connect",
            Does::Events { timed: false } => {
                " for an event: an async runtime with nothing to do"
            }
            Does::Events { timed: true } => {
                " for an event or a timer: an async runtime"
            }
            Does::Several => " for one of several files or sockets",
            Does::Child => " for a child process to end",
            Does::Signal => " for a signal",
            Does::FileLock => " for a lock on a file",
            Does::Disk => " for a disk",
            Does::Terminal => " for somebody at a keyboard",
            Does::Unseen => ", the system does not tell for what",
        }
    }
}

/// What the thread `tid` of `pid` does now; `None` if it has ended.
fn does(pid: u32, tid: u32) -> Option<Does> {
    let state = watch::glance(pid, tid)?.state;
    Some(match state {
        'Z' | 'X' => return None,
        'T' | 't' => Does::Stopped,
        'R' => Does::Computes,
        _ => match watch::call(pid, tid) {
            Call::Runs => Does::Computes,
            Call::Asks(request) => asks(request, pid),
            Call::Outside => Does::Disk,
            Call::Hidden => Does::Unseen,
        },
    })
}

fn asks(request: Request, pid: u32) -> Does {
    match request {
        Request::Futex { timed, .. } => Does::Futex { timed },
        Request::Time | Request::Signal { timed: true } => Does::Sleeps,
        Request::Epoll { limit, .. } => Does::Events { timed: limit != Limit::Never },
        Request::Poll { count: 0, .. } | Request::Select { count: 0, .. } => {
            Does::Sleeps
        }
        Request::Poll { .. } | Request::Select { .. } => Does::Several,
        Request::Bytes(fd) | Request::Between(fd, _) => {
            match watch::descriptor(pid, fd) {
                Some(Descriptor::Pipe(_)) => Does::Pipe,
                // What a check prints to: see [`super::output`].
                Some(Descriptor::Socket(_)) if matches!(fd, 1 | 2) => Does::Prints,
                Some(Descriptor::Socket(_)) => Does::Socket,
                Some(Descriptor::File(_)) => Does::Disk,
                Some(Descriptor::Terminal) => Does::Terminal,
                Some(Descriptor::Timer) => Does::Sleeps,
                Some(Descriptor::Epoll | Descriptor::Event) => {
                    Does::Events { timed: false }
                }
                Some(Descriptor::Other) | None => Does::Unseen,
            }
        }
        Request::Accept => Does::Connection,
        Request::Open => Does::Pipe,
        Request::Child => Does::Child,
        Request::Signal { timed: false } => Does::Signal,
        Request::FileLock => Does::FileLock,
        Request::Disk | Request::Ring => Does::Disk,
        Request::Again | Request::Other => Does::Unseen,
    }
}

/// Says what each thread of the processes does, and an idea; nothing where the system does not tell.
/// `main` runs `check`: the thread of its that waits for the check is left out, and the harness's own.
pub fn tell(pids: &[u32], main: u32, check: &str) -> String {
    let mut seen: BTreeMap<(u32, u32), Vec<Does>> = BTreeMap::new();
    for glance in 0..GLANCES {
        if glance > 0 {
            thread::sleep(BETWEEN);
        }
        for &pid in pids {
            for tid in watch::threads(pid) {
                seen.entry((pid, tid)).or_default().extend(does(pid, tid));
            }
        }
    }
    let own = name(main, main).unwrap_or_default();
    let is_given = |name: &String| *name != own && !check.starts_with(name.as_str());
    let mut groups: BTreeMap<(bool, Does), Group> = BTreeMap::new();
    let several = watch::threads(main).len() > 1;
    for ((pid, tid), seen) in seen {
        let Some(does) = mostly(&seen) else { continue };
        let waits = matches!(does, Does::Futex { .. });
        if (pid, tid) == (main, main) && waits && several {
            continue;
        }
        // A thread without a name has that of the one that started it.
        let name = name(pid, tid).filter(|name| pid != main || is_given(name));
        if pid == main && name.as_ref().is_some_and(|name| name.starts_with(HARNESS)) {
            continue;
        }
        let group = groups.entry((pid != main, does)).or_default();
        group.threads += 1;
        group.names.extend(name.filter(|name| !group.names.contains(name)));
    }
    let idea = idea(groups.keys().map(|(_, does)| *does));
    let told: Vec<String> = groups
        .into_iter()
        .map(|((is_other, does), group)| group.tell(is_other, does))
        .collect();
    format!(
        "{}{}",
        told.join("; "),
        idea.map(|it| format!(": {it}")).unwrap_or_default()
    )
}

fn idea(seen: impl Iterator<Item = Does> + Clone) -> Option<&'static str> {
    let fits = |is: &Kind| seen.clone().any(is);
    IDEAS.iter().find(|(is, _)| fits(is)).map(|(_, idea)| *idea)
}

fn name(pid: u32, tid: u32) -> Option<String> {
    // A thread's folder under `/proc` is there by its own number too.
    let name = watch::process(tid).or_else(|| watch::process(pid))?.name;
    let plain = |c: char| c.is_alphanumeric() || " -_.:/".contains(c);
    Some(name.chars().map(|c| if plain(c) { c } else { '?' }).collect())
}

/// What was seen most often.
fn mostly(seen: &[Does]) -> Option<Does> {
    let times = |does: &&Does| seen.iter().filter(|it| it == does).count();
    seen.iter().max_by_key(times).copied()
}

#[derive(Default)]
struct Group {
    threads: usize,
    names: Vec<String>,
}

impl Group {
    fn tell(mut self, is_other: bool, does: Does) -> String {
        let many = self.threads > 1;
        let whose = if is_other { " of processes that it started" } else { "" };
        let names = if self.names.is_empty() {
            String::new()
        } else {
            let rest = self.names.len() > MOST_NAMES;
            self.names.truncate(MOST_NAMES);
            format!(" ({}{})", self.names.join(", "), if rest { ", …" } else { "" })
        };
        let threads = if many { "threads" } else { "thread" };
        format!("{} {threads}{whose}{names} {}", self.threads, does.words(many))
            .replace(" ,", ",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many_are_told_in_words() {
        let group = |threads, names: &[&str]| Group {
            threads,
            names: names.iter().map(|it| (*it).to_owned()).collect(),
        };
        assert_eq!(group(1, &[]).tell(false, Does::Computes), "1 thread computes");
        assert_eq!(
            group(3, &["a", "b"]).tell(false, Does::Futex { timed: false }),
            "3 threads (a, b) wait for a lock, a condition variable, a channel or another \
             thread"
        );
        assert_eq!(
            group(9, &["sleep"]).tell(true, Does::Sleeps),
            "9 threads of processes that it started (sleep) sleep"
        );
        assert_eq!(
            group(2, &["a", "b", "c", "d", "e"]).tell(false, Does::Unseen),
            "2 threads (a, b, c, d, …) wait, the system does not tell for what"
        );
    }

    #[test]
    fn the_idea_is_about_whoever_keeps_the_others_waiting() {
        let idea = |seen: &[Does]| idea(seen.iter().copied()).unwrap_or_default();
        let lock = Does::Futex { timed: false };
        for (seen, part) in [
            (&[lock][..], "A guard lives to the end of its scope"),
            (&[lock, Does::Computes], "a loop that never ends"),
            (&[lock, Does::Prints], "a loop that never ends"),
            (&[lock, Does::Child], "who ends it?"),
            (&[lock, Does::Pipe], "who closes the other end?"),
            (&[lock, Does::Events { timed: true }], "who wakes it?"),
            (&[lock, Does::Sleeps], "a sleep in a loop"),
        ] {
            assert!(idea(seen).contains(part), "{part} in {}", idea(seen));
        }
        assert_eq!(idea(&[Does::Unseen, Does::Disk]), "");
    }

    #[test]
    fn what_was_seen_most_often_counts() {
        let seen = [Does::Sleeps, Does::Computes, Does::Computes];
        assert_eq!(mostly(&seen), Some(Does::Computes));
        assert_eq!(mostly(&[]), None);
    }
}
