//! Waits for somebody else: how they look, how they grow, how far they lie apart.

use std::{
    hint::black_box,
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::Result;
use ch06_decision_tree::{busy, idle, peer};
use lab::{
    bench::Bench,
    record::{Chart, ChartKind, Experiment},
    trace::{Span, State},
    trial::{Notes, Trial},
    value::Unit,
};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// The sources' picture: a request, two waits for a device, one for the network, an answer.
pub fn picture(bench: &Bench) -> Result<Experiment> {
    Trial::new("picture", "A program that waits most of the time")
        .timeline()
        .without_memory()
        .series("waits", "asks, waits, and uses the answer", |notes| {
            let peer = peer::answering([50, 50, 100].map(ms))?;
            let (clock, mut spans) = (Instant::now(), Vec::new());
            let mut step = |what: &str, state, act: &dyn Fn() -> Result<()>| {
                let start = clock.elapsed().as_secs_f64();
                act()?;
                let (worker, what) = ("the program".to_owned(), what.to_owned());
                let end = clock.elapsed().as_secs_f64();
                spans.push(Span { worker, what, state, start, end });
                anyhow::Ok(())
            };
            let work = |time| {
                move || {
                    black_box(idle::compute(time));
                    Ok(())
                }
            };
            let wait = || Ok(peer::ask(&peer)?);
            step("asks", State::Working, &work(ms(1) / 10))?;
            step("the device", State::Blocked, &wait)?;
            step("the device", State::Blocked, &wait)?;
            step("the network", State::Blocked, &wait)?;
            step("uses the answer", State::Working, &work(ms(1)))?;
            notes.spans(spans);
            Ok(())
        })
        .run(bench)
}

/// One, two and four times the input, for a program that works and for one that waits.
pub fn growth(bench: &Bench) -> Result<Experiment> {
    let mut trial = Trial::new("growth", "Twice and four times the input")
        .chart(Chart {
            kind: ChartKind::Lines,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "size of the input".to_owned(),
            caption: "Time by the size of the input, of a program that works and of \
                      one that waits."
                .to_owned(),
            reference: None,
        })
        .without_memory()
        .ratio("work", "work_4", "work_1")
        .ratio("wait", "wait_4", "wait_1");
    for size in [1_u32, 2, 4] {
        trial = trial
            .point(
                "work",
                f64::from(size),
                format!("works, input × {size}"),
                move |_| {
                    black_box(busy::work(u64::from(size) * 40_000_000));
                    Ok(())
                },
            )
            .point(
                "wait",
                f64::from(size),
                format!("waits, input × {size}"),
                move |_| {
                    let count = size as usize * 5;
                    let peer = peer::answering(vec![ms(10); count])?;
                    (0..count).try_for_each(|_| Ok(peer::ask(&peer)?))
                },
            );
    }
    trial.run(bench)
}

/// How many requests are timed.
const REQUESTS: usize = 40;

/// The same request again and again, each timed; and the same work.
pub fn spread(bench: &Bench) -> Result<Experiment> {
    Trial::new("spread", "The same request again and again")
        .without_memory()
        .series("requests", "a request, timed forty times", |notes| {
            let peer = peer::answering(peer::delays(ms(2), REQUESTS))?;
            times(notes, || ask(&peer))
        })
        .series("work", "work, timed forty times", |notes| {
            times(notes, || {
                black_box(busy::work(4_000_000));
                Ok(())
            })
        })
        .run(bench)
}

fn ask(peer: &TcpStream) -> Result<()> {
    Ok(peer::ask(peer)?)
}

/// Notes how far the times lie apart.
fn times(notes: &mut Notes, mut act: impl FnMut() -> Result<()>) -> Result<()> {
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let clock = Instant::now();
        act()?;
        times.push(clock.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let (fastest, slowest) = (times[0], times[REQUESTS - 1]);
    let mean = times.iter().sum::<f64>() / REQUESTS as f64;
    let squares = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>();
    let deviation = (squares / (REQUESTS - 1) as f64).sqrt();
    notes.note("mean", mean, Unit::Seconds);
    notes.note("median", times[REQUESTS / 2], Unit::Seconds);
    notes.note("fastest", fastest, Unit::Seconds);
    notes.note("slowest", slowest, Unit::Seconds);
    // The coefficient of variation.
    notes.note("variation", deviation / mean, Unit::Share);
    notes.note("slowest_to_fastest", slowest / fastest, Unit::Ratio);
    Ok(())
}
