//! A producer and a consumer that take their time: how long, how full, in which order.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use ch03_producer_consumer::{
    line::{Diary, Entry, Event, Pace, run},
    order::{Line, impossible, possible_logs},
};
use lab::{
    bench::Bench,
    record::{Chart, ChartKind, Experiment},
    trace::{Span, State},
    trial::Trial,
    value::Unit,
};

/// More places than there will ever be items.
const UNBOUNDED: usize = usize::MAX;

/// How many items the source makes.
const ITEMS: usize = 5;

/// The source's pace, in its seconds: an item is made in one, and used in two.
fn pace(bench: &Bench, items: usize) -> Pace {
    Pace { items, making: seconds(bench, 1.0), using: seconds(bench, 2.0) }
}

fn seconds(bench: &Bench, count: f64) -> Duration {
    Duration::from_secs_f64(bench.settings.number("second") / 1000.0 * count)
}

/// The queues of the experiments: id, label, capacity.
const QUEUES: [(&str, &str, usize); 3] = [
    ("unbounded", "no bound", UNBOUNDED),
    ("two", "two places", 2),
    ("one", "one place", 1),
];

/// The source's five items, through a queue without a bound and with one.
pub fn five(bench: &Bench) -> Result<Experiment> {
    let pace = pace(bench, ITEMS);
    let ideal = pace.using.as_secs_f64() * ITEMS as f64;
    let mut trial =
        Trial::new("five", "Five items, made in one second and used in two")
            .settings(bench.settings.only(&["second"]))
            .timeline();
    for (id, label, capacity) in QUEUES {
        trial = trial.series(id, label, move |notes| {
            let began = Instant::now();
            let diary = run(pace, capacity, 1)?;
            notes.note("to_ideal", began.elapsed().as_secs_f64() / ideal, Unit::Ratio);
            notes.count(
                "deepest",
                depths(&diary).map(|it| it.1).max().unwrap_or(0) as f64,
            );
            notes.spans(spans(&diary, began));
            Ok(())
        });
    }
    trial.run(bench)
}

/// How full the queue is, over time: in the middle of every second one of the source's seconds.
pub fn depth(bench: &Bench) -> Result<Experiment> {
    const ITEMS: usize = 12;
    let pace = pace(bench, ITEMS);
    let last = RefCell::new(Vec::new());
    let mut trial = Trial::new("depth", "How full the queue is")
        .settings(bench.settings.only(&["second"]))
        .chart(Chart {
            kind: ChartKind::Lines,
            measure: "depth".to_owned(),
            y_label: "items in the queue".to_owned(),
            x_label: "seconds of the source".to_owned(),
            caption: "Twelve items, made in one second and used in two.".to_owned(),
            reference: None,
        });
    for (line, _, capacity) in QUEUES {
        for second in (1..2 * ITEMS).step_by(2) {
            let (x, last) = (second as f64 + 0.5, &last);
            trial = trial.point(line, x, format!("{line}, {x} s"), move |notes| {
                // The first point of a line runs it; the others look at the same run.
                if second == 1 {
                    let began = Instant::now();
                    let diary = run(pace, capacity, 1)?;
                    let since = |(at, depth): (Instant, usize)| (at - began, depth);
                    *last.borrow_mut() = depths(&diary).map(since).collect();
                }
                let at = seconds(bench, x);
                let depths = last.borrow();
                let depth = depths.iter().take_while(|(since, _)| *since <= at).last();
                notes.count("depth", depth.map_or(0, |it| it.1) as f64);
                Ok(())
            });
        }
    }
    trial.run(bench)
}

/// How long twelve items take, by how long one is used, with one consumer and with two.
pub fn bottleneck(bench: &Bench) -> Result<Experiment> {
    const ITEMS: usize = 12;
    let mut trial = Trial::new("bottleneck", "Who is the bottleneck?")
        .settings(bench.settings.only(&["second"]))
        .chart(Chart {
            kind: ChartKind::Lines,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "seconds of the source that a consumer needs for an item".to_owned(),
            caption: "Time for twelve items that are made in two seconds each, with one consumer \
                      and with two."
                .to_owned(),
            reference: None,
        });
    const MAKE: f64 = 2.0;
    for (line, consumers) in [("one", 1), ("two", 2)] {
        for take in [1.0, 2.0, 4.0, 6.0] {
            let (making, using) = (seconds(bench, MAKE), seconds(bench, take));
            let pace = Pace { items: ITEMS, making, using };
            // The slower stage decides.
            let slower = f64::max(MAKE, take / consumers as f64);
            let model = seconds(bench, slower * ITEMS as f64).as_secs_f64();
            let label = format!("{line}, {take} s");
            trial = trial.point(line, take, label, move |notes| {
                let began = Instant::now();
                run(pace, 2, consumers)?;
                let wall = began.elapsed().as_secs_f64();
                notes.note("to_model", wall / model, Unit::Ratio);
                Ok(())
            });
        }
    }
    trial.run(bench)
}

/// The logs of many short runs: is any in an impossible order, and how many differ?
pub fn order(bench: &Bench) -> Result<Experiment> {
    const RUNS: u64 = 300;
    // Pauses of many lengths, so that now the one is quicker, now the other.
    let pace = |run: u64| Pace {
        items: ITEMS,
        making: Duration::from_micros(run % 5 * 50),
        using: Duration::from_micros(run % 7 * 50),
    };
    Trial::new("order", "The order of the log")
        .series("runs", format!("{RUNS} runs of five items"), move |notes| {
            let (mut seen, mut wrong) = (BTreeSet::new(), 0);
            for number in 0..RUNS {
                let log = log(&run(pace(number), UNBOUNDED, 1)?);
                ensure!(log.len() == 2 * ITEMS + 3, "a log of {} lines", log.len());
                wrong += usize::from(impossible(&log).is_some());
                seen.insert(log);
            }
            notes.count("runs", RUNS as f64);
            notes.count("possible", possible_logs(ITEMS) as f64);
            notes.count("different", seen.len() as f64);
            notes.count("impossible", wrong as f64);
            notes.count("swapped", swapped(&seen) as f64);
            Ok(())
        })
        .run(bench)
}

/// How many pairs of lines were seen in both orders.
fn swapped(logs: &BTreeSet<Vec<Line>>) -> usize {
    let pairs = |log: &Vec<Line>| {
        let after =
            |at: usize| log[at + 1..].iter().map(move |later| (log[at], *later));
        (0..log.len()).flat_map(after).collect::<Vec<_>>()
    };
    let seen: BTreeSet<(Line, Line)> = logs.iter().flat_map(pairs).collect();
    let both = seen.iter().filter(|(a, b)| a < b && seen.contains(&(*b, *a)));
    both.count()
}

/// The lines that the source's program would print.
fn log(diary: &Diary) -> Vec<Line> {
    let line = |entry: &Entry| match entry.event {
        Event::Makes(item) => Some(Line::Makes(item)),
        Event::Ends => Some(Line::ProducerEnds),
        Event::Uses(item) => Some(Line::Uses(item)),
        Event::NothingMore => Some(Line::NothingMore),
        Event::HasPut { .. } | Event::Asks => None,
    };
    diary.iter().filter_map(line).chain([Line::AllDone]).collect()
}

/// How many items were in the queue after each that was put or taken.
fn depths(diary: &Diary) -> impl Iterator<Item = (Instant, usize)> {
    let mut depth = 0_usize;
    diary.iter().map(move |entry| {
        match entry.event {
            Event::HasPut { depth: then, .. } => depth = then,
            Event::Uses(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        (entry.at, depth)
    })
}

/// Each worker's life: the producer pauses, a consumer uses an item (both are sleeps here), or one
/// waits for the queue.
fn spans(diary: &Diary, began: Instant) -> Vec<Span> {
    let mut spans = Vec::new();
    for worker in 0..=1 {
        let own: Vec<_> = diary.iter().filter(|it| it.worker == worker).collect();
        // Both begin with the run, so that the producer has the upper row.
        let mut start = began;
        for pair in own.windows(2) {
            let (from, end) = (start, pair[1].at);
            start = end;
            let (what, state) = match pair[0].event {
                Event::Makes(item) => (format!("puts item {item}"), State::Waiting),
                Event::HasPut { item, .. } => {
                    (format!("pauses after item {item}"), State::Blocked)
                }
                Event::Uses(item) => (format!("uses item {item}"), State::Blocked),
                Event::Asks => ("waits for an item".to_owned(), State::Waiting),
                Event::Ends | Event::NothingMore => continue,
            };
            spans.push(Span {
                worker: if worker == 0 { "producer" } else { "consumer" }.to_owned(),
                what,
                state,
                start: (from - began).as_secs_f64(),
                end: (end - began).as_secs_f64(),
            });
        }
    }
    spans
}
