//! Where the data are: a file on the disk or in memory, a matrix in memory or in a cache.

use std::{
    fs::{self, File},
    hint::black_box,
    io::{self, Read, Write},
    path::Path,
    time::Instant,
};

use anyhow::{Context, Result};
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

/// A file that the system has forgotten, and the same one again; and what becomes of one that is
/// written.
pub fn disk(bench: &Bench) -> Result<Experiment> {
    let length = if bench.full { 256 << 20 } else { 32 << 20 };
    let fill = |path: &Path| write(path, length)?.sync_all();
    let folder = bench.scratch("disk", |folder| fill(&folder.join("file")))?;
    let (path, copy) = (&folder.join("file"), &folder.join("copy"));
    let mut trial = Trial::new("disk", "Reading a file, for the first time and again")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "busy".to_owned(),
            y_label: "CPU time / time".to_owned(),
            x_label: "the file is".to_owned(),
            caption: "The share of its time that a program was on a CPU, while it \
                      read or wrote the same number of bytes."
                .to_owned(),
            reference: None,
        })
        .without_memory();
    if can_forget(path)? {
        trial = trial.ratio("cold_to_warm", "cold", "warm").series(
            "cold",
            "read from the disk",
            move |notes| {
                os::forget_file(&File::open(path)?)
                    .context("it was possible before")?;
                read_watched(path, length, notes)
            },
        );
    }
    trial
        .series("warm", "read again, from memory", move |notes| {
            read_watched(path, length, notes)
        })
        .series("written", "written, to memory", move |notes| {
            remove(copy)?;
            watched(notes, length, || write(copy, length).map(drop))
        })
        .series("stored", "written, until it is on the disk", move |notes| {
            remove(copy)?;
            watched(notes, length, || write(copy, length)?.sync_all())
        })
        .run(bench)
}

/// Whether the file comes from a disk once the system has been asked to forget it. One that lives
/// in memory does not.
fn can_forget(path: &Path) -> io::Result<bool> {
    let (forgotten, before) = (os::forget_file(&File::open(path)?), os::disk());
    read(path)?;
    let came = before.zip(os::disk()).is_some_and(|(before, after)| {
        after.read - before.read > path.metadata().map_or(0, |file| file.len()) / 2
    });
    Ok(forgotten.is_some() && came)
}

/// Reads the file, and notes how much of it came from the disk.
fn read_watched(path: &Path, length: usize, notes: &mut Notes) -> Result<()> {
    let before = os::disk();
    watched(notes, length, || read(path))?;
    if let Some((before, after)) = before.zip(os::disk()) {
        let share = |after: u64, before: u64| (after - before) as f64 / length as f64;
        notes.note("asked", share(after.asked, before.asked), Unit::Share);
        notes.note("from_disk", share(after.read, before.read), Unit::Share);
    }
    Ok(())
}

fn write(path: &Path, length: usize) -> io::Result<File> {
    let mut file = File::create(path)?;
    let block: Vec<u8> = (0..BLOCK).map(|number| (number * 7) as u8).collect();
    for _ in 0..length / BLOCK {
        file.write_all(&block)?;
    }
    Ok(file)
}

/// Removes a file, if it is there: some systems hurry to the disk with one that is written over.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn read(path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut block = vec![0; BLOCK];
    while file.read(&mut block)? > 0 {
        black_box(&block);
    }
    Ok(())
}

/// Notes how fast it was, and which share of the time it waited: what is left when the CPU time and
/// the wait for a CPU are taken away.
fn watched(
    notes: &mut Notes,
    length: usize,
    act: impl FnOnce() -> io::Result<()>,
) -> Result<()> {
    let fared = || Some((os::usage()?.cpu, os::thread_schedule()?.delay));
    let (before, clock) = (fared(), Instant::now());
    act()?;
    let wall = clock.elapsed().as_secs_f64();
    notes.note("speed", length as f64 / wall, Unit::BytesPerSecond);
    if let Some((before, after)) = before.zip(fared()) {
        let (cpu, queued) = (after.0 - before.0, after.1 - before.1);
        notes.measured_itself(wall, Some(cpu));
        notes.note("blocked", (1.0 - (cpu + queued) / wall).max(0.0), Unit::Share);
    }
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
        black_box(product);
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
