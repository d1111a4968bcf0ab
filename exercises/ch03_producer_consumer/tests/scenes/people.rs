//! A quick producer, a slow one, and consumers, of whom one can tell who went home.

use std::sync::{
    Arc, Mutex,
    mpsc::{self, Sender},
};

use harness::{InFlight, accident, asleep, settle, variant};

pub type Producer = Box<dyn Iterator<Item = usize> + Send>;
pub type Consumer = Box<dyn FnMut(usize) + Send>;

/// What became of consumers and items.
pub struct Scene {
    pub consumers: usize,
    items: usize,
    used: Arc<Mutex<Vec<usize>>>,
    there: &'static InFlight,
    /// The quick producer waits for one at its beginning.
    begin: Sender<()>,
    /// The slow producer waits for one before each item, and before its end.
    permits: Sender<()>,
}

/// A scene; at its end the slow producer may panic.
pub fn scene(panics: bool) -> (Scene, Vec<Producer>, Vec<Consumer>) {
    let mut variant = variant();
    let (consumers, each) = (variant.between(2..=4), variant.between(5..=8));
    let (begin, begun) = mpsc::channel();
    let (permits, permitted) = mpsc::channel();
    let items = 2 * each;
    let slow = (each..=items).map_while(move |item| {
        permitted.recv().ok()?;
        if panics && item == items {
            accident("staged");
        }
        (item < items).then_some(item)
    });
    let quick = (0..each).inspect(move |item| {
        let _ = *item > 0 || begun.recv().is_ok();
    });
    let producers: Vec<Producer> = vec![Box::new(quick), Box::new(slow)];
    // It outlives the check, in case somebody waits for ever.
    let there = Box::leak(Box::default());
    let scene = Scene { consumers, items, used: Arc::default(), there, begin, permits };
    let hired = (0..consumers).map(|_| scene.consumer()).collect();
    (scene, producers, hired)
}

impl Scene {
    /// Lets the quick producer begin, and the slow one go on, whenever nobody else has anything to
    /// do.
    pub fn play(&self) {
        asleep(
            "who waits for a thread is told of its end, and who waits for an item of that",
        );
        let _ = self.begin.send(());
        for _ in self.items / 2..=self.items {
            settle();
            // It may be gone.
            let _ = self.permits.send(());
        }
    }

    /// Whoever goes home drops the consumer.
    fn consumer(&self) -> Consumer {
        let (used, there) = (Arc::clone(&self.used), self.there.enter());
        Box::new(move |item| {
            let _there = &there;
            used.lock().unwrap().push(item);
        })
    }

    /// How many consumers went home.
    pub fn home(&self) -> usize {
        self.consumers - self.there.now()
    }

    /// The items that nobody used, and whether that is all of them.
    pub fn unused(&self) -> (Vec<usize>, bool) {
        let used = self.used.lock().unwrap();
        let unused = (0..self.items).filter(|item| !used.contains(item)).collect();
        (unused, used.is_empty())
    }
}
