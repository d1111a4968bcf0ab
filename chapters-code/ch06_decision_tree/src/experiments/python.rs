//! The sources' own profiler, in Python, on jobs whose answer is known.

use anyhow::{Context, Result};
use lab::{
    bench::Bench,
    python::{self, Scripts},
    record::{Chart, ChartKind, Experiment},
    trial::Trial,
    value::Unit,
};

/// The jobs: id (and argument), label.
const JOBS: [(&str, &str); 7] = [
    ("count", "counts"),
    ("sleep", "sleeps"),
    ("processes", "two processes count"),
    ("threads", "two threads count"),
    ("hash_threads", "two threads hash"),
    ("lock", "waits for a lock"),
    ("database", "a database in memory"),
];

/// What the script says of each job besides its times.
const NUMBERS: [(&str, Unit); 3] =
    [("share", Unit::Ratio), ("called_cpu", Unit::Count), ("in_children", Unit::Share)];

/// The sources' rule: CPU time of the process / time, above 0.8 or not.
pub fn original(bench: &Bench) -> Result<Experiment> {
    let scripts = Scripts::of(bench, env!("CARGO_MANIFEST_DIR"));
    let scripts = &scripts.context("this experiment needs --python")?;
    let mut trial = Trial::new("python", "The sources' rule, in Python")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "share".to_owned(),
            y_label: "process_time / time".to_owned(),
            x_label: "the job".to_owned(),
            caption: "What the sources' profiler sees of seven jobs. It calls those \
                      above 0.8 CPU-bound, and all others I/O-bound."
                .to_owned(),
            reference: None,
        })
        .without_memory();
    for (id, label) in JOBS {
        trial = trial.series(id, label, move |notes| {
            let answer = python::answer(scripts.command("original.py").arg(id))?;
            // A Python without a database has nothing to tell of it.
            if answer["wall_s"].is_null() {
                return Ok(());
            }
            python::times(&answer, notes)?;
            for (name, unit) in NUMBERS {
                // Nor does every system tell what the children used.
                if !answer[name].is_null() {
                    notes.note(name, python::number(&answer, name)?, unit);
                }
            }
            Ok(())
        });
    }
    trial.run(bench)
}
