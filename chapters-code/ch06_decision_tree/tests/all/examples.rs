//! The four templates, as programs: what they print, what they bound, and how they end.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ch04_async_fetch::faults::FaultServer;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::program;

/// Those that fetch pages, and how many of them at once.
const FETCHERS: [(&str, usize); 3] = [("io_few", 10), ("io_many", 100), ("mixed", 16)];

/// An example, which Cargo builds with the tests and puts beside the program.
fn example(name: &str) -> Command {
    let folder = program().parent().unwrap().join("examples");
    let path: PathBuf = folder.join(format!("{name}{EXE_SUFFIX}"));
    assert!(
        path.exists(),
        "{} is missing: `cargo test -p ch06_decision_tree` builds it, `--test all` does not",
        path.display()
    );
    alone(&path)
}

/// A program that no setting of this machine changes.
pub(crate) fn alone(program: &Path) -> Command {
    let mut command = Command::new(program);
    // Nobody is asked on the way to this machine.
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    // On a bare system there is nobody to be trusted, and then no client.
    command.env(
        "SSL_CERT_FILE",
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../ch04_async_fetch/tests/tool/tls/ca.pem"
        ),
    );
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run left: exit status, lines of the standard output, standard error.
pub(crate) fn told(output: Output) -> (Option<i32>, Vec<String>, String) {
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines.lines().map(str::to_owned).collect();
    (output.status.code(), lines, String::from_utf8(output.stderr).unwrap())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a fetcher prints of a page of three bytes.
fn line(name: &str, url: &str) -> String {
    match name {
        "mixed" => format!("{}  {url}", sha256(b"xxx")),
        _ => format!("3\t{url}"),
    }
}

#[test]
fn files_are_hashed_and_a_missing_one_stops_no_other() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let long = vec![7; 3 << 20];
    fs::write(path("long"), &long).unwrap();
    fs::write(path("short"), "abc").unwrap();
    let (long_path, missing, short) = (path("long"), path("missing"), path("short"));
    let output =
        example("cpu_bound").args([&long_path, &missing, &short]).output().unwrap();
    let (code, mut lines, said) = told(output);
    assert_eq!(code, Some(1), "{said}");
    lines.sort_by_key(|line| line.ends_with("/short"));
    let expected = [
        format!("{}  {long_path}", sha256(&long)),
        // FIPS 180-2, appendix B.1.
        format!(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  {short}"
        ),
    ];
    assert_eq!(lines, expected);
    assert!(said.contains("missing: ") && said.lines().count() == 1, "{said}");
    let (code, lines, said) = told(example("cpu_bound").arg(&short).output().unwrap());
    assert_eq!((code, lines.len(), said.as_str()), (Some(0), 1, ""));
}

#[test]
fn a_page_that_fails_or_hangs_stops_no_other() {
    let server = FaultServer::start().unwrap();
    let good: Vec<String> =
        (0..20).map(|number| server.url(&format!("/bytes/3/{number}"))).collect();
    let mut urls = good.clone();
    urls.insert(3, server.url("/status/500"));
    urls.insert(5, server.url("/silent"));
    urls.insert(7, "http://127.0.0.1:1/refused".to_owned());
    urls.insert(9, "nonsense".to_owned());
    urls.insert(11, server.url("/short"));
    // Nobody here speaks https, which the client has to find out.
    urls.insert(13, server.url("/s").replace("http", "https"));
    // All at once, for each has to wait until the time is up.
    let running = FETCHERS.map(|(name, _)| {
        (name, example(name).args(["--timeout", "4000"]).args(&urls).spawn().unwrap())
    });
    for (name, child) in running {
        let (code, mut lines, said) = told(child.wait_with_output().unwrap());
        assert_eq!(code, Some(1), "{name}: {said}");
        lines.sort();
        let mut expected: Vec<String> =
            good.iter().map(|url| line(name, url)).collect();
        expected.sort();
        assert_eq!(lines, expected, "{name}");
        assert_eq!(said.lines().count(), 6, "{name}: {said}");
        for words in [
            "/status/500: ",
            "/silent: ",
            "/refused: ",
            "nonsense: ",
            "500",
            "corrupt message of type InvalidContentType",
        ] {
            assert!(said.contains(words), "{name}, {words}: {said}");
        }
        let (code, ..) = told(example(name).args(&good).output().unwrap());
        assert_eq!(code, Some(0), "{name}");
    }
}

#[test]
fn no_more_pages_are_in_flight_than_the_bound() {
    for (name, bound) in FETCHERS {
        let server = FaultServer::start().unwrap();
        let urls: Vec<String> = (0..bound + 5)
            .map(|number| server.url(&format!("/hold/{number}")))
            .collect();
        let child = example(name).args(&urls).spawn().unwrap();
        // If fewer come, the test does not end.
        while server.in_flight() < bound {
            std::thread::yield_now();
        }
        server.release();
        let (code, lines, said) = told(child.wait_with_output().unwrap());
        assert_eq!((code, lines.len()), (Some(0), bound + 5), "{name}: {said}");
        assert_eq!(server.most_in_flight(), bound, "{name}");
    }
}

#[test]
fn a_page_that_never_ends_is_given_up() {
    let server = FaultServer::start().unwrap();
    let endless = server.url("/endless");
    for (name, words) in [("io_few", "limit"), ("mixed", "longer than 10000000 bytes")]
    {
        let (code, lines, said) =
            told(example(name).args([&endless, &endless]).output().unwrap());
        assert_eq!((code, lines.len()), (Some(1), 0), "{name}: {said}");
        assert!(said.contains(words), "{name}: {said}");
    }
}

#[test]
fn without_anything_to_do_the_usage_is_told() {
    for name in ["cpu_bound", "io_few", "io_many", "mixed"] {
        let (code, _, said) = told(example(name).output().unwrap());
        assert_eq!(code, Some(2), "{name}");
        assert!(said.contains("Usage: "), "{said}");
    }
}

#[cfg(unix)]
mod interrupted {
    use std::fs::OpenOptions;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::process::Child;

    use nix::sys::signal::{Signal, kill};
    use nix::sys::stat::Mode;
    use nix::unistd::{Pid, mkfifo};

    use super::*;

    fn interrupt(child: &Child) {
        kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    }

    #[test]
    fn ctrl_c_waits_for_no_page_and_what_came_is_printed() {
        let server = FaultServer::start().unwrap();
        let (good, silent) = (server.url("/bytes/3/a"), server.url("/silent"));
        for (name, _) in FETCHERS {
            let mut command = example(name);
            // Long before that, the test would be given up.
            command.args(["--timeout", "86400000", &good, &silent]);
            let mut child = command.spawn().unwrap();
            let mut output = BufReader::new(child.stdout.take().unwrap());
            let mut first = String::new();
            output.read_line(&mut first).unwrap();
            interrupt(&child);
            assert_eq!(child.wait().unwrap().code(), Some(130), "{name}");
            output.read_to_string(&mut first).unwrap();
            assert_eq!(first.trim_end(), line(name, &good));
        }
    }

    /// Interrupts it, and waits until it has said so.
    fn interrupt_and_hear(child: &mut Child) {
        interrupt(child);
        let mut line = String::new();
        let mut byte = [0];
        while !line.ends_with('\n') {
            child.stderr.as_mut().unwrap().read_exact(&mut byte).unwrap();
            line.push(char::from(byte[0]));
        }
        assert!(line.contains("finishing the files in hand"), "{line}");
    }

    /// A run with one CPU, whose second file is a pipe that nobody has written to yet.
    fn at_the_pipe(folder: &TempDir) -> (Child, fs::File) {
        let path = |name: &str| folder.path().join(name);
        fs::write(path("first"), "abc").unwrap();
        fs::write(path("third"), "abc").unwrap();
        mkfifo(&path("pipe"), Mode::S_IRWXU).unwrap();
        let mut command = example("cpu_bound");
        command.env("RAYON_NUM_THREADS", "1");
        command.args(["first", "pipe", "third"].map(path));
        let child = command.spawn().unwrap();
        // Opened as soon as the program reads from it.
        let pipe = OpenOptions::new().write(true).open(path("pipe")).unwrap();
        (child, pipe)
    }

    #[test]
    fn ctrl_c_begins_no_more_files_and_finishes_those_in_hand() {
        let folder = TempDir::new().unwrap();
        let (mut child, mut pipe) = at_the_pipe(&folder);
        interrupt_and_hear(&mut child);
        pipe.write_all(b"abc").unwrap();
        drop(pipe);
        let (code, lines, said) = told(child.wait_with_output().unwrap());
        assert_eq!(code, Some(130), "{said}");
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[1].ends_with("/pipe"), "{lines:?}");
        assert_eq!(said, "stopped; not done: 1\n");
    }

    #[test]
    fn a_second_ctrl_c_ends_at_once_and_what_was_done_is_printed() {
        let folder = TempDir::new().unwrap();
        let (mut child, pipe) = at_the_pipe(&folder);
        interrupt_and_hear(&mut child);
        interrupt(&child);
        let (code, lines, _) = told(child.wait_with_output().unwrap());
        assert_eq!((code, lines.len()), (Some(130), 1));
        assert!(lines[0].ends_with("/first"), "{lines:?}");
        drop(pipe);
    }
}
