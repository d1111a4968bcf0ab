//! The four ways: the same answers, and who works when.

use std::collections::HashSet;
use std::io;
use std::time::{Duration, Instant};

use ch02_threads_vs_processes::job::Job;
use ch02_threads_vs_processes::late;
use ch02_threads_vs_processes::ways::{self, Done};

use crate::program;

type Way = fn(&[Job], usize) -> io::Result<Vec<Done>>;

fn processes(jobs: &[Job], workers: usize) -> io::Result<Vec<Done>> {
    ways::processes_of(program(), jobs, workers)
}

const WAYS: [(&str, Way); 4] = [
    ("sequential", ways::sequential),
    ("threads", ways::threads),
    ("tasks", ways::tasks),
    ("processes", processes),
];

#[test]
fn all_ways_give_the_same_answers_in_the_order_of_the_jobs() {
    let jobs = [
        Job::Nap(Duration::from_millis(30)),
        Job::Squares(1000, 2),
        Job::Darts(1000, 7),
        Job::Squares(10, 1),
    ];
    let answers = WAYS.map(|(_, way)| {
        let done = way(&jobs, 2).unwrap();
        let numbers: Vec<usize> = done.iter().map(|done| done.number).collect();
        assert_eq!(numbers, [0, 1, 2, 3]);
        done.into_iter().map(|done| done.answer).collect::<Vec<_>>()
    });
    assert!(answers.iter().all(|one| *one == answers[0]), "{answers:?}");
    assert_eq!(answers[0][1], 332_833_500);
    assert_eq!(answers[0][3], 285);
    // Of 1000 darts about 785 hit, with a standard deviation of 13.
    assert!((720..850).contains(&answers[0][2]), "{}", answers[0][2]);
}

#[test]
fn the_sum_is_what_a_source_prints_and_a_pipe_does_not_round_it() {
    let done = processes(&[Job::Squares(10_000_000, 1)], 1).unwrap();
    assert_eq!(done[0].answer, 333_333_283_333_335_000_000);
}

#[test]
fn so_many_work_as_were_asked_for() {
    // Long enough that nobody is done before the last one has begun.
    let jobs = [Job::Nap(Duration::from_millis(400)); 3];
    let who = |way: Way, workers| {
        let done = way(&jobs, workers).unwrap();
        done.into_iter().map(|done| done.worker).collect::<HashSet<_>>().len()
    };
    assert_eq!(who(ways::sequential, 3), 1);
    assert_eq!(who(ways::threads, 2), 2);
    assert_eq!(who(processes, 2), 2);
    assert_eq!(who(ways::tasks, 1), 3);
}

#[test]
fn naps_overlap_in_all_ways_but_one() {
    let jobs = [Job::Nap(Duration::from_millis(300)); 4];
    for (name, way) in WAYS {
        let clock = Instant::now();
        let done = way(&jobs, 4).unwrap();
        let took = clock.elapsed();
        let asleep: Duration = done.iter().map(|done| done.took).sum();
        assert!(asleep >= Duration::from_millis(1200), "{name}");
        assert_eq!(took >= asleep, name == "sequential", "{name}: {took:?}");
    }
}

#[test]
fn who_asks_waits_for_the_answer() {
    let delay = Duration::from_millis(50);
    let port = late::serve(delay).unwrap();
    let clock = Instant::now();
    late::ask(port).unwrap();
    assert!(clock.elapsed() >= delay);
}

#[test]
fn a_question_that_nobody_answers_is_an_error_by_every_way() {
    // Bound and dropped, so that nobody listens there.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    for (name, way) in WAYS {
        assert!(way(&[Job::Ask(port)], 1).is_err(), "{name}");
    }
}
