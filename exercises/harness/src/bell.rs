//! Something that a task waits for, and that counts how it is waited for.

use std::{
    fmt,
    future::{Future, poll_fn},
    mem::replace,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    thread,
};

use crate::{fail, stuck::all_wait};

/// Nobody who waits to be woken asks so often.
const OFTEN: usize = 1000;

/// A bell that a task waits for. It counts how often that one was polled.
///
/// Its clones are the same bell. One task may wait for it.
#[derive(Clone, Default)]
pub struct Bell(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rung: bool,
    polls: usize,
    waits: Option<Waker>,
}

/// Waits for a [`Bell`].
#[derive(Debug)]
#[must_use = "nobody waits until this is polled"]
pub struct Rung(Bell);

impl Bell {
    /// A bell that nobody rang.
    pub fn new() -> Bell {
        Bell::default()
    }

    /// A bell that was rung: nobody has to wait for it.
    pub fn rung() -> Bell {
        let bell = Bell::new();
        bell.ring();
        bell
    }

    /// Wakes who waits for it, also one who has waited for it and has ended since.
    pub fn ring(&self) {
        let waker = {
            let mut state = self.state();
            state.rung = true;
            state.waits.clone()
        };
        // Not under the lock: a waker may do anything.
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits until somebody rings it; not at all if somebody has. Fails if it is polled without end
    /// meanwhile.
    pub fn wait(&self) -> Rung {
        Rung(self.clone())
    }

    /// Waits for it, gives way to other tasks so often, and rings `next`. A task that gives way wakes
    /// itself while it is polled.
    pub fn hand_on(
        &self,
        gives_way: usize,
        next: &Bell,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (bell, next) = (self.clone(), next.clone());
        async move {
            bell.wait().await;
            for _ in 0..gives_way {
                give_way().await;
            }
            next.ring();
        }
    }

    /// Rings it as soon as everybody waits, and fails if somebody is at work all the time: a task
    /// waits for it, and there is nothing to do. `idea` is what to look at then.
    pub fn ring_when_all_wait(&self, idea: &str) {
        let (bell, idea) = (RungAtLast(self.clone()), idea.to_owned());
        thread::spawn(move || {
            let _rung = bell;
            if !all_wait() {
                let expected = "the thread to sleep while its only task waits";
                fail(expected, "it was at work all the time", idea);
            }
        });
    }

    /// Whether somebody rang it.
    pub fn is_rung(&self) -> bool {
        self.state().rung
    }

    /// How often somebody who waits for it was polled.
    pub fn polls(&self) -> usize {
        self.state().polls
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn give_way() {
    let mut has_given = false;
    let give = |context: &mut Context<'_>| {
        if replace(&mut has_given, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    };
    poll_fn(give).await;
}

/// Is rung in any case, also after a failure.
struct RungAtLast(Bell);

impl Drop for RungAtLast {
    fn drop(&mut self) {
        self.0.ring();
    }
}

impl Future for Rung {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.state();
        state.polls += 1;
        state.waits = Some(context.waker().clone());
        if state.rung {
            return Poll::Ready(());
        }
        if state.polls >= OFTEN {
            drop(state);
            fail(
                "a task that waits to be polled when it was woken",
                format_args!("it was polled {OFTEN} times, and nobody had woken it"),
                "it is asked again and again instead of waiting",
            );
        }
        Poll::Pending
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let mut shown = f.debug_struct("Bell");
        shown.field("rung", &state.rung).field("polls", &state.polls);
        shown.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    fn poll(rung: Pin<&mut Rung>) -> Poll<()> {
        rung.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn who_waits_is_polled_in_vain_until_it_rings() {
        let bell = Bell::new();
        let mut rung = pin!(bell.wait());
        assert_eq!(poll(rung.as_mut()), Poll::Pending);
        bell.ring();
        assert_eq!(poll(rung.as_mut()), Poll::Ready(()));
        assert_eq!(bell.polls(), 2);
    }

    #[test]
    fn a_bell_that_rang_before_is_not_waited_for() {
        let bell = Bell::new();
        bell.ring();
        assert_eq!(poll(pin!(bell.wait())), Poll::Ready(()));
    }
}
