//! What does it cost to give a worker something?

use std::{env, io, path::Path, sync::atomic::Ordering::Relaxed, time::Instant};

use anyhow::{Context, Result, ensure};
use ch02_threads_vs_processes::parcel::{ByChannel, Process, answer};
use lab::{
    bench::Bench,
    os::{self, Shared},
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::{Unit, Value},
};

/// Sizes of a parcel, and how often each is sent through a pipe.
const SIZES: [(usize, usize); 3] = [(64, 2000), (1 << 20, 100), (64 << 20, 3)];

/// How often a parcel is sent that is not copied.
const TRIPS: usize = 2000;

/// The same parcels through a channel, through a pipe, and in memory that both sides see.
pub fn parcel(bench: &Bench) -> Result<Experiment> {
    let program = env::current_exe()?;
    let mut trial = Trial::new("parcel", "A parcel to a worker, and its answer")
        .ratio("memory_to_pipe", "memory_67108864", "pipe_67108864")
        .chart(Chart {
            kind: ChartKind::LogLog,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "bytes in the parcel".to_owned(),
            caption:
                "From sending a parcel until its answer, by the size of the parcel. Each step up \
                 is ten times as long."
                    .to_owned(),
            reference: None,
        });
    for (size, trips) in SIZES {
        let program = &program;
        let label = |way: &str| {
            format!("{way}, {}", Value::exact(size as f64, Unit::Bytes).show_plain())
        };
        trial = trial
            .point("channel", size as f64, label("channel"), move |notes| {
                by_channel(size, notes)
            })
            .point("pipe", size as f64, label("pipe"), move |notes| {
                by_pipe(program, size, trips, notes)
            })
            .point("memory", size as f64, label("shared memory"), move |notes| {
                by_memory(program, size, notes)
            });
    }
    trial.run(bench)
}

/// A parcel whose answer is 9.
fn fill(size: usize) -> Vec<u8> {
    let mut parcel = vec![1; size];
    parcel[size - 1] = 8;
    parcel
}

fn by_channel(size: usize, notes: &mut Notes) -> Result<()> {
    let worker = ByChannel::start()?;
    let mut parcel = fill(size);
    let expected = answer(&parcel);
    round_trips(TRIPS, notes, expected, || {
        let (answer, back) = worker.send(std::mem::take(&mut parcel))?;
        parcel = back;
        Ok(answer)
    })
}

fn by_pipe(program: &Path, size: usize, trips: usize, notes: &mut Notes) -> Result<()> {
    let mut worker = Process::by_pipe(program)?;
    let parcel = fill(size);
    round_trips(trips, notes, answer(&parcel), || worker.send(&parcel))
}

fn by_memory(program: &Path, size: usize, notes: &mut Notes) -> Result<()> {
    let memory = Shared::new(size)?;
    for (to, from) in memory.bytes().iter().zip(fill(size)) {
        to.store(from, Relaxed);
    }
    let mut worker = Process::by_memory(program, memory.path())?;
    round_trips(TRIPS, notes, 9, || worker.notify(size))
}

/// Notes the median round trip as the time of the run, and what went through the system's hands.
fn round_trips(
    trips: usize,
    notes: &mut Notes,
    expected: u8,
    mut trip: impl FnMut() -> io::Result<u8>,
) -> Result<()> {
    // The first one finds the receiver still starting.
    trip()?;
    let before = os::bytes_written();
    let mut took = Vec::with_capacity(trips);
    for _ in 0..trips {
        let clock = Instant::now();
        let answer = trip()?;
        took.push(clock.elapsed().as_secs_f64());
        ensure!(answer == expected, "another answer: {answer}, not {expected}");
    }
    if let Some((before, after)) = before.zip(os::bytes_written()) {
        notes.note("written", (after - before) as f64 / trips as f64, Unit::Bytes);
    }
    let wall = Value::of(&took, Unit::Seconds).context("there was a trip")?.median;
    notes.measured_itself(wall, None);
    Ok(())
}
