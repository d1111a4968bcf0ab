//! A worker that asks a server, alone and beside one that computes.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use ch01_gil::{
    convoy::{ask, compute_until, serve},
    gil::Gil,
    interpreter::{Free, Permit},
    turns::Turn,
};
use lab::{
    bench::Bench,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::Unit,
};

use super::turns::{interval_of, milliseconds, spans};

/// The rows of the timeline.
const ASKS: &str = "asks";
const COMPUTES: &str = "computes";

/// Requests of a worker that nobody disturbs.
const MANY: usize = 200;

/// Requests of one that often waits for the lock.
const FEW: usize = 16;

/// How long the busy worker works alone.
const COMPUTING: Duration = Duration::from_millis(60);

/// Requests, one after the other, with and without a worker beside that computes.
pub fn convoy(bench: &Bench) -> Result<Experiment> {
    let service = milliseconds(bench.settings.number("service"));
    let interval = interval_of(bench);
    Trial::new("convoy", "A worker that asks a server")
        .settings(bench.settings.only(&["interval", "service"]))
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "rate".to_owned(),
            y_label: "requests".to_owned(),
            x_label: "who is beside".to_owned(),
            caption: "Requests a second of one worker, by who works beside it."
                .to_owned(),
            reference: None,
        })
        .timeline()
        .series("alone", "alone, under the lock", |notes| {
            let gil = Gil::new(interval);
            let began = Instant::now();
            let mut held = gil.attach();
            requests(&mut held, service, MANY, notes)?;
            notes.spans(spans(&[(ASKS, &held.detach())], began));
            Ok(())
        })
        .series("beside", "beside a busy worker, under the lock", |notes| {
            under_the_lock(interval, service, notes)
        })
        .series("impatient", "the same, a tenth of the switch interval", |notes| {
            under_the_lock(interval / 10, service, notes)
        })
        .series("free", "beside a busy worker, without a lock", |notes| {
            let busy = |stop: &AtomicBool| {
                let mut free = Free::attach();
                (compute_until(stop, &mut free), free.detach())
            };
            let asking = |notes: &mut Notes| {
                let mut free = Free::attach();
                requests(&mut free, service, MANY, notes)?;
                Ok(free.detach())
            };
            beside(busy, asking, notes)
        })
        .series("busy", "the busy worker alone, under the lock", |notes| {
            let gil = Gil::new(interval);
            let stop = AtomicBool::new(false);
            let (iterations, wall) = thread::scope(|scope| {
                let busy = scope.spawn(|| {
                    let began = Instant::now();
                    let iterations = compute_until(&stop, &mut gil.attach());
                    (iterations, began.elapsed().as_secs_f64())
                });
                thread::sleep(COMPUTING);
                stop.store(true, Relaxed);
                busy.join().map_err(|_| anyhow!("the busy worker panicked"))
            })?;
            notes.note("busy_rate", iterations as f64 / wall, Unit::PerSecond);
            Ok(())
        })
        .ratio_of("request_rate", "slowdown", "alone", "beside")
        .ratio_of("busy_rate", "busy_share", "beside", "busy")
        .run(bench)
}

/// A worker that asks and one that computes, under one lock.
fn under_the_lock(
    interval: Duration,
    service: Duration,
    notes: &mut Notes,
) -> Result<()> {
    let gil = Gil::new(interval);
    let busy = |stop: &AtomicBool| {
        let mut held = gil.attach();
        (compute_until(stop, &mut held), held.detach())
    };
    let asking = |notes: &mut Notes| {
        let mut held = gil.attach();
        requests(&mut held, service, FEW, notes)?;
        Ok(held.detach())
    };
    beside(busy, asking, notes)
}

/// Asks, and notes how often and how long.
fn requests(
    permit: &mut impl Permit,
    service: Duration,
    times: usize,
    notes: &mut Notes,
) -> Result<()> {
    let server = serve(service)?;
    let began = Instant::now();
    let mut took = ask(server, times, permit)?;
    let wall = began.elapsed().as_secs_f64();
    took.sort_unstable();
    notes.items(times);
    notes.note("request_rate", times as f64 / wall, Unit::PerSecond);
    notes.note("request", took[took.len() / 2].as_secs_f64(), Unit::Seconds);
    Ok(())
}

/// Asks while another thread computes. Notes how much that one gets done, and who ran when.
fn beside(
    busy: impl Fn(&AtomicBool) -> (u64, Vec<Turn>) + Sync,
    asking: impl Fn(&mut Notes) -> Result<Vec<Turn>>,
    notes: &mut Notes,
) -> Result<()> {
    let stop = AtomicBool::new(false);
    let began = Instant::now();
    let (asked, busy) = thread::scope(|scope| {
        let thread = scope.spawn(|| busy(&stop));
        let stops = StopAtTheEnd(&stop);
        let asked = asking(notes);
        drop(stops);
        (asked, thread.join())
    });
    let wall = began.elapsed().as_secs_f64();
    let (iterations, computes) =
        busy.map_err(|_| anyhow!("the busy worker panicked"))?;
    notes.note("busy_rate", iterations as f64 / wall, Unit::PerSecond);
    notes.spans(spans(&[(ASKS, &asked?), (COMPUTES, &computes)], began));
    Ok(())
}

/// Stops the busy worker, even after a panic: the scope waits for it.
struct StopAtTheEnd<'a>(&'a AtomicBool);

impl Drop for StopAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}
