//! The server itself.

use std::{
    convert::Infallible,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use axum::{
    Router,
    extract::State,
    http::{
        Method, StatusCode, Uri,
        header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE},
    },
    middleware,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::get,
};
use tokio::{net::TcpListener, runtime::Runtime, task::spawn_blocking};
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};

use super::{guard, site::Site};
use crate::watch;

/// What `workbook serve` was asked for.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub struct ServeArgs {
    /// The port to serve at [default: 3000, or the next that is free]
    #[arg(long)]
    pub port: Option<u16>,
    /// Open the book in the browser
    #[arg(long)]
    pub open: bool,
}

/// A book that is ready to be served.
#[derive(Debug)]
pub struct Server {
    root: PathBuf,
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
}

/// Serves the book at `root` until Ctrl-C.
///
/// # Errors
/// No port to serve at.
pub fn serve(root: &Path, args: ServeArgs) -> Result<()> {
    let runtime = Runtime::new().context("the server cannot start")?;
    let done = runtime.block_on(async {
        tokio::select! {
            // Listened for before all else, so that it ends a long first build too.
            biased;
            stopped = tokio::signal::ctrl_c() => stopped.context("no Ctrl-C on this system"),
            done = read(root, args) => done,
        }
    });
    // A build that is under way, and pages that wait for news, need not end first.
    runtime.shutdown_background();
    done
}

async fn read(root: &Path, args: ServeArgs) -> Result<()> {
    let server = Server::bind(root, args.port).await?;
    let url = format!("http://{}/", server.address());
    eprintln!("Building the book …");
    server.build().await;
    // Whoever reads it may have gone.
    drop(writeln!(io::stdout(), "{url}"));
    eprintln!("Reading at {url} until Ctrl-C; it follows what you save.");
    if args.open {
        open(&url);
    }
    server.run().await
}

impl Server {
    /// Takes the port, or 3000 or the next that is free; the book is not built yet.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn bind(root: &Path, port: Option<u16>) -> Result<Server> {
        let listener = listen(port).await?;
        let address = listener.local_addr().context("the port has no address")?;
        let site = Arc::new(Site::empty());
        Ok(Server { root: root.to_owned(), listener, address, site })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Builds the book; what is wrong with it goes to the terminal and to its pages.
    pub async fn build(&self) {
        build(Arc::clone(&self.site), self.root.clone()).await;
    }

    /// Serves the book, and builds it again whenever it is saved, without end.
    ///
    /// # Errors
    /// Where the system ends it.
    pub async fn run(self) -> Result<()> {
        let port = self.address.port();
        let routes = Router::new()
            .route("/api/reload", get(news))
            .fallback(page)
            .with_state(Arc::clone(&self.site))
            .layer(middleware::from_fn_with_state(port, guard::guard));
        let served = axum::serve(self.listener, routes);
        tokio::select! {
            done = served => done.context("the server ended"),
            () = follow(self.site, self.root) => Ok(()),
        }
    }
}

async fn listen(port: Option<u16>) -> Result<TcpListener> {
    const FIRST: u16 = 3000;
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = port {
        return bind(port).await.with_context(|| {
            format!("port {port} cannot be used; leave --port out to take the next that is free")
        });
    }
    for port in FIRST..FIRST + 100 {
        match bind(port).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            listener => {
                return listener.with_context(|| format!("port {port} cannot be used"));
            }
        }
    }
    bail!("ports {FIRST} to {} are all taken; choose one with --port", FIRST + 99)
}

/// Builds the book again on every change, without end.
async fn follow(site: Arc<Site>, root: PathBuf) {
    loop {
        // What changed while the last build ran is noticed at the first look.
        watch::change(watch::book(&root), site.seen()).await;
        build(Arc::clone(&site), root.clone()).await;
    }
}

async fn build(site: Arc<Site>, root: PathBuf) {
    let start = Instant::now();
    // mdBook's builder may not move between threads, so a build stays in one.
    let built = spawn_blocking({
        let site = Arc::clone(&site);
        move || site.build(&root)
    })
    .await;
    match built {
        Ok(Ok(())) => eprintln!("Built in {} ms.", start.elapsed().as_millis()),
        Ok(Err(problems)) => {
            let count = problems.all().len();
            let then = if site.is_good() {
                "the last good pages stay"
            } else {
                "then it is built"
            };
            eprintln!("{problems}\nNot built: {count} to mend; {then}.");
        }
        Err(error) => eprintln!("The build broke off: {error}"),
    }
}

async fn page(State(site): State<Arc<Site>>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")])
            .into_response();
    }
    let (status, page) = match site.page(uri.path()) {
        Some(page) if page.stands_in => (StatusCode::SERVICE_UNAVAILABLE, Some(page)),
        Some(page) => (StatusCode::OK, Some(page)),
        None => (StatusCode::NOT_FOUND, site.page("/404.html")),
    };
    let Some(page) = page else { return status.into_response() };
    // Everything may change on save, and costs nothing to ask for again.
    let headers = [(CONTENT_TYPE, page.kind), (CACHE_CONTROL, "no-store")];
    (status, headers, page.body.to_vec()).into_response()
}

/// Tells an open page which build is served and what is wrong with the newest, now and on change.
async fn news(
    State(site): State<Arc<Site>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = WatchStream::new(site.news()).map(|news| {
        let json = serde_json::to_string(&news).unwrap_or_default();
        Ok(Event::default().data(json))
    });
    Sse::new(news).keep_alive(KeepAlive::new().interval(Duration::from_secs(10)))
}

/// Opens `url` in the reader's browser; that there is none is no failure.
fn open(url: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        Command::new("explorer")
    } else {
        Command::new("xdg-open")
    };
    let opened = command.arg(url).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if let Err(error) = opened {
        eprintln!("No browser could be opened ({error}); open {url} yourself.");
    }
}
