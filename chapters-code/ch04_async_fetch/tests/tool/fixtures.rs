//! The program, a list for it, and a server.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ch04_async_fetch::faults::FaultServer;
use ch04_async_fetch::tool::row::Row;
use serde_json::Value;
use tempfile::TempDir;

/// A server, and a folder with a list of its URLs.
pub(crate) struct Site {
    pub(crate) server: FaultServer,
    pub(crate) dir: TempDir,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) rows: Vec<Row>,
    pub(crate) report: Value,
    /// What was said on the standard error.
    pub(crate) said: String,
}

impl Ran {
    /// The errors of the rows, in order.
    pub(crate) fn errors(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.error.as_str()).collect()
    }

    /// The titles of the rows, in order.
    pub(crate) fn titles(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.title.as_str()).collect()
    }
}

impl Site {
    pub(crate) fn new() -> Self {
        Self { server: FaultServer::start().unwrap(), dir: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes the list: URLs as they are, and paths as URLs of the server.
    pub(crate) fn list(&self, lines: &[&str]) {
        let whole = |line: &&str| match line.starts_with('/') {
            true => self.server.url(line),
            false => (*line).to_owned(),
        };
        let lines: Vec<String> = lines.iter().map(whole).collect();
        fs::write(self.path("urls.txt"), lines.join("\n")).unwrap();
    }

    /// The program, with waits that suit a test.
    pub(crate) fn command(&self, options: &[&str]) -> Command {
        let mut command = program();
        command.arg("--urls").arg(self.path("urls.txt"));
        command.arg("--csv").arg(self.path("titles.csv"));
        command.arg("--json").args(options);
        if !options.contains(&"--backoff") {
            command.args(["--backoff", "5ms"]);
        }
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, options: &[&str]) -> Ran {
        self.told(self.command(options).output().unwrap())
    }

    /// Runs it on these lines, where the rows are not ours to read: exit code and words.
    pub(crate) fn fetch_raw(
        &self,
        lines: &[&str],
        options: &[&str],
    ) -> (Option<i32>, String) {
        self.list(lines);
        let output = self.command(options).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Runs it on these lines.
    pub(crate) fn fetch(&self, lines: &[&str], options: &[&str]) -> Ran {
        self.list(lines);
        self.run(options)
    }

    pub(crate) fn told(&self, output: Output) -> Ran {
        let rows = fs::read(self.path("titles.csv")).unwrap_or_default();
        Ran {
            code: output.status.code(),
            rows: rows_of(&rows),
            report: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The program, which asks no proxy on the way to this machine.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ch04_async_fetch"));
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The rows of a CSV file, as any reader of CSV sees them.
pub(crate) fn rows_of(csv: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(csv).deserialize().map(Result::unwrap).collect()
}

/// How long a test waits for what must happen: far longer than it can take.
const DEADLINE: Duration = Duration::from_secs(120);

/// Waits until `reached`. Fails at the deadline, or when `child` ends before.
pub(crate) fn until(child: &mut Child, mut reached: impl FnMut() -> bool) {
    let clock = Instant::now();
    loop {
        // In this order: it may end right after it has done what is waited for.
        let ended = child.try_wait().unwrap();
        if reached() {
            return;
        }
        if clock.elapsed() > DEADLINE {
            let _ = child.kill();
            panic!("nothing came of it");
        }
        assert!(ended.is_none(), "it ended too early: {ended:?}");
        thread::sleep(Duration::from_millis(2));
    }
}
