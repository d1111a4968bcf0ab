//! What a queue without a bound takes when the consumer is slow.

use std::{hint::black_box, thread, time::Duration};

use anyhow::Result;
use ch03_producer_consumer::channel::channel;
use lab::{
    bench::Bench,
    record::{Chart, ChartKind, Experiment},
    trial::Trial,
    value::{Unit, Value},
};

/// How large a block is.
const BLOCK: usize = 64 << 10;

/// How long the consumer needs for one.
const SLOW: Duration = Duration::from_micros(200);

/// A producer that makes blocks as fast as it can, and a consumer that does not keep up.
pub fn backpressure(bench: &Bench) -> Result<Experiment> {
    let blocks = bench.settings.count("blocks");
    let mut trial = Trial::new("backpressure", "A consumer that does not keep up")
        .settings(bench.settings.only(&["blocks"]))
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "added".to_owned(),
            y_label: "memory".to_owned(),
            x_label: "queue".to_owned(),
            caption: "Memory that the program needed on top, at the most.".to_owned(),
            reference: None,
        });
    for (id, label, capacity) in
        [("unbounded", "no bound", usize::MAX), ("eight", "eight places", 8)]
    {
        trial = trial.series(id, label, move |notes| {
            let (sender, receiver) = channel(capacity);
            let mut deepest = 0;
            thread::scope(|scope| {
                let slow = move || {
                    while let Some(block) = receiver.receive() {
                        drop::<Vec<u8>>(block);
                        thread::sleep(SLOW);
                    }
                };
                thread::Builder::new().spawn_scoped(scope, slow)?;
                for number in 0..blocks {
                    // Written to, so that it takes memory and not only addresses.
                    let block = black_box(vec![number as u8 | 1; BLOCK]);
                    if sender.send(block).is_err() {
                        break;
                    }
                    deepest = deepest.max(sender.depth());
                }
                drop(sender);
                std::io::Result::Ok(())
            })?;
            notes.count("deepest", deepest as f64);
            Ok(())
        });
    }
    let mut experiment = trial.run(bench)?;
    // Memory is looked at in runs of their own, which are not those of the rounds.
    let added = |id| experiment.series(id)?.value("added").ok().map(|it| it.median);
    if let Some((without, with)) = added("unbounded").zip(added("eight")) {
        let saved = Value::exact(without / with.max(1.0), Unit::Ratio);
        experiment.values.insert("saved".to_owned(), saved);
    }
    Ok(experiment)
}
