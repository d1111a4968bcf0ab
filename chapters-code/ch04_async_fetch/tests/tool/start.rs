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
    case(
        "urls.txt",
        &["--csv", "folder"],
        "--csv folder names a folder: add a file name",
    );
    case("urls.txt", &["--csv", "new/"], "--csv new/ names a folder: add a file name");
    case(
        "urls.txt",
        &["--csv", "missing/a.csv"],
        "--csv missing/a.csv: the folder missing does not exist; make it first",
    );
    case("urls.txt", &["--csv", "./urls.txt"], "would replace the list of URLs itself");
    case("urls.txt", &["--csv", "-", "--resume"], "name a file after --csv");
    case("urls.txt", &["--csv", "-", "--json"], "name a file after --csv");
    case(
        "urls.txt",
        &["--csv", "a.csv", "--save", "urls.txt"],
        "--save urls.txt: this is a file, not a folder",
    );
    case(
        "urls.txt",
        &["--csv", "a.csv", "--save", "urls.txt/in"],
        "cannot write to the folder urls.txt/in",
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
    let list = site.path("urls.txt");
    assert!(ran.said.contains(list.to_str().unwrap()), "{ran:?}");
}

/// Runs it in the folder of the site, on what is there.
fn run_there(site: &Site, arguments: &[&str], stdin: Option<&str>) -> (i32, String) {
    let mut command = program();
    command.current_dir(site.dir.path()).args(arguments);
    if let Some(name) = stdin {
        command.stdin(fs::File::open(site.path(name)).unwrap());
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

#[test]
fn a_list_that_is_called_as_the_rows_to_be_is_kept() {
    let site = Site::new();
    site.list(&["/titled/a"]);
    fs::rename(site.path("urls.txt"), site.path("z.csv.part")).unwrap();
    let list = fs::read(site.path("z.csv.part")).unwrap();
    let refused = "--csv z.csv keeps its rows in z.csv.part, which is the list of URLs itself: \
                   name another file";
    fs::hard_link(site.path("z.csv.part"), site.path("linked.txt")).unwrap();
    let mut cases = vec![("z.csv.part", None), ("./z.csv.part", None)];
    if cfg!(unix) {
        cases.extend([("linked.txt", None), ("-", Some("z.csv.part"))]);
    }
    for (urls, stdin) in cases {
        for resume in [&[][..], &["--resume"]] {
            let arguments = [&["--urls", urls, "--csv", "z.csv"], resume].concat();
            let (code, said) = run_there(&site, &arguments, stdin);
            assert_eq!(code, 2, "{arguments:?}");
            assert!(said.contains(refused), "{arguments:?}: {said}");
            assert_eq!(fs::read(site.path("z.csv.part")).unwrap(), list);
        }
    }
    assert_eq!(site.server.all_hits(), 0);
}

#[cfg(unix)]
#[test]
fn what_stands_in_the_place_of_the_rows_and_is_no_file_is_refused() {
    use std::os::unix::fs::symlink;

    use nix::sys::stat::Mode;
    let site = Site::new();
    site.list(&["/titled/a"]);
    fs::write(site.path("precious"), "of mine").unwrap();
    let part = site.path("titles.csv.part");
    let check = |what: &str| {
        // A pipe that nobody writes to would hold it up for ever.
        for resume in [&[][..], &["--resume"]] {
            let ran = site.run(resume);
            assert_eq!(ran.code, Some(2), "{ran:?}");
            assert!(ran.said.contains(part.to_str().unwrap()), "{ran:?}");
            assert!(
                ran.said.contains(&format!("this is {what}; remove it")),
                "{ran:?}"
            );
        }
        assert!(part.symlink_metadata().is_ok(), "it stays as it is");
    };
    nix::unistd::mkfifo(&part, Mode::S_IRWXU).unwrap();
    check("a pipe or a device");
    fs::remove_file(&part).unwrap();
    for target in ["precious", "nowhere"] {
        symlink(site.path(target), &part).unwrap();
        check("a symbolic link");
        fs::remove_file(&part).unwrap();
    }
    fs::create_dir(&part).unwrap();
    check("a folder");
    assert_eq!(fs::read_to_string(site.path("precious")).unwrap(), "of mine");
    assert!(!site.path("nowhere").exists());
}

#[cfg(unix)]
#[test]
fn too_few_open_files_are_told_before_anything_is_done() {
    let site = Site::new();
    site.list(&["/titled/a"]);
    let tool = site.command(&[]);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -n 20 && exec \"$@\"", "sh"]);
    let output =
        command.arg(tool.get_program()).args(tool.get_args()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("may need 84 open files, and this system allows 20"),
        "{said}"
    );
    assert!(!site.path("titles.csv.part").exists());
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
    for words in [
        "--urls urls.txt --csv titles.csv --resume",
        "Exit status",
        "final_url",
        "as text",
    ] {
        assert!(said.contains(words), "{said}");
    }
}
