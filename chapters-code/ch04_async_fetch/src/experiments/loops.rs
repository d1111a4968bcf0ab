//! What one thread with many tasks does not forgive: a call that blocks, and an await in between.

use std::{future::Future, io, pin::Pin, time::Duration};

use anyhow::Result;
use ch04_async_fetch::{
    deposit,
    tick::{self, EVERY, Ticks},
};
use lab::{
    bench::Bench,
    record::Experiment,
    trace::{Span, State},
    trial::{Notes, Trial},
    value::Unit,
};

use super::pages::milliseconds;

/// How many deposits are made.
const DEPOSITS: usize = 1000;

type Other = fn(Duration) -> Pin<Box<dyn Future<Output = ()>>>;

/// What the other task does: id, label, whether it works, and it.
const OTHERS: [(&str, &str, State, Other); 5] = [
    ("awaits", "another task awaits", State::Blocked, |long| {
        Box::pin(tick::awaits(long))
    }),
    ("blocks", "another task blocks", State::Blocked, |long| {
        Box::pin(tick::blocks(long))
    }),
    ("computes", "another task computes", State::Working, |long| {
        Box::pin(tick::computes(long))
    }),
    ("yields", "another task computes and yields", State::Working, |long| {
        Box::pin(tick::computes_and_yields(long))
    }),
    ("hands_over", "another task hands over", State::Blocked, |long| {
        Box::pin(tick::hands_over(long))
    }),
];

/// A task that ticks, beside others.
pub fn tick(bench: &Bench) -> Result<Experiment> {
    let block = milliseconds(bench, "block");
    let mut trial = Trial::new("tick", "A task that ticks, and another one beside it")
        .settings(bench.settings.only(&["block"]))
        .without_memory()
        .timeline();
    for (id, label, state, other) in OTHERS {
        trial = trial.series(id, label, move |notes| {
            let ticks = tick::beside(other(block))?;
            note(&ticks, block, state, notes);
            Ok(())
        });
    }
    trial.run(bench)
}

fn note(ticks: &Ticks, block: Duration, state: State, notes: &mut Notes) {
    let gap = ticks.longest_gap().as_secs_f64();
    notes.count("during", ticks.during() as f64);
    notes.note("gap", gap, Unit::Seconds);
    notes.note("gap_to_block", gap / block.as_secs_f64(), Unit::Ratio);
    let span = |worker: &str, state, start: Duration, end: Duration| Span {
        worker: worker.to_owned(),
        what: worker.to_owned(),
        state,
        start: start.as_secs_f64(),
        end: end.as_secs_f64(),
    };
    // The ticking task sleeps until its tick is due, and then waits for its turn.
    let mut spans = Vec::new();
    let mut last = Duration::ZERO;
    for at in &ticks.at {
        let due = (last + EVERY).min(*at);
        spans.push(span("ticks", State::Blocked, last, due));
        spans.push(span("ticks", State::Waiting, due, *at));
        last = *at;
    }
    spans.push(span("the other", state, ticks.began, ticks.ended));
    notes.spans(spans);
}

/// Deposits on one thread: how many are lost.
pub fn deposit(bench: &Bench) -> Result<Experiment> {
    type Way = fn(usize) -> io::Result<usize>;
    let mut trial =
        Trial::new("deposit", "A thousand deposits on one thread").without_memory();
    for (id, label, way) in [
        ("across", "an await between look and write", deposit::across_an_await as Way),
        ("without", "no await in between", deposit::without_an_await),
        ("locked", "an await in between, under a lock", deposit::under_a_lock),
    ] {
        trial = trial.series(id, label, move |notes| {
            let left = way(DEPOSITS)?;
            notes.count("made", DEPOSITS as f64);
            notes.count("left", left as f64);
            notes.count("lost", (DEPOSITS - left) as f64);
            Ok(())
        });
    }
    trial.run(bench)
}
