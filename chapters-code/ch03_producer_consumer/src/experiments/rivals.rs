//! Our queue and those that one would use: how many a second, how late, how fair.

use std::{
    hint,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::*},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, ensure};
use ch03_producer_consumer::{
    many::{Item, run},
    rivals::{Put, Take, crossbeam, ours, std as of_std, tokio},
};
use crossbeam::utils::CachePadded;
use lab::{
    bench::Bench,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::{Unit, Value},
};

/// The four, for items of one type: id, label, and what makes one.
macro_rules! kinds {
    ($item:ty) => {{
        type Kind = fn(usize) -> (Put<$item>, Take<$item>);
        [
            ("ours", "ours", ours as Kind),
            ("std", "std::sync::mpsc", of_std as Kind),
            ("crossbeam", "crossbeam", crossbeam as Kind),
            ("tokio", "tokio::sync::mpsc", tokio as Kind),
        ]
    }};
}

/// How many numbers one item carries, if it carries several.
const BATCH: usize = 64;

/// Numbers through a queue as fast as they can, from one thread to another.
pub fn throughput(bench: &Bench) -> Result<Experiment> {
    let (rush, capacity) =
        (bench.settings.count("rush") as u64, bench.settings.count("capacity"));
    let mut trial = Trial::new("throughput", "As fast as they can, one to one")
        .settings(bench.settings.only(&["rush", "capacity"]))
        .chart(bars("rate", "numbers a second", "From one thread to another."));
    for (id, label, kind) in kinds!(u64) {
        trial = trial.series(id, label, move |notes| {
            let (put, take) = kind(capacity);
            send(0..rush, put, take, |number| number, rush, notes)
        });
    }
    trial = trial.series("batch", format!("ours, {BATCH} in an item"), move |notes| {
        let (put, take) = ours::<Vec<u64>>(capacity);
        let batch = |first| (first..rush.min(first + BATCH as u64)).collect();
        let batches = (0..rush).step_by(BATCH).map(batch);
        send(batches, put, take, |batch| batch.into_iter().sum(), rush, notes)
    });
    let mut experiment = trial.run(bench)?;
    against_the_fastest(&mut experiment);
    Ok(experiment)
}

/// Puts all `items`; another thread takes them and adds up what they carry, the numbers below
/// `rush`.
fn send<T: Send + 'static>(
    items: impl Iterator<Item = T>,
    put: Put<T>,
    mut take: Take<T>,
    carries: fn(T) -> u64,
    rush: u64,
    notes: &mut Notes,
) -> Result<()> {
    let sum = thread::scope(|scope| {
        let add = move || {
            let mut sum = 0;
            while let Some(item) = take() {
                sum += carries(item);
            }
            sum
        };
        let consumer = thread::Builder::new().spawn_scoped(scope, add)?;
        items.for_each(|item| put(item));
        drop(put);
        consumer.join().map_err(|_| anyhow!("the consumer panicked"))
    })?;
    ensure!(sum == rush * (rush - 1) / 2, "the sum is {sum}");
    notes.items(rush as usize);
    Ok(())
}

/// How many times as fast as ours the fastest of the others is, round by round.
fn against_the_fastest(experiment: &mut Experiment) {
    let rates = |id: &str| -> Vec<f64> {
        let series = experiment.series(id).into_iter().flat_map(|one| &one.samples);
        series.map(|sample| 1.0 / sample.wall).collect()
    };
    let others = [rates("std"), rates("crossbeam"), rates("tokio")];
    let ratio = |(round, ours): (usize, &f64)| {
        let fastest = others.iter().filter_map(|rates| rates.get(round)).copied();
        fastest.fold(0.0, f64::max) / ours
    };
    let ratios: Vec<f64> = rates("ours").iter().enumerate().map(ratio).collect();
    let value = Value::of(&ratios, Unit::Ratio);
    experiment.values.extend(value.map(|value| ("fastest_to_ours".to_owned(), value)));
}

/// One at a time, to a consumer that waits for it: when does it arrive?
pub fn latency(bench: &Bench) -> Result<Experiment> {
    const SENT: usize = 2_000;
    const PAUSE: Duration = Duration::from_micros(50);
    let capacity = bench.settings.count("capacity");
    let mut trial = Trial::new("latency", "One at a time, to a consumer that waits")
        .settings(bench.settings.only(&["capacity"]))
        .chart(bars(
            "p50",
            "time",
            "Median time from putting an item until it is taken.",
        ));
    for (id, label, kind) in kinds!(Instant) {
        trial = trial.series(id, label, move |notes| {
            let (put, mut take) = kind(capacity);
            let arrived = &AtomicUsize::new(0);
            let mut late = thread::scope(|scope| {
                let look = move || {
                    let mut late = Vec::with_capacity(SENT);
                    while let Some(sent) = take() {
                        late.push(sent.elapsed().as_secs_f64());
                        arrived.store(late.len(), Release);
                    }
                    late
                };
                let consumer = thread::Builder::new().spawn_scoped(scope, look)?;
                for number in 0..SENT {
                    // The one before is there, and the consumer has had time to fall asleep.
                    spin_until(|| arrived.load(Acquire) == number);
                    let until = Instant::now() + PAUSE;
                    spin_until(|| Instant::now() >= until);
                    put(Instant::now());
                }
                drop(put);
                consumer.join().map_err(|_| anyhow!("the consumer panicked"))
            })?;
            ensure!(late.len() == SENT, "{} of {SENT} arrived", late.len());
            late.sort_by(f64::total_cmp);
            notes.note("p50", late[SENT / 2], Unit::Seconds);
            notes.note("p99", late[SENT * 99 / 100], Unit::Seconds);
            Ok(())
        });
    }
    trial.run(bench)
}

fn spin_until(done: impl Fn() -> bool) {
    while !done() {
        hint::spin_loop();
    }
}

/// Two producers, one consumer: do the producers take turns, and how long does one wait for a place
/// at the most?
pub fn fairness(bench: &Bench) -> Result<Experiment> {
    let each = bench.settings.count("rush") / 4;
    // So few that both producers wait for a place most of the time.
    const PLACES: usize = 16;
    let mut trial = Trial::new("fairness", "Two producers, one consumer, few places")
        .settings(bench.settings.only(&["rush"]))
        .chart(bars("row", "items", "Items in a row of one producer, on average."));
    for (id, label, kind) in kinds!(Item) {
        trial = trial.series(id, label, move |notes| {
            let (put, take) = kind(PLACES);
            // A cache line for each, or the producers would get in each other's way.
            let longest = [(); 2].map(|()| CachePadded::new(AtomicU64::new(0)));
            let [one, other] = &longest;
            let producers = vec![timed(Arc::clone(&put), one), timed(put, other)];
            note_rows(&run(producers, each, vec![take])?, notes);
            let longest = longest.iter().map(|it| it.load(Relaxed)).max();
            notes.note("longest", longest.unwrap_or(0) as f64 / 1e9, Unit::Seconds);
            Ok(())
        });
    }
    trial.run(bench)
}

/// Puts items, and keeps the longest time that one took, in nanoseconds.
fn timed(put: Put<Item>, longest: &AtomicU64) -> impl Fn(Item) + Send {
    move |item| {
        let began = Instant::now();
        put(item);
        longest.fetch_max(began.elapsed().as_nanos() as u64, Relaxed);
    }
}

/// How the items of two producers alternate, as long as both still have some.
fn note_rows(got: &[Vec<Item>], notes: &mut Notes) {
    let items: Vec<Item> = got.iter().flatten().copied().collect();
    let last_of = |producer| items.iter().rposition(|item| item.0 == producer);
    let both = &items[..last_of(0).min(last_of(1)).unwrap_or(0)];
    let rows = || both.chunk_by(|a, b| a.0 == b.0).map(<[Item]>::len);
    notes.count("rows", rows().count() as f64);
    notes.count("row", both.len() as f64 / rows().count().max(1) as f64);
    notes.count("longest_row", rows().max().unwrap_or(0) as f64);
    notes.items(items.len());
}

fn bars(measure: &str, y_label: &str, caption: &str) -> Chart {
    Chart {
        kind: ChartKind::Bars,
        measure: measure.to_owned(),
        y_label: y_label.to_owned(),
        x_label: "queue".to_owned(),
        caption: caption.to_owned(),
        reference: None,
    }
}
