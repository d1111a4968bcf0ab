//! Photos over pools: the four ways, more and more workers, few photos, many photos.

use anyhow::Result;
use ch05_image_pool::folder::Pool;
use lab::{
    bench::Bench,
    machine::usable_cpus,
    record::{Chart, ChartKind, Experiment},
    trial::Trial,
};

use super::{ledger::Original, set::Set};

/// The four ways over the same photos; with `--python`, its ways in the same rounds.
pub fn four_ways(bench: &Bench) -> Result<Experiment> {
    let set = Set::new(bench)?;
    let workers = bench.settings.count("workers");
    let mut trial = Trial::new("pool", "Four ways over the same photos")
        .settings(bench.settings.only(&[
            "photos", "width", "height", "sigma", "max-side", "quality", "workers",
        ]))
        .timeline()
        .baseline("sequential")
        .ceiling(workers.min(usable_cpus()), |number| set.copy(number))
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "rate".to_owned(),
            y_label: "photos".to_owned(),
            x_label: "who works".to_owned(),
            caption: "Photos a second, by who works. Longer is faster.".to_owned(),
            reference: None,
        })
        .series("sequential", "one after the other", |notes| {
            set.run(Pool::Sequential, 1, notes)
        })
        .series("threads", "threads", |notes| set.run(Pool::Threads, workers, notes))
        .series("rayon", "rayon", |notes| set.run(Pool::Rayon, workers, notes))
        .series("processes", "processes", |notes| {
            set.run(Pool::Processes, workers, notes)
        });
    if let Some(python) = &bench.python {
        let original = Original { python, workers };
        let photos = bench.settings.count("photos");
        for (id, label, pool) in [
            ("python_sequential", "Python, one after the other", "sequential"),
            ("python_threads", "Python threads", "threads"),
            ("python_processes", "Python processes", "processes"),
        ] {
            let set = &set;
            let run = move |notes: &mut _| original.shrink(pool, set, photos, notes);
            trial = trial.series(id, label, run).against("python_sequential");
        }
        let (set, label) = (&set, "libvips, one after the other, one thread");
        trial = trial
            .series("vips", label, move |notes| original.vips(set, photos, notes))
            .against("vips")
            .ratio("one_to_vips", "vips", "sequential")
            .ratio("python_threads_to_processes", "python_processes", "python_threads")
            .ratio("processes_to_python", "python_processes", "processes")
            .ratio("one_to_python", "python_sequential", "sequential");
    }
    trial.run(bench)
}

/// From one worker to more than there are CPUs.
pub fn scaling(bench: &Bench) -> Result<Experiment> {
    let set = Set::of(bench, 12, 1800, 1200)?;
    let cpus = usable_cpus();
    let mut counts: Vec<usize> = (1..=cpus.min(4)).chain([cpus / 2, cpus]).collect();
    counts.extend([2 * cpus, 4 * cpus]);
    counts.retain(|count| *count > 0);
    counts.sort_unstable();
    counts.dedup();
    let mut trial = Trial::new("scaling", "More and more workers")
        .settings(bench.settings.only(&["sigma", "max-side", "quality"]))
        .baseline("sequential")
        .ceiling(cpus, |number| set.copy(number))
        .chart(Chart {
            kind: ChartKind::Lines,
            measure: "speedup".to_owned(),
            y_label: "speed-up".to_owned(),
            x_label: "workers".to_owned(),
            caption: "Speed-up over one after the other, by the number of workers."
                .to_owned(),
            reference: Some(("ceiling".to_owned(), "independent copies".to_owned())),
        })
        .series("sequential", "one after the other", |notes| {
            set.run(Pool::Sequential, 1, notes)
        });
    for workers in counts {
        for (line, pool) in [
            ("threads", Pool::Threads),
            ("rayon", Pool::Rayon),
            ("processes", Pool::Processes),
        ] {
            let set = &set;
            let label = format!("{line}, {workers} at work");
            let run = move |notes: &mut _| set.run(pool, workers, notes);
            trial = trial.point(line, workers as f64, label, run);
        }
    }
    trial.run(bench)
}

/// The three photos of the source, on two workers: one of the two gets two.
pub fn three_photos(bench: &Bench) -> Result<Experiment> {
    let set = Set::of(bench, 3, 3600, 2400)?;
    Trial::new("three", "Three photos, two workers")
        .timeline()
        .settings(bench.settings.only(&["sigma", "max-side", "quality"]))
        .baseline("sequential")
        .series("sequential", "one after the other", |notes| {
            set.run(Pool::Sequential, 1, notes)
        })
        .series("threads", "two threads", |notes| set.run(Pool::Threads, 2, notes))
        .series("processes", "two processes", |notes| {
            set.run(Pool::Processes, 2, notes)
        })
        .run(bench)
}

/// Resizing alone, without the blur, on two workers.
pub fn resize_only(bench: &Bench) -> Result<Experiment> {
    let set = Set::of(bench, 12, 3600, 2400)?.blurred_by(0.0);
    Trial::new("resize", "Resizing alone, without the blur, two workers")
        .settings(bench.settings.only(&["max-side", "quality"]))
        .baseline("sequential")
        .series("sequential", "one after the other", |notes| {
            set.run(Pool::Sequential, 1, notes)
        })
        .series("processes", "two processes", |notes| {
            set.run(Pool::Processes, 2, notes)
        })
        .run(bench)
}

/// Ten photos and a thousand: the memory should not know the difference.
pub fn thousand_photos(bench: &Bench) -> Result<Experiment> {
    let workers = bench.settings.count("workers");
    let (ten, many) = (Set::of(bench, 10, 480, 320)?, Set::of(bench, 1000, 480, 320)?);
    Trial::new("thousand", "Ten small photos, and a thousand")
        .settings(bench.settings.only(&["sigma", "max-side", "quality", "workers"]))
        .baseline("sequential")
        .series("ten", "10 photos, threads", |notes| {
            ten.run(Pool::Threads, workers, notes)
        })
        .against("ten")
        .series("sequential", "1000, one after the other", |notes| {
            many.run(Pool::Sequential, 1, notes)
        })
        .series("threads", "1000, threads", |notes| {
            many.run(Pool::Threads, workers, notes)
        })
        .series("processes", "1000, processes", |notes| {
            many.run(Pool::Processes, workers, notes)
        })
        .run(bench)
}
