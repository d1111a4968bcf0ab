//! What a run leaves behind when it does not come to its end, and how the next one goes on.

use std::fs;
use std::process::Child;

use crate::fixtures::{Ran, Site, until};

/// Lines of which one waits until the test lets it go.
const LINES: [&str; 12] = [
    "/titled/0",
    "/titled/1",
    "/hold/2",
    "/titled/3",
    "/titled/3",
    "/titled/5",
    "/titled/6",
    "nonsense",
    "/titled/8",
    "/titled/9",
    "/titled/10",
    "/titled/11",
];

/// How many of them are done while the one waits.
const DONE: usize = LINES.len() - 1;

fn titles() -> Vec<String> {
    let title = |line: &&str| match line.rsplit_once('/') {
        Some((before, title)) if before.ends_with("/titled") => title.to_owned(),
        Some(_) => "held".to_owned(),
        None => String::new(),
    };
    LINES.iter().map(title).collect()
}

/// Starts, and waits until all is written down but for the one that is held.
fn under_way(site: &Site, options: &[&str]) -> Child {
    site.list(&LINES);
    let mut child = site.command(options).spawn().unwrap();
    let rows = || fs::read_to_string(site.path("titles.csv.part")).unwrap_or_default();
    until(&mut child, || {
        rows().lines().count() == DONE && site.server.in_flight() == 1
    });
    child
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Checks that a run is complete, and that it left nothing but its rows.
fn check_complete(site: &Site, ran: &Ran) {
    assert_eq!(ran.titles(), titles(), "{ran:?}");
    assert_eq!((ran.code, &ran.report["ok"]), (Some(1), &DONE.into()), "{ran:?}");
    let mut left: Vec<_> = fs::read_dir(site.dir.path())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["titles.csv", "urls.txt"]);
}

#[test]
fn after_a_kill_only_what_was_missing_is_fetched() {
    let site = Site::new();
    kill(under_way(&site, &[]));
    assert!(!site.path("titles.csv").exists(), "it is whole or not there");
    site.server.release();
    let ran = site.run(&["--resume"]);
    check_complete(&site, &ran);
    for line in LINES.iter().filter(|line| line.starts_with("/titled")) {
        assert_eq!(
            site.server.hits(line),
            if line.ends_with("/3") { 2 } else { 1 },
            "{line}"
        );
    }
    assert_eq!(site.server.hits("/hold/2"), 2);
}

#[test]
fn a_kill_in_the_middle_of_a_row_costs_that_row_only() {
    let site = Site::new();
    kill(under_way(&site, &[]));
    site.server.release();
    let whole = fs::read(site.path("titles.csv.part")).unwrap();
    let before = site.server.all_hits();
    for cut in (0..whole.len()).step_by(19).chain([whole.len()]) {
        let _ = fs::remove_file(site.path("titles.csv"));
        fs::write(site.path("titles.csv.part"), &whole[..cut]).unwrap();
        let kept = whole[..cut].split_inclusive(|byte| *byte == b'\n');
        let kept =
            kept.filter(|row| row.ends_with(b"\n") && row.starts_with(b"http")).count();
        let hits = site.server.all_hits();
        let ran = site.run(&["--resume"]);
        check_complete(&site, &ran);
        assert_eq!(site.server.all_hits() - hits, DONE - kept, "cut at {cut}");
    }
    assert!(site.server.all_hits() > before);
}

#[test]
fn a_crash_of_the_machine_may_leave_rubbish_and_costs_no_good_row() {
    let site = Site::new();
    kill(under_way(&site, &[]));
    site.server.release();
    let mut rows = fs::read(site.path("titles.csv.part")).unwrap();
    rows.extend([0; 4096]);
    rows.extend(b"\n\xFF\xFE,,\"\n");
    fs::write(site.path("titles.csv.part"), rows).unwrap();
    let hits = site.server.all_hits();
    check_complete(&site, &site.run(&["--resume"]));
    assert_eq!(site.server.all_hits() - hits, 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_writes_what_is_done_and_resume_goes_on() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let site = Site::new();
    let child = under_way(&site, &[]);
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    let ran = site.told(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(130), "{ran:?}");
    let mut done = titles();
    done.remove(2);
    assert_eq!(ran.titles(), done, "in order, with nothing for what was held");
    assert!(ran.said.contains("--resume goes on"), "{ran:?}");
    assert_eq!((&ran.report["ok"], &ran.report["failed"]), (&10.into(), &1.into()));

    site.server.release();
    let hits = site.server.all_hits();
    check_complete(&site, &site.run(&["--resume"]));
    assert_eq!(site.server.all_hits() - hits, 1);
}

#[test]
fn a_run_that_came_to_its_end_is_mended_by_resume() {
    let site = Site::new();
    let lines = ["/titled/a", "/flaky/1/b", "/titled/c"];
    let ran = site.fetch(&lines, &["--retries", "0"]);
    assert_eq!((ran.code, ran.titles()), (Some(1), vec!["a", "", "c"]));
    let ran = site.run(&["--retries", "0", "--resume"]);
    assert_eq!((ran.code, ran.titles()), (Some(0), vec!["a", "there at last", "c"]));
    assert_eq!(site.server.all_hits(), 4);
    let ran = site.run(&["--resume"]);
    assert_eq!((ran.code, site.server.all_hits()), (Some(0), 4));
    assert_eq!(ran.report["peak_in_flight"], 0);
}

#[test]
fn a_list_that_has_changed_keeps_what_it_still_names() {
    let site = Site::new();
    site.fetch(&["/titled/a", "/titled/b", "/titled/c", "/titled/a"], &[]);
    let lines = ["/titled/new", "/titled/c", "/titled/a", "/titled/a", "/titled/a"];
    let ran = site.fetch(&lines, &["--resume"]);
    assert_eq!(ran.titles(), ["new", "c", "a", "a", "a"]);
    let hits = |path| site.server.hits(path);
    assert_eq!([hits("/titled/new"), hits("/titled/c"), hits("/titled/a")], [1, 1, 3]);
}

#[test]
fn without_resume_all_is_fetched_again() {
    let site = Site::new();
    kill(under_way(&site, &[]));
    site.server.release();
    check_complete(&site, &site.run(&[]));
    assert_eq!(site.server.hits("/titled/0"), 2);
}

#[test]
fn two_runs_do_not_share_a_file() {
    let site = Site::new();
    let child = under_way(&site, &[]);
    for options in [&["--resume"][..], &[]] {
        let ran = site.run(options);
        assert_eq!(ran.code, Some(2));
        assert!(ran.said.contains("belongs to a run that goes on"), "{ran:?}");
    }
    site.server.release();
    let ran = site.told(child.wait_with_output().unwrap());
    check_complete(&site, &ran);
}

#[test]
fn a_file_of_another_kind_is_not_taken_for_an_earlier_run() {
    let site = Site::new();
    fs::write(site.path("titles.csv"), "name,price\nrope,12\n").unwrap();
    let ran = site.fetch_raw(&["/titled/a"], &["--resume"]);
    assert_eq!(ran.0, Some(2));
    assert!(ran.1.contains("not written by this program"), "{ran:?}");
    let left = fs::read_to_string(site.path("titles.csv")).unwrap();
    assert_eq!(left, "name,price\nrope,12\n");
    assert!(!site.path("titles.csv.part").exists());
}
