//! A queue as the trial sees it, and one that is right or has one of five flaws.

use std::collections::VecDeque;

use harness::model::{Condvar, Mutex, step};

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
    /// Each item lies there twice: whoever takes as many as were put finds them.
    PutsTwice,
    /// Two who take at a time see the same item at the front.
    GivesTwice,
    LastComesFirst,
    /// Before the item is there.
    RingsEarly,
}

/// A queue from which the trial has to tell whether it is right.
pub struct Tried {
    flaw: Flaw,
    items: Mutex<VecDeque<u32>>,
    filled: Condvar,
}

impl Tried {
    /// An empty queue with this flaw.
    pub fn with(flaw: Flaw) -> Tried {
        Tried { flaw, items: Mutex::default(), filled: Condvar::new() }
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
        if self.flaw == Flaw::PutsTwice {
            items.push_back(item);
        }
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
        step(format_args!("takes {item}"));
        item
    }
}
