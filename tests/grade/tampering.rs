//! Submissions that changed more than their sources.

use std::{fs, process::Command};

use crate::bench::{Bench, CHAPTER, SOLVED};

fn own(file: &str) -> String {
    format!("ada/exercises/{CHAPTER}/{file}")
}

#[test]
fn edited_tests_count_for_nothing_and_are_told() {
    let bench = Bench::new(&["ordered"]);
    bench.copy("ada");
    bench.write(&own("src/ordered.rs"), "pub fn answer() -> u32 {\n    1\n}\n");
    bench.write(&own("tests/ordered.rs"), "#[test]\nfn it_is_the_answer() {}\n");
    let (sheet, code) = bench.grade("ada", &[]);
    assert_eq!((sheet.state("ordered"), code), ("failed", 1));
    assert!(sheet.notes().contains("tests/ordered.rs was edited"), "{}", sheet.notes());
}

#[test]
fn whatever_decides_how_answers_are_built_is_refused() {
    for (file, text) in [
        ("Cargo.toml", "[workspace]\nmembers = []\n"),
        ("Cargo.lock", "version = 4\n"),
        ("build.rs", "fn main() {}\n"),
        (".cargo/config.toml", "[build]\nrustc = \"./rustc\"\n"),
        ("rust-toolchain.toml", "[toolchain]\nchannel = \"nightly\"\n"),
        ("exercises/.cargo/config", "[build]\nrustc = \"./rustc\"\n"),
    ] {
        let bench = Bench::new(&["ordered"]);
        bench.copy("ada");
        bench.write(&own("src/ordered.rs"), SOLVED);
        bench.write(&format!("ada/{file}"), text);
        let (sheet, code) = bench.grade("ada", &[]);
        assert_eq!((sheet.state("ordered"), code), ("refused", 2), "{file}");
        assert!(
            sheet.reason("ordered").starts_with(file),
            "{}",
            sheet.reason("ordered")
        );
    }
}

#[test]
fn a_chapters_own_manifest_and_build_script_are_refused() {
    for file in ["Cargo.toml", "build.rs", ".cargo/config.toml"] {
        let bench = Bench::new(&["ordered"]);
        bench.copy("ada");
        bench.write(&own("src/ordered.rs"), SOLVED);
        bench.write(&own(file), "[package]\nname = \"ex05_image_pool\"\n");
        let (sheet, code) = bench.grade("ada", &[]);
        assert_eq!((sheet.state("ordered"), code), ("refused", 2), "{file}");
        assert!(sheet.reason("ordered").contains(file), "{}", sheet.reason("ordered"));
    }
}

/// What the repository has beside its one chapter.
fn with_members() -> Bench {
    let bench = Bench::new(&["ordered"]);
    for (member, file) in [
        ("exercises/harness", "bell.rs"),
        ("exercises/harness", "model/steps.rs"),
        ("exercises/harness", "panics.rs"),
        ("exercises/ch01_gil", "lib.rs"),
        ("chapters-code/lab", "lib.rs"),
    ] {
        let name = member.replace('/', "_");
        let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
        bench.write(&format!("repository/{member}/Cargo.toml"), &manifest);
        bench.write(&format!("repository/{member}/src/{file}"), "//! A part.\n");
    }
    bench.write("repository/exercises/ch01_gil/exercises.toml", "schema = 1\n");
    bench
}

#[test]
fn what_decides_how_another_member_is_built_is_refused() {
    let bench = with_members();
    bench.copy("ada");
    bench.write(&own("src/ordered.rs"), SOLVED);
    // What cargo does not go by, wherever it is.
    bench.write("ada/exercises/harness/src/build.rs", "fn main() {}\n");
    bench.write("ada/target/package/Cargo.toml", "[workspace]\n");
    let only = ["--only", "ch05.ordered"];
    let (sheet, code) = bench.grade("ada", &only);
    assert_eq!((sheet.state("ordered"), code), ("passed", 0), "{}", sheet.notes());
    assert_eq!(sheet.notes(), "[]");
    for (file, has_original) in [
        ("exercises/harness/Cargo.toml", true),
        ("exercises/ch01_gil/Cargo.toml", true),
        ("exercises/ch01_gil/.cargo/config.toml", false),
        ("exercises/mine/Cargo.toml", false),
        ("chapters-code/Cargo.toml", false),
        ("chapters-code/lab/Cargo.toml", true),
        ("chapters-code/lab/build.rs", false),
        ("chapters-code/mine/Cargo.lock", false),
    ] {
        let before = fs::read(bench.path(&format!("ada/{file}")));
        bench.write(&format!("ada/{file}"), "[package]\nname = \"other\"\n");
        let (sheet, code) = bench.grade("ada", &only);
        assert_eq!((sheet.state("ordered"), code), ("refused", 2), "{file}");
        let expected = match has_original {
            true => format!("{file} is not the repository's"),
            false => format!("{file} could change how answers are built"),
        };
        let reason = sheet.reason("ordered");
        assert!(reason.starts_with(&expected), "{reason}");
        match before {
            Ok(before) => fs::write(bench.path(&format!("ada/{file}")), before),
            Err(_) => fs::remove_file(bench.path(&format!("ada/{file}"))),
        }
        .expect("as it was");
    }
    // The others would still be graded.
    bench.write(&own("build.rs"), "fn main() {}\n");
    let (sheet, _) = bench.grade("ada", &only);
    let note = format!("[\"{CHAPTER} is refused: exercises/{CHAPTER}/build.rs could");
    assert!(sheet.notes().starts_with(&note), "{}", sheet.notes());
}

#[test]
fn of_a_copy_of_the_exercises_alone_the_members_are_compared_too() {
    let bench = with_members();
    bench.copy("ada");
    fs::rename(bench.path("ada/exercises"), bench.path("eve")).expect("a folder");
    bench.write(&format!("eve/{CHAPTER}/src/ordered.rs"), SOLVED);
    let (sheet, code) = bench.grade("eve", &[]);
    assert_eq!((sheet.state("ordered"), code), ("passed", 0), "{}", sheet.notes());
    bench.write("eve/harness/build.rs", "fn main() {}\n");
    let (sheet, code) = bench.grade("eve", &[]);
    assert_eq!((sheet.state("ordered"), code), ("refused", 2));
    let reason = sheet.reason("ordered");
    assert!(reason.starts_with("harness/build.rs could change"), "{reason}");
}

#[test]
fn an_edited_harness_and_edited_scenes_count_for_nothing_and_are_told() {
    let bench = with_members();
    let scene = format!("exercises/{CHAPTER}/tests/scenes/people.rs");
    bench.write(&format!("repository/{scene}"), "//! People.\n");
    bench.copy("ada");
    bench.write(&own("src/ordered.rs"), SOLVED);
    bench.write(&format!("ada/{scene}"), "//! Nobody.\n");
    bench.write("ada/exercises/harness/src/model/steps.rs", "//! Edited.\n");
    let (sheet, code) = bench.grade("ada", &[]);
    assert_eq!((sheet.state("ordered"), code), ("passed", 0));
    let notes = [
        "harness/src/model/steps.rs was edited; the repository's own counts",
        "ch05_image_pool/tests/scenes/people.rs was edited; the repository's own counts",
    ];
    assert_eq!(sheet.0["notes"], serde_json::json!(notes));
    for file in ["bell", "panics"] {
        bench.write(&format!("ada/exercises/harness/src/{file}.rs"), "//! Edited.\n");
    }
    let (sheet, _) = bench.grade("ada", &[]);
    let note = "harness/src/bell.rs and 2 others of the harness were edited; the";
    assert!(sheet.notes().contains(note), "{}", sheet.notes());
}

#[test]
fn a_manifest_with_other_line_ends_is_still_the_repositorys() {
    let bench = Bench::new(&["ordered"]);
    bench.copy("ada");
    bench.write(&own("src/ordered.rs"), SOLVED);
    for file in ["ada/Cargo.toml".to_owned(), own("Cargo.toml")] {
        let text = fs::read_to_string(bench.path(&file)).expect("a manifest");
        bench.write(&file, &text.replace('\n', "\r\n"));
    }
    let (sheet, code) = bench.grade("ada", &[]);
    assert_eq!((sheet.state("ordered"), code), ("passed", 0));
}

#[test]
fn a_file_that_is_too_large_or_no_text_is_refused() {
    let bench = Bench::new(&["large", "binary"]);
    bench.hand_in("ada", "large", &"// more\n".repeat(200_000));
    bench.hand_in("ada", "binary", "");
    let binary = bench.path(&format!("ada/{CHAPTER}/src/binary.rs"));
    fs::write(binary, b"pub fn answer\xff() {}").expect("a file");
    let (sheet, code) = bench.grade("ada", &[]);
    assert_eq!(
        (sheet.state("large"), sheet.state("binary"), code),
        ("refused", "refused", 2)
    );
    assert!(
        sheet.reason("large").contains("larger than 1 MiB"),
        "{}",
        sheet.reason("large")
    );
    assert!(sheet.reason("binary").contains("not UTF-8"), "{}", sheet.reason("binary"));
}

#[cfg(unix)]
mod unix {
    use std::{
        ffi::OsStr,
        fs,
        os::unix::{ffi::OsStrExt, fs::symlink},
        process::Command,
    };

    use crate::bench::{Bench, CHAPTER, SOLVED};

    #[test]
    fn a_link_that_leads_out_is_refused_and_one_within_is_not() {
        let bench = Bench::new(&["within", "out"]);
        bench.write("secret.rs", SOLVED);
        bench.write("ada/mine.rs", SOLVED);
        fs::create_dir_all(bench.path("ada/ch05_image_pool/src")).expect("a folder");
        let source = |id: &str| bench.path(&format!("ada/{CHAPTER}/src/{id}.rs"));
        symlink("../../mine.rs", source("within")).expect("a link");
        let (sheet, _) = bench.grade("ada", &[]);
        assert_eq!(sheet.state("within"), "passed");
        symlink("../../../secret.rs", source("out")).expect("a link");
        let (sheet, code) = bench.grade("ada", &[]);
        assert_eq!((sheet.state("out"), code), ("refused", 2));
        assert!(sheet.reason("out").contains("leads out"), "{}", sheet.reason("out"));
    }

    #[test]
    fn a_whole_folder_that_is_elsewhere_is_refused() {
        let bench = Bench::new(&["ordered"]);
        bench.hand_in("elsewhere", "ordered", SOLVED);
        fs::create_dir(bench.path("ada")).expect("a folder");
        symlink("../elsewhere", bench.path("ada/exercises")).expect("a link");
        let (sheet, code) = bench.grade("ada", &[]);
        assert_eq!((sheet.state("ordered"), code), ("refused", 2));
    }

    #[test]
    fn a_member_that_is_elsewhere_is_refused() {
        for member in ["chapters-code", "chapters-code/lab", "exercises/harness"] {
            let bench = super::with_members();
            bench.copy("ada");
            bench.write(&super::own("src/ordered.rs"), SOLVED);
            let place = bench.path(&format!("ada/{member}"));
            fs::remove_dir_all(&place).expect("a folder");
            symlink(bench.path("repository").join(member), place).expect("a link");
            let (sheet, code) = bench.grade("ada", &[]);
            assert_eq!((sheet.state("ordered"), code), ("refused", 2), "{member}");
            let expected =
                format!("{member} is a link that leads out of the submission");
            assert_eq!(sheet.reason("ordered"), expected);
        }
    }

    #[test]
    fn a_pipe_in_the_place_of_a_source_is_not_waited_for() {
        let bench = Bench::new(&["ordered", "other"]);
        bench.hand_in("ada", "other", SOLVED);
        let pipe = bench.path(&format!("ada/{CHAPTER}/src/ordered.rs"));
        let made = Command::new("mkfifo").arg(pipe).status().expect("mkfifo");
        assert!(made.success());
        let (sheet, code) = bench.grade("ada", &[]);
        assert_eq!(
            (sheet.state("ordered"), sheet.state("other"), code),
            ("refused", "passed", 2)
        );
    }

    #[test]
    fn names_that_are_not_utf8_are_in_nobodys_way() {
        let bench = Bench::new(&["ordered"]);
        bench.hand_in("ada", "ordered", SOLVED);
        let odd = OsStr::from_bytes(b"odd\xff.rs");
        fs::write(bench.path("ada/ch05_image_pool/src").join(odd), "").expect("a file");
        fs::create_dir(bench.path("ada").join(odd)).expect("a folder");
        let (sheet, code) = bench.grade("ada", &[]);
        assert_eq!((sheet.state("ordered"), code), ("passed", 0));
    }
}

fn git(bench: &Bench, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments);
    let done = git.current_dir(bench.path("repository")).output().expect("git");
    assert!(done.status.success(), "{done:?}");
}

fn commit(bench: &Bench) {
    git(bench, &["add", "--all"]);
    git(bench, &["commit", "--quiet", "-m", "a version"]);
}

#[test]
fn members_of_an_earlier_version_are_noted() {
    let bench = with_members();
    git(&bench, &["init", "--quiet"]);
    commit(&bench);
    bench.copy("ada");
    bench.write(&own("src/ordered.rs"), SOLVED);
    bench.edit("chapters-code/lab/Cargo.toml", "2024", "2021");
    bench.edit("exercises/harness/src/bell.rs", "A part", "A bell");
    bench.edit("exercises/harness/src/panics.rs", "A part", "Panics");
    commit(&bench);
    let (sheet, _) = bench.grade("ada", &[]);
    assert_eq!(sheet.state("ordered"), "passed", "{}", sheet.notes());
    let earlier = "earlier are chapters-code/lab/Cargo.toml, harness/src/bell.rs and 1 other of \
                   the harness";
    assert!(sheet.notes().contains(earlier), "{}", sheet.notes());
    assert!(!sheet.notes().contains("edited"), "{}", sheet.notes());
}

/// A repository with a history, and `ada`, a copy of its first version with an answer.
fn with_a_history() -> Bench {
    let bench = Bench::new(&["ordered", "other"]);
    git(&bench, &["init", "--quiet"]);
    commit(&bench);
    bench.copy("ada");
    bench.write(&own("src/ordered.rs"), SOLVED);
    bench.edit("Cargo.toml", "debug = 0", "debug = false");
    bench.edit(&format!("exercises/{CHAPTER}/exercises.toml"), "An answer", "A title");
    bench.edit(&format!("exercises/{CHAPTER}/tests/ordered.rs"), "think", "look");
    for folder in ["sealed", "src"] {
        bench.edit(&format!("exercises/{CHAPTER}/{folder}/other.rs"), "    0", "    1");
    }
    commit(&bench);
    bench
}

#[test]
fn a_copy_of_an_earlier_version_is_graded_with_a_note() {
    let bench = with_a_history();
    let (sheet, _) = bench.grade("ada", &[]);
    assert_eq!(sheet.state("ordered"), "passed", "{}", sheet.notes());
    assert_eq!(sheet.state("other"), "not_begun", "it is the former starter");
    let earlier = "earlier are Cargo.toml, ch05_image_pool/exercises.toml, \
                   ch05_image_pool/tests/ordered.rs";
    assert!(sheet.notes().contains(earlier), "{}", sheet.notes());
    assert!(!sheet.notes().contains("edited"), "{}", sheet.notes());
}

#[test]
fn what_never_was_the_repositorys_is_refused_whatever_its_history() {
    let bench = with_a_history();
    bench.write("ada/Cargo.toml", "[workspace]\nmembers = [\"exercises/*\"]\n");
    let (sheet, code) = bench.grade("ada", &[]);
    assert_eq!((sheet.state("ordered"), code), ("refused", 2));
    let reason = sheet.reason("ordered");
    assert!(
        reason.starts_with("Cargo.toml is not the repository's, nor was"),
        "{reason}"
    );
}

#[test]
fn without_a_history_it_is_said_what_to_do_about_an_earlier_version() {
    let bench = with_a_history();
    fs::remove_dir_all(bench.path("repository/.git")).expect("a folder");
    let (sheet, code) = bench.grade("ada", &[]);
    assert_eq!((sheet.state("ordered"), code), ("refused", 2));
    let reason = sheet.reason("ordered");
    assert!(reason.contains("git fetch --unshallow"), "{reason}");
}
