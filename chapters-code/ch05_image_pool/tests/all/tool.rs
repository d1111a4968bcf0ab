//! The program, as it is used on a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ch05_image_pool::photos;
use serde_json::Value;
use tempfile::TempDir;

use crate::fixtures::{bomb, files, plain_jpeg, until, write};

const POOLS: [&str; 4] = ["sequential", "threads", "rayon", "processes"];

fn command(dir: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ch05_image_pool"));
    command.arg("--input").arg(dir.join("in")).arg("--output").arg(dir.join("out"));
    command.args(["--workers", "2", "--json"]).args(options);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(dir: &Path, options: &[&str]) -> (i32, Value, String) {
    told(command(dir, options).output().unwrap())
}

/// The exit code, the report, and what was said on the standard error.
fn told(output: Output) -> (i32, Value, String) {
    let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap(), report, said)
}

/// The failed inputs by file name, with their errors.
fn failures(report: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let name = |path: String| {
        Path::new(&path).file_name().unwrap().to_string_lossy().into_owned()
    };
    let failed = report["failed"].as_array().unwrap();
    failed.iter().map(|it| (name(text(&it["input"])), text(&it["error"]))).collect()
}

#[test]
fn the_report_has_exactly_the_fields_that_scripts_expect() {
    let dir = TempDir::new().unwrap();
    photos::write_set(&dir.path().join("in"), 3, 60, 40, 1).unwrap();
    let (code, report, said) = run(dir.path(), &["--pool", "threads"]);
    assert_eq!((code, said.as_str()), (0, ""));
    let fields: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["failed", "pool", "processed", "skipped", "wall_s", "workers"]);
    assert_eq!((&report["processed"], &report["workers"]), (&3.into(), &2.into()));
    assert_eq!(report["pool"], "threads");
    assert!(report["wall_s"].as_f64().unwrap() > 0.0);
}

#[test]
fn bad_files_are_listed_and_all_others_done() {
    for pool in POOLS {
        let dir = TempDir::new().unwrap();
        let input = dir.path().join("in");
        write(input.join("good.JPG"), &plain_jpeg(40, 30));
        write(input.join("ohne ende ✂.jpg"), &plain_jpeg(40, 30));
        write(input.join("empty.jpg"), b"");
        write(input.join("text.jpg"), b"not a picture");
        write(input.join("bomb.png"), &bomb());
        write(input.join("cut.jpeg"), &plain_jpeg(40, 30)[..400]);
        write(input.join("notes.txt"), b"not to be looked at");
        fs::create_dir(input.join("folder.jpg")).unwrap();
        let (code, report, said) = run(dir.path(), &["--pool", pool]);
        let failures = failures(&report);
        let expected = [
            ("bomb.png", "60000 x 60000"),
            ("cut.jpeg", "ends before"),
            ("empty.jpg", "empty"),
            ("folder.jpg", "a directory"),
            ("text.jpg", "no JPEG, PNG or WebP"),
        ];
        assert_eq!(failures.len(), expected.len(), "{pool}: {failures:?}");
        for (name, words) in expected {
            assert!(
                failures[name].contains(words),
                "{pool}: {name}: {}",
                failures[name]
            );
            assert!(
                said.contains(name),
                "{pool}: {name} is told on the standard error too"
            );
        }
        assert_eq!((code, &report["processed"]), (1, &2.into()), "{pool}");
        assert_eq!(
            files(&dir.path().join("out")),
            ["good.JPG", "ohne ende ✂.jpg"],
            "{pool}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_and_pipes_are_failures_that_hold_up_nothing() {
    use std::os::unix::fs::symlink;
    let dir = TempDir::new().unwrap();
    let input = dir.path().join("in");
    write(input.join("sub/good.jpg"), &plain_jpeg(40, 30));
    symlink(input.join("sub/good.jpg"), input.join("link.jpg")).unwrap();
    symlink("missing.jpg", input.join("dangling.jpg")).unwrap();
    symlink("round.jpg", input.join("round.jpg")).unwrap();
    symlink("..", input.join("sub/up")).unwrap();
    let pipe = Command::new("mkfifo").arg(input.join("pipe.jpg")).status().unwrap();
    assert!(pipe.success());
    let (code, report, _) = run(dir.path(), &["--recursive"]);
    let failures = failures(&report);
    let names: Vec<&String> = failures.keys().collect();
    assert_eq!(names, ["dangling.jpg", "pipe.jpg", "round.jpg", "up"]);
    assert!(failures["up"].contains("a link back to"), "{}", failures["up"]);
    assert!(failures["pipe.jpg"].contains("a pipe"), "{}", failures["pipe.jpg"]);
    assert_eq!(code, 1);
    assert_eq!(files(&dir.path().join("out")), ["link.jpg", "sub/good.jpg"]);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_pass_through_every_pool() {
    use std::os::unix::ffi::OsStrExt;
    for pool in POOLS {
        let dir = TempDir::new().unwrap();
        let name = std::ffi::OsStr::from_bytes(b"caf\xE9.jpg");
        fs::create_dir(dir.path().join("in")).unwrap();
        // Some file systems refuse such names: then there is nothing to test.
        if fs::write(dir.path().join("in").join(name), plain_jpeg(20, 20)).is_err() {
            return;
        }
        assert_eq!(run(dir.path(), &["--pool", pool]).0, 0, "{pool}");
        assert!(dir.path().join("out").join(name).is_file(), "{pool}");
    }
}

#[test]
fn the_same_name_in_two_folders_gives_two_results() {
    let dir = TempDir::new().unwrap();
    write(dir.path().join("in/a/x.jpg"), &plain_jpeg(40, 30));
    write(dir.path().join("in/b/x.jpg"), &plain_jpeg(30, 40));
    write(dir.path().join("in/x.jpg"), &plain_jpeg(20, 20));
    assert_eq!(run(dir.path(), &["--recursive"]).0, 0);
    let out = dir.path().join("out");
    assert_eq!(files(&out), ["a/x.jpg", "b/x.jpg", "x.jpg"]);
    let size = |name: &str| image::image_dimensions(out.join(name)).unwrap();
    assert_eq!((size("a/x.jpg"), size("b/x.jpg")), ((40, 30), (30, 40)));
}

#[test]
fn folders_within_are_left_alone_unless_asked_for() {
    let dir = TempDir::new().unwrap();
    write(dir.path().join("in/x.jpg"), &plain_jpeg(20, 20));
    write(dir.path().join("in/sub/y.jpg"), &plain_jpeg(20, 20));
    assert_eq!(run(dir.path(), &[]).0, 0);
    assert_eq!(files(&dir.path().join("out")), ["x.jpg"]);
}

#[test]
fn results_within_the_input_are_not_taken_for_photos() {
    let dir = TempDir::new().unwrap();
    write(dir.path().join("in/x.jpg"), &plain_jpeg(20, 20));
    let out = dir.path().join("in/small");
    let out = ["--recursive", "--force", "--output", out.to_str().unwrap()];
    for _ in 0..2 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ch05_image_pool"));
        command.arg("--input").arg(dir.path().join("in")).args(out).arg("--json");
        let (code, report, _) = told(command.output().unwrap());
        assert_eq!((code, &report["processed"]), (0, &1.into()));
    }
    assert_eq!(files(&dir.path().join("in")), ["small/x.jpg", "x.jpg"]);
}

#[test]
fn a_result_never_replaces_an_input() {
    // in/in/x.jpg would go to in/x.jpg, which is a photo too.
    let dir = TempDir::new().unwrap();
    let photo = plain_jpeg(40, 30);
    write(dir.path().join("in/in/x.jpg"), &photo);
    write(dir.path().join("in/x.jpg"), &photo);
    let mut command = Command::new(env!("CARGO_BIN_EXE_ch05_image_pool"));
    command.arg("--input").arg(dir.path().join("in")).arg("--output").arg(dir.path());
    let (code, report, _) =
        told(command.args(["--recursive", "--force", "--json"]).output().unwrap());
    assert_eq!(code, 1);
    assert!(failures(&report)["x.jpg"].contains("replace an input"), "{report}");
    assert_eq!(fs::read(dir.path().join("in/x.jpg")).unwrap(), photo);
    assert!(
        dir.path().join("x.jpg").is_file(),
        "the one with a place of its own is done"
    );
}

#[test]
fn results_that_exist_are_skipped_unless_forced() {
    let dir = TempDir::new().unwrap();
    photos::write_set(&dir.path().join("in"), 3, 60, 40, 1).unwrap();
    let kept = write(dir.path().join("out/photo-0002.jpg"), b"mine");
    let (code, report, _) = run(dir.path(), &[]);
    assert_eq!(
        (code, &report["processed"], &report["skipped"]),
        (0, &2.into(), &1.into())
    );
    assert_eq!(fs::read(&kept).unwrap(), b"mine");
    let (code, report, _) = run(dir.path(), &["--force"]);
    assert_eq!(
        (code, &report["processed"], &report["skipped"]),
        (0, &3.into(), &0.into())
    );
    assert_ne!(fs::read(&kept).unwrap(), b"mine");
}

#[test]
fn what_cannot_be_written_fails_and_the_rest_is_done() {
    // A file where a folder should be: this stops even those whom no permission stops.
    let dir = TempDir::new().unwrap();
    write(dir.path().join("in/a/x.jpg"), &plain_jpeg(20, 20));
    write(dir.path().join("in/b/x.jpg"), &plain_jpeg(20, 20));
    write(dir.path().join("out/a"), b"in the way");
    let (code, report, _) = run(dir.path(), &["--recursive"]);
    assert_eq!(code, 1);
    assert!(failures(&report)["x.jpg"].contains("cannot write"), "{report}");
    assert_eq!(files(&dir.path().join("out")), ["a", "b/x.jpg"]);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_done() {
    let dir = TempDir::new().unwrap();
    write(dir.path().join("in/x.jpg"), &plain_jpeg(20, 20));
    let cases = [
        (["--sigma", "-1"], "0 to 500"),
        (["--sigma", "NaN"], "0 to 500"),
        (["--sigma", "501"], "0 to 500"),
        (["--quality", "0"], "1 to 100"),
        (["--quality", "101"], "1 to 100"),
        (["--workers", "0"], "1 to 1024"),
        (["--workers", "1025"], "1 to 1024"),
        (["--max-side", "0"], "1 to 65535"),
        (["--max-pixels", "0"], "1..="),
        (["--pool", "magic"], "possible values"),
    ];
    for (option, words) in cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ch05_image_pool"));
        command.arg("--input").arg(dir.path().join("in"));
        command.arg("--output").arg(dir.path().join("out"));
        let (code, _, said) = told(command.args(option).output().unwrap());
        assert_eq!(code, 2, "{option:?}");
        assert!(said.contains(words) && said.contains(option[0]), "{option:?}: {said}");
    }
    assert!(!dir.path().join("out").exists());
}

#[test]
fn folders_that_make_no_sense_are_refused() {
    let dir = TempDir::new().unwrap();
    write(dir.path().join("file"), b"");
    let run = |input: &str, output: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ch05_image_pool"));
        command.arg("--input").arg(dir.path().join(input));
        told(command.arg("--output").arg(dir.path().join(output)).output().unwrap())
    };
    for (input, output, words) in [
        ("missing", "out", "not a folder"),
        ("file", "out", "not a folder"),
        (".", "./.", "must not be the input folder"),
        (".", "file/out", "cannot make the output folder"),
    ] {
        let (code, _, said) = run(input, output);
        assert_eq!(code, 2, "{input} to {output}");
        assert!(said.contains(words), "{input} to {output}: {said}");
    }
}

#[test]
fn people_get_a_sentence_instead_of_json() {
    let dir = TempDir::new().unwrap();
    photos::write_set(&dir.path().join("in"), 2, 60, 40, 1).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ch05_image_pool"));
    command
        .arg("--input")
        .arg(dir.path().join("in"))
        .arg("--output")
        .arg(dir.path().join("out"));
    let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(said.starts_with("2 photos in "), "{said}");
    assert!(said.contains("(rayon); 0 skipped, 0 failed"), "{said}");
}

#[cfg(unix)]
mod signals {
    use std::process::Child;

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    use super::*;

    /// Starts on photos enough to be interrupted, and waits for the first results.
    fn under_way(dir: &Path, pool: &str) -> Child {
        let photo = photos::write_set(dir, 1, 1200, 800, 4).unwrap().remove(0);
        let photo = fs::read(photo).unwrap();
        for number in 0..40 {
            write(dir.join(format!("in/{number:02}.jpg")), &photo);
        }
        let mut child = command(dir, &["--pool", pool]).spawn().unwrap();
        until(Some(&mut child), || results(dir).len() >= 2);
        child
    }

    fn results(dir: &Path) -> Vec<String> {
        files(&dir.join("out"))
            .into_iter()
            .filter(|name| name.ends_with(".jpg"))
            .collect()
    }

    fn pid(child: &Child) -> Pid {
        Pid::from_raw(child.id() as i32)
    }

    #[test]
    fn ctrl_c_leaves_whole_results_only_and_a_second_run_does_the_rest() {
        for pool in POOLS {
            let dir = TempDir::new().unwrap();
            let child = under_way(dir.path(), pool);
            kill(pid(&child), Signal::SIGINT).unwrap();
            let (code, report, said) = told(child.wait_with_output().unwrap());
            assert_eq!(code, 130, "{pool}");
            let done = results(dir.path()).len();
            assert!(done < 40, "{pool}: it went on to the end");
            assert_eq!(
                files(&dir.path().join("out")).len(),
                done,
                "{pool}: temporary files"
            );
            assert_eq!(report["processed"], done, "{pool}");
            assert!(
                said.contains(&format!("interrupted after {done} of 40")),
                "{pool}: {said}"
            );

            let (code, report, _) = run(dir.path(), &["--pool", pool]);
            assert_eq!((code, &report["skipped"]), (0, &done.into()), "{pool}");
            assert_eq!(report["processed"], 40 - done, "{pool}");
        }
    }

    #[test]
    fn a_second_ctrl_c_ends_it_at_once_without_temporary_files() {
        for pool in POOLS {
            let dir = TempDir::new().unwrap();
            let mut child = under_way(dir.path(), pool);
            let workers = children(child.id());
            kill(pid(&child), Signal::SIGINT).unwrap();
            // The second must not come before the first has been heard.
            let mut heard = [0; 12];
            std::io::Read::read_exact(child.stderr.as_mut().unwrap(), &mut heard)
                .unwrap();
            let _ = kill(pid(&child), Signal::SIGINT);
            let mut ended = None;
            until(None, || {
                ended = child.try_wait().unwrap();
                ended.is_some()
            });
            assert_eq!(ended.unwrap().code(), Some(130), "{pool}");
            // Worker processes notice that they are alone.
            until(None, || workers.iter().all(|&worker| is_gone(worker)));
            let left = files(&dir.path().join("out"));
            assert_eq!(left, results(dir.path()), "{pool}: temporary files");
        }
    }

    /// The processes that `parent` has started, as the Linux kernel lists them.
    fn children(parent: u32) -> Vec<Pid> {
        let of = |entry: fs::DirEntry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // After the name in brackets: state, parent, and so on (proc(5)).
            let ppid = stat
                .rsplit_once(')')?
                .1
                .split_whitespace()
                .nth(1)?
                .parse::<u32>()
                .ok()?;
            (ppid == parent).then(|| Pid::from_raw(pid))
        };
        fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(of).collect()
    }

    /// Dead, even if not yet waited for by whoever inherited it.
    fn is_gone(pid: Pid) -> bool {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let is_zombie = stat
            .rsplit_once(')')
            .is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'));
        is_zombie || kill(pid, None).is_err()
    }

    #[test]
    fn ctrl_c_during_the_last_photo_has_interrupted_nothing() {
        let dir = TempDir::new().unwrap();
        write(dir.path().join("in/x.jpg"), &plain_jpeg(1200, 800));
        let mut child = command(dir.path(), &["--pool", "threads"]).spawn().unwrap();
        // From the first trace of a result on, no job is left that it could keep from starting.
        until(Some(&mut child), || !files(&dir.path().join("out")).is_empty());
        kill(pid(&child), Signal::SIGINT).unwrap();
        let (code, report, said) = told(child.wait_with_output().unwrap());
        assert_eq!((code, &report["processed"]), (0, &1.into()), "{said}");
        assert!(!said.contains("interrupted"), "{said}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn workers_killed_from_outside_cost_no_photo() {
        let dir = TempDir::new().unwrap();
        let mut child = under_way(dir.path(), "processes");
        let first = children(child.id());
        assert_eq!(first.len(), 2);
        kill(first[0], Signal::SIGKILL).unwrap();
        let soon = results(dir.path()).len() + 6;
        until(Some(&mut child), || results(dir.path()).len() >= soon);
        let second = children(child.id());
        assert!(!second.contains(&first[0]), "{first:?}, then {second:?}");
        // Not the one that replaced the first: it may be busy with the job that was lost.
        kill(first[1], Signal::SIGKILL).unwrap();

        let (code, report, said) = told(child.wait_with_output().unwrap());
        assert_eq!((code, &report["processed"]), (0, &40.into()), "{said}");
        let done = files(&dir.path().join("out"));
        assert_eq!(
            done,
            files(&dir.path().join("in")),
            "each once, and no temporary file"
        );
        for name in done {
            assert!(
                image::open(dir.path().join("out").join(&name)).is_ok(),
                "{name} is whole"
            );
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn workers_whose_parent_is_killed_end_by_themselves() {
        let dir = TempDir::new().unwrap();
        let mut child = under_way(dir.path(), "processes");
        let workers = children(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        until(None, || workers.iter().all(|&worker| is_gone(worker)));
        assert_eq!(files(&dir.path().join("out")), results(dir.path()));
    }
}

/// What Linux says of a process, by `key`, in bytes.
#[cfg(target_os = "linux")]
fn status(pid: u32, key: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// The peak in bytes of the tool and its workers, added up.
#[cfg(target_os = "linux")]
fn peak(dir: &Path, pool: &str) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ch05_image_pool"));
    command.arg("--input").arg(dir.join("in")).arg("--output").arg(dir.join("out"));
    command
        .args(["--pool", pool, "--workers", "2"])
        .stdout(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut peaks = std::collections::BTreeMap::new();
    while child.try_wait().unwrap().is_none() {
        // The main thread starts the workers.
        let workers = format!("/proc/{0}/task/{0}/children", child.id());
        let workers = fs::read_to_string(workers).unwrap_or_default();
        let workers = workers.split_whitespace().map(|pid| pid.parse().unwrap());
        for pid in workers.chain([child.id()]) {
            if let Some(peak) = status(pid, "VmHWM") {
                peaks.insert(pid, peak);
            }
        }
        std::thread::yield_now();
    }
    assert!(child.wait().unwrap().success());
    peaks.values().sum()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_grows_with_the_workers_and_not_with_the_photos() {
    let photos = |count: u32, width, height| {
        let dir = TempDir::new().unwrap();
        let photo = photos::write_set(dir.path(), 1, width, height, 4).unwrap();
        let photo = fs::read(&photo[0]).unwrap();
        for number in 0..count {
            write(dir.path().join(format!("in/{number}.jpg")), &photo);
        }
        dir
    };
    // So many tiny ones that the program lives long enough to be looked at.
    let (tiny, few, many) =
        (photos(500, 8, 8), photos(10, 1200, 800), photos(200, 1200, 800));
    for pool in ["threads", "processes"] {
        let allowed = peak(tiny.path(), pool) + 2 * 4 * 1200 * 800 * 3;
        for dir in [&few, &many] {
            let peak = peak(dir.path(), pool);
            assert!(peak <= allowed, "{pool}: {peak} bytes instead of {allowed}");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_original_behind_a_link_is_never_replaced() {
    let dir = TempDir::new().unwrap();
    let original = plain_jpeg(40, 40);
    write(dir.path().join("out/x.jpg"), &original);
    std::fs::create_dir(dir.path().join("in")).unwrap();
    std::os::unix::fs::symlink("../out/x.jpg", dir.path().join("in/x.jpg")).unwrap();
    let (code, report, _) = run(dir.path(), &["--force"]);
    assert_eq!(code, 1);
    assert!(failures(&report)["x.jpg"].contains("would replace an input"), "{report}");
    assert_eq!(std::fs::read(dir.path().join("out/x.jpg")).unwrap(), original);
}

#[cfg(unix)]
#[test]
fn two_photos_never_share_a_result() {
    let dir = TempDir::new().unwrap();
    write(dir.path().join("in/a/x.jpg"), &plain_jpeg(20, 20));
    write(dir.path().join("in/b/x.jpg"), &plain_jpeg(20, 20));
    std::fs::create_dir_all(dir.path().join("out/a")).unwrap();
    std::os::unix::fs::symlink("a", dir.path().join("out/b")).unwrap();
    let (code, report, _) = run(dir.path(), &["--recursive"]);
    assert_eq!(code, 1);
    assert!(failures(&report)["x.jpg"].contains("replace another one"), "{report}");
    assert_eq!(report["processed"], 1);
}

#[cfg(unix)]
#[test]
fn whatever_stands_in_the_place_of_a_result_is_left_alone_without_force() {
    let dir = TempDir::new().unwrap();
    write(dir.path().join("in/x.jpg"), &plain_jpeg(20, 20));
    std::fs::create_dir(dir.path().join("out")).unwrap();
    std::os::unix::fs::symlink("nowhere", dir.path().join("out/x.jpg")).unwrap();
    let (code, report, _) = run(dir.path(), &[]);
    assert_eq!((code, &report["skipped"]), (0, &serde_json::json!(1)));
    assert!(dir.path().join("out/x.jpg").is_symlink());
}
