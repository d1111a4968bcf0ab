//! The manifests of a scratch workspace: the repository's own, with paths that lead back into it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::catalogue::CRATES;

/// Where a manifest lists crates.
const LISTS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The repository's manifest with other members.
///
/// # Errors
/// A manifest that cannot be read, or is none of a workspace.
pub fn workspace(root: &Path, members: &[&str]) -> Result<String> {
    let mut manifest = read(&root.join("Cargo.toml"))?;
    let former = packages(root, &manifest)?;
    manifest.retain(|key, _| matches!(key, "workspace" | "profile"));
    let workspace = manifest.get_mut("workspace").and_then(Value::as_table_mut);
    let workspace = workspace.context("the root manifest has no [workspace]")?;
    workspace.insert("members".to_owned(), Value::from(members.to_vec()));
    workspace.remove("default-members");
    workspace.remove("exclude");
    absolute(workspace, root);
    as_members(&mut manifest, &former)?;
    Ok(toml::to_string(&manifest)?)
}

/// The manifest of a chapter's exercises with the answers as its targets, each a name and a path.
///
/// # Errors
/// A manifest that cannot be read, or is none of a package.
pub fn package(
    root: &Path,
    chapter: &str,
    targets: &[(String, String)],
) -> Result<String> {
    let folder = root.join(CRATES).join(chapter);
    let mut manifest = read(&folder.join("Cargo.toml"))?;
    absolute(&mut manifest, &folder);
    let systems = manifest.get_mut("target").and_then(Value::as_table_mut);
    for (_, of_system) in systems.into_iter().flatten() {
        of_system.as_table_mut().into_iter().for_each(|it| absolute(it, &folder));
    }
    let package = manifest.get_mut("package").and_then(Value::as_table_mut);
    let package = package.with_context(|| format!("{chapter} has no [package]"))?;
    package.insert("autotests".to_owned(), Value::from(false));
    manifest.insert("lints".to_owned(), without_unsafe(manifest.get("lints")));
    let targets = targets.iter().map(|(name, path)| {
        let mut target = Table::new();
        target.insert("name".to_owned(), name.clone().into());
        target.insert("path".to_owned(), path.clone().into());
        Value::Table(target)
    });
    manifest.insert("test".to_owned(), Value::Array(targets.collect()));
    Ok(toml::to_string(&manifest)?)
}

fn read(file: &Path) -> Result<Table> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    text.parse().with_context(|| file.display().to_string())
}

/// The chapter's lints, but `unsafe` code is an error that no attribute can allow; unless the
/// chapter is about that, and allows it.
fn without_unsafe(lints: Option<&Value>) -> Value {
    let own = lints.and_then(|it| it.get("rust")).and_then(Value::as_table);
    let mut rust = own.cloned().unwrap_or_default();
    if rust.get("unsafe_code").and_then(Value::as_str) != Some("allow") {
        rust.insert("unsafe_code".to_owned(), "forbid".into());
    }
    let lints = Table::from_iter([("rust".to_owned(), Value::Table(rust))]);
    Value::Table(lints)
}

/// Has the paths of the crates that a table lists begin at the root of the file system.
fn absolute(table: &mut Table, from: &Path) {
    for list in LISTS {
        let crates = table.get_mut(list).and_then(Value::as_table_mut);
        for (_, one) in crates.into_iter().flatten() {
            if let Some(path) = one.get_mut("path")
                && let Some(relative) = path.as_str()
            {
                *path = Value::from(from.join(relative).to_string_lossy().into_owned());
            }
        }
    }
}

/// What were members, and are other crates here, are still built as members: a ratio of times would
/// be another one otherwise.
fn as_members(manifest: &mut Table, former: &[String]) -> Result<()> {
    let Some(dev) = manifest.get_mut("profile").and_then(|it| it.get_mut("dev")) else {
        return Ok(());
    };
    let dev = dev.as_table_mut().context("[profile.dev]")?;
    // An answer is compiled once: what would speed up the next time only fills the disk.
    dev.insert("incremental".to_owned(), false.into());
    let of_members: Table =
        ["opt-level", "debug", "debug-assertions", "overflow-checks"]
            .into_iter()
            .filter_map(|key| Some((key.to_owned(), dev.get(key)?.clone())))
            .collect();
    let packages = dev.entry("package").or_insert_with(|| Table::new().into());
    let packages = packages.as_table_mut().context("[profile.dev.package]")?;
    for name in former {
        let own = packages.entry(name).or_insert_with(|| Table::new().into());
        let own = own.as_table_mut().context("[profile.dev.package]")?;
        for (key, value) in &of_members {
            own.entry(key).or_insert_with(|| value.clone());
        }
    }
    Ok(())
}

/// The names of the packages of the workspace at `root`, but for its root package.
fn packages(root: &Path, manifest: &Table) -> Result<Vec<String>> {
    let members = manifest.get("workspace").and_then(|it| it.get("members"));
    let members = members.and_then(Value::as_array).into_iter().flatten();
    let mut folders: Vec<PathBuf> = Vec::new();
    for member in members.filter_map(Value::as_str) {
        match member.strip_suffix("/*") {
            Some(parent) => {
                let entries = fs::read_dir(root.join(parent)).into_iter().flatten();
                folders.extend(entries.filter_map(|it| Some(it.ok()?.path())));
            }
            None => folders.push(root.join(member)),
        }
    }
    folders.retain(|folder| folder.join("Cargo.toml").is_file());
    let name = |folder: &PathBuf| {
        let manifest = read(&folder.join("Cargo.toml"))?;
        let name = manifest.get("package").and_then(|it| it.get("name"));
        let name = name.and_then(Value::as_str).map(str::to_owned);
        name.with_context(|| format!("{} has no name", folder.display()))
    };
    folders.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary folder");
        let write = |file: &str, text: &str| {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\"]\n\
             [workspace.dependencies]\nlab = { path = \"crates/lab\" }\n\
             [package]\nname = \"tool\"\n[profile.dev]\nopt-level = 3\n\
             [profile.dev.package.\"*\"]\nopt-level = 0\n",
        );
        write("crates/lab/Cargo.toml", "[package]\nname = \"lab\"\n");
        write(
            "exercises/ch05_image_pool/Cargo.toml",
            "[package]\nname = \"ex05_image_pool\"\n\
             [lints.rust]\nunused = \"allow\"\nunsafe_code = \"deny\"\n\
             [dependencies]\nnear = { path = \"../near\" }\nlab.workspace = true\n",
        );
        root
    }

    fn parsed(text: Result<String>) -> Value {
        Value::Table(text.expect("a manifest").parse().expect("TOML"))
    }

    #[test]
    fn a_crate_that_was_a_member_is_found_and_is_still_built_as_one() {
        let root = root();
        let manifest = parsed(workspace(root.path(), &["ch05_image_pool"]));
        let of_lab = &manifest["profile"]["dev"]["package"]["lab"];
        assert_eq!(of_lab["opt-level"].as_integer(), Some(3));
        let lab = &manifest["workspace"]["dependencies"]["lab"]["path"];
        assert_eq!(lab.as_str().map(Path::new), Some(&*root.path().join("crates/lab")));
        assert!(manifest.get("package").is_none());
    }

    #[test]
    fn an_answer_has_no_unsafe_code_and_its_chapters_crates() {
        let root = root();
        let targets = [("a".to_owned(), "a/tests/a.rs".to_owned())];
        let manifest = parsed(package(root.path(), "ch05_image_pool", &targets));
        let lints = &manifest["lints"]["rust"];
        assert_eq!(lints["unsafe_code"].as_str(), Some("forbid"));
        assert_eq!(lints["unused"].as_str(), Some("allow"));
        let near = manifest["dependencies"]["near"]["path"].as_str().expect("a path");
        assert!(Path::new(near).is_absolute(), "{near}");
        assert_eq!(manifest["test"][0]["path"].as_str(), Some("a/tests/a.rs"));
    }
}
