//! The last good site, held in memory: swapped whole, so that no request meets a half-built book,
//! and read by name from a list, so that no path leads out of it.

use std::{
    collections::HashMap,
    fs, io,
    path::Path,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::Serialize;
use tokio::sync::watch::{Receiver, Sender};

use crate::{
    pages::{html::escape, library::Shown, site},
    problem::{Problems, shown},
    watch,
};

/// One file of the site.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub body: Arc<[u8]>,
    /// Whether it only stands in for the page that was asked for.
    pub stands_in: bool,
}

/// What an open page is told: which build is served, and what is wrong with the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct News {
    /// Changes with every site that is served.
    pub build: String,
    /// Everything that is wrong with what was saved last; the site served is older then.
    pub problems: Vec<String>,
}

/// The site that is served.
#[derive(Debug)]
pub struct Site {
    pages: RwLock<Arc<HashMap<String, Page>>>,
    news: Sender<News>,
    /// Sets the builds of this start apart from those of another.
    start: String,
    /// The fingerprint of what was built last, good or not.
    seen: AtomicU64,
}

impl Site {
    /// A site without pages.
    pub fn empty() -> Site {
        let start = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
        Site {
            pages: RwLock::default(),
            news: Sender::default(),
            start: format!("{start:x}"),
            seen: AtomicU64::new(0),
        }
    }

    /// Builds the book at `root` and serves it from now on. If it is refused, the last good site
    /// stays; without one, every page shows what is wrong.
    ///
    /// # Errors
    /// What is wrong with the book.
    pub fn build(&self, root: &Path) -> Result<(), Problems> {
        // Taken first, so that what is saved while the build runs is noticed after it.
        self.seen.store(watch::fingerprint(&watch::book(root)), Ordering::Relaxed);
        let build = self.next_build();
        match build_pages(root, &build) {
            Ok(pages) => {
                self.put(pages);
                self.news.send_replace(News { build, problems: Vec::new() });
                Ok(())
            }
            Err(problems) => {
                let list = problems.all().iter().map(ToString::to_string).collect();
                self.news.send_modify(|news| news.problems = list);
                Err(problems)
            }
        }
    }

    /// The page of the URL's path; `None` if there is none.
    pub fn page(&self, path: &str) -> Option<Page> {
        let path = path.strip_prefix('/')?;
        let pages =
            Arc::clone(&self.pages.read().unwrap_or_else(PoisonError::into_inner));
        if pages.is_empty() {
            return Some(self.error_page());
        }
        let index = format!("{path}index.html");
        let name = if path.is_empty() || path.ends_with('/') { &index } else { path };
        pages.get(name).cloned()
    }

    /// Whether there has been a good build.
    pub fn is_good(&self) -> bool {
        !self.news.borrow().build.is_empty()
    }

    /// The fingerprint of what was built last, good or not; 0 before the first build.
    pub fn seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }

    /// What open pages are told, now and on every change.
    pub fn news(&self) -> Receiver<News> {
        self.news.subscribe()
    }

    fn put(&self, pages: HashMap<String, Page>) {
        *self.pages.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pages);
    }

    /// The name of the build after the one that is served.
    fn next_build(&self) -> String {
        let last = self.news.borrow().build.clone();
        let number: u64 =
            last.rsplit('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        format!("{}.{}", self.start, number + 1)
    }

    /// The page that stands in for all others while there is no good site; it comes back by itself.
    fn error_page(&self) -> Page {
        let news = self.news.borrow().clone();
        let problems: String = news
            .problems
            .iter()
            .map(|problem| format!("<li>{}</li>", escape(problem)))
            .collect();
        let html = format!(
            "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>Not built</title>\
             <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:3rem auto;\
             padding:0 1rem;color-scheme:light dark}}li{{margin:.5rem 0;overflow-wrap:anywhere}}\
             </style><h1>The book could not be built</h1><p>This page comes back when it is \
             mended.</p><ul>{problems}</ul><script>const was={};\
             new EventSource('/api/reload').onmessage=e=>{{if(e.data!==was)location.reload()}}\
             </script></html>",
            script_string(&serde_json::to_string(&news).unwrap_or_default()),
        );
        Page {
            kind: "text/html; charset=utf-8",
            body: html.into_bytes().into(),
            stands_in: true,
        }
    }
}

/// `text` as a string of a script inside a page.
fn script_string(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default().replace('<', "\\u003c")
}

/// Builds the book and reads the result; the HTML is told that it is live.
fn build_pages(root: &Path, build: &str) -> Result<HashMap<String, Page>, Problems> {
    let unusable =
        |error: io::Error| crate::problem::Problem::file("temporary folder", error);
    let folder = tempfile::tempdir().map_err(unusable)?;
    let out = folder.path().join("site");
    site::build(root, &out, Shown::AndOwn)?;
    let mut pages = HashMap::new();
    for entry in walkdir::WalkDir::new(&out).into_iter().filter_map(Result::ok) {
        let Ok(name) = entry.path().strip_prefix(&out) else { continue };
        if entry.file_type().is_file() {
            let body = fs::read(entry.path()).map_err(unusable)?;
            let kind = media_type(name);
            let body =
                if kind.starts_with("text/html") { live(body, build) } else { body };
            let name = shown(name);
            pages.insert(name, Page { kind, body: body.into(), stands_in: false });
        }
    }
    Ok(pages)
}

/// Turns the mark of a static page into that of a live one.
fn live(html: Vec<u8>, build: &str) -> Vec<u8> {
    let html = String::from_utf8_lossy(&html);
    let mark = format!("<meta name=\"wb\" content=\"live\" data-build=\"{build}\">");
    html.replacen("<meta name=\"wb\" content=\"static\">", &mark, 1).into_bytes()
}

fn media_type(name: &Path) -> &'static str {
    match name.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
