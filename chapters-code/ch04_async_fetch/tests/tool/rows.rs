//! The CSV file: one row a line, in order, quoted so that any reader understands it.

use std::fs;
use std::io::Read;

use ch04_async_fetch::tool::row::{HEADER, Row};
use proptest::prelude::*;

use crate::fixtures::{Site, rows_of};

#[test]
fn a_line_that_is_not_blank_and_no_comment_has_one_row_in_its_place() {
    let site = Site::new();
    let lines = [
        "# a comment",
        "",
        "/titled/one",
        "  ",
        "nonsense",
        "/titled/two",
        "/titled/one",
        " # another",
        "/status/404",
        "  /",
        "ftp://example.org/x",
        "/titled/three",
    ];
    let ran = site.fetch(&lines, &["--concurrency", "3"]);
    let csv = fs::read_to_string(site.path("titles.csv")).unwrap();
    assert!(csv.starts_with("url,final_url,status,title,bytes,ms,error\n"), "{csv}");
    assert_eq!(ran.titles(), ["one", "", "two", "one", "", "", "", "three"]);
    let urls: Vec<&str> = ran.rows.iter().map(|row| row.url.as_str()).collect();
    let one = site.server.url("/titled/one");
    assert_eq!((urls[0], urls[1], urls[3]), (one.as_str(), "nonsense", one.as_str()));
    assert_eq!(
        (ran.code, &ran.report["ok"], &ran.report["failed"]),
        (Some(1), &4.into(), &4.into())
    );
}

#[test]
fn the_report_has_exactly_the_fields_that_scripts_expect() {
    let site = Site::new();
    let ran = site.fetch(&["/titled/one"], &[]);
    assert_eq!((ran.code, ran.said.as_str()), (Some(0), ""));
    let fields: Vec<&String> = ran.report.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["failed", "ok", "peak_in_flight", "wall_s"]);
    assert_eq!(
        (&ran.report["ok"], &ran.report["peak_in_flight"]),
        (&1.into(), &1.into())
    );
    assert!(ran.report["wall_s"].as_f64().unwrap() > 0.0);
}

#[test]
fn titles_with_commas_and_quotes_stay_in_their_column() {
    let site = Site::new();
    let ran = site.fetch(&["/page/commas", "/page/formula"], &[]);
    assert_eq!(ran.titles(), ["\"Quotes\", commas; and 'such', all at once", "=1+1"]);
}

#[test]
fn an_empty_list_gives_a_file_with_a_header() {
    let site = Site::new();
    let ran = site.fetch(&["# nothing yet"], &[]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(fs::read_to_string(site.path("titles.csv")).unwrap(), HEADER);
}

#[test]
fn rows_go_to_the_standard_output_in_order_as_they_come() {
    let site = Site::new();
    site.list(&["/flaky/1/a", "/titled/b", "/titled/c"]);
    let output = crate::fixtures::program()
        .arg("--urls")
        .arg(site.path("urls.txt"))
        .args(["--csv", "-", "--backoff", "5ms"])
        .output()
        .unwrap();
    let titles: Vec<String> =
        rows_of(&output.stdout).into_iter().map(|row| row.title).collect();
    assert_eq!(titles, ["there at last", "b", "c"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("3 pages and 0 failures in "), "{said}");
}

/// As with `| less`, which reads a page and then waits for a key.
#[cfg(unix)]
#[test]
fn a_reader_that_pauses_holds_up_no_ctrl_c_and_lets_nothing_begin() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    use crate::fixtures::until;
    let site = Site::new();
    // Far more rows than a pipe takes. They are done first, and wait for the one before them.
    let nonsense = "nonsense".repeat(20);
    let mut lines = vec!["/hold/x"];
    lines.extend(vec![nonsense.as_str(); 3000]);
    lines.extend(["/silent", "/stall", "/titled/too-late"]);
    site.list(&lines);
    let mut child = crate::fixtures::program()
        .arg("--urls")
        .arg(site.path("urls.txt"))
        .args(["--csv", "-", "--concurrency", "3", "--retries", "0"])
        .args(["--timeout", "1h", "--stall", "1s"])
        .spawn()
        .unwrap();
    let mut rows = child.stdout.take().unwrap();
    until(&mut child, || site.server.in_flight() == 3);
    site.server.release();
    // The rows have begun to come.
    let mut start = [0; HEADER.len() + 1];
    rows.read_exact(&mut start).unwrap();
    // The program is at work all the same: it gives up what has stalled. Two places are free now.
    until(&mut child, || site.server.in_flight() == 1);
    assert_eq!(site.server.hits("/titled/too-late"), 0);
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    until(&mut child, || site.server.in_flight() == 0);
    let mut all = start.to_vec();
    rows.read_to_end(&mut all).unwrap();
    assert_eq!(rows_of(&all).len(), 3002);
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_reader_that_leaves_ends_the_run() {
    let site = Site::new();
    site.list(&["/titled/a", "/hold/x", "/titled/b"]);
    let mut child = crate::fixtures::program()
        .arg("--urls")
        .arg(site.path("urls.txt"))
        .args(["--csv", "-"])
        .spawn()
        .unwrap();
    let mut rows = child.stdout.take().unwrap();
    rows.read_exact(&mut [0; HEADER.len() + 1]).unwrap();
    drop(rows);
    site.server.release();
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_standard_output_without_room_ends_the_run_with_the_reason() {
    let site = Site::new();
    site.list(&["/titled/a", "/titled/b"]);
    let output = crate::fixtures::program()
        .stdout(fs::OpenOptions::new().write(true).open("/dev/full").unwrap())
        .arg("--urls")
        .arg(site.path("urls.txt"))
        .args(["--csv", "-"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: cannot write to the standard output: "), "{said}");
}

#[test]
fn a_list_may_come_from_the_standard_input() {
    let site = Site::new();
    site.list(&["/titled/a", "/titled/b"]);
    let output = crate::fixtures::program()
        .stdin(fs::File::open(site.path("urls.txt")).unwrap())
        .args(["--urls", "-", "--csv", "-"])
        .output()
        .unwrap();
    assert_eq!(rows_of(&output.stdout).len(), 2);
}

proptest! {
    /// Whatever is in a row comes back from it, by our reader and by any other, and it is one
    /// line as long as nothing in it is a line break.
    #[test]
    fn rows_come_back_as_they_were_written(
        texts in prop::array::uniform4("([ -~]|\\PC){0,30}|[\",\r']{0,6}|=cmd|x\u{feff}x"),
        status in prop::option::of(100_u16..600),
        numbers in any::<(u64, u64)>(),
    ) {
        let [url, final_url, title, error] = texts;
        let row = Row { url, final_url, status, title, bytes: numbers.0, ms: numbers.1, error };
        let line = row.to_csv().unwrap();
        prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        prop_assert_eq!(line.last(), Some(&b'\n'));
        prop_assert_eq!(Row::from_csv(&line), Some(row.clone()));
        let file = [HEADER.as_bytes(), &line, &line].concat();
        prop_assert_eq!(rows_of(&file), vec![row.clone(), row]);
    }

    /// A part of a row is never taken for a whole one.
    #[test]
    fn a_row_that_was_cut_is_none(cut in 1_usize..60) {
        let row = Row { url: "http://a,b".into(), title: "x \"y\"".into(), ..Row::default() };
        let line = row.to_csv().unwrap();
        let end = line.len().saturating_sub(1 + cut);
        prop_assert_eq!(Row::from_csv(&line[..end]), None);
    }
}
