//! Are files read faster if somebody awaits them?

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Result, ensure};
use ch04_async_fetch::disk;
use lab::{
    bench::Bench,
    record::Experiment,
    trial::{Notes, Trial},
};

/// How many files there are, how many bytes each has, and how often they are read.
const FILES: usize = 400;
const BYTES: usize = 1024;
const TIMES: usize = 10;

type Way = fn(&[PathBuf]) -> io::Result<usize>;

/// Small files that the system has in its memory, read in three ways.
pub fn disk(bench: &Bench) -> Result<Experiment> {
    let folder = bench.scratch("small-files", fill)?;
    let files: Vec<PathBuf> =
        (0..FILES).map(|number| folder.join(number.to_string())).collect();
    let mut trial = Trial::new("disk", "Small files, read and awaited")
        .without_memory()
        .ratio("awaited_to_plain", "awaited", "plain")
        .ratio("handed_over_to_plain", "handed_over", "plain");
    for (id, label, way) in [
        ("plain", "one after the other", disk::plain as Way),
        ("awaited", "each awaited", disk::awaited),
        ("handed_over", "all handed over at once", disk::handed_over),
    ] {
        let files = files.clone();
        trial = trial.series(id, label, move |notes: &mut Notes| {
            let clock = Instant::now();
            for _ in 0..TIMES {
                ensure!(way(&files)? == FILES * BYTES, "something is missing");
            }
            let each = clock.elapsed().as_secs_f64() / (TIMES * FILES) as f64;
            notes.measured_itself(each, None);
            Ok(())
        });
    }
    trial.run(bench)
}

fn fill(folder: &Path) -> io::Result<()> {
    let write =
        |number: usize| fs::write(folder.join(number.to_string()), [b'.'; BYTES]);
    (0..FILES).try_for_each(write)
}
