//! Python beside Rust: the same fetches, and what the sources say of them.

use anyhow::{Context, Result};
use ch04_async_fetch::server::{Line, Server};
use lab::{
    bench::Bench,
    python::{self, Scripts},
    record::Experiment,
    trial::Trial,
    value::Unit,
};

/// What is timed by the original: id, label, who, pages, how many at once.
const TIMED: [(&str, &str, &str, u32, u32); 4] = [
    ("threads_10", "ten pages, ten threads", "threads", 10, 10),
    ("tasks_10", "ten pages, ten tasks", "tasks", 10, 10),
    ("threads_100", "a hundred pages, a hundred threads", "threads", 100, 100),
    ("tasks_100", "a hundred pages, a hundred tasks", "tasks", 100, 100),
];

type Numbers = &'static [(&'static str, Unit)];

/// What is counted by the other script, of the same name: label, and the numbers that it counts.
const COUNTED: [(&str, &str, Numbers); 9] = [
    ("connector", "the asyncio template", &[("pages", Unit::Count)]),
    ("abandoned", "gather, and one page fails", &[("running", Unit::Count)]),
    ("all_or_nothing", "list(map), and one page fails", &[("left", Unit::Count)]),
    ("deposits", "deposits on one thread", &[("lost", Unit::Count)]),
    (
        "ticks",
        "ticks beside a task that blocks",
        &[("blocked", Unit::Count), ("handed_over", Unit::Count)],
    ),
    (
        "tasks",
        "ten thousand tasks asleep",
        &[("all", Unit::Bytes), ("each", Unit::Bytes)],
    ),
    (
        "threads",
        "a thousand threads asleep",
        &[("all", Unit::Bytes), ("each", Unit::Bytes), ("space", Unit::Bytes)],
    ),
    (
        "disk",
        "small files, awaited",
        &[("ratio", Unit::Ratio), ("asyncio_opens_files", Unit::Count)],
    ),
    (
        "library",
        "files of requests",
        &[("compiled", Unit::Count), ("python", Unit::Count)],
    ),
];

/// The original: what is timed.
pub fn original(bench: &Bench) -> Result<Experiment> {
    let scripts = &scripts(bench)?;
    let server = &Server::start(Line::WIDE)?;
    let delay = bench.settings.number("delay") / 1000.0;
    let url =
        &format!("http://{}/after/{}", server.address(), bench.settings.count("delay"));
    let mut trial = Trial::new("python", "The same in Python")
        .settings(bench.settings.only(&["delay"]))
        .without_memory();
    for (id, label, who, pages, at_once) in TIMED {
        trial = trial.series(id, label, move |notes| {
            server.forget();
            let mut command = scripts.command("original.py");
            command.args([who, url]);
            command.args(["--pages", &pages.to_string()]);
            command.args(["--at-once", &at_once.to_string()]);
            let answer = python::answer(&mut command)?;
            python::times(&answer, notes)?;
            notes.count("most", server.counts().most as f64);
            let wall = python::number(&answer, "wall_s")?;
            notes.note("to_delay", wall / delay, Unit::Ratio);
            let cpu = python::number(&answer, "cpu_s")?;
            notes.note("cpu_each", cpu / f64::from(pages), Unit::Seconds);
            Ok(())
        });
    }
    trial.run(bench)
}

/// The sources' claims about Python: what is counted.
pub fn ledger(bench: &Bench) -> Result<Experiment> {
    let scripts = &scripts(bench)?;
    let server = &Server::start(Line::WIDE)?;
    let mut trial =
        Trial::new("ledger", "What the sources say about waiting in Python")
            .without_memory();
    for (id, label, numbers) in COUNTED {
        trial = trial.series(id, label, move |notes| {
            server.forget();
            let address = format!("http://{}", server.address());
            let mut command = scripts.command("ledger.py");
            let answer =
                python::answer(command.args([id, "--server", address.as_str()]))?;
            notes.count("most", server.counts().most as f64);
            notes.count("requests", server.counts().requests as f64);
            for (name, unit) in numbers {
                // What the system does not tell is not there.
                if !answer[*name].is_null() {
                    notes.note(name, python::number(&answer, name)?, *unit);
                }
            }
            Ok(())
        });
    }
    trial.run(bench)
}

fn scripts(bench: &Bench) -> Result<Scripts> {
    let scripts = Scripts::of(bench, env!("CARGO_MANIFEST_DIR"));
    scripts.context("this experiment needs --python")
}
