//! A thousand questions through ten connections: by ten threads, and by a thousand tasks.

use anyhow::{Result, ensure};
use ch04_async_fetch::{
    s2_threads,
    server::{Line, Server, urls},
};
use ch06_decision_tree::pool;
use lab::{bench::Bench, record::Experiment, trial::Trial};

/// How many questions there are, and how many connections.
const QUESTIONS: usize = 1000;
const CONNECTIONS: usize = 10;

/// What the server sees of them, which takes five milliseconds for an answer.
pub fn in_flight(bench: &Bench) -> Result<Experiment> {
    let server = &Server::start(Line::WIDE)?;
    let urls = &urls(server.address(), "/after/5", QUESTIONS);
    Trial::new("in_flight", "A thousand questions, ten connections")
        .without_memory()
        .ratio("threads_to_tasks", "threads", "tasks")
        .series("threads", "ten threads", |notes| {
            server.forget();
            let pages = s2_threads::run(urls, CONNECTIONS)?;
            ensure!(pages.iter().all(|page| page.page.is_ok()), "an answer is missing");
            notes.count("most", server.counts().most as f64);
            Ok(())
        })
        .series("tasks", "a thousand tasks", |notes| {
            server.forget();
            let asked = pool::ask(urls, CONNECTIONS)?;
            ensure!(asked.answered == QUESTIONS, "an answer is missing");
            notes.count("tasks", asked.tasks as f64);
            notes.count("most", server.counts().most as f64);
            Ok(())
        })
        .run(bench)
}
