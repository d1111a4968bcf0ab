//! Programs that keep a CPU busy, and whether a faster CPU would help them.

use std::{hint::black_box, io, thread, time::Duration};

use anyhow::{Result, anyhow};
use ch06_decision_tree::{
    busy::{self, Line},
    cipher,
};
use lab::{
    bench::Bench,
    os,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::Unit,
};

/// How long the event takes that two of them wait for.
const EVENT: Duration = Duration::from_millis(150);

/// 16 KiB, which fit in the nearest cache, and 256 MiB, which fit in few.
const NEAR: u32 = 16 << 4;
const FAR: u32 = 256 << 14;

/// Steps of a walk through each, and of the work in registers: a tenth of a second or so.
const NEAR_STEPS: u64 = 100_000_000;
const FAR_STEPS: u64 = 1_000_000;
const STEPS: u64 = 100_000_000;

/// Words of 4 bytes of two messages, of 16 KiB and 64 MiB. The first is encrypted as often as it
/// takes to encrypt as many words as the second has.
const SHORT: usize = 16 << 8;
const LONG: usize = 64 << 18;

/// One core at 100 %, in four ways; and the first one's wait without it.
pub fn busy(bench: &Bench) -> Result<Experiment> {
    let (near, far) = (busy::path(NEAR), busy::path(FAR));
    Trial::new("busy", "One core at 100 %")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "busy".to_owned(),
            y_label: "CPU time / time".to_owned(),
            x_label: "what it does".to_owned(),
            caption: "The share of its time that each program was on a CPU. Four are \
                      at 100 %, and do not do the same amount of work."
                .to_owned(),
            reference: None,
        })
        .without_memory()
        .ratio("spin_to_park", "spin", "park")
        .ratio_of("step", "far_to_near", "far", "near")
        .series("park", "waits for an event, asleep", |_| Ok(busy::park(EVENT)?))
        .series("spin", "asks again and again for the same event", |_| {
            Ok(busy::spin(EVENT)?)
        })
        .series("far", "walks through memory", |notes| {
            walk(&far, FAR_STEPS, notes);
            Ok(())
        })
        .series("near", "walks through a cache", |notes| {
            walk(&near, NEAR_STEPS, notes);
            Ok(())
        })
        .series("work", "works in registers", |notes| {
            each(STEPS, notes, || {
                black_box(busy::work(STEPS));
            });
            Ok(())
        })
        .run(bench)
}

fn walk(path: &[Line], steps: u64, notes: &mut Notes) {
    each(steps, notes, || {
        black_box(busy::walk(path, steps));
    });
}

/// Notes the CPU time of a step. A wait for memory is in it, a wait for a CPU is not.
fn each(steps: u64, notes: &mut Notes, work: impl FnOnce()) {
    let before = os::usage();
    work();
    if let Some((before, after)) = before.zip(os::usage()) {
        notes.note("step", (after.cpu - before.cpu) / steps as f64, Unit::Seconds);
    }
}

/// Two threads that never wait for anything, on one CPU; and one of them alone.
pub fn queue(bench: &Bench) -> Result<Experiment> {
    let trial =
        Trial::new("queue", "Work only, and more of it than CPUs").without_memory();
    if os::pin_to_one_cpu().is_none() || os::thread_schedule().is_none() {
        return trial.run(bench);
    }
    trial
        .series("one", "one thread, one CPU", |notes| queued(1, notes))
        .series("two", "two threads, one CPU", |notes| queued(2, notes))
        .run(bench)
}

/// Has `threads` work on one CPU, and notes which share of their time they were ready and did not.
fn queued(threads: usize, notes: &mut Notes) -> Result<()> {
    let _pinned = os::pin_to_one_cpu();
    let work = || {
        black_box(busy::work(STEPS));
        os::thread_schedule()
    };
    let fared = together(threads, work)?;
    let sum =
        |of: fn(&os::Schedule) -> f64| fared.iter().flatten().map(of).sum::<f64>();
    let (run, delay) = (sum(|it| it.run), sum(|it| it.delay));
    notes.note("queued", delay / (run + delay), Unit::Share);
    Ok(())
}

/// Encryption of a message that a cache holds, and of one that none does.
pub fn encryption(bench: &Bench) -> Result<Experiment> {
    let encrypt = |words: usize, notes: &mut Notes| {
        let mut message = vec![1; words];
        each(4 * LONG as u64, notes, || {
            for _ in 0..LONG / words {
                cipher::encrypt(black_box(&mut message));
            }
        });
        Ok(())
    };
    Trial::new("encryption", "Encryption of as many bytes, near and far")
        .without_memory()
        .ratio_of("step", "far_to_near", "far", "near")
        .series("near", "16 KiB, again and again", move |notes| encrypt(SHORT, notes))
        .series("far", "64 MiB, once", move |notes| encrypt(LONG, notes))
        .run(bench)
}

/// So many threads with the same work, and what each returned.
fn together<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Result<Vec<T>> {
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, &work);
        let running = (0..threads).map(start).collect::<io::Result<Vec<_>>>()?;
        let ends = running.into_iter().map(|thread| thread.join());
        ends.map(|end| end.map_err(|_| anyhow!("a thread panicked"))).collect()
    })
}
