//! Is anything lost, used twice, or left waiting for ever?

use std::{
    env,
    io::{self, BufRead, BufReader},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};

use anyhow::{Result, ensure};
use ch03_producer_consumer::{
    channel::channel,
    closable::Queue,
    file::{self, ADDER},
    many::{Item, account, run},
};
use lab::{
    bench::Bench,
    record::Experiment,
    trial::{Notes, Trial},
};

const PRODUCERS: usize = 2;
const CONSUMERS: usize = 3;

/// Few enough that producers and consumers get in each other's way.
const PLACES: usize = 8;

/// Two producers and three consumers: what became of every item?
pub fn many(bench: &Bench) -> Result<Experiment> {
    let each = bench.settings.count("items");
    Trial::new("many", "Two producers, three consumers")
        .settings(bench.settings.only(&["items"]))
        .series("ours", "our queue", move |notes| {
            let (sender, receiver) = channel(PLACES);
            let put = |_| {
                let sender = sender.clone();
                move |item: Item| assert!(sender.send(item).is_ok())
            };
            let take = |_| {
                let receiver = receiver.clone();
                move || receiver.receive()
            };
            let (puts, takes) =
                ((0..PRODUCERS).map(put).collect(), (0..CONSUMERS).map(take).collect());
            drop((sender, receiver));
            note(&run(puts, each, takes)?, each, notes);
            Ok(())
        })
        .run(bench)
}

fn note(got: &[Vec<Item>], each: usize, notes: &mut Notes) {
    let account = account(got, PRODUCERS, each);
    notes.items(account.put);
    notes.count("put", account.put as f64);
    notes.count("lost", account.lost as f64);
    notes.count("doubled", account.doubled as f64);
    notes.count("overtaken", account.overtaken as f64);
}

/// How many of three consumers end: after one sentinel, after one each, and when the queue closes.
pub fn sentinel(bench: &Bench) -> Result<Experiment> {
    let mut trial = Trial::new("sentinel", "Three consumers, and the end");
    for (id, label, sentinels) in [
        ("one", "one sentinel", 1),
        ("each", "a sentinel for each", CONSUMERS),
        ("close", "the queue is closed", 0),
    ] {
        trial = trial.series(id, label, move |notes| {
            let (ended, waiting) = ends(sentinels)?;
            notes.count("ended", ended as f64);
            notes.count("waiting", waiting as f64);
            Ok(())
        });
    }
    trial.run(bench)
}

/// Some items for three consumers, then so many sentinels, or else the queue is closed. Returns how
/// many have ended, and how many wait for ever.
fn ends(sentinels: usize) -> Result<(usize, usize)> {
    let queue = &Queue::new(PLACES);
    let ended = &AtomicUsize::new(0);
    thread::scope(|scope| {
        let run = || {
            for _ in 0..CONSUMERS {
                let consumer = move || {
                    // `Some(None)` is the sentinel, `None` a queue that is closed.
                    while let Some(Some(_)) = queue.take() {}
                    ended.fetch_add(1, SeqCst);
                };
                thread::Builder::new().spawn_scoped(scope, consumer)?;
            }
            let items = (0..PLACES).map(Some).chain((0..sentinels).map(|_| None));
            for item in items {
                ensure!(queue.put(item).is_ok(), "nobody has closed it");
            }
            if sentinels == 0 {
                queue.close();
            }
            // Until each has ended, or waits for what will never come. When the queue is closed,
            // nobody does: who still counts as waiting has been woken, and is on its way.
            loop {
                let is_empty = queue.depth() == 0;
                let (ended, waiting) = (ended.load(SeqCst), queue.waiting());
                let idle = if sentinels == 0 { 0 } else { waiting };
                if is_empty && ended + idle == CONSUMERS {
                    return Ok((ended, idle));
                }
                thread::yield_now();
            }
        };
        let found = run();
        // Nobody shall wait for ever here.
        queue.close();
        found
    })
}

/// Two processes that add to a number in a file, with and without locking it.
pub fn file(bench: &Bench) -> Result<Experiment> {
    const TIMES: u64 = 50_000;
    let folder = bench.scratch("number", |_| Ok(()))?;
    let mut trial = Trial::new("file", "Two processes that add to a number in a file");
    for (id, label, how) in
        [("free", "without a lock", "free"), ("locked", "the file is locked", "locked")]
    {
        let path = folder.join(id);
        trial = trial.series(id, label, move |notes| {
            std::fs::write(&path, 0_u64.to_le_bytes())?;
            let start = || {
                let mut command = Command::new(env::current_exe()?);
                command.arg(ADDER).arg(&path).args([&TIMES.to_string(), how]);
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
            };
            let mut adders =
                [start(), start()].into_iter().collect::<io::Result<Vec<_>>>()?;
            // Both begin at once: one after the other, they would not meet.
            for output in adders.iter_mut().filter_map(|adder| adder.stdout.take()) {
                BufReader::new(output).read_line(&mut String::new())?;
            }
            adders.iter_mut().for_each(|adder| drop(adder.stdin.take()));
            for mut adder in adders {
                let status = adder.wait()?;
                ensure!(status.success(), "an adder failed: {status}");
            }
            let number = file::read(&mut std::fs::File::open(&path)?)?;
            notes.count("updates", 2.0 * TIMES as f64);
            notes.count("lost", (2 * TIMES).saturating_sub(number) as f64);
            Ok(())
        });
    }
    trial.run(bench)
}
