//! The tool at work: one thread, and as many requests under way as were allowed.
//!
//! Whatever may wait for long has a thread of its own: the list, which may be a pipe, and the rows,
//! if they go to one. The files (the journal, and what is saved) are written right here. The system
//! takes a piece into its memory in microseconds, and writes it to the disk later; to hand each to
//! another thread and to be told of it would take as long.

use std::collections::HashMap;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use reqwest::{Client, Url};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::failure::Failure;
use super::fetch::{End, Limits, Visit, visit};
use super::journal::{Journal, Kept};
use super::lines::{self, Line};
use super::queue::Queue;
use super::retry;
use super::row::Row;
use super::save::{Name, Names, Saving};
use super::stream::Stream;
use super::web::{Web, host};

/// So many lines of the list are known at a time. More of them let more hosts take turns; fewer
/// take less memory.
const WINDOW: usize = 10_000;

/// So many lines are read ahead.
const AHEAD: usize = 256;

/// A page that is redirected more often is given up.
const MOST_HOPS: usize = 10;

/// How to fetch.
#[derive(Clone, Debug)]
pub struct Settings {
    /// At most so many requests at once.
    pub concurrency: usize,
    /// At most so many of them to one host.
    pub per_host: usize,
    /// What a server may ask of us.
    pub limits: Limits,
    /// So often a request is repeated that may pass.
    pub retries: u32,
    /// The wait before the first retry.
    pub backoff: Duration,
    /// The longest wait.
    pub max_wait: Duration,
    /// Where to keep what is fetched.
    pub save: Option<PathBuf>,
    /// What the list of URLs is called, for an error.
    pub list: PathBuf,
    /// Names there that belong to other files.
    pub reserved: Vec<String>,
}

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows of pages that were fetched, now or in an earlier run.
    pub ok: usize,
    /// Those of them that are of an earlier run.
    pub kept: usize,
    /// Rows with an error.
    pub failed: usize,
    /// Bytes fetched.
    pub bytes: u64,
    /// The most requests that were under way at once.
    pub peak_in_flight: usize,
    /// Whether it was stopped before all lines had their row.
    pub stopped: bool,
}

/// A page that is wanted.
#[derive(Clone, Debug)]
struct Job {
    /// The number of its line, of those that ask for a page.
    line: usize,
    /// What stands there.
    text: String,
    /// Where to ask: at first what the line says, later where it was redirected to.
    url: Url,
    /// What to call its file.
    name: Option<Name>,
    tries: u32,
    hops: usize,
    /// What this try has taken so far, over all redirects.
    spent: Duration,
    /// When it was first asked for.
    began: Option<Instant>,
}

impl Job {
    fn new(line: usize, text: String, url: Url, name: Option<Name>) -> Self {
        let spent = Duration::ZERO;
        Self { line, text, url, name, tries: 0, hops: 0, spent, began: None }
    }
}

/// A run of the tool, and all it knows.
pub struct Run<'a> {
    settings: &'a Settings,
    web: Web,
    journal: &'a mut Journal,
    kept: Kept,
    names: Names,
    queue: Queue<Job>,
    /// What is under way.
    visits: JoinSet<Visit>,
    /// Whose those are, and of which host.
    in_flight: HashMap<Id, (String, Job)>,
    /// How many lines asked for a page so far.
    lines: usize,
    tally: Tally,
    bar: &'a ProgressBar,
    /// Where rows go at once, in order.
    stream: Option<Stream>,
}

impl<'a> Run<'a> {
    /// A run that has not begun.
    #[must_use]
    pub fn new(
        settings: &'a Settings,
        web: Web,
        (journal, kept): (&'a mut Journal, Kept),
        stream: Option<Stream>,
        bar: &'a ProgressBar,
    ) -> Self {
        let mut names = Names::default();
        settings.reserved.iter().for_each(|name| names.reserve(name));
        Self {
            settings,
            web,
            journal,
            kept,
            names,
            queue: Queue::new(settings.per_host),
            visits: JoinSet::new(),
            in_flight: HashMap::new(),
            lines: 0,
            tally: Tally::default(),
            bar,
            stream,
        }
    }

    /// Fetches what the list names, until its end or until it is told to stop.
    ///
    /// # Errors
    /// If the list cannot be read, or no row be written.
    pub async fn go(
        mut self,
        list: impl Read + Send + 'static,
        stop: watch::Receiver<bool>,
    ) -> Result<Tally> {
        let ended = self.fetch_all(read_ahead(list)?, stop).await;
        // Whatever is still under way is dropped, and its temporary file with it.
        self.visits.shutdown().await;
        let written = match self.stream.take() {
            Some(stream) => stream.end(self.journal).await,
            None => Ok(()),
        };
        ended.and(written)?;
        Ok(self.tally)
    }
}

impl Run<'_> {
    async fn fetch_all(
        &mut self,
        mut lines: mpsc::Receiver<io::Result<Line>>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<()> {
        let mut more = true;
        while self.pour()? {
            more = more && self.admit(&mut lines)?;
            self.begin();
            let idle = self.queue.is_empty() && self.in_flight.is_empty();
            if idle && !more {
                break;
            }
            let wakes = self.wakes();
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => {
                    self.tally.stopped = true;
                    break;
                }
                Some(ended) = self.visits.join_next_with_id() => self.settle(ended)?,
                line = lines.recv(), if more && self.has_room() => match line {
                    Some(line) => self.take(line)?,
                    None => more = false,
                },
                () = sleep_until(wakes.unwrap_or_else(Instant::now)), if wakes.is_some() => {}
                () = Stream::changes(self.stream.as_ref()) => {}
            }
        }
        Ok(())
    }

    /// Hands over the rows that somebody waits for. Says whether anybody still does.
    fn pour(&mut self) -> Result<bool> {
        self.stream.as_mut().map_or(Ok(true), |stream| stream.pour(self.journal))
    }

    /// Whether more rows are done than can be handed over.
    fn is_behind(&self) -> bool {
        self.stream.as_ref().is_some_and(Stream::is_behind)
    }

    /// Whether another line can be taken.
    fn has_room(&self) -> bool {
        self.queue.len() < WINDOW && !self.is_behind()
    }

    /// Whether another request may begin.
    fn has_place(&self) -> bool {
        self.in_flight.len() < self.settings.concurrency && !self.is_behind()
    }

    /// Takes the lines that were read ahead. Says whether there may be more.
    fn admit(&mut self, lines: &mut mpsc::Receiver<io::Result<Line>>) -> Result<bool> {
        // Not for ever, even if no line of many leads to a request: somebody may press Ctrl-C.
        for _ in 0..AHEAD {
            if !self.has_room() {
                break;
            }
            match lines.try_recv() {
                Ok(line) => self.take(line)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Finds the row of a line in an earlier run, or what is to be asked for it.
    fn take(&mut self, line: io::Result<Line>) -> Result<()> {
        let Line { text, flaw } = line.with_context(|| {
            format!("cannot read the list of URLs {}", self.settings.list.display())
        })?;
        let line = self.lines;
        self.lines += 1;
        let url = match flaw {
            Some(flaw) => Err(Failure::Invalid(flaw.into())),
            None => self.web.url(&text),
        };
        let url = match url {
            Ok(url) => url,
            Err(failure) => {
                let row =
                    Row { url: text, error: failure.to_string(), ..Row::default() };
                return self.write(line, &row);
            }
        };
        // Also for what is kept, so that all others have the names that one run would give them.
        let folder = self.settings.save.as_deref();
        let name = folder.map(|_| self.names.name(&url));
        // The earlier run may have kept no files, or somebody may have moved or changed them.
        let there = folder.zip(name.as_ref()).map(|(at, name)| name.lengths_in(at));
        let fits = |bytes| there.as_ref().is_none_or(|there| there.contains(&bytes));
        if let Some(place) = self.kept.take(&text, fits) {
            self.journal.keep(line, place);
            self.tally.kept += 1;
            self.count(true);
            return Ok(());
        }
        self.queue.add(&host(&url), Job::new(line, text, url, name));
        Ok(())
    }

    /// Begins as many requests as may be under way.
    fn begin(&mut self) {
        while self.has_place() {
            let Some((host, mut job)) = self.queue.next(Instant::now()) else { break };
            job.began.get_or_insert_with(Instant::now);
            let place = self.settings.save.clone().zip(job.name.clone());
            let (client, url) = (self.web.client.clone(), job.url.clone());
            let ask = ask(client, url, self.settings.limits, job.spent, place);
            let task = self.visits.spawn_local(ask);
            self.in_flight.insert(task.id(), (host, job));
        }
        let peak = &mut self.tally.peak_in_flight;
        *peak = (*peak).max(self.in_flight.len());
    }

    /// When there may be a request to begin that waits for its time only. A job whose time has come
    /// wakes nobody as long as there is no place for it.
    fn wakes(&self) -> Option<Instant> {
        self.queue.wakes().filter(|_| self.has_place())
    }

    /// Decides what follows from a request that has ended: a row, or another request.
    fn settle(&mut self, ended: Result<(Id, Visit), JoinError>) -> Result<()> {
        let (id, visit) = ended.unwrap_or_else(|error| {
            let failure = Failure::Panicked(error.to_string());
            (error.id(), Visit::that(Err(failure)))
        });
        let whose = self.in_flight.remove(&id);
        let (host, mut job) = whose.context("a request that nobody made")?;
        self.queue.done(&host);
        self.tally.bytes += visit.bytes;
        match &visit.end {
            Ok(End::Moved(to)) if job.hops < MOST_HOPS => {
                job.url = Url::clone(to);
                job.hops += 1;
                job.spent += visit.took;
                self.queue.add_first(&self::host(&job.url), job);
                return Ok(());
            }
            Ok(_) => {}
            Err(failure) => {
                job.tries += 1;
                if let Some(then) = self.comes_back(&host, failure, job.tries) {
                    job.spent = Duration::ZERO;
                    self.queue.add_later(&host, job, then);
                    return Ok(());
                }
            }
        }
        let error = self.error(&visit.end, job.tries);
        self.write(job.line, &row(&job, visit, error))
    }

    /// When to try again, if at all. A host that wants less of us is left alone until then, even
    /// if this page was tried for the last time.
    fn comes_back(
        &mut self,
        host: &str,
        failure: &Failure,
        tries: u32,
    ) -> Option<Instant> {
        let most = self.settings.max_wait;
        let wait = failure
            .retry_after()
            .unwrap_or_else(|| retry::back_off(self.settings.backoff, tries, most));
        if wait > most {
            return None;
        }
        let then = Instant::now() + wait;
        if failure.is_about_us() {
            self.queue.pause(host, then);
        }
        (tries <= self.settings.retries && failure.may_pass()).then_some(then)
    }

    /// What the column `error` says of an end.
    fn error(&self, end: &Result<End, Failure>, tries: u32) -> String {
        let error = match end {
            Ok(End::Arrived) => return String::new(),
            Ok(End::Moved(_)) => Failure::TooManyRedirects(MOST_HOPS),
            Err(failure) => failure.clone().or_too_long(self.settings.max_wait),
        };
        if tries > 1 {
            format!("{error}, after {tries} tries")
        } else {
            error.to_string()
        }
    }

    fn write(&mut self, line: usize, row: &Row) -> Result<()> {
        self.journal.add(line, row).context("cannot write down what is done")?;
        self.count(row.is_ok());
        Ok(())
    }

    fn count(&mut self, is_ok: bool) {
        *(if is_ok { &mut self.tally.ok } else { &mut self.tally.failed }) += 1;
        self.bar.inc(1);
        self.bar.set_message(format!("{} failed", self.tally.failed));
    }
}

/// Asks for a page. What it will be saved in is made only now, as there may be many in the list.
async fn ask(
    client: Client,
    url: Url,
    limits: Limits,
    spent: Duration,
    place: Option<(PathBuf, Name)>,
) -> Visit {
    let saving = place.map(|(folder, name)| Saving::start(&folder, name));
    match saving.transpose() {
        Ok(saving) => visit(client, url, limits, spent, saving).await,
        Err(failure) => Visit::that(Err(failure)),
    }
}

/// The row of a page that will not be asked for again.
fn row(job: &Job, visit: Visit, error: String) -> Row {
    Row {
        url: job.text.clone(),
        final_url: job.url.to_string(),
        status: visit.status,
        title: visit.title.unwrap_or_default(),
        bytes: visit.bytes,
        ms: job.began.map_or(0, |began| began.elapsed().as_millis() as u64),
        error,
    }
}

/// Reads lines on a thread of its own: files and pipes know no waiting but that of a thread.
fn read_ahead(
    list: impl Read + Send + 'static,
) -> Result<mpsc::Receiver<io::Result<Line>>> {
    let (to, from) = mpsc::channel(AHEAD);
    let read = move || {
        for line in lines::read(BufReader::new(list)) {
            let is_over = line.is_err();
            if to.blocking_send(line).is_err() || is_over {
                return;
            }
        }
    };
    thread::Builder::new()
        .name("list".into())
        .spawn(read)
        .context("cannot start a thread to read the list")?;
    Ok(from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_wakes_nobody_while_all_places_are_taken() {
        let second = Duration::from_secs(1);
        for (concurrency, wakes) in [(1, true), (0, false)] {
            let settings = Settings {
                concurrency,
                per_host: 1,
                limits: Limits { timeout: second, stall: second, max_bytes: 1 },
                retries: 0,
                backoff: second,
                max_wait: second,
                save: None,
                list: PathBuf::new(),
                reserved: Vec::new(),
            };
            let (mut journal, bar) =
                (Journal::fleeting().unwrap(), ProgressBar::hidden());
            let journal = (&mut journal, Kept::default());
            let web = Web::new().unwrap();
            let url = Url::parse("http://a/").unwrap();
            let mut run = Run::new(&settings, web, journal, None, &bar);
            let job = Job::new(0, String::new(), url, None);
            run.queue.add_later("a", job, Instant::now());
            assert_eq!(run.wakes().is_some(), wakes, "{concurrency}");
        }
    }
}
