//! All that servers do wrong: each gives a row with its reason, and costs no other row anything.

use crate::fixtures::{Ran, Site, until};

/// Checks that each line failed for the reason that is beside it, or succeeded where it is empty.
fn check(ran: &Ran, expected: &[(&str, &str)]) {
    assert_eq!(ran.rows.len(), expected.len(), "{ran:?}");
    for (row, (line, reason)) in ran.rows.iter().zip(expected) {
        assert_eq!(row.error.is_empty(), reason.is_empty(), "{line}: {row:?}");
        assert!(row.error.contains(reason), "{line}: {row:?}");
        assert!(!row.error.contains('\n'), "{line}: {row:?}");
    }
    let failed = expected.iter().filter(|(_, reason)| !reason.is_empty()).count();
    assert_eq!(ran.report["failed"], failed);
    assert_eq!(ran.report["ok"], expected.len() - failed);
    assert_eq!(ran.code, Some(i32::from(failed > 0)), "{ran:?}");
}

fn check_lines(site: &Site, options: &[&str], expected: &[(&str, &str)]) -> Ran {
    let lines: Vec<&str> = expected.iter().map(|(line, _)| *line).collect();
    let ran = site.fetch(&lines, options);
    check(&ran, expected);
    ran
}

#[test]
fn each_fault_has_its_reason_and_the_rest_goes_on() {
    let site = Site::new();
    let ran = check_lines(
        &site,
        &["--retries", "0", "--max-bytes", "1MB", "--timeout", "60s", "--stall", "60s"],
        &[
            ("/titled/before", ""),
            ("/status/404", "404 Not Found"),
            ("/status/418", "418"),
            ("/status/500", "500 Internal Server Error"),
            ("/status/599", "599"),
            ("/status/999", "999"),
            ("/status/304", "304 Not Modified"),
            ("/status/300", "300 Multiple Choices"),
            ("/reset", "the connection broke: "),
            ("/reset-midway", "the connection broke: "),
            ("/hangup", "the connection broke: "),
            ("/short", "the connection broke: "),
            ("/garbage", "the answer makes no sense: "),
            ("/gzip-broken", "the answer makes no sense: "),
            ("/brotli", "encoded as br"),
            ("/gzip/plain", ""),
            ("/gzip-bomb", "larger than 1000000 bytes (see --max-bytes)"),
            ("/huge", "larger than 1000000 bytes"),
            ("/endless", "larger than 1000000 bytes"),
            ("/bytes/100/x", "not HTML but application/octet-stream"),
            ("/image", "not HTML but image/png (--save DIR keeps it"),
            ("/circle", "redirected more than 10 times"),
            ("/nowhere", "302 Found"),
            ("/away?mailto:a@b", "mailto:a@b is no web page"),
            ("/away?http://", "\"http://\": empty host"),
            ("/titled/after", ""),
        ],
    );
    assert_eq!((ran.errors()[5], ran.errors()[6]), ("999", "304 Not Modified"));
    assert_eq!(ran.rows[15].title, "A plain page");
    // What was read before the trouble is not kept back.
    for (row, title) in [(18, "endless"), (11, "cut short"), (16, "bomb")] {
        assert_eq!(ran.rows[row].title, title, "{:?}", ran.rows[row]);
    }
    assert_eq!(ran.rows[1].status, Some(404));
    assert_eq!(ran.rows[8].status, None);
}

#[test]
fn urls_that_cannot_be_asked_for_say_what_to_write_instead() {
    let site = Site::new();
    let ran = check_lines(
        &site,
        &["--retries", "0"],
        &[
            ("example.org/a", "write https://example.org/a"),
            ("localhost:8080/a", "write https://localhost:8080/a"),
            ("https://", "invalid URL: empty host"),
            ("http://[::1", "invalid URL: "),
            ("http://a:99999/", "invalid URL: invalid port number"),
            ("file:/etc/passwd", "file is neither http nor https"),
            ("mailto:a@b", "mailto is neither http nor https"),
            ("http://no-such-host.invalid/", "cannot connect: "),
            ("http://127.0.0.1:1/", "cannot connect: "),
            ("/titled/after", ""),
        ],
    );
    assert_eq!((ran.rows[0].final_url.as_str(), ran.rows[0].ms), ("", 0));
    assert_eq!(ran.rows[8].final_url, "http://127.0.0.1:1/");
}

#[test]
fn servers_that_take_too_long_are_given_up() {
    let site = Site::new();
    let faults = [
        ("/drip", "not done after 2s (see --timeout)"),
        ("/silent", "not done after 2s (see --timeout)"),
        ("/stall", "not done after 2s"),
    ];
    // Long enough for the head and the title to come, even on a machine that is busy.
    let ran = check_lines(&site, &["--retries", "0", "--timeout", "2s"], &faults);
    assert!(ran.rows[0].title.starts_with("slow"), "{ran:?}");
    assert_eq!(ran.rows[0].status, Some(200));
    assert!(ran.rows[0].bytes > 0);
    let stalled = [("/stall", "nothing came for 100ms (see --stall)")];
    check_lines(&site, &["--retries", "0", "--stall", "100ms"], &stalled);
}

#[test]
fn a_time_limit_holds_for_the_redirects_together() {
    let site = Site::new();
    let options = ["--retries", "0", "--timeout", "300ms"];
    // Each answer comes in time, and all of them together do not.
    let ran = site.fetch(&["/slow-redirect/5/100"], &options);
    assert_eq!(ran.rows[0].error, "not done after 300ms (see --timeout)");
    assert_eq!(site.server.hits("/slow-redirect/0/100"), 0, "{ran:?}");
}

#[test]
fn what_may_pass_is_tried_again_and_what_will_not_is_not() {
    let site = Site::new();
    let lines = [
        ("/flaky/2/a", ""),
        ("/flaky/3/b", "503 Service Unavailable, after 3 tries"),
        ("/status/429", "429 Too Many Requests, after 3 tries"),
        ("/reset", "after 3 tries"),
        ("/status/404", "404 Not Found"),
        ("/status/501", "501 Not Implemented"),
        ("/image", "not HTML but image/png"),
    ];
    check_lines(&site, &["--retries", "2"], &lines);
    for (path, hits) in lines.iter().zip([3, 3, 3, 3, 1, 1, 1]) {
        assert_eq!(site.server.hits(path.0), hits, "{}", path.0);
    }
}

#[test]
fn a_server_that_asks_for_time_gets_it_unless_it_is_too_much() {
    let site = Site::new();
    let ran = check_lines(
        &site,
        &["--max-wait", "30s", "--backoff", "1h"],
        &[
            ("/later/0", ""),
            ("/later/1", ""),
            ("/later-date/0", ""),
            (
                "/later/86401",
                "429 Too Many Requests: the server asks to come back in more than a day (see",
            ),
            ("/later/31", "429 Too Many Requests: the server asks to come back in 31s"),
            (
                "/later-date/3600",
                "503 Service Unavailable: the server asks to come back in",
            ),
        ],
    );
    // A whole second was asked for. (The other way round nothing can be said of time.)
    assert!(ran.rows[1].ms >= 1000, "{ran:?}");
    assert!(ran.rows[4].error.ends_with("(see --max-wait)"), "{ran:?}");
    // No wait but those: with the back-off of an hour, this would not have come to its end.
}

#[test]
fn a_host_that_asks_for_time_gets_it_for_all_its_pages() {
    for asks in ["/later/3600", "/later-date/3600"] {
        let (site, other) = (Site::new(), Site::new());
        let away = other.server.url("/titled/x");
        let mut lines = vec![asks];
        for _ in 0..10 {
            lines.extend(["/titled/x", &away]);
        }
        site.list(&lines);
        // The hosts take turns, one request at a time: had the first one not been left alone, it
        // would have had about as many requests as the other.
        let options = ["--concurrency", "1", "--max-wait", "2h"];
        let mut child = site.command(&options).spawn().unwrap();
        until(&mut child, || other.server.all_hits() == 10);
        assert_eq!(site.server.all_hits(), 1, "{asks}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn a_retry_after_that_makes_no_sense_is_as_none() {
    let site = Site::new();
    check_lines(&site, &[], &[("/later/soon", ""), ("/later/-1", "")]);
}

#[test]
fn redirects_lead_to_the_page_and_are_shown() {
    let site = Site::new();
    let there = site.server.url("/titled/there");
    let elsewhere = Site::new();
    let away = format!("/away?{}", elsewhere.server.url("/titled/elsewhere"));
    let ran = site
        .fetch(&["/redirect/10", "/redirect/11", "/away?/titled/there", &away], &[]);
    assert_eq!(ran.titles(), ["arrived", "", "there", "elsewhere"]);
    assert_eq!(ran.rows[0].final_url, site.server.url("/redirect/0"));
    assert_eq!(ran.rows[2].final_url, there);
    assert_eq!(ran.rows[3].final_url, elsewhere.server.url("/titled/elsewhere"));
    assert!(ran.rows[1].error.contains("more than 10 times"), "{ran:?}");
    assert_eq!(ran.rows[0].url, site.server.url("/redirect/10"));
}

#[test]
fn a_url_that_stands_there_many_times_has_as_many_rows() {
    let site = Site::new();
    let lines = ["/titled/x"; 300];
    let ran = site.fetch(&lines, &["--concurrency", "50"]);
    assert_eq!(ran.titles(), vec!["x"; 300]);
    assert_eq!(ran.code, Some(0));
}
