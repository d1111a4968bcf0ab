//! Python beside Rust.

use anyhow::{Context, Result};
use lab::{
    bench::Bench,
    python::{self, Scripts},
    record::Experiment,
    trial::Trial,
    value::Unit,
};

/// How many numbers go through Python's queues.
const RUSH: usize = 100_000;

/// What an experiment prints, besides a time.
type Counts = &'static [(&'static str, Unit)];

/// The same experiments with Python's queue.
pub fn original(bench: &Bench) -> Result<Experiment> {
    let scripts = Scripts::of(bench, env!("CARGO_MANIFEST_DIR"));
    let scripts = scripts.context("this experiment needs --python")?;
    let second = (bench.settings.number("second") / 1000.0).to_string();
    let items = bench.settings.count("items").to_string();
    let rush = RUSH.to_string();
    let five: Counts = &[("to_ideal", Unit::Ratio), ("deepest", Unit::Count)];
    let ends: Counts = &[("ended", Unit::Count), ("waiting", Unit::Count)];
    let many: Counts = &[("lost", Unit::Count), ("doubled", Unit::Count)];
    let (five_args, places) = (["five", "--second", &second], ["--places", "1"]);
    let series: [(&str, &str, Vec<&str>, Counts, usize); 6] = [
        ("five", "five items, no bound", five_args.to_vec(), five, 0),
        (
            "five_1",
            "five items, one place",
            [five_args.as_slice(), &places].concat(),
            five,
            0,
        ),
        ("sentinel", "one None, three consumers", vec!["sentinel"], ends, 0),
        ("many", "2 producers, 3 consumers", vec!["many", "--items", &items], many, 0),
        ("queue", "queue.Queue", vec!["rush", "--count", &rush], &[], RUSH),
        (
            "simple",
            "queue.SimpleQueue",
            vec!["rush", "--count", &rush, "--kind", "simple"],
            &[],
            RUSH,
        ),
    ];
    let mut trial = Trial::new("python", "The same in Python")
        .settings(bench.settings.only(&["second", "items"]));
    for (id, label, arguments, counts, items) in series {
        let scripts = &scripts;
        trial = trial.series(id, label, move |notes| {
            let mut command = scripts.command("original.py");
            let answer = python::answer(command.args(&arguments))?;
            if !answer["wall_s"].is_null() {
                python::times(&answer, notes)?;
            }
            if items > 0 {
                notes.items(items);
            }
            for (name, unit) in counts {
                notes.note(name, python::number(&answer, name)?, *unit);
            }
            Ok(())
        });
    }
    trial.run(bench)
}
