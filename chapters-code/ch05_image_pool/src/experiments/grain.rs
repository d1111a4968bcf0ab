//! How large should a job be?

use anyhow::{Result, ensure};
use ch05_image_pool::grain;
use lab::{
    bench::Bench,
    record::{Chart, ChartKind, Experiment},
    trial::Trial,
};

/// Rows in a job: one row, some tiles, one picture.
const GRAINS: [usize; 5] = [1, 4, 16, 64, grain::SIDE];

/// The same rows in jobs of one row up to a picture, by threads and by processes.
pub fn grain(bench: &Bench) -> Result<Experiment> {
    let workers = bench.settings.count("workers");
    let all = grain::jobs(grain::SIDE);
    let expected = grain::sequential(&all);
    let mut trial = Trial::new("grain", "One row, one tile, one picture a job")
        .settings(bench.settings.only(&["workers"]))
        .baseline("sequential")
        .chart(Chart {
            kind: ChartKind::LogLines,
            measure: "speedup".to_owned(),
            y_label: "speed-up".to_owned(),
            x_label: "rows in a job".to_owned(),
            caption: "Speed-up over one after the other, by the size of a job. Below 1× the pool \
                      is slower than no pool."
                .to_owned(),
            reference: None,
        })
        .series("sequential", "one after the other", |notes| {
            notes.items(grain::PICTURES * grain::SIDE);
            ensure!(grain::sequential(&all) == expected, "a wrong sum");
            Ok(())
        });
    for rows in GRAINS {
        let jobs = grain::jobs(rows);
        let count = jobs.len();
        let threaded = jobs.clone();
        trial = trial
            .point(
                "threads",
                rows as f64,
                format!("threads, {rows} a job"),
                move |notes| {
                    notes.count("jobs", count as f64);
                    ensure!(
                        grain::threads(&threaded, workers) == expected,
                        "a wrong sum"
                    );
                    Ok(())
                },
            )
            .point(
                "processes",
                rows as f64,
                format!("processes, {rows} a job"),
                move |notes| {
                    notes.count("jobs", count as f64);
                    ensure!(
                        grain::processes(&jobs, workers)? == expected,
                        "a wrong sum"
                    );
                    Ok(())
                },
            );
    }
    trial.run(bench)
}
