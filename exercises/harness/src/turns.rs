//! Workers that take turns with one lock, in units of work instead of time.

/// How long they are watched.
const UNITS: usize = 10_000;
/// What it costs that the lock changes hands.
const SWITCH: usize = 1;

/// Somebody who waits for the lock.
#[derive(Clone, Copy, Debug)]
pub struct Waiter {
    /// For so many units.
    pub waited: usize,
    /// Whether it let go by itself, and is back from outside: otherwise it was made to let go.
    pub from_outside: bool,
}

/// Some workers under one lock: those that compute never let go by themselves, and those that ask
/// are outside after each unit of work.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// How many compute.
    pub computing: usize,
    /// How many ask.
    pub asking: usize,
    /// For how many units one that asks is outside.
    pub outside: usize,
}

/// What became of them.
#[derive(Debug, Default)]
pub struct Seen {
    /// The longest wait of one that computes, in units.
    pub computing_waited: usize,
    /// The longest wait of one that asks, in units.
    pub asking_waited: usize,
    /// How many turns of others there were at most while one that asks waited.
    pub turns_before: usize,
    /// Of all units, how many percent went to passing the lock on.
    pub lost: usize,
}

#[derive(Clone, Default)]
struct Worker {
    outside: usize,
    /// Since when it wants the lock, or will.
    ready: usize,
    from_outside: bool,
    turns_before: usize,
}

/// Has them take turns. A waiter asks the holder to let go when it has waited for its `patience` in
/// one turn; the holder looks up after each unit, and then `next` is the place of the next holder
/// among the waiters.
pub fn turns(
    scene: Scene,
    patience: impl Fn(&Waiter) -> usize,
    next: impl Fn(&[Waiter]) -> usize,
) -> Seen {
    let Scene { computing, asking, outside } = scene;
    let mut workers = vec![Worker::default(); computing];
    let asks = Worker { outside, ready: outside, from_outside: true, turns_before: 0 };
    workers.resize(computing + asking, asks);
    let (mut now, mut switches, mut made_way) = (0, 0, None);
    let mut seen = Seen::default();
    while now < UNITS {
        // Whoever was asked to let go lets somebody else have the lock first.
        let is_ready = |at: &usize| workers[*at].ready <= now && Some(*at) != made_way;
        let ready: Vec<usize> = (0..workers.len()).filter(is_ready).collect();
        if ready.is_empty() {
            now += 1;
            continue;
        }
        let waiters: Vec<Waiter> =
            ready.iter().map(|at| workers[*at].waits(now)).collect();
        let holder = ready[next(&waiters)];
        now += SWITCH;
        switches += 1;
        seen.note(&workers[holder], now);
        for at in ready {
            workers[at].turns_before += 1;
        }
        workers[holder].turns_before = 0;
        made_way = turn(holder, &mut workers, &mut now, &patience);
    }
    workers.iter().for_each(|worker| seen.note(worker, now));
    seen.lost = 100 * switches * SWITCH / UNITS;
    seen
}

/// A turn with the lock. Returns the holder if it was asked to let go.
fn turn(
    holder: usize,
    workers: &mut [Worker],
    now: &mut usize,
    patience: impl Fn(&Waiter) -> usize,
) -> Option<usize> {
    let taken = *now;
    loop {
        *now += 1;
        let held = &mut workers[holder];
        held.ready = *now + held.outside;
        held.from_outside = held.outside > 0;
        if held.from_outside {
            return None;
        }
        // As in CPython, a waiter's watch starts again when the lock changes hands.
        let asks = |(at, worker): (usize, &Worker)| {
            let watched = now.saturating_sub(worker.ready.max(taken));
            let waits = at != holder && worker.ready <= *now;
            waits && watched >= patience(&worker.waits(*now))
        };
        if *now >= UNITS || workers.iter().enumerate().any(asks) {
            return Some(holder);
        }
    }
}

impl Worker {
    fn waits(&self, now: usize) -> Waiter {
        let waited = now.saturating_sub(self.ready);
        Waiter { waited, from_outside: self.from_outside }
    }
}

impl Seen {
    /// A wait is over, or the time is.
    fn note(&mut self, worker: &Worker, now: usize) {
        let waited = worker.waits(now).waited;
        if worker.outside == 0 {
            self.computing_waited = self.computing_waited.max(waited);
        } else if waited > self.asking_waited {
            self.asking_waited = waited;
            self.turns_before = worker.turns_before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONVOY: Scene = Scene { computing: 1, asking: 1, outside: 10 };

    #[test]
    fn whoever_asks_late_waits_for_all_of_its_patience() {
        let seen = turns(CONVOY, |_| 50, |_| 0);
        assert_eq!((seen.asking_waited, seen.turns_before), (50 + SWITCH, 0));
    }

    #[test]
    fn whoever_asks_at_once_waits_for_the_unit_in_progress() {
        let seen =
            turns(CONVOY, |waiter| usize::from(!waiter.from_outside) * 50, |_| 0);
        assert!(seen.asking_waited <= 2, "{seen:?}");
    }

    #[test]
    fn one_that_computes_alone_loses_nothing() {
        let alone = Scene { computing: 1, asking: 0, outside: 0 };
        assert_eq!(turns(alone, |_| 0, |_| 0).lost, 0);
    }
}
