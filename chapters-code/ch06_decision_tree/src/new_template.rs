//! `new-template`: writes a project to start from into a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::quote;
use crate::template::Template;

/// Write a program to start from, as a project of its own
///
/// The project has the example as its src/main.rs, a Cargo.toml with what that needs, and a README
/// that says how to run it and what to replace.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Example:
  cargo run -p ch06_decision_tree -- new-template io-many ../fetcher

Exit status: 0 it is written; 2 it is not")]
pub struct NewTemplate {
    /// Which one
    #[arg(value_enum)]
    name: Template,
    /// The folder for it: new, or empty
    dir: PathBuf,
}

/// Writes the project and says how to run it.
#[must_use]
pub fn main(wanted: &NewTemplate) -> ExitCode {
    match write(wanted.name, &wanted.dir) {
        Ok(()) => {
            println!(
                "{} is written. Run it with:\n\n  cd {}\n  cargo run --release -- {}",
                quote::for_eyes(&wanted.dir.to_string_lossy()),
                place_for_shell(&wanted.dir),
                wanted.name.takes()
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// The folder as `cd` takes it: what begins with a dash would be an option.
fn place_for_shell(folder: &Path) -> String {
    let is_option = folder.as_os_str().as_encoded_bytes().starts_with(b"-");
    match is_option {
        true => quote::for_shell(Path::new(".").join(folder).as_os_str()),
        false => quote::for_shell(folder.as_os_str()),
    }
}

/// Writes the project into `folder`: all of it, or nothing.
///
/// # Errors
/// If there is something in the folder, or it cannot be written.
pub fn write(template: Template, folder: &Path) -> Result<()> {
    let refused = || format!("cannot write {}", folder.display());
    let folder = place(folder)?;
    // A folder that is there stays the one that it is, with its rights.
    let is_there = folder.exists();
    let parent = folder.parent().context("the root of all folders is no project")?;
    fs::create_dir_all(parent).with_context(refused)?;
    let unfinished = tempfile::Builder::new()
        .prefix(".new-template-")
        .tempdir_in(if is_there { folder.as_path() } else { parent })
        .with_context(refused)?;
    // The temporary folder is for us alone; the project is for whom the user wants it.
    let project = unfinished.path().join("project");
    let name = package_name(template, &folder);
    let files = [
        ("Cargo.toml", template.manifest(&name)?),
        ("README.md", template.readme(&name)),
        (".gitignore", "/target\n".to_owned()),
        ("src/main.rs", template.source().to_owned()),
    ];
    fs::create_dir_all(project.join("src")).with_context(refused)?;
    for (file, text) in files {
        fs::write(project.join(file), text).with_context(refused)?;
    }
    if !is_there {
        return fs::rename(&project, &folder).with_context(refused);
    }
    for entry in ["src", "README.md", ".gitignore", "Cargo.toml"] {
        fs::rename(project.join(entry), folder.join(entry)).with_context(refused)?;
    }
    Ok(())
}

/// Where `folder` really is, or will be, if a project may be written there.
fn place(folder: &Path) -> Result<PathBuf> {
    let shown = folder.display();
    if folder.symlink_metadata().is_err() {
        return std::path::absolute(folder)
            .with_context(|| format!("cannot write {shown}"));
    }
    let place =
        folder.canonicalize().with_context(|| format!("cannot write {shown}"))?;
    let Ok(mut entries) = fs::read_dir(&place) else {
        bail!("{shown} is there already, and is no folder that can be read");
    };
    ensure!(entries.next().is_none(), "{shown} is not empty; name a new folder");
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    ensure!(
        !here.is_ok_and(|here| here.starts_with(&place)),
        "{shown} is where you are; name a new folder"
    );
    Ok(place)
}

/// The folder's name, if a package may have it; the template's name if not.
fn package_name(template: Template, folder: &Path) -> String {
    /// Names that Cargo or Rust keep for themselves.
    const TAKEN: [&str; 10] = [
        "build",
        "core",
        "deps",
        "examples",
        "incremental",
        "proc_macro",
        "std",
        "test",
        "alloc",
        "crate",
    ];
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let starts = name.starts_with(|first: char| first.is_ascii_lowercase());
    let plain = |one: char| {
        one.is_ascii_lowercase() || one.is_ascii_digit() || "-_".contains(one)
    };
    let known = template.crates().contains(&name) || TAKEN.contains(&name);
    let possible = starts && name.chars().all(plain) && !known;
    if possible { name } else { template.name() }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_called_as_its_folder_if_that_is_a_name() {
        let name = |folder| package_name(Template::IoFew, Path::new(folder));
        assert_eq!(name("/a/my-fetcher2"), "my-fetcher2");
        for folder in ["/", "/a/2nd", "/a/My Fetcher", "/a/ureq", "/a/test", "/a/ü"] {
            assert_eq!(name(folder), "io-few", "{folder}");
        }
    }
}
