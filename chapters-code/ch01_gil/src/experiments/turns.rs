//! Two workers that compute, or wait: one after the other, under the lock, without it.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::Result;
use ch01_gil::{
    interpreter::{Free, Op, run},
    turns::{Turn, most_at_once},
    workers::{Life, Program, serial, under_the_gil, without_a_lock},
};
use lab::{
    bench::Bench,
    record::{Chart, ChartKind, Experiment},
    trace::{Span, State},
    trial::{Notes, Trial},
    value::Unit,
};

/// Seconds of a run that are drawn: in more than this, one could not tell the turns apart.
const DRAWN: f64 = 0.1;

/// How the workers of a series get their turns.
type Way = fn(&[Program], Duration) -> Vec<Life>;

const WAYS: [(&str, &str, Way); 3] = [
    ("serial", "one after the other", serial),
    ("gil", "two threads under one lock", under_the_gil),
    ("free", "two threads without a lock", without_a_lock),
];

/// Two workers that compute.
pub fn turns(bench: &Bench) -> Result<Experiment> {
    let one = vec![Op::Loop(bench.settings.count("loops") as u64)];
    let two = vec![one.clone(); 2];
    let settings = bench.settings.only(&["loops", "interval"]);
    let caption = "Wall time. The last bar is half of the work. Shorter is faster.";
    let trial = Trial::new("turns", "Two workers that compute").settings(settings);
    ways(bench, trial, &two)
        .timeline()
        .chart(bars("wall", "wall time", "who works", caption))
        .series("one", "one worker alone, under the lock", |notes| {
            let alone = under_the_gil(std::slice::from_ref(&one), interval_of(bench));
            note(&alone, notes);
            note_turns(&alone, notes);
            Ok(())
        })
        .ratio("gil_to_serial", "gil", "serial")
        .run(bench)
}

/// Two workers that wait.
pub fn waiting(bench: &Bench) -> Result<Experiment> {
    let wait = milliseconds(bench.settings.number("wait"));
    let two = vec![vec![Op::Wait(wait); 5]; 2];
    let settings = bench.settings.only(&["wait", "interval"]);
    let trial = Trial::new("waiting", "Two workers that wait").settings(settings);
    ways(bench, trial, &two).timeline().run(bench)
}

/// The three ways for the same programs.
fn ways<'a>(bench: &'a Bench, mut trial: Trial<'a>, programs: &[Program]) -> Trial<'a> {
    for (id, label, way) in WAYS {
        let programs = programs.to_vec();
        trial = trial.series(id, label, move |notes| {
            let lives = way(&programs, interval_of(bench));
            note(&lives, notes);
            if id == "gil" {
                note_turns(&lives, notes);
            }
            Ok(())
        });
    }
    trial.baseline("serial")
}

/// Shorter and longer switch intervals, and native calls that do not look up.
pub fn interval(bench: &Bench) -> Result<Experiment> {
    let loops = bench.settings.count("loops") as u64;
    let two = vec![vec![Op::Loop(loops)]; 2];
    let native = vec![vec![Op::Native(in_native_call()); 8], vec![Op::Loop(loops)]];
    let caption = "How often the lock changes hands, by the switch interval.";
    let mut trial = Trial::new("interval", "The switch interval")
        .settings(bench.settings.only(&["loops"]))
        .chart(bars("handoff_rate", "hand-offs", "switch interval", caption));
    for (id, milli) in [("half", 0.5), ("five", 5.0), ("fifty", 50.0)] {
        let two = &two;
        let label = format!("switch interval of {milli} ms");
        trial = trial.series(id, label, move |notes| {
            let lives = under_the_gil(two, milliseconds(milli));
            note_turns(&lives, notes);
            let forced = turns_of(&lives).filter(|turn| turn.forced);
            note_hold(forced, milliseconds(milli), notes);
            notes.items(2 * loops as usize);
            Ok(())
        });
    }
    let five = milliseconds(5.0);
    trial
        .series("native", "5 ms, beside native calls", |notes| {
            let lives = under_the_gil(&native, five);
            note_turns(&lives, notes);
            note_hold(lives[0].turns.iter(), five, notes);
            Ok(())
        })
        .run(bench)
}

/// How many iterations take about 20 ms here, four switch intervals.
fn in_native_call() -> u64 {
    const TRIED: u64 = 500_000;
    let began = Instant::now();
    black_box(run(&[Op::Native(TRIED)], &mut Free::attach()));
    let took = began.elapsed().as_secs_f64().max(1e-9);
    (TRIED as f64 * 0.02 / took) as u64
}

/// Counts who was in progress and who could run, and draws it.
fn note(lives: &[Life], notes: &mut Notes) {
    let alive = lives.iter().map(|life| (life.began, life.ended));
    notes.count("in_progress", most_at_once(alive) as f64);
    let runs = turns_of(lives).map(|turn| (turn.taken, turn.dropped));
    notes.count("running", most_at_once(runs) as f64);
    if let Some(began) = lives.iter().map(|life| life.began).min() {
        let names = ["worker 1", "worker 2"];
        let turns = lives.iter().map(|life| life.turns.as_slice());
        notes.spans(spans(&names.into_iter().zip(turns).collect::<Vec<_>>(), began));
    }
}

/// Counts turns and hand-offs of workers under the lock.
fn note_turns(lives: &[Life], notes: &mut Notes) {
    notes.count("forced", turns_of(lives).filter(|turn| turn.forced).count() as f64);
    let handoffs = handoffs(lives);
    notes.count("handoffs", handoffs as f64);
    let began = lives.iter().map(|life| life.began).min();
    let ended = lives.iter().map(|life| life.ended).max();
    if let (Some(began), Some(ended)) = (began, ended) {
        let wall = (ended - began).as_secs_f64();
        notes.note("handoff_rate", handoffs as f64 / wall, Unit::PerSecond);
    }
}

fn turns_of(lives: &[Life]) -> impl Iterator<Item = &Turn> {
    lives.iter().flat_map(|life| &life.turns)
}

/// How often the lock went from one worker to another.
fn handoffs(lives: &[Life]) -> usize {
    let mut turns: Vec<(Instant, usize)> = Vec::new();
    for (worker, life) in lives.iter().enumerate() {
        turns.extend(life.turns.iter().map(|turn| (turn.taken, worker)));
    }
    turns.sort_unstable();
    turns.windows(2).filter(|pair| pair[0].1 != pair[1].1).count()
}

/// The median time with the lock, in seconds and in switch intervals, and the longest.
fn note_hold<'a>(
    turns: impl Iterator<Item = &'a Turn>,
    interval: Duration,
    notes: &mut Notes,
) {
    let mut holds: Vec<f64> = turns.map(|turn| turn.hold().as_secs_f64()).collect();
    holds.sort_by(f64::total_cmp);
    let Some(longest) = holds.last().copied() else { return };
    let median = holds[holds.len() / 2];
    notes.note("hold", median, Unit::Seconds);
    notes.note("hold_longest", longest, Unit::Seconds);
    notes.note("hold_in_intervals", median / interval.as_secs_f64(), Unit::Ratio);
}

/// What each worker did at first: it ran; it wanted the lock; or it was outside, and waited for
/// something else.
pub fn spans(workers: &[(&str, &[Turn])], start: Instant) -> Vec<Span> {
    let since = |at: Instant| (at - start).as_secs_f64();
    let mut spans = Vec::new();
    for (worker, turns) in workers {
        let mut last = None;
        for turn in *turns {
            for (what, state, from, to) in [
                ("is outside", State::Blocked, last.unwrap_or(turn.asked), turn.asked),
                ("wants the lock", State::Waiting, turn.asked, turn.taken),
                ("runs", State::Working, turn.taken, turn.dropped),
            ] {
                let (start, end) = (since(from), since(to).min(DRAWN));
                if start < end {
                    let (worker, what) = ((*worker).to_owned(), what.to_owned());
                    spans.push(Span { worker, what, state, start, end });
                }
            }
            last = Some(turn.dropped);
        }
    }
    spans
}

fn bars(measure: &str, y_label: &str, x_label: &str, caption: &str) -> Chart {
    Chart {
        kind: ChartKind::Bars,
        measure: measure.to_owned(),
        y_label: y_label.to_owned(),
        x_label: x_label.to_owned(),
        caption: caption.to_owned(),
        reference: None,
    }
}

/// The switch interval that the reader asked for.
pub fn interval_of(bench: &Bench) -> Duration {
    milliseconds(bench.settings.number("interval"))
}

pub fn milliseconds(number: f64) -> Duration {
    Duration::from_secs_f64(number / 1e3)
}
