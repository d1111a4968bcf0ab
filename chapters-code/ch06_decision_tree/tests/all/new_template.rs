//! `new-template`: what it writes builds, and what is there stays.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ch06_decision_tree::template::Template;
use tempfile::TempDir;

use crate::program;

/// A run of `new-template`: exit status, standard output, standard error.
fn new_template(arguments: &[&str], here: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::new(program());
    command.arg("new-template").args(arguments).current_dir(here);
    let output = command.output().unwrap();
    let [out, said] =
        [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    (output.status.code(), out, said)
}

/// Writes a project, which gets the versions that are in this workspace's lock file: they are here.
pub(crate) fn project(template: Template, folder: &TempDir) -> PathBuf {
    let path = folder.path().join(format!("my-{}", template.name()));
    let (code, _, said) =
        new_template(&[template.name(), path.to_str().unwrap()], folder.path());
    assert_eq!(code, Some(0), "{said}");
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    fs::copy(lock, path.join("Cargo.lock")).unwrap();
    path
}

/// Where the projects are built. Kept between runs: only the first one takes long.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-template")
}

/// Runs Cargo in a project, without a network, and returns what it printed.
pub(crate) fn cargo(arguments: &[&str], project: &Path) -> String {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    command.args(arguments).arg("--offline").current_dir(project);
    command.env("CARGO_TARGET_DIR", target()).env("CARGO_PROFILE_DEV_DEBUG", "0");
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said}");
    assert!(!said.contains("warning"), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_project_has_the_example_word_for_word_and_builds() {
    let folder = TempDir::new().unwrap();
    let project = project(Template::CpuBound, &folder);
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cpu_bound.rs");
    assert_eq!(read(&project.join("src/main.rs")), read(&example));
    let readme = read(&project.join("README.md"));
    assert!(readme.starts_with("# my-cpu-bound\n"), "{readme}");
    assert!(
        readme.contains("cargo run --release -- Cargo.toml src/main.rs"),
        "{readme}"
    );
    cargo(&["check"], &project);
}

#[test]
fn each_project_needs_what_its_program_names_and_all_of_it_is_here() {
    let folder = TempDir::new().unwrap();
    for template in Template::ALL {
        let project = project(template, &folder);
        let tree =
            cargo(&["tree", "--depth=1", "--prefix=none", "--format={p}"], &project);
        let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        let mut names: Vec<String> = tree.lines().map(name).collect();
        assert_eq!(names.remove(0), format!("my-{}", template.name()));
        assert_eq!(names, template.crates());
    }
}

#[test]
fn an_unknown_name_is_refused_with_the_four_that_there_are() {
    let folder = TempDir::new().unwrap();
    let (code, _, said) = new_template(&["io", "new"], folder.path());
    assert_eq!(code, Some(2));
    for template in Template::ALL {
        assert!(said.contains(template.name()), "{said}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_is_there_stays() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("full")).unwrap();
    fs::write(path("full/mine"), "of mine").unwrap();
    fs::write(path("file"), "of mine").unwrap();
    let refused = |dir: &str, words: &str| {
        let (code, out, said) = new_template(&["mixed", dir], folder.path());
        assert_eq!((code, out.as_str()), (Some(2), ""), "{dir}: {said}");
        assert!(said.contains(words), "{dir}: {said}");
    };
    refused("full", "error: full is not empty; name a new folder");
    refused("file", "file is there already, and is no folder");
    refused("file/in", "cannot write file/in");
    let (code, _, said) = new_template(&["mixed", "."], &path("full"));
    assert_eq!(code, Some(2), "{said}");
    fs::create_dir(path("empty")).unwrap();
    let (code, _, said) = new_template(&["mixed", "."], &path("empty"));
    assert!(code == Some(2) && said.contains(". is where you are"), "{said}");
    let all = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!((all, fs::read_dir(path("full")).unwrap().count()), (3, 1));
    assert_eq!(fs::read(path("full/mine")).unwrap(), b"of mine");
}

#[cfg(unix)]
#[test]
fn an_empty_folder_keeps_its_rights() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let private = folder.path().join("private");
    fs::create_dir(&private).unwrap();
    fs::set_permissions(&private, fs::Permissions::from_mode(0o700)).unwrap();
    let (code, _, said) = new_template(&["mixed", "private"], folder.path());
    assert_eq!(code, Some(0), "{said}");
    let mode = fs::metadata(&private).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn an_empty_folder_is_filled_and_a_missing_one_made_with_those_around_it() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for dir in ["empty", "a/b/c"] {
        let (code, out, said) = new_template(&["io_few", dir], folder.path());
        assert_eq!(code, Some(0), "{said}");
        assert!(out.contains(&format!("cd {dir}\n")), "{out}");
        let mut names: Vec<_> = fs::read_dir(folder.path().join(dir))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, [".gitignore", "Cargo.toml", "README.md", "src"]);
    }
    // Nothing else is left behind.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    assert_eq!(fs::read_dir(folder.path().join("a/b")).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_project_may_be_read_by_whom_other_folders_may_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let mode = |name: &str| {
        let path = folder.path().join(name);
        fs::metadata(path).unwrap().permissions().mode()
    };
    fs::create_dir(folder.path().join("other")).unwrap();
    assert_eq!(new_template(&["mixed", "new"], folder.path()).0, Some(0));
    assert_eq!(mode("new"), mode("other"));
}

#[test]
fn help_names_the_four_and_shows_an_example() {
    let folder = TempDir::new().unwrap();
    let (code, out, _) = new_template(&["--help"], folder.path());
    assert_eq!(code, Some(0));
    for words in
        ["cpu-bound", "io-few", "io-many", "mixed", "new-template io-many ../fetcher"]
    {
        assert!(out.contains(words), "{out}");
    }
}

#[test]
fn the_commands_to_copy_are_what_a_shell_reads() {
    let here = TempDir::new().unwrap();
    let said = |name: &str| {
        let (code, out, said) = new_template(&["io-few", "--", name], here.path());
        assert_eq!(code, Some(0), "{said}");
        out
    };
    let odd = "it's; `my` $project";
    let line = said(odd).lines().find(|it| it.starts_with("  cd ")).unwrap().to_owned();
    let script = format!("{line} && ls");
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", &script]).current_dir(here.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("Cargo.toml"), "{script}");
    assert!(said("-x").contains("\n  cd ./-x\n"));
    let painted = said("a\u{1b}[31mb");
    assert!(!painted.contains('\u{1b}'), "{painted:?}");
    assert!(said("plain").contains("\n  cd plain\n"));
}
