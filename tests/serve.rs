//! The book on loopback: who may read it, and what happens on save.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;
use tokio::runtime::Runtime;
use workbook::serve::Server;

use crate::fixture::Fixture;

mod fixture;

/// A served book; dropping it ends the server.
struct Served {
    fixture: Fixture,
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Served {
    fn new(page: &str) -> Served {
        let fixture = Fixture::new(page);
        let runtime = Runtime::new().expect("a runtime");
        let (ready, address) = mpsc::channel();
        let root = fixture.root().to_owned();
        runtime.spawn(async move {
            let server = Server::bind(&root, Some(0)).await.expect("a port");
            server.build().await;
            ready.send(server.address()).expect("someone waits");
            server.run().await
        });
        let address = address.recv().expect("the server starts");
        Served { fixture, address, runtime: Some(runtime) }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &format!("Host: {}\r\n", self.address))
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let mut stream = connect(self.address);
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"
        )
        .expect("a request");
        let mut text = Vec::new();
        stream.read_to_end(&mut text).expect("an answer");
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    fn news(&self) -> News {
        News::of(self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    // Nothing here takes so long; it turns a hang into a failure.
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
    stream
}

/// The event stream that a page listens to.
struct News(BufReader<TcpStream>);

impl News {
    fn of(address: SocketAddr) -> News {
        let mut stream = connect(address);
        write!(stream, "GET /api/reload HTTP/1.1\r\nHost: {address}\r\n\r\n")
            .expect("a request");
        News(BufReader::new(stream))
    }

    /// The next event: which build is served, and what is wrong.
    fn next(&mut self) -> (String, Vec<String>) {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(
                self.0.read_line(&mut line).expect("an event"),
                0,
                "the stream ended"
            );
            if let Some(json) = line.strip_prefix("data:") {
                let event: Value = serde_json::from_str(json).expect("JSON");
                let problems = event["problems"].as_array().expect("a list");
                let problems =
                    problems.iter().map(|one| one.as_str().expect("text").to_owned());
                return (
                    event["build"].as_str().expect("text").to_owned(),
                    problems.collect(),
                );
            }
        }
    }

    fn until(
        &mut self,
        wanted: impl Fn(&str, &[String]) -> bool,
    ) -> (String, Vec<String>) {
        loop {
            let (build, problems) = self.next();
            if wanted(&build, &problems) {
                return (build, problems);
            }
        }
    }
}

#[test]
fn a_page_is_served_live_fresh_and_under_a_strict_policy() {
    let served = Served::new("It took {{measured ch05.pool.rayon.wall}}.");
    let page = served.get("/ch05_image_pool.html");
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("<meta name=\"wb\" content=\"live\" data-build="),
        "{}",
        page.body
    );
    assert!(page.body.contains("class=\"wb-value\""));
    for part in [
        "content-type: text/html; charset=utf-8",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'self'; script-src 'self' 'unsafe-inline';",
        "object-src 'none'",
    ] {
        assert!(page.head.contains(part), "{}\nshould hold {part}", page.head);
    }
    assert!(!page.head.contains("access-control-"));
    assert_eq!(served.get("/").status, 200);
    assert_eq!(served.get("/gone.html").status, 404);
}

#[test]
fn a_static_page_is_not_live() {
    let fixture = Fixture::new("Words.");
    fixture.build().expect("a site");
    let html =
        std::fs::read_to_string(fixture.out().join("index.html")).expect("a page");
    assert!(html.contains("<meta name=\"wb\" content=\"static\">"));
}

#[test]
fn every_file_has_its_media_type() {
    let served = Served::new("Words.");
    let page = served.get("/").body;
    let linked = |end: &str| {
        let mut names = page.split(['"', '\'']).filter(|part| part.ends_with(end));
        names.next().unwrap_or_else(|| panic!("no {end} is linked")).to_owned()
    };
    for (end, kind) in
        [(".css", "text/css"), (".js", "text/javascript"), (".svg", "image/svg+xml")]
    {
        let answer = served.get(&format!("/{}", linked(end)));
        assert_eq!(answer.status, 200, "{end}");
        assert!(
            answer.head.contains(&format!("content-type: {kind}")),
            "{}",
            answer.head
        );
    }
}

#[test]
fn a_forged_host_is_turned_away_on_every_route() {
    let served = Served::new("Words.");
    let port = served.address.port();
    let hosts = [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: evil.example:{port}\r\n"),
        format!("Host: 127.0.0.1:{port}.evil.example\r\n"),
        format!("Host: localhost:{}\r\n", port.wrapping_add(1)),
        "Host: 127.0.0.1\r\n".to_owned(),
        format!("Host: localhost:{port}\r\nHost: evil.example\r\n"),
        "Host:\r\n".to_owned(),
    ];
    for host in &hosts {
        for path in ["/", "/ch05_image_pool.html", "/api/reload", "/gone"] {
            let answer = served.ask("GET", path, host);
            assert!(
                [400, 403].contains(&answer.status),
                "{host:?} {path}: {}",
                answer.status
            );
            assert!(!answer.body.contains("<html"), "{host:?} {path}");
        }
    }
    assert_eq!(
        served.ask("GET", "/", &format!("Host: localhost:{port}\r\n")).status,
        200
    );
}

#[test]
fn no_path_leads_out_of_the_site() {
    let served = Served::new("Words.");
    for path in [
        "/../book.toml",
        "/%2e%2e/book.toml",
        "/..%2fbook.toml",
        "/src/assets/../../../book.toml",
        "//etc/passwd",
        "/..\\book.toml",
        "/index.html/../../book.toml",
        "/.",
        "/css/",
    ] {
        let answer = served.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            !answer.body.contains("build-dir") && !answer.body.contains("root:"),
            "{path}"
        );
    }
}

#[test]
fn nothing_can_be_sent() {
    let served = Served::new("Words.");
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let host = format!("Host: {}\r\nContent-Length: 0\r\n", served.address);
        for path in ["/", "/api/reload"] {
            assert_eq!(served.ask(method, path, &host).status, 405, "{method} {path}");
        }
    }
}

#[test]
fn a_saved_page_is_built_again_and_open_pages_are_told() {
    let served = Served::new("Words.");
    let mut news = served.news();
    let (first, problems) = news.next();
    assert_eq!(problems, Vec::<String>::new());
    assert!(
        served
            .get("/ch05_image_pool.html")
            .body
            .contains(&format!("data-build=\"{first}\""))
    );

    served.fixture.write_page("Other words, and more of them.");
    let (second, _) = news.until(|build, _| build != first);
    let page = served.get("/ch05_image_pool.html").body;
    assert!(
        page.contains("Other words")
            && page.contains(&format!("data-build=\"{second}\""))
    );
}

#[test]
fn a_saved_record_or_style_is_noticed_too() {
    let served = Served::new("{{measured ch05.machine.usable_cpus}} CPUs.");
    let mut news = served.news();
    let (first, _) = news.next();
    let mut record = served.fixture.record();
    record.machine.usable_cpus = 128;
    served.fixture.write_record("reference", &record);
    let (second, _) = news.until(|build, _| build != first);
    assert!(served.get("/ch05_image_pool.html").body.contains(">128</span>"));
    served.fixture.write("src/assets/workbook.css", "body { color: red }\n");
    news.until(|build, _| build != second);
}

#[test]
fn the_readers_own_numbers_are_told_where_they_belong_to_the_code() {
    let served = Served::new("It took {{measured ch05.pool.rayon.wall}}.");
    let mut news = served.news();
    let (without, _) = news.next();
    assert!(!served.get("/ch05_image_pool.html").body.contains("On your machine"));

    let mut own = served.fixture.record();
    let series = &mut own.experiments[0].series[2];
    series
        .values
        .insert("wall".to_owned(), fixture::value(0.25, lab::value::Unit::Seconds));
    let file = served.fixture.root().join(".workbook/records/ch05_image_pool.json");
    own.write(&file).expect("a record");
    let (with, _) = news.until(|build, _| build != without);
    assert!(
        served
            .get("/ch05_image_pool.html")
            .body
            .contains("On your machine: 250\u{a0}ms")
    );
    assert!(
        !served.fixture.built().contains("On your machine"),
        "a static site is the same everywhere"
    );

    own.source = None;
    own.write(&file).expect("a record");
    news.until(|build, problems| build != with && problems.is_empty());
    assert!(!served.get("/ch05_image_pool.html").body.contains("On your machine"));
}

#[test]
fn a_refused_page_keeps_the_last_good_site_and_says_why_until_it_is_mended() {
    let served = Served::new("Good words.");
    let mut news = served.news();
    let (good, _) = news.next();

    served.fixture.write_page("It took 5 ms, and {{chart gone}}.");
    let (build, problems) = news.until(|_, problems| !problems.is_empty());
    assert_eq!(build, good, "the last good site is still served");
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(problems[0].starts_with("book/ch05_image_pool.md:1: "), "{problems:#?}");
    assert!(served.get("/ch05_image_pool.html").body.contains("Good words."));

    served.fixture.write_page("Mended words.");
    news.until(|build, problems| build != good && problems.is_empty());
    assert!(served.get("/ch05_image_pool.html").body.contains("Mended words."));
}

#[test]
fn a_book_that_never_was_good_shows_what_is_wrong_and_comes_up_when_it_is_mended() {
    let served = Served::new("It took 5 ms; see <script>.");
    let page = served.get("/");
    assert_eq!(page.status, 503);
    assert!(page.body.contains("`5 ms` is typed"), "{}", page.body);
    let mut news = served.news();
    let (none, problems) = news.next();
    assert_eq!(none, "");
    assert!(!problems.is_empty());
    served.fixture.write_page("Mended words.");
    news.until(|build, _| !build.is_empty());
    assert_eq!(served.get("/").status, 200);
}

#[test]
fn a_taken_port_is_an_error_if_it_was_asked_for() {
    let fixture = Fixture::new("Words.");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let runtime = Runtime::new().expect("a runtime");
    let error = runtime
        .block_on(Server::bind(fixture.root(), Some(port)))
        .expect_err("it is taken");
    assert!(
        error.to_string().starts_with(&format!("port {port} cannot be used")),
        "{error}"
    );
}

#[test]
fn without_a_port_the_next_free_one_is_taken() {
    let fixture = Fixture::new("Words.");
    let runtime = Runtime::new().expect("a runtime");
    let bind =
        || runtime.block_on(Server::bind(fixture.root(), None)).expect("a free port");
    let (first, second) = (bind(), bind());
    assert!(first.address().ip().is_loopback());
    assert!(first.address().port() >= 3000);
    assert!(second.address().port() > first.address().port());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_at_once_though_pages_are_listening() {
    use std::process::{Command, Stdio};

    let fixture = Fixture::new("Words.");
    let mut server = Command::new(env!("CARGO_BIN_EXE_workbook"))
        .args(["serve", "--port", "0"])
        .current_dir(fixture.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut url = String::new();
    BufReader::new(server.stdout.take().expect("an output"))
        .read_line(&mut url)
        .expect("a URL");
    let address = url.trim().trim_start_matches("http://").trim_end_matches('/');
    let mut news = News::of(address.parse().expect("an address"));
    assert_eq!(news.next().1, Vec::<String>::new());

    let interrupted =
        Command::new("kill").args(["-INT", &server.id().to_string()]).status();
    assert!(interrupted.expect("kill is there").success());
    let (ended, status) = mpsc::channel();
    thread::spawn(move || ended.send(server.wait()));
    let status = status
        .recv_timeout(Duration::from_secs(10))
        .expect("it ends")
        .expect("a status");
    assert!(status.success(), "{status}");
}
