//! What is left when something happens to a worker?

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    process::{self, Command},
};

use anyhow::{Context, Result, bail};
use ch02_threads_vs_processes::misfortune::{
    self as misfortunes, JOBS, Job, Misfortune,
};
use lab::{
    bench::Bench,
    os,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::Unit,
};

use super::HOST;

/// How many workers there are.
const WORKERS: usize = 2;

/// Each misfortune, with threads and with processes, in a program of its own.
pub fn misfortune(bench: &Bench) -> Result<Experiment> {
    let mut trial =
        Trial::new("misfortune", "Something happens to a worker").chart(Chart {
            kind: ChartKind::Bars,
            measure: "right".to_owned(),
            y_label: "right answers".to_owned(),
            x_label: "misfortune".to_owned(),
            caption: format!(
                "Right answers to {JOBS} jobs, by what happened in one of them. A job that was lost \
                 with its process is sent again; with a thread, it is not."
            ),
            reference: None,
        });
    for (way, workers) in [("thread", "threads"), ("process", "processes")] {
        for misfortune in Misfortune::ALL {
            let name = misfortune.name();
            trial = trial.series(
                format!("{way}_{name}"),
                format!("{workers}, {}", in_words(misfortune)),
                move |notes| struck(workers, name, notes),
            );
        }
    }
    trial.run(bench)
}

fn in_words(misfortune: Misfortune) -> &'static str {
    match misfortune {
        Misfortune::Panic => "one panics",
        Misfortune::Abort => "one aborts",
        Misfortune::Kill => "one is killed",
        Misfortune::Leak => "one leaks",
        Misfortune::Corrupt => "one spoils a table",
    }
}

/// Runs the host, and counts what came of it.
fn struck(workers: &str, misfortune: &str, notes: &mut Notes) -> Result<()> {
    let output =
        Command::new(env::current_exe()?).args([HOST, workers, misfortune]).output()?;
    // A misfortune ends it with a signal, or not at all.
    if output.status.code() == Some(1) {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let said = String::from_utf8(output.stdout)?;
    let (mut answers, mut right) = (0, 0);
    for line in said.lines().filter_map(|line| line.strip_prefix("answer ")) {
        let (number, answer) =
            line.split_once(' ').context("a number and an answer")?;
        let (number, answer): (u64, u64) = (number.parse()?, answer.parse()?);
        answers += 1;
        right += usize::from(answer == number * number);
    }
    let told = |key: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(key));
        line.and_then(|number| number.trim().parse::<f64>().ok())
    };
    notes.count("answers", answers as f64);
    notes.count("right", right as f64);
    notes.count("wrong", (answers - right) as f64);
    notes.count("lost", (JOBS - answers) as f64);
    notes.count("survived", f64::from(output.status.success()));
    notes.count("sound", told("sound ").unwrap_or(0.0));
    if let Some(bytes) = told("kept ") {
        notes.note("kept", bytes, Unit::Bytes);
    }
    Ok(())
}

/// That other program: does the jobs, says each answer at once, and in the end whether it is still
/// sound, and how much more memory it has than before.
pub fn host(arguments: &[OsString]) -> Result<()> {
    let text = |number: usize| arguments.get(number).and_then(|it| it.to_str());
    let named = |one: &Misfortune| Some(one.name()) == text(1);
    let jobs = misfortunes::jobs(Misfortune::ALL.into_iter().find(named));
    let resident = || os::process_memory(process::id()).map(|memory| memory.rss as i64);
    misfortunes::without_messages();
    let before = resident();
    let say = |job: Job, answer: u64| {
        let mut output = io::stdout().lock();
        let line = format!("answer {} {answer}\n", job.number);
        // If nobody listens, nobody counts.
        let _ = output.write_all(line.as_bytes()).and_then(|()| output.flush());
    };
    match text(0) {
        Some("threads") => misfortunes::by_threads(&jobs, WORKERS, &say)?,
        Some("processes") => {
            misfortunes::by_processes(&env::current_exe()?, &jobs, WORKERS, &say)?;
        }
        _ => bail!("expected: threads or processes, misfortune"),
    }
    let own = Job { number: 3, misfortune: None };
    println!("sound {}", u8::from(misfortunes::work(own) == 9));
    if let Some((before, after)) = before.zip(resident()) {
        println!("kept {}", (after - before).max(0));
    }
    Ok(())
}
