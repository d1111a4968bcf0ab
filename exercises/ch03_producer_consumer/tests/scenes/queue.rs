//! Queues in a model: what is put into them, what comes out, and one that may have a flaw.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{
    Arc, Mutex as Unseen,
    atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};

pub use harness::model::thread;
use harness::model::{self, Condvar, Mutex, step};

/// As [`model::explained`], of the file whose text is the `SOURCE` of the test.
pub fn explained(idea: impl fmt::Display, body: impl Fn() + Send + Sync + 'static) {
    model::explained(crate::SOURCE, idea, body);
}

/// A queue in which items lie, and a thread for each list that puts its items, one by one.
pub fn scene<Q: Send + Sync + 'static>(
    queue: Q,
    put: fn(&Q, u32),
    lie: &[u32],
    lists: &[&[u32]],
) -> (Arc<Q>, Vec<thread::JoinHandle<()>>) {
    let queue = Arc::new(queue);
    lie.iter().for_each(|item| put(&queue, *item));
    let lists = lists.iter().map(|items| items.to_vec());
    let threads = thread::each(&queue, lists, move |queue, items| {
        items.into_iter().for_each(|item| put(queue, item));
    });
    (queue, threads)
}

/// All that `work` hands over to be used: once, and again until there were so many.
pub fn used(wanted: usize, mut work: impl FnMut(&mut dyn FnMut(u32))) -> Vec<u32> {
    let mut used = Vec::new();
    loop {
        work(&mut |item| used.push(item));
        if used.len() >= wanted {
            return used;
        }
    }
}

/// A queue for as many numbers as there is memory.
pub trait Queue: Send + Sync + 'static {
    /// Puts a number at the end.
    #[track_caller]
    fn put(&self, item: u32);
    /// Takes the number at the front, and waits until there is one.
    #[track_caller]
    fn take(&self) -> u32;
}

/// What is wrong with a queue.
#[derive(Clone, Copy, PartialEq)]
pub enum Flaw {
    None,
    /// Two who put at a time copy the same list, and one of the copies is kept.
    Loses,
    /// The item that is put with this number, from 1, lies there twice.
    PutsTwice(usize),
    /// Two who take at a time see the same item at the front.
    GivesTwice,
    LastComesFirst,
    /// Before the item is there.
    RingsEarly,
}

/// A queue of which a trial has to tell whether it is right.
pub struct Tried {
    flaw: Flaw,
    items: Mutex<VecDeque<u32>>,
    filled: Condvar,
    puts: AtomicUsize,
}

/// Who put each item, and who took it, in the order that was tried last.
static LOG: Unseen<BTreeMap<u32, [String; 2]>> = Unseen::new(BTreeMap::new());

/// Why `trial` refuses a right queue: it asks for too much.
pub fn too_much(trial: fn(Arc<Tried>)) -> &'static str {
    static WAITS: AtomicBool = AtomicBool::new(false);
    // What it refuses also where each takes all that one has put is about who puts first.
    let undivided = move || {
        let trial = AssertUnwindSafe(|| trial(Arc::new(Tried::with(Flaw::None))));
        catch_unwind(trial).unwrap_or_else(|refused| {
            let message = refused.downcast_ref::<String>();
            WAITS.store(message.is_some_and(|it| it.starts_with("deadlock")), SeqCst);
            if WAITS.load(SeqCst) || !is_divided() {
                resume_unwind(refused);
            }
        });
    };
    match (model::refutes(undivided), WAITS.load(SeqCst)) {
        (_, true) => "the queue is right: who waits for an item that nobody puts?",
        (true, _) => "the queue is right: who of two puts first, nobody knows",
        (false, _) => "the queue is right: who of two takes first, nobody knows",
    }
}

/// Whether of the items that one thread has put, two have taken some.
fn is_divided() -> bool {
    let log = LOG.lock().unwrap();
    let taken: Vec<_> = log.values().filter(|it| !it[1].is_empty()).collect();
    taken
        .iter()
        .any(|[put, took]| taken.iter().any(|it| it[0] == *put && it[1] != *took))
}

impl Tried {
    /// An empty queue with this flaw.
    pub fn with(flaw: Flaw) -> Tried {
        LOG.lock().unwrap().clear();
        let (items, filled) = (Mutex::default(), Condvar::new());
        Tried { flaw, items, filled, puts: AtomicUsize::new(0) }
    }
}

impl Queue for Tried {
    fn put(&self, item: u32) {
        if self.flaw == Flaw::RingsEarly {
            self.filled.notify_one();
        }
        let before =
            (self.flaw == Flaw::Loses).then(|| self.items.lock().unwrap().clone());
        let mut items = self.items.lock().unwrap();
        *items = before.unwrap_or_else(|| items.clone());
        items.push_back(item);
        if self.flaw == Flaw::PutsTwice(self.puts.fetch_add(1, SeqCst) + 1) {
            items.push_back(item);
        }
        LOG.lock().unwrap().insert(item, [thread::name(), String::new()]);
        step(format_args!("puts {item}"));
        if self.flaw != Flaw::RingsEarly {
            self.filled.notify_one();
        }
    }

    fn take(&self) -> u32 {
        let items = self.items.lock().unwrap();
        let mut items =
            self.filled.wait_while(items, |items| items.is_empty()).unwrap();
        let item = match self.flaw {
            Flaw::LastComesFirst => items.pop_back().unwrap(),
            Flaw::GivesTwice => {
                let item = items[0];
                drop(items);
                self.items.lock().unwrap().pop_front();
                item
            }
            _ => items.pop_front().unwrap(),
        };
        if let Some(who) = LOG.lock().unwrap().get_mut(&item) {
            who[1] = thread::name();
        }
        step(format_args!("takes {item}"));
        item
    }
}
