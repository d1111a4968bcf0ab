//! What `--save` keeps: whole files, under names that tell what they are.

use std::collections::BTreeMap;
use std::fs;

use ch04_async_fetch::faults::PIXEL;

use crate::fixtures::{Site, until};

/// The files in the folder, with their contents.
fn saved(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(site.path("saved")).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn fetch(site: &Site, lines: &[&str], options: &[&str]) -> crate::fixtures::Ran {
    let folder = site.path("saved");
    let folder = ["--save", folder.to_str().unwrap()];
    site.fetch(lines, &[&folder, options].concat())
}

#[test]
fn pictures_and_pages_are_kept_as_they_came() {
    let site = Site::new();
    let lines = [
        "/image/a.png",
        "/bytes/100000/data.bin",
        "/gzip/plain",
        "/image/caf%C3%A9.PNG",
    ];
    let ran = fetch(&site, &lines, &[]);
    assert_eq!((ran.code, ran.errors()), (Some(0), vec![""; 4]), "{ran:?}");
    assert_eq!(ran.titles(), ["", "", "A plain page", ""]);
    assert_eq!(ran.rows[1].bytes, 100_000);
    let saved = saved(&site);
    assert_eq!(saved["a.png"], PIXEL);
    assert_eq!(saved["café.PNG"], PIXEL);
    assert_eq!(saved["data.bin"], vec![b'x'; 100_000]);
    let page = saved.iter().find(|(name, _)| name.starts_with("plain-")).unwrap();
    assert!(page.0.ends_with(".html"), "{}", page.0);
    assert!(page.1.starts_with(b"<!doctype html><title>A plain page"), "unpacked");
}

#[test]
fn names_are_the_same_in_every_run_and_nothing_is_overwritten_by_another() {
    let (site, other) = (Site::new(), Site::new());
    let away = other.server.url("/image/a.png");
    let lines = ["/image/a.png", &away, "/image/a.png", "/image"];
    let ran = fetch(&site, &lines, &["--concurrency", "1"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let first: Vec<String> = saved(&site).into_keys().collect();
    assert_eq!(first.len(), 3, "{first:?}");
    let ran = fetch(&site, &lines, &["--concurrency", "4"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(saved(&site).into_keys().collect::<Vec<_>>(), first);
}

#[test]
fn a_resumed_run_gives_the_names_that_one_run_would_have_given() {
    let (site, other) = (Site::new(), Site::new());
    let away = other.server.url("/image/a.png");
    let lines = ["/image/a.png", &away];
    fetch(&site, &lines[..1], &[]);
    let ran = fetch(&site, &lines, &["--resume"]);
    assert_eq!((ran.code, site.server.all_hits()), (Some(0), 1), "{ran:?}");
    let saved = saved(&site);
    assert!(saved.len() == 2 && saved.contains_key("a.png"), "{saved:?}");
}

#[test]
fn a_row_without_its_file_is_not_enough_for_resume() {
    let site = Site::new();
    let lines = ["/image/a.png", "/titled/page", "/image/c.png"];
    site.fetch(&lines, &[]);
    fetch(&site, &lines, &["--resume"]);
    assert_eq!(site.server.all_hits(), 6, "the first run kept no files");
    fs::remove_file(site.path("saved/a.png")).unwrap();
    let ran = fetch(&site, &lines, &["--resume"]);
    assert_eq!((ran.code, site.server.all_hits()), (Some(0), 7));
    assert_eq!(saved(&site).len(), 3);
}

#[test]
fn a_file_of_another_length_is_not_enough_for_resume() {
    let site = Site::new();
    let lines = ["/image/a.png", "/bytes/5000/b.bin", "/gzip/plain"];
    fetch(&site, &lines, &[]);
    let whole = saved(&site);
    for (name, bytes) in [("a.png", &PIXEL[..9]), ("b.bin", &[b'x'; 5001])] {
        fs::write(site.path("saved").join(name), bytes).unwrap();
    }
    let ran = fetch(&site, &lines, &["--resume"]);
    assert_eq!((ran.code, site.server.all_hits()), (Some(0), 5), "{ran:?}");
    assert_eq!(saved(&site), whole);
}

#[test]
fn the_list_and_the_rows_are_not_overwritten_by_what_is_called_so() {
    let site = Site::new();
    let lines =
        ["/bytes/9/urls.txt", "/bytes/9/titles.csv", "/bytes/9/Titles.csv.part"];
    let folder = site.dir.path().to_str().unwrap();
    for resume in [&["--save", folder][..], &["--save", folder, "--resume"]] {
        let ran = site.fetch(&lines, resume);
        assert_eq!((ran.code, ran.rows.len()), (Some(0), 3), "{ran:?}");
        let list = fs::read_to_string(site.path("urls.txt")).unwrap();
        assert_eq!(list.lines().count(), 3);
    }
    assert_eq!(site.server.all_hits(), 3, "each has a name, the same in every run");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let marked = files.filter(|name| name.to_string_lossy().contains('-'));
    assert_eq!(marked.count(), 3);
}

#[test]
fn what_does_not_come_whole_is_not_kept() {
    let site = Site::new();
    let faults =
        ["/short", "/gzip-bomb", "/reset-midway", "/status/404", "/endless", "/huge"];
    let ran = fetch(&site, &faults, &["--retries", "0", "--max-bytes", "1MB"]);
    assert_eq!(ran.report["failed"], faults.len(), "{ran:?}");
    assert_eq!(saved(&site).len(), 0);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_no_half_file() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let site = Site::new();
    site.list(&["/stall", "/image/a.png"]);
    let folder = site.path("saved");
    let options =
        ["--save", folder.to_str().unwrap(), "--stall", "1h", "--timeout", "1h"];
    let mut child = site.command(&options).spawn().unwrap();
    // One is there, and of the other one there is a beginning.
    until(&mut child, || {
        folder.join("a.png").exists()
            && saved(&site)
                .iter()
                .any(|(name, bytes)| name.starts_with('.') && bytes == b"<t")
    });
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(saved(&site).into_keys().collect::<Vec<_>>(), ["a.png"]);
}

#[cfg(unix)]
#[test]
fn files_may_be_read_by_whoever_may_read_the_users_files() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new();
    fs::write(site.path("like this"), "").unwrap();
    fetch(&site, &["/image/a.png"], &[]);
    let mode = |path: &str| fs::metadata(site.path(path)).unwrap().permissions().mode();
    assert_eq!(mode("saved/a.png"), mode("like this"));
    assert_eq!(mode("titles.csv"), mode("like this"));
}

#[test]
fn a_name_that_is_taken_by_a_folder_fails_and_the_rest_is_kept() {
    let site = Site::new();
    fs::create_dir_all(site.path("saved/a.png")).unwrap();
    let ran = fetch(&site, &["/image/a.png", "/image/b.png"], &[]);
    assert!(ran.errors()[0].starts_with("cannot save it: "), "{ran:?}");
    assert_eq!((ran.code, ran.errors()[1]), (Some(1), ""));
    assert!(site.path("saved/b.png").is_file());
}
