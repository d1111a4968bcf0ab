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
