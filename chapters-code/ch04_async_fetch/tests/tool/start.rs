//! What is refused before anything is done, and what `--help` says.

use std::fs;

use crate::fixtures::{Site, program};

#[test]
fn what_makes_no_sense_is_refused_with_the_option_and_its_bounds() {
    let site = Site::new();
    site.list(&["/titled/a"]);
    for (options, words) in [
        (["--concurrency", "0"], "1..=10000"),
        (["--per-host", "0"], "1..=10000"),
        (["--retries", "-1"], "--retries"),
        (["--timeout", "10"], "such as 500ms, 10s or 2m"),
        (["--stall", "0s"], "such as 500ms, 10s or 2m"),
        (["--max-bytes", "much"], "such as 500kB or 10MB"),
        (["--backoff", "-1s"], "--backoff"),
        (["--max-wait", "2d"], "--max-wait"),
    ] {
        let ran = site.run(&options);
        assert_eq!(ran.code, Some(2), "{options:?}");
        assert!(ran.said.contains(words) && ran.said.contains(options[0]), "{ran:?}");
    }
    assert!(
        !site.path("titles.csv").exists() && !site.path("titles.csv.part").exists()
    );
    assert_eq!(site.server.all_hits(), 0);
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_remedy() {
    let site = Site::new();
    site.list(&["/titled/a"]);
    fs::create_dir(site.path("folder")).unwrap();
    let case = |urls: &str, csv: &[&str], words: &str| {
        let mut command = program();
        command.current_dir(site.dir.path()).args(["--urls", urls]).args(csv);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{urls} {csv:?}: {said}");
        assert!(said.contains(words), "{urls} {csv:?}: {said}");
    };
    case(
        "missing.txt",
        &["--csv", "a.csv"],
        "cannot read the list of URLs missing.txt",
    );
    case("folder", &["--csv", "a.csv"], "cannot read the list of URLs folder");
    case("urls.txt", &[], "needs --csv FILE");
    case("urls.txt", &["--csv", "folder"], "this is not a file");
    case("urls.txt", &["--csv", "missing/a.csv"], "a.csv");
    case("urls.txt", &["--csv", "./urls.txt"], "would replace the list of URLs itself");
    case("urls.txt", &["--csv", "-", "--resume"], "name a file after --csv");
    case("urls.txt", &["--csv", "-", "--json"], "name a file after --csv");
    case(
        "urls.txt",
        &["--csv", "a.csv", "--save", "urls.txt"],
        "cannot write to the folder",
    );
    assert_eq!(site.server.all_hits(), 0);
    let left = fs::read_dir(site.dir.path()).unwrap().count();
    assert_eq!(left, 2, "the list and the folder");
}

#[test]
fn a_mistake_in_another_option_does_not_cost_an_earlier_run() {
    let site = Site::new();
    site.list(&["/titled/a"]);
    fs::write(site.path("titles.csv.part"), "http://a,http://a,200,a,1,1,\n").unwrap();
    let ran = site.run(&["--save", site.path("urls.txt").to_str().unwrap()]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        fs::read_to_string(site.path("titles.csv.part")).unwrap().contains("http://a")
    );
}

#[test]
fn a_list_that_is_no_text_ends_the_run_with_the_remedy() {
    let site = Site::new();
    fs::write(site.path("urls.txt"), b"\xFF\xFEh\0t\0t\0p\0").unwrap();
    let ran = site.run(&[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.said.contains("save it as UTF-8"), "{ran:?}");
}

#[test]
fn options_of_the_tool_need_a_list() {
    let output = program().args(["--csv", "a.csv"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--urls"));
}

#[test]
fn help_shows_how_it_is_used_and_what_it_returns() {
    let output = program().arg("--help").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    for words in
        ["--urls urls.txt --csv titles.csv --resume", "Exit status", "final_url"]
    {
        assert!(said.contains(words), "{said}");
    }
}
