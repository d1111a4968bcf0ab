//! What a lock protects, to see whether its orderings do.

use std::sync::{Mutex, PoisonError, atomic::Ordering::Relaxed};

use loom::sync::atomic::AtomicUsize;

use crate::fail;

/// Data that a lock under test protects. It takes no lock and orders nothing by itself: whoever has
/// the lock sees what was done before only if the lock orders the one before the other, as by
/// `Release` and `Acquire`.
#[derive(Debug, Default)]
pub struct Protected {
    /// loom's own, whose reads may see what was overwritten, unless something forbids it.
    seen: AtomicUsize,
    /// How often it was changed.
    changes: Mutex<usize>,
}

impl Protected {
    /// Changes it, by whoever has the lock. Fails if the last change need not be seen.
    #[track_caller]
    pub fn change(&self) {
        let seen = self.seen.load(Relaxed);
        let changes = {
            let mut changes =
                self.changes.lock().unwrap_or_else(PoisonError::into_inner);
            *changes += 1;
            *changes
        };
        if seen + 1 < changes {
            fail(
                "whoever has the lock to see all that was done under it before",
                format_args!("change {changes} need not see change {}", seen + 1),
                "no lock is between them, or its orderings are too weak: let go with \
                 `Release`, and look with `Acquire`",
            );
        }
        self.seen.store(changes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::Ordering::{self, Acquire, Release, SeqCst},
    };

    use super::*;
    use crate::{
        graded::said,
        model::{AtomicBool, model, thread},
    };

    /// What is said of two that take turns by an atomic alone.
    fn turns(lets_go: Ordering, looks: Ordering) -> Option<String> {
        said(move || {
            model(move || {
                let pair = Arc::new((AtomicBool::new(false), Protected::default()));
                let first = thread::each(&pair, [()], move |(is_free, data), ()| {
                    data.change();
                    is_free.store(true, lets_go);
                });
                if pair.0.load(looks) {
                    pair.1.change();
                }
                thread::ended(first);
            });
        })
    }

    #[test]
    fn orderings_that_are_too_weak_are_found() {
        assert_eq!(turns(Release, Acquire), None);
        assert_eq!(turns(SeqCst, SeqCst), None);
        for (lets_go, looks) in [(Relaxed, Acquire), (Release, Relaxed)] {
            let message = turns(lets_go, looks).expect("it fails");
            assert!(message.contains("its orderings are too weak"), "{message}");
        }
    }
}
