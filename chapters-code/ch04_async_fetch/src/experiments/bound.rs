//! How many at once? Against a server that takes its time, and against a line that is too narrow.

use std::time::Duration;

use anyhow::{Result, ensure};
use ch04_async_fetch::{
    s3_tasks,
    server::{Line, Server, urls},
};
use lab::{
    bench::Bench,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
};

/// How many pages are fetched.
const PAGES: usize = 100;

/// How many at once.
const AT_ONCE: [usize; 3] = [1, 10, 100];

/// How long the patient server takes.
const DELAY: Duration = Duration::from_millis(10);

/// How many bytes a page has that comes through the line.
const BYTES: usize = 16_384;

/// A page alone takes ten milliseconds through the line; two of them fill it. (Its first request
/// and a late wake-up add a little: it must be little beside ten.)
const NARROW: Line = Line { each: BYTES as f64 * 100.0, all: BYTES as f64 * 200.0 };

/// One, ten and a hundred at once, from both servers.
pub fn bound(bench: &Bench) -> Result<Experiment> {
    let patient = &Server::start(Line::WIDE)?;
    let narrow = &Server::start(NARROW)?;
    let wait = format!("/after/{}", DELAY.as_millis());
    let pour = format!("/pour/{BYTES}");
    let mut trial = Trial::new("bound", "How many at once?")
        .without_memory()
        .chart(Chart {
            kind: ChartKind::LogLog,
            measure: "wall".to_owned(),
            y_label: "time".to_owned(),
            x_label: "in flight at most".to_owned(),
            caption: "Time to fetch a hundred pages, by how many may be in flight."
                .to_owned(),
            reference: None,
        })
        .ratio("latency_gain", "latency_1", "latency_10")
        .ratio("narrow_gain", "narrow_1", "narrow_10")
        .ratio("latency_more", "latency_10", "latency_100")
        .ratio("narrow_more", "narrow_10", "narrow_100");
    for (line, label, server, path) in [
        ("latency", "each takes its time", patient, wait),
        ("narrow", "all share a line", narrow, pour),
    ] {
        for at_once in AT_ONCE {
            let urls = urls(server.address(), &path, PAGES);
            let label = format!("{label}, {at_once} at once");
            trial = trial.point(line, at_once as f64, label, move |notes| {
                fetch(server, &urls, at_once, notes)
            });
        }
    }
    trial.run(bench)
}

fn fetch(
    server: &Server,
    urls: &[String],
    at_once: usize,
    notes: &mut Notes,
) -> Result<()> {
    server.forget();
    let pages = s3_tasks::run(urls, at_once)?;
    ensure!(pages.iter().all(|page| page.page.is_ok()), "a page could not be fetched");
    notes.items(pages.len());
    let counts = server.counts();
    notes.count("most", counts.most as f64);
    notes.count("over", counts.most.saturating_sub(at_once) as f64);
    Ok(())
}
