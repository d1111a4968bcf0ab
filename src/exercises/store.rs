//! The file of a learner's progress: no fact is lost by a crash, by two writers, or by damage.

use std::{fs, io, path::Path};

use anyhow::{Context, Result};

use super::{
    file,
    progress::{Progress, Unreadable},
    stop,
    terminal::{counted, on_one_line},
};

/// Where it is, from the root.
pub const FILE: &str = ".workbook/progress.toml";
/// Held by whoever reads and then writes.
const LOCK: &str = ".workbook/progress.lock";

/// What the learner has done so far; nothing if there is no file yet. One that is damaged is set
/// aside, and standard error says so.
///
/// # Errors
/// A file that cannot be read, or set aside.
pub fn read(root: &Path) -> Result<Progress> {
    match contents(root)? {
        None => Ok(Progress::default()),
        Some(bytes) => match parse(&bytes) {
            Ok(progress) => Ok(progress),
            Err(_) => update(root, |_| ()),
        },
    }
}

/// Changes what the file says, and returns what it says then. One that is damaged is set aside
/// first, and standard error says so.
///
/// # Errors
/// A file that cannot be read, written, or set aside.
pub fn update(root: &Path, change: impl FnOnce(&mut Progress)) -> Result<Progress> {
    let _lock = file::lock(&root.join(LOCK), || ())
        .with_context(|| format!("{LOCK} cannot be locked"))?;
    let _work = stop::at_work();
    let (mut progress, is_odd) = match contents(root)? {
        None => (Progress::default(), false),
        Some(bytes) => match parse(&bytes) {
            Ok(progress) => {
                (progress, Progress::is_merged(&String::from_utf8_lossy(&bytes)))
            }
            Err(why) => (set_aside(root, &bytes, &why)?, true),
        },
    };
    let before = progress.clone();
    change(&mut progress);
    if progress != before || is_odd {
        file::replace(&root.join(FILE), &progress.text())
            .with_context(|| format!("{FILE} cannot be written"))?;
    }
    Ok(progress)
}

fn contents(root: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(root.join(FILE)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{FILE} cannot be read")),
    }
}

fn parse(bytes: &[u8]) -> Result<Progress, Unreadable> {
    match str::from_utf8(bytes) {
        Ok(text) => Progress::parse(text),
        Err(_) => {
            Err(Unreadable::Damaged { line: 1, what: "it is not UTF-8".to_owned() })
        }
    }
}

/// Keeps a copy of the file, and says what could be read of it.
fn set_aside(root: &Path, bytes: &[u8], why: &Unreadable) -> Result<Progress> {
    let name = |number| root.join(format!("{FILE}.damaged-{number}"));
    let kept = file::keep(bytes, name)
        .with_context(|| format!("{FILE} is damaged and cannot be set aside"))?;
    let kept = crate::problem::within(root, &kept);
    let kept = kept.display();
    if let Unreadable::Newer(_) = why {
        eprintln!("{FILE}: {why}; it is kept as {kept}, and a new one is begun");
        return Ok(Progress::default());
    }
    let salvaged = Progress::salvage(&String::from_utf8_lossy(bytes));
    let first = salvaged.progress.learner.as_deref().unwrap_or_default();
    let as_whose = format!(
        "goes on as {first}'s; to choose:  cargo run -- check EXERCISE --learner ID"
    );
    if let Unreadable::Learners(_) = why {
        let line = format!("{FILE}: {why}; it is kept as {kept}, and {as_whose}");
        eprintln!("{}", on_one_line(&line));
        return Ok(salvaged.progress);
    }
    let goes_on = match salvaged.lost {
        // As after a merge with a conflict, whose lines are all as they were written.
        0 => "all that it says goes on".to_owned(),
        lost => format!(
            "{} of it go on; {} no sense",
            counted(salvaged.facts, "fact"),
            if lost == 1 {
                "1 line makes".to_owned()
            } else {
                format!("{lost} lines make")
            }
        ),
    };
    let also = match salvaged.learners.len() {
        0 | 1 => String::new(),
        _ => {
            let names = Unreadable::Learners(salvaged.learners);
            format!("; {names}, and {as_whose}")
        }
    };
    let line =
        format!("{FILE} is damaged ({why}); it is kept as {kept}, and {goes_on}{also}");
    eprintln!("{}", on_one_line(&line));
    Ok(salvaged.progress)
}

#[cfg(test)]
mod tests {
    use std::{process::Command, thread};

    use super::*;

    fn text(root: &Path) -> String {
        fs::read_to_string(root.join(FILE)).expect("a file")
    }

    #[test]
    fn writers_at_once_lose_no_fact() {
        let root = tempfile::tempdir().expect("a temporary folder");
        thread::scope(|scope| {
            for writer in 0..4 {
                let root = root.path();
                scope.spawn(move || {
                    for exercise in 0..5 {
                        let id = format!("ch0{writer}.e{exercise}");
                        update(root, |progress| progress.of_mut(&id).points = 1)
                            .expect("a write");
                    }
                });
            }
        });
        let lines = text(root.path());
        assert_eq!(lines.lines().filter(|line| line.contains("points")).count(), 20);
    }

    #[test]
    fn a_damaged_file_is_kept_and_its_whole_lines_go_on() {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(root.path().join(".workbook")).expect("a folder");
        let damaged = b"schema = 1\n\"ch05.a\".points = 3\n\xff\xfe\n";
        fs::write(root.path().join(FILE), damaged).expect("a file");
        let progress = read(root.path()).expect("progress");
        assert_eq!(progress.of("ch05.a").points, 3);
        let kept = root.path().join(format!("{FILE}.damaged-1"));
        assert_eq!(fs::read(kept).expect("a file"), damaged);
        assert_eq!(text(root.path()), "schema = 1\n\n\"ch05.a\".points = 3\n");
    }

    /// As git merges what two machines have written since `before`.
    fn merged(root: &Path, before: &str, ours: &str, theirs: &str) -> String {
        let texts = [("ours", ours), ("before", before), ("theirs", theirs)];
        let files = texts.map(|(name, text)| {
            let path = root.join(name);
            fs::write(&path, text).expect("a file");
            path
        });
        let mut git = Command::new("git");
        let output = git.args(["merge-file", "-p", "--union"]).args(files).output();
        String::from_utf8(output.expect("git").stdout).expect("text")
    }

    #[test]
    fn what_two_machines_have_written_is_merged_without_loss() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let before = "schema = 1\n\n\"ch05.b\".hints = 1\n";
        let ours =
            before.replace("hints = 1", "hints = 3") + "\n\"ch05.c\".points = 5\n";
        let theirs = before.replace("hints = 1", "hints = 2\n\"ch05.b\".points = 4");
        let theirs = theirs + "\n\"ch05.d\".points = 5\n";
        let text = merged(root.path(), before, &ours, &theirs);
        fs::create_dir(root.path().join(".workbook")).expect("a folder");
        fs::write(root.path().join(FILE), text).expect("a file");
        let progress = read(root.path()).expect("progress");
        let b = progress.of("ch05.b");
        assert_eq!((b.hints, b.points), (3, 4));
        assert_eq!(
            (progress.of("ch05.c").points, progress.of("ch05.d").points),
            (5, 5)
        );
    }

    /// A folder whose file has this text.
    fn with(text: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(root.path().join(".workbook")).expect("a folder");
        fs::write(root.path().join(FILE), text).expect("a file");
        root
    }

    #[test]
    fn two_lines_for_one_fact_are_no_damage_and_are_one_at_the_next_update() {
        let before = "schema = 1\nlearner = \"ada\"\n";
        let side = |points, day| {
            let passed = format!("\"ch05.b\".passed = 2026-11-{day}\n");
            format!("{before}\n{passed}\"ch05.b\".points = {points}\n")
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let merged = merged(folder.path(), before, &side(3, 20), &side(5, 22));
        assert_eq!(merged.matches("points").count(), 2, "{merged}");
        let root = with(&merged);
        let root = root.path();
        let progress = read(root).expect("progress");
        assert_eq!(progress.of("ch05.b").points, 5);
        assert_eq!(text(root), merged, "who only reads writes nothing");
        assert_eq!(update(root, |_| ()).expect("progress"), progress);
        assert_eq!(text(root), side(5, 20));
        let kept = root.join(format!("{FILE}.damaged-1"));
        assert!(!kept.exists());
    }

    #[test]
    fn a_file_of_two_learners_is_kept_and_goes_on_as_that_of_the_first() {
        let merged = "schema = 1\nlearner = \"ada\"\nlearner = \"bob\"\n";
        let root = with(merged);
        let progress = read(root.path()).expect("progress");
        assert_eq!(progress.learner.as_deref(), Some("ada"));
        let kept = root.path().join(format!("{FILE}.damaged-1"));
        assert_eq!(fs::read_to_string(kept).expect("a file"), merged);
        assert_eq!(text(root.path()), "schema = 1\nlearner = \"ada\"\n");
    }

    #[test]
    fn a_newer_file_is_kept_and_a_new_one_begun() {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(root.path().join(".workbook")).expect("a folder");
        fs::write(root.path().join(FILE), "schema = 2\n").expect("a file");
        assert_eq!(read(root.path()).expect("progress"), Progress::default());
        let kept = root.path().join(format!("{FILE}.damaged-1"));
        assert_eq!(fs::read_to_string(kept).expect("a file"), "schema = 2\n");
    }

    #[test]
    fn reading_what_is_not_there_makes_nothing() {
        let root = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(read(root.path()).expect("progress"), Progress::default());
        assert_eq!(fs::read_dir(root.path()).expect("a folder").count(), 0);
    }
}
