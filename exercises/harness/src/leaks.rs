//! Threads and child processes that are left behind.

use std::{collections::HashSet, process};

use lab::os::watch;

use crate::{
    fail,
    patience::{Patience, STEP_S, others},
};

/// The threads and children of this program before something, to compare with those after.
#[derive(Debug)]
pub struct Leaks {
    threads: HashSet<u32>,
    children: HashSet<u32>,
}

impl Leaks {
    /// Notes who is there now.
    pub fn watch() -> Leaks {
        Leaks { threads: threads(), children: children() }
    }

    /// Fails if a thread or a child is left that was not there before; `after` names what is over:
    /// "after the last item". A thread that was joined may need a moment to be gone.
    ///
    /// Says nothing on a system that does not show its threads.
    pub fn expect_none(&self, after: &str, idea: &str) {
        let (mut patience, mut is_over) = (Patience::new(STEP_S), false);
        let (threads, children) = loop {
            match self.left() {
                (0, 0) => return,
                left if is_over => break left,
                // Who sleeps is not about to be gone.
                _ => {
                    let lost = patience.look(&HashSet::new());
                    is_over = lost.is_some() || patience.nobody_works();
                }
            }
        };
        let counted = |count: usize, one: &str, several: &str| {
            (count > 0)
                .then(|| format!("{count} {}", if count == 1 { one } else { several }))
        };
        let threads = counted(threads, "thread", "threads");
        let children = counted(children, "child process", "child processes");
        let left: Vec<String> = threads.into_iter().chain(children).collect();
        let observed = format!("{} still there {after}", left.join(" and "));
        fail("nobody to be left behind", observed, idea);
    }

    fn left(&self) -> (usize, usize) {
        let new = |now: HashSet<u32>, before| now.difference(before).count();
        (
            new(others().into_iter().collect(), &self.threads),
            new(children(), &self.children),
        )
    }
}

/// The threads of this program; none where the system does not show them.
pub(crate) fn threads() -> HashSet<u32> {
    watch::threads(process::id()).into_iter().collect()
}

fn children() -> HashSet<u32> {
    let ours = |pid: &u32| {
        watch::process(*pid).is_some_and(|process| process.parent == process::id())
    };
    watch::every_process().into_iter().filter(ours).collect()
}
