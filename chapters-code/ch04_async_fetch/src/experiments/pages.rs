//! A few pages and a hundred, fetched by one thread, by many, by tasks, by processes.

use std::{
    io, thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, ensure};
use ch04_async_fetch::{
    fetched::Fetched,
    s1_sequential, s2_threads, s3_tasks, s4_processes,
    server::{Line, Server, urls},
};
use lab::{
    bench::Bench,
    os,
    record::{Chart, ChartKind, Experiment},
    trace::{Rows, Span, State},
    trial::{Notes, Trial},
    value::Unit,
};

type Way = fn(&[String], usize) -> io::Result<Vec<Fetched>>;

/// How long the sources' server takes for the pages of which they fetch two or three, scaled.
const FEW: Duration = Duration::from_millis(200);

/// How long the wait of one worker is.
const ALONE: Duration = Duration::from_millis(100);

/// What is fetched, and how.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    /// From whom.
    pub server: &'a Server,
    /// How many pages.
    pub pages: usize,
    /// How long the server takes for each.
    pub delay: Duration,
    /// How many at once.
    pub at_once: usize,
    /// What a row of the timeline is called.
    pub kind: &'static str,
}

impl Job<'_> {
    /// Fetches the pages one way, and notes who waited when, how many the server saw at once, and
    /// how far it was from the ideal: nothing but waits, as many at once as were asked for.
    pub fn run(&self, way: Way, notes: &mut Notes) -> Result<()> {
        let path = format!("/after/{}", self.delay.as_millis());
        let urls = urls(self.server.address(), &path, self.pages);
        self.server.forget();
        let (start, clock) = (SystemTime::now(), Instant::now());
        let pages = way(&urls, self.at_once)?;
        let wall = clock.elapsed().as_secs_f64();
        if let Some(error) = pages.iter().find_map(|page| page.page.as_ref().err()) {
            anyhow::bail!("a page could not be fetched: {error}");
        }
        ensure!(pages.len() == self.pages, "{} of {} pages", pages.len(), self.pages);
        notes.items(pages.len());
        notes.count("most", self.server.counts().most as f64);
        let ideal = self.delay.as_secs_f64() * self.pages.div_ceil(self.at_once) as f64;
        notes.note("to_ideal", wall / ideal, Unit::Ratio);
        notes.spans(self.spans(start, &pages));
        Ok(())
    }

    fn spans(&self, start: SystemTime, pages: &[Fetched]) -> Vec<Span> {
        let mut by_start: Vec<&Fetched> = pages.iter().collect();
        by_start.sort_by_key(|page| page.started);
        let mut rows = Rows::default();
        let span = |page: &Fetched| {
            let since = page.started.duration_since(start).unwrap_or_default();
            Span {
                worker: rows.name(self.kind, &page.worker),
                what: format!("page {}", page.number + 1),
                state: State::Blocked,
                start: since.as_secs_f64(),
                end: (since + page.took).as_secs_f64(),
            }
        };
        by_start.into_iter().map(span).collect()
    }
}

pub(super) fn milliseconds(bench: &Bench, name: &str) -> Duration {
    Duration::from_millis(bench.settings.count(name) as u64)
}

fn bars(caption: &str) -> Chart {
    Chart {
        kind: ChartKind::Bars,
        measure: "wall".to_owned(),
        y_label: "time".to_owned(),
        x_label: "who waits".to_owned(),
        caption: caption.to_owned(),
        reference: None,
    }
}

/// Ten pages: one after the other, ten threads, ten tasks of one thread.
pub fn ten(bench: &Bench) -> Result<Experiment> {
    let server = Server::start(Line::WIDE)?;
    let delay = milliseconds(bench, "delay");
    let all = Job { server: &server, pages: 10, delay, at_once: 10, kind: "thread" };
    let one = Job { at_once: 1, ..all };
    let tasks = Job { kind: "task", ..all };
    Trial::new("ten", "Ten pages")
        .settings(bench.settings.only(&["delay"]))
        .without_memory()
        .timeline()
        .baseline("sequential")
        .chart(bars("Time to fetch ten pages, by who waits for them."))
        .series("sequential", "one after the other", |notes| {
            one.run(s1_sequential::run, notes)
        })
        .series("threads", "ten threads", |notes| all.run(s2_threads::run, notes))
        .series("tasks", "ten tasks of one thread", |notes| {
            tasks.run(s3_tasks::run, notes)
        })
        .run(bench)
}

/// A hundred pages, a few at a time.
pub fn hundred(bench: &Bench) -> Result<Experiment> {
    let server = Server::start(Line::WIDE)?;
    let delay = milliseconds(bench, "turn");
    let one = Job { server: &server, pages: 100, delay, at_once: 1, kind: "thread" };
    let ten = Job { at_once: 10, ..one };
    let four = Job { at_once: 4, kind: "process", ..one };
    let tasks = Job { kind: "task", ..ten };
    Trial::new("hundred", "A hundred pages, a few at a time")
        .settings(bench.settings.only(&["turn"]))
        .without_memory()
        .baseline("sequential")
        .chart(bars("Time to fetch a hundred pages, by how many wait at a time."))
        .series("sequential", "one after the other", |notes| {
            one.run(s1_sequential::run, notes)
        })
        .series("processes", "four processes", |notes| {
            four.run(s4_processes::run, notes)
        })
        .series("threads", "ten threads", |notes| ten.run(s2_threads::run, notes))
        .series("tasks", "ten tasks at a time", |notes| tasks.run(s3_tasks::run, notes))
        .run(bench)
}

/// A hundred pages, all at once, against a single one.
pub fn together(bench: &Bench) -> Result<Experiment> {
    let server = Server::start(Line::WIDE)?;
    let delay = milliseconds(bench, "delay");
    let all = Job { server: &server, pages: 100, delay, at_once: 100, kind: "thread" };
    let one = Job { pages: 1, at_once: 1, ..all };
    let tasks = Job { kind: "task", ..all };
    let processes = Job { kind: "process", ..all };
    Trial::new("together", "A hundred pages, all at once")
        .settings(bench.settings.only(&["delay"]))
        .without_memory()
        .chart(bars("Time to fetch a hundred pages at once, and a single one."))
        .ratio("threads_to_one", "threads", "one")
        .ratio("tasks_to_one", "tasks", "one")
        .ratio("processes_to_one", "processes", "one")
        .series("one", "a single page", |notes| one.run(s1_sequential::run, notes))
        .series("threads", "a hundred threads", |notes| all.run(s2_threads::run, notes))
        .series("tasks", "a hundred tasks of one thread", |notes| {
            tasks.run(s3_tasks::run, notes)
        })
        .series("processes", "a hundred processes", |notes| {
            processes.run(s4_processes::run, notes)
        })
        .run(bench)
}

/// What the sources wait for, at their own sizes. That takes more than a minute, so it is run once.
pub fn sizes(bench: &Bench) -> Result<Experiment> {
    let server = &Server::start(Line::WIDE)?;
    let (half, two) = (Duration::from_millis(500), Duration::from_secs(2));
    let hundred = Job { server, pages: 100, delay: half, at_once: 1, kind: "thread" };
    let three = Job { pages: 3, delay: two, ..hundred };
    type Series<'a> = (&'static str, &'static str, Job<'a>, Way);
    let series: [Series<'_>; 6] = [
        ("sequential", "a hundred, one after the other", hundred, s1_sequential::run),
        (
            "processes",
            "a hundred, four processes",
            Job { at_once: 4, kind: "process", ..hundred },
            s4_processes::run,
        ),
        (
            "threads",
            "a hundred, ten threads",
            Job { at_once: 10, ..hundred },
            s2_threads::run,
        ),
        ("three", "three, one after the other", three, s1_sequential::run),
        (
            "three_threads",
            "three threads",
            Job { at_once: 3, ..three },
            s2_threads::run,
        ),
        ("alone", "a single page", Job { pages: 1, ..three }, s1_sequential::run),
    ];
    let mut trial =
        Trial::new("sizes", "The sources' own sizes").without_memory().once();
    for (id, label, job, way) in series {
        trial = trial.series(id, label, move |notes| job.run(way, notes));
    }
    trial.run(bench)
}

/// Three pages and two, as the sources begin.
pub fn few(bench: &Bench) -> Result<Experiment> {
    let server = Server::start(Line::WIDE)?;
    let three =
        Job { server: &server, pages: 3, delay: FEW, at_once: 3, kind: "thread" };
    let two = Job { pages: 2, at_once: 2, ..three };
    let (three_in_turn, two_in_turn) =
        (Job { at_once: 1, ..three }, Job { at_once: 1, ..two });
    Trial::new("few", "Three pages, and two")
        .without_memory()
        .ratio("three_gain", "three_sequential", "three_threads")
        .ratio("two_gain", "two_sequential", "two_threads")
        .series("three_sequential", "three, one after the other", |notes| {
            three_in_turn.run(s1_sequential::run, notes)
        })
        .series("three_threads", "three threads", |notes| {
            three.run(s2_threads::run, notes)
        })
        .series("two_sequential", "two, one after the other", |notes| {
            two_in_turn.run(s1_sequential::run, notes)
        })
        .series("two_threads", "two threads", |notes| two.run(s2_threads::run, notes))
        .run(bench)
}

/// Ten pages where everybody, the server too, has to share one CPU.
pub fn one_cpu(bench: &Bench) -> Result<Experiment> {
    let trial = Trial::new("one_cpu", "Ten pages, on one CPU").without_memory();
    // Where the system pins nobody, there is nothing to see.
    let Some(pinned) = os::pin_to_one_cpu() else { return trial.run(bench) };
    let server = Server::start(Line::WIDE)?;
    drop(pinned);
    let delay = FEW / 4;
    let all = Job { server: &server, pages: 10, delay, at_once: 10, kind: "thread" };
    let one = Job { at_once: 1, ..all };
    let tasks = Job { kind: "task", ..all };
    let pinned = move |job: Job<'_>, way: Way, notes: &mut Notes| {
        let _pinned = os::pin_to_one_cpu();
        job.run(way, notes)
    };
    trial
        .baseline("sequential")
        .series("sequential", "one after the other", |notes| {
            pinned(one, s1_sequential::run, notes)
        })
        .series("threads", "ten threads", |notes| pinned(all, s2_threads::run, notes))
        .series("tasks", "ten tasks of one thread", |notes| {
            pinned(tasks, s3_tasks::run, notes)
        })
        .run(bench)
}

/// A single wait, with nothing beside it.
pub fn alone(bench: &Bench) -> Result<Experiment> {
    Trial::new("alone", "A single wait")
        .without_memory()
        .baseline("plain")
        .series("plain", "a wait", |_| {
            thread::sleep(ALONE);
            Ok(())
        })
        .series("thread", "a wait, on a thread of its own", |_| {
            let waiter = thread::Builder::new().spawn(|| thread::sleep(ALONE))?;
            waiter.join().ok().context("the thread panicked")
        })
        .series("task", "a wait, as a task", |_| {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_time().build()?;
            runtime.block_on(async { tokio::time::sleep(ALONE).await });
            Ok(())
        })
        .run(bench)
}
