//! Something that a task waits for, and that counts how it is waited for.

use std::{
    array, fmt,
    future::{Future, poll_fn},
    hint::black_box,
    mem::replace,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, TryRecvError},
    },
    task::{Context, Poll, Waker},
    thread,
};

use lab::{machine::usable_cpus, os::own_cpu};

use crate::{equal, fail, inconclusive, settled::awake, stuck::must_end_after};

/// Nobody who waits to be woken asks so often.
const OFTEN: usize = 1000;

/// So often another thread wakes a task, and for so many seconds of CPU time at most: enough to meet a
/// moment of a microsecond, where there are two CPUs.
const TIMES: usize = 20_000;
const AGAIN_S: f64 = 1.0;
/// It wakes it after so many steps at most, each time after some more.
const LATER: u32 = 5000;

/// Seconds of CPU time for all tasks: four times as much.
const ALL_S: f64 = 4.0;

/// What an event loop runs.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

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

    /// Gives way to other tasks until somebody rings it: it wakes itself each time while it is polled.
    /// Fails if the others do not get their turns.
    pub fn give_way(&self) -> impl Future<Output = ()> + Send + use<> {
        let bell = self.clone();
        async move {
            for _ in 0..OFTEN {
                if bell.is_rung() {
                    return;
                }
                give_way().await;
            }
            fail(
                "a task that gives way to let others go on",
                format_args!("it was polled {OFTEN} times, and another one not once"),
                "whoever is woken while it is polled waits for its next turn",
            );
        }
    }

    /// Rings it as soon as everybody sleeps, and fails if somebody does not: a task waits for it, and
    /// there is nothing to do. `idea` is what to look at then.
    pub fn ring_when_all_wait(&self, idea: &str) {
        let (bell, idea) = (RungAtLast(self.clone()), idea.to_owned());
        thread::spawn(move || {
            let _rung = bell;
            if let Some(observed) = awake() {
                fail("the thread to sleep while its only task waits", observed, idea);
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

/// Runs `tasks` with an event loop, and fails unless all are run to their ends, by the thread that
/// calls it: with `if_blocked` if it sleeps for ever.
pub fn run_all<const N: usize>(
    event_loop: impl FnOnce(Vec<Task>) + Send + 'static,
    tasks: [Task; N],
    if_blocked: &str,
) {
    let ended = Arc::new(Mutex::new(Vec::new()));
    let noted = |mut task: Task| -> Task {
        let mut note = Some(Arc::clone(&ended));
        Box::pin(poll_fn(move |context| {
            if note.is_none() {
                fail(
                    "a task that has ended to be left alone",
                    "it was polled again",
                    "a waker may be called later: who has ended is not polled",
                );
            }
            let polled = task.as_mut().poll(context);
            if let Some(ended) = note.take_if(|_| polled.is_ready()) {
                let on = thread::current().id();
                ended.lock().unwrap_or_else(PoisonError::into_inner).push(on);
            }
            polled
        }))
    };
    let tasks = tasks.map(noted).into();
    let here = must_end_after(ALL_S, "all tasks", if_blocked, || {
        event_loop(tasks);
        thread::current().id()
    });
    let ended = ended.lock().unwrap_or_else(PoisonError::into_inner);
    equal("the tasks that ended", ended.len(), N, "it is over when no task is left");
    let elsewhere = ended.iter().filter(|on| **on != here).count();
    let idea = "the thread that calls it polls them all: a task needs none of its own";
    equal("the tasks that other threads polled", elsewhere, 0, idea);
}

/// A task that another thread wakes, again and again: at any moment after it was polled, also just
/// when the event loop is about to sleep. The others wait for its end: an event loop that looks at
/// all of them before it sleeps takes a while for that.
///
/// Inconclusive with one usable CPU: nobody else runs just then.
pub fn woken_by_a_thread() -> [Task; 400] {
    if usable_cpus() < 2 {
        inconclusive("with one CPU, nobody wakes a thread that is about to sleep");
    }
    let end = Bell::new();
    let mut next = end.clone();
    array::from_fn(|place| -> Task {
        if place == 0 {
            return Box::pin(asks_a_thread(end.clone()));
        }
        let bell = replace(&mut next, Bell::new());
        Box::pin(bell.hand_on(0, &next))
    })
}

/// Asks another thread to wake it, again and again, and rings `end` at last.
async fn asks_a_thread(end: Bell) {
    let (asks, asked) = mpsc::channel::<Waker>();
    // Nothing where the system does not tell.
    let used = || own_cpu().unwrap_or_default();
    let until = used() + AGAIN_S;
    thread::spawn(move || {
        for later in (0..LATER).step_by(10).cycle() {
            let waker = loop {
                match asked.try_recv() {
                    Ok(waker) => break waker,
                    // Who sleeps would wake up too late for the moment that we look for.
                    Err(TryRecvError::Empty) if used() < until => {
                        thread::yield_now();
                    }
                    Err(_) => match asked.recv() {
                        Ok(waker) => break waker,
                        // It has ended.
                        Err(_) => return,
                    },
                }
            };
            (0..later).for_each(|step| _ = black_box(step));
            waker.wake();
        }
    });
    for _ in 0..TIMES {
        if used() > until {
            break;
        }
        let mut has_asked = false;
        let ask = |context: &mut Context<'_>| {
            if replace(&mut has_asked, true) {
                return Poll::Ready(());
            }
            // It is there as long as we are.
            let _ = asks.send(context.waker().clone());
            Poll::Pending
        };
        poll_fn(ask).await;
    }
    end.ring();
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
