//! Programs of which it is known what their threads wait for.

use harness::Variant;

use super::idle_or_locked::{
    Answer,
    Seen::{self, Runs, WaitsAt, WaitsOutside},
};

/// A program, as it was seen.
pub struct Program {
    pub is: &'static str,
    pub looks: Vec<Vec<Seen>>,
    pub answer: Answer,
    /// The evidence that speaks for the answer.
    pub overlooked: &'static str,
}

/// Where threads wait for a lock, or for work.
const HERE: usize = 0x7f30;
/// Where the first thread waits for the others to end.
const END: usize = 0x5a10;

/// The programs; how many threads and looks there are, and how long anything lasts, is the learner's
/// own.
pub fn programs(variant: &mut Variant) -> Vec<Program> {
    let (threads, looks) = (variant.between(3..=16), variant.between(80..=400));
    // A thread has its turn for so many looks, and now and then is once in so many.
    let (turn, seldom) = (variant.between(2..=9), variant.between(8..=15));
    // What each thread does at a look, the first thread's number being 0.
    let watch = |does: &dyn Fn(usize, usize) -> Seen| -> Vec<Vec<Seen>> {
        let look = |look| (0..=threads).map(|thread| does(look, thread)).collect();
        (0..looks).map(look).collect()
    };
    // Those after the first thread have their turns.
    let has_turn = |turn: usize, thread: usize| turn % threads + 1 == thread;
    let main =
        |thread: usize, seen: Seen| if thread == 0 { WaitsAt(END) } else { seen };
    let seen = |is_away: bool, away: Seen| if is_away { away } else { WaitsAt(HERE) };
    vec![
        Program {
            is: "threads that compute under one lock",
            // Now and then, the last to have the lock is still at work without it.
            looks: watch(&|look, thread| {
                let before = look % seldom == 0 && has_turn(look / turn + 1, thread);
                main(thread, seen(has_turn(look / turn, thread) || before, Runs))
            }),
            answer: Answer::Lock,
            overlooked: "at nearly every look, one of them works and all others wait",
        },
        Program {
            is: "threads that ask a server under one lock",
            // Now and then, the next one has not woken up yet.
            looks: watch(&|look, thread| {
                let has_it = has_turn(look / turn, thread) && look % seldom != 0;
                main(thread, seen(has_it, WaitsOutside))
            }),
            answer: Answer::Lock,
            overlooked: "at nearly every look, one of them waits outside and all others for that \
                         one: to have a lock is not to run",
        },
        Program {
            is: "a lock that one thread takes again at once",
            looks: watch(&|look, thread| {
                let others = look % (looks / 2) == 7;
                let has_it = if others { has_turn(look, thread) } else { thread == 0 };
                seen(has_it, Runs)
            }),
            answer: Answer::Lock,
            overlooked: "one thread is nearly always away, and waited at this place too: once is \
                         enough to be one of those who share a lock",
        },
        Program {
            is: "a pool that has a job now and then",
            looks: watch(&|look, thread| {
                let has_job = look % seldom == 3 && has_turn(look / seldom, thread);
                main(thread, seen(has_job, Runs))
            }),
            answer: Answer::Work,
            overlooked: "at most looks, all threads of the program wait: nobody has what they \
                         wait for",
        },
        Program {
            is: "a pool that has many jobs at once, and then none",
            looks: watch(&|look, thread| main(thread, seen(look % threads == 1, Runs))),
            answer: Answer::Work,
            overlooked: "one is away on average, but at no single look: all are, or none",
        },
        Program {
            is: "threads that queue for a lock, beside a pool with no work",
            looks: watch(&|look, thread| match thread % 2 {
                0 => WaitsAt(HERE + 512),
                _ => seen((look / turn) % threads.div_ceil(2) == thread / 2, Runs),
            }),
            answer: Answer::Lock,
            overlooked: "ask at each place: there is a lock at one of the two",
        },
        Program {
            is: "a pool in which two threads always have a job",
            looks: watch(&|look, thread| {
                let has_job = has_turn(look, thread) || has_turn(look + 1, thread);
                main(thread, seen(has_job, Runs))
            }),
            answer: Answer::Work,
            overlooked: "two are away at each look, and a lock has one holder",
        },
        Program {
            is: "a pool that has one job at two looks of three",
            looks: watch(&|look, thread| {
                main(thread, seen(look % 3 > 0 && has_turn(look / 3, thread), Runs))
            }),
            answer: Answer::Work,
            overlooked: "at every third look nobody is away: a lock that is waited for is held",
        },
        Program {
            is: "threads that hand one piece of work on from each to the next",
            looks: watch(&|look, thread| match has_turn(look, thread) {
                true => Runs,
                false => main(thread, WaitsAt(HERE + 64 * thread)),
            }),
            answer: Answer::Work,
            overlooked: "each waits at a place of its own, and a lock is one place",
        },
        Program {
            is: "threads that wait all the time, while another computes",
            looks: watch(&|_, thread| seen(thread == 0, Runs)),
            answer: Answer::CannotTell,
            overlooked: "the other thread may keep a lock, or have no work for them: the looks \
                         would be the same",
        },
        Program {
            is: "threads that wait all the time, while another waits for a connection",
            looks: watch(&|_, thread| seen(thread == 0, WaitsOutside)),
            answer: Answer::CannotTell,
            overlooked: "the other thread may keep a lock, or have no work for them: the looks \
                         would be the same",
        },
    ]
}
