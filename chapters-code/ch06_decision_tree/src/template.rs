//! The four projects to start from: an example each, with all that it needs.
//!
//! What it needs is read from the manifests that this program was compiled with, so that a project
//! gets the versions that the book is tested with.

use anyhow::{Context, Result};
use clap::ValueEnum;
use toml::{Table, Value};

/// Where the versions are.
const WORKSPACE: &str = include_str!("../../../Cargo.toml");

/// Where the features are.
const CHAPTER: &str = include_str!("../Cargo.toml");

/// A program to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// Work for every CPU, by rayon: hashes files
    #[value(alias = "cpu_bound")]
    CpuBound,
    /// A few waits, by threads and a client that blocks: fetches pages
    #[value(alias = "io_few")]
    IoFew,
    /// Many waits in one thread, by async tasks: fetches pages
    #[value(alias = "io_many")]
    IoMany,
    /// Both, by async tasks and threads that work: fetches pages and hashes them
    Mixed,
}

impl Template {
    /// All of them.
    pub const ALL: [Template; 4] =
        [Template::CpuBound, Template::IoFew, Template::IoMany, Template::Mixed];

    /// Its name, such as `cpu-bound`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Template::CpuBound => "cpu-bound",
            Template::IoFew => "io-few",
            Template::IoMany => "io-many",
            Template::Mixed => "mixed",
        }
    }

    /// Its program.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Template::CpuBound => include_str!("../examples/cpu_bound.rs"),
            Template::IoFew => include_str!("../examples/io_few.rs"),
            Template::IoMany => include_str!("../examples/io_many.rs"),
            Template::Mixed => include_str!("../examples/mixed.rs"),
        }
    }

    /// The crates that its program names.
    #[must_use]
    pub fn crates(self) -> &'static [&'static str] {
        match self {
            Template::CpuBound => &["anyhow", "clap", "ctrlc", "rayon", "sha2"],
            Template::IoFew => &["anyhow", "clap", "crossbeam", "ctrlc", "ureq"],
            Template::IoMany => &[
                "anyhow",
                "clap",
                "ctrlc",
                "futures-util",
                "reqwest",
                "rustls",
                "tokio",
            ],
            Template::Mixed => &[
                "anyhow",
                "clap",
                "ctrlc",
                "futures-util",
                "reqwest",
                "rustls",
                "sha2",
                "tokio",
            ],
        }
    }

    /// What it does, what bounds it, and what to replace: the middle of its README.
    fn about(self) -> &'static str {
        match self {
            Template::CpuBound => {
                "Prints the SHA-256 of each file, in the order in which they are done. Your own \
                 work goes into `work`.\n\n\
                 - As many files at once as there are CPUs (`RAYON_NUM_THREADS=4` for four), and a \
                 block of each in memory.\n\
                 - Ctrl-C begins no more files. A second one ends at once; what is done has been \
                 printed.\n"
            }
            Template::IoFew => {
                "Prints the length of each page, in the order in which they come. Your own wait goes \
                 into `fetch`.\n\n\
                 - `AT_ONCE` threads wait at once, and wait until what they have is printed. A page \
                 may have 10 MB.\n\
                 - A page has `--timeout` milliseconds. Ctrl-C ends at once.\n"
            }
            Template::IoMany => {
                "Prints the length of each page, in the order in which they come. Your own wait goes \
                 into `fetch`.\n\n\
                 - `AT_ONCE` tasks wait at once, in one thread: nothing in `fetch` may block or \
                 compute for long.\n\
                 - A page has `--timeout` milliseconds. Ctrl-C ends at once.\n"
            }
            Template::Mixed => {
                "Prints the SHA-256 of each page, in the order in which they are done. Your own work \
                 goes where `Sha256::digest` is.\n\n\
                 - `AT_ONCE` pages are in hand at once, none longer than `LONGEST`. As many are \
                 worked on at once as there are CPUs.\n\
                 - A page has `--timeout` milliseconds to come. Ctrl-C ends at once.\n"
            }
        }
    }

    /// What it takes on its command line.
    pub(crate) fn takes(self) -> &'static str {
        match self {
            Template::CpuBound => "Cargo.toml src/main.rs",
            _ => "https://www.rust-lang.org https://docs.rs",
        }
    }

    /// The manifest of a project called `name`.
    ///
    /// # Errors
    /// If a manifest that was compiled in does not name a crate; a test sees to that.
    pub fn manifest(self, name: &str) -> Result<String> {
        let mut text = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{}\"\npublish = false\n\
             \n[dependencies]\n",
            edition()?
        );
        for name in self.crates() {
            text.push_str(&format!("{name} = {}\n", dependency(name)?));
        }
        text.push_str("\n# A project of its own, wherever it lies.\n[workspace]\n");
        Ok(text)
    }

    /// The README of a project called `name`.
    #[must_use]
    pub fn readme(self, name: &str) -> String {
        format!(
            "# {name}\n\n{}\nWhat fails or panics is told on the standard error, and stops nothing \
             else.\n\n\
             ```sh\ncargo run --release -- {}\ncargo run --release -- --help\n```\n\n\
             Exit status: 0 if all is done, 1 if something failed, 2 if it was called wrongly, 130 \
             after Ctrl-C.\n\n\
             It began as the template `{}` of *Working or Waiting*, chapter 6.\n",
            self.about(),
            self.takes(),
            self.name()
        )
    }
}

/// The edition of the workspace.
fn edition() -> Result<String> {
    let workspace: Table = WORKSPACE.parse()?;
    let edition = workspace["workspace"]["package"]["edition"].as_str();
    Ok(edition.context("the workspace has no edition")?.to_owned())
}

/// What a manifest says of the crate `name`: its version as in the workspace, its features as there
/// and in this chapter.
fn dependency(name: &str) -> Result<String> {
    let workspace: Table = WORKSPACE.parse()?;
    let chapter: Table = CHAPTER.parse()?;
    let there = workspace["workspace"]["dependencies"].get(name);
    let there = there.with_context(|| format!("the workspace does not name {name}"))?;
    // The examples' own come first: the chapter may need other features of the same crate.
    let kinds = ["dev-dependencies", "dependencies"];
    let here = kinds.iter().find_map(|kind| chapter.get(*kind)?.get(name));
    let version = if there.is_str() { Some(there) } else { there.get("version") };
    let version = version.with_context(|| format!("{name} has no version"))?;
    let mut parts = vec![format!("version = {version}")];
    if let Some(defaults) = there.get("default-features") {
        parts.push(format!("default-features = {defaults}"));
    }
    let features = [Some(there), here].into_iter().flatten();
    let features: Vec<Value> = features
        .filter_map(|one| one.get("features")?.as_array())
        .flatten()
        .cloned()
        .collect();
    if !features.is_empty() {
        parts.push(format!("features = {}", Value::Array(features)));
    }
    match parts.len() {
        1 => Ok(version.to_string()),
        _ => Ok(format!("{{ {} }}", parts.join(", "))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_manifest_names_the_crates_that_the_program_names_and_no_others() {
        for template in Template::ALL {
            let source = template.source();
            let manifest: Table = template.manifest("x").unwrap().parse().unwrap();
            let dependencies = manifest["dependencies"].as_table().unwrap();
            let known: Table = WORKSPACE.parse().unwrap();
            let used = |name: &&String| {
                let path = format!("{}::", name.replace('-', "_"));
                source
                    .split(|c: char| c != ':' && c != '_' && !c.is_alphanumeric())
                    .any(|word| word.starts_with(&path) || word == path)
            };
            let all = known["workspace"]["dependencies"].as_table().unwrap();
            let expected: BTreeSet<&String> = all.keys().filter(used).collect();
            assert_eq!(dependencies.keys().collect::<BTreeSet<_>>(), expected);
        }
    }

    #[test]
    fn a_program_fits_a_screen() {
        for template in Template::ALL {
            let lines = template.source().lines().count();
            assert!(lines < 60, "{template:?} has {lines}");
        }
    }

    #[test]
    fn a_dependency_has_the_version_of_the_workspace_and_the_features_of_both() {
        let workspace: Table = WORKSPACE.parse().unwrap();
        let manifest: Table = Template::Mixed.manifest("x").unwrap().parse().unwrap();
        let tokio = &manifest["dependencies"]["tokio"];
        let there = &workspace["workspace"]["dependencies"]["tokio"];
        assert_eq!(tokio["version"], there["version"]);
        assert_eq!(tokio["default-features"].as_bool(), Some(false));
        assert!(tokio["features"].as_array().unwrap().contains(&"macros".into()));
        let sha2 = &manifest["dependencies"]["sha2"];
        assert_eq!(sha2.get("features"), None);
    }
}
