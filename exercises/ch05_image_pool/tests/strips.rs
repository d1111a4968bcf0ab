//! What is graded about `src/strips.rs`.

use harness::{InFlight, Together, at_most, check, equal, settle, variant};
use std::sync::Once;
use strips::{Row, blurred};

#[path = "../src/strips.rs"]
mod strips;

/// A picture whose rows cannot be divided evenly, and how many workers there are.
fn scene() -> (Vec<Row>, usize) {
    let mut variant = variant();
    let workers = variant.between(2..=4);
    let (rows, seed) = (workers * variant.between(8..=12) + 1, variant.between(0..=99));
    let row = |y| (0..24).map(|x| (y * y * 3 + x * (7 + y % 5) + seed) as u8).collect();
    ((0..rows).map(row).collect(), workers)
}

/// The mean of the rows around `y`.
fn blur(picture: &[Row], y: usize) -> Row {
    let around = &picture[y.saturating_sub(3)..picture.len().min(y + 4)];
    let sum = |x: usize| around.iter().map(|row| usize::from(row[x])).sum::<usize>();
    (0..picture[y].len()).map(|x| (sum(x) / around.len()) as u8).collect()
}

#[check]
fn the_bytes_are_the_same() {
    let (picture, workers) = scene();
    let result: Vec<Vec<u8>> = blurred(&picture, workers, &blur);
    let (rows, wanted) = (result.len(), picture.len());
    equal("the number of rows", rows, wanted, "strips need not come out even");
    let differs = (0..rows).find(|&y| result[y] != blur(&picture, y));
    equal("the first row that differs", differs, None, "a blur looks beyond its strip");
}

#[check]
fn the_threads_work_side_by_side() {
    let (picture, workers) = scene();
    let rows = Together::new(workers, "rows");
    blurred(&picture, workers, &|picture, y| {
        let _in_progress = rows.enter();
        blur(picture, y)
    });
    rows.expect("one thread does it all", "the threads work one after the other");
}

#[check]
fn no_more_threads_work_than_asked_for() {
    let (picture, workers) = scene();
    let (rows, look) = (InFlight::new(), Once::new());
    blurred(&picture, workers, &|picture, y| {
        let _in_progress = rows.enter();
        look.call_once(settle); // so that everybody who works has a row
        blur(picture, y)
    });
    at_most("threads", rows.threads(), workers, "a row is too little for a thread");
    let idea = "each row is for one thread";
    equal("the number of rows blurred", rows.total(), picture.len(), idea);
}
