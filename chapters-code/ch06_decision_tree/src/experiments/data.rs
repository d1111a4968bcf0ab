//! Where the data are: a file on the disk or in memory, a matrix in memory or in a cache.

use std::{
    fs::File,
    hint::black_box,
    io::{self, Read, Write},
    path::Path,
    time::Instant,
};

use anyhow::Result;
use ch06_decision_tree::matrix::{self, Lies};
use lab::{
    bench::Bench,
    os,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::Unit,
};

/// How much is read at a time.
const BLOCK: usize = 256 << 10;

/// A file that the system has forgotten, and the same one again.
pub fn disk(bench: &Bench) -> Result<Experiment> {
    let length = if bench.full { 256 << 20 } else { 32 << 20 };
    let fill = |path: &Path| write(path, length)?.sync_all();
    let folder = bench.scratch("disk", |folder| fill(&folder.join("file")))?;
    let path = &folder.join("file");
    let watched = |notes: &mut Notes, act: &dyn Fn() -> io::Result<()>| {
        watched(notes, length, act)
    };
    Trial::new("disk", "Reading a file, for the first time and again")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "busy".to_owned(),
            y_label: "CPU time / time".to_owned(),
            x_label: "the file is".to_owned(),
            caption: "The share of its time that the reader was on a CPU.".to_owned(),
            reference: None,
        })
        .without_memory()
        .ratio("cold_to_warm", "cold", "warm")
        .series("cold", "read from the disk", |notes| {
            // Where the system does not forget a file on demand, nothing is cold.
            match os::forget_file(&File::open(path)?) {
                Some(()) => watched(notes, &|| read(path)),
                None => Ok(()),
            }
        })
        .series("warm", "read again, from memory", |notes| {
            watched(notes, &|| read(path))
        })
        .series("written", "written, to memory", |notes| {
            watched(notes, &|| write(&folder.join("copy"), length).map(drop))
        })
        .series("stored", "written, until it is on the disk", |notes| {
            watched(notes, &|| write(&folder.join("copy"), length)?.sync_all())
        })
        .run(bench)
}

fn write(path: &Path, length: usize) -> io::Result<File> {
    let mut file = File::create(path)?;
    let block: Vec<u8> = (0..BLOCK).map(|number| (number * 7) as u8).collect();
    for _ in 0..length / BLOCK {
        file.write_all(&block)?;
    }
    Ok(file)
}

fn read(path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut block = vec![0; BLOCK];
    while file.read(&mut block)? > 0 {
        black_box(&block);
    }
    Ok(())
}

/// Notes what came from the disk and went there, and which share of the time it was waited for: what
/// is left when the CPU time and the wait for a CPU are taken away.
fn watched(
    notes: &mut Notes,
    length: usize,
    act: &dyn Fn() -> io::Result<()>,
) -> Result<()> {
    let fared = || Some((os::usage()?.cpu, os::thread_schedule()?.delay, os::disk()?));
    let (before, clock) = (fared(), Instant::now());
    act()?;
    let wall = clock.elapsed().as_secs_f64();
    let Some((before, after)) = before.zip(fared()) else { return Ok(()) };
    notes.measured_itself(wall, Some(after.0 - before.0));
    let blocked = 1.0 - (after.0 - before.0 + after.1 - before.1) / wall;
    notes.note("blocked", blocked.max(0.0), Unit::Share);
    let share = |after: u64, before: u64| (after - before) as f64 / length as f64;
    notes.note("asked", share(after.2.asked, before.2.asked), Unit::Share);
    notes.note("from_disk", share(after.2.read, before.2.read), Unit::Share);
    notes.note("rate", length as f64 / wall, Unit::BytesPerSecond);
    Ok(())
}

/// Rows and columns of the matrices, and how many rows of the product are computed: few of a large
/// one, for the whole of it would take a minute.
const SIZE: usize = 2048;
const ROWS: usize = 24;

/// The same multiplications, with the second matrix in two orders.
pub fn multiply(bench: &Bench) -> Result<Experiment> {
    let left: Vec<f64> = (0..SIZE * ROWS).map(|number| number as f64).collect();
    let right: Vec<f64> = (0..SIZE * SIZE).map(|number| number as f64).collect();
    let product = |lies| {
        let product = matrix::multiply(&left, &right, lies, SIZE, ROWS);
        drop(black_box(product));
        Ok(())
    };
    Trial::new("multiply", "The same multiplications in two orders")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "the second matrix lies".to_owned(),
            caption: "Time of the same multiplications. Shorter is better.".to_owned(),
            reference: None,
        })
        .without_memory()
        .ratio("rows_to_columns", "rows", "columns")
        .series("rows", "row after row, and is read by columns", move |_| {
            product(Lies::ByRows)
        })
        .series("columns", "column after column", move |_| product(Lies::ByColumns))
        .run(bench)
}
