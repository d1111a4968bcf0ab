use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use ch01_gil::{
    convoy::{ask, compute_until, serve},
    gil::{Gil, INTERVAL},
    interpreter::{Free, Op, Permit, run},
    turns::{Turn, most_at_once},
    workers::{Life, serial, under_the_gil, without_a_lock},
};

/// Counts what a program asks of its permit.
#[derive(Default)]
struct Counting {
    polls: u64,
    waits: u64,
}

impl Permit for Counting {
    fn poll(&mut self) {
        self.polls += 1;
    }

    fn allow_threads<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.waits += 1;
        work()
    }
}

#[test]
fn a_loop_looks_up_at_every_iteration_a_native_call_once_and_a_wait_lets_go() {
    let mut asked = Counting::default();
    run(&[Op::Loop(7), Op::Native(100), Op::Wait(Duration::ZERO)], &mut asked);
    assert_eq!((asked.polls, asked.waits), (8, 1));
}

#[test]
fn a_native_call_computes_what_a_loop_does() {
    let of = |op| run(&[op], &mut Free::attach());
    assert_eq!(of(Op::Native(1_000)), of(Op::Loop(1_000)));
    assert_ne!(of(Op::Loop(999)), of(Op::Loop(1_000)));
}

fn running(lives: &[Life]) -> usize {
    let turns = lives.iter().flat_map(|life| &life.turns);
    most_at_once(turns.map(|turn: &Turn| (turn.taken, turn.dropped)))
}

#[test]
fn under_the_lock_one_of_two_runs_at_a_time() {
    let two = vec![vec![Op::Loop(200_000), Op::Wait(Duration::from_micros(100))]; 2];
    let lives = under_the_gil(&two, Duration::from_micros(100));
    assert_eq!(running(&lives), 1);
    assert_eq!(running(&serial(&two, INTERVAL)), 1);
}

#[test]
fn without_the_lock_both_are_in_progress_at_once() {
    // They begin together, and neither is done before the other has begun.
    let two = vec![vec![Op::Native(5_000_000)]; 2];
    assert_eq!(running(&without_a_lock(&two, INTERVAL)), 2);
}

#[test]
fn a_turn_ends_where_a_wait_begins_with_a_lock_and_without() {
    let program = [vec![Op::Wait(Duration::ZERO); 3]];
    for way in [serial, under_the_gil, without_a_lock] {
        assert_eq!(way(&program, INTERVAL)[0].turns.len(), 4);
    }
}

#[test]
fn stretches_that_touch_do_not_overlap() {
    let start = Instant::now();
    let at = |n: u64| start + Duration::from_secs(n);
    let most = |stretches: &[(u64, u64)]| {
        most_at_once(stretches.iter().map(|&(from, to)| (at(from), at(to))))
    };
    assert_eq!(most(&[]), 0);
    assert_eq!(most(&[(1, 1), (1, 1)]), 0);
    assert_eq!(most(&[(0, 1), (1, 2), (2, 3)]), 1);
    assert_eq!(most(&[(0, 5), (1, 2), (3, 4)]), 2);
    assert_eq!(most(&[(0, 3), (1, 3), (2, 3)]), 3);
}

#[test]
fn every_request_is_answered_beside_a_worker_that_computes() {
    let gil = Gil::new(Duration::from_micros(100));
    let stop = AtomicBool::new(false);
    let server = serve(Duration::ZERO).expect("a port");
    thread::scope(|scope| {
        let busy = scope.spawn(|| compute_until(&stop, &mut gil.attach()));
        let took = ask(server, 20, &mut gil.attach());
        stop.store(true, Relaxed);
        assert_eq!(took.expect("answers").len(), 20);
        busy.join().expect("no panic");
    });
}
