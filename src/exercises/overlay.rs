//! Answers beside the repository's own tests: a scratch workspace in which each answer is a test
//! target of its own.
//!
//! Of an answer only its source is taken. Tests, manifests and the versions of all crates are the
//! repository's, so whatever else was edited counts for nothing. An answer has no `unsafe` code: that
//! could run before its check does, and speak in its name.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use super::{
    catalogue::{CRATES, Exercise},
    compile::{self, Compiled, Workspace},
    file, manifests,
    terminal::note,
};

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The name of its target; unique.
    pub name: String,
    /// What it answers.
    pub exercise: &'a Exercise,
    /// Its source.
    pub source: String,
}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Built {
    /// The program that holds its checks.
    Program(PathBuf),
    /// It does not compile; what the compiler said.
    Broken(String),
}

/// Writes the workspace into `folder` and builds all of it; the result is by the answers' names.
///
/// # Errors
/// Files that cannot be written; no cargo; or a fault that is not the answers', with what cargo
/// said.
pub fn build(
    root: &Path,
    folder: &Path,
    answers: &[Answer<'_>],
) -> Result<BTreeMap<String, Built>> {
    build_within(root, folder, answers, None)
}

/// As [`build`], but an answer that takes the compiler longer than `deadline` is broken. The
/// repository's own code takes as long as it takes.
///
/// # Errors
/// As [`build`].
pub fn build_within(
    root: &Path,
    folder: &Path,
    answers: &[Answer<'_>],
    deadline: Option<Duration>,
) -> Result<BTreeMap<String, Built>> {
    if answers.is_empty() {
        return Ok(BTreeMap::new());
    }
    write(root, folder, answers)
        .with_context(|| format!("{} cannot be written", folder.display()))?;
    let target = compile::target(root);
    let workspace = Workspace { folder, target: &target };
    let own = workspace.compile(&["--workspace", "--lib"], None)?;
    if !own.errors.is_empty() || !own.has_begun {
        bail!("the repository's own code does not build: {}", own.log.trim());
    }
    let together = workspace.compile(&["--workspace", "--tests"], deadline)?;
    let is_open = |answer: &&Answer<'_>| result(&together, answer).is_none();
    let open = answers.iter().filter(is_open).count();
    let results = answers.iter().map(|answer| {
        let built = match (result(&together, answer), &together.ended) {
            (Some(built), _) => built,
            // There was nobody else for whom the compiler could not be done.
            (None, Some(why)) if open == 1 => Built::Broken(why.clone()),
            (None, _) => alone(workspace, answer, deadline)?,
        };
        Ok((answer.name.clone(), built))
    });
    results.collect()
}

/// An answer that was not built with the others: one of them may have kept the compiler busy.
fn alone(
    workspace: Workspace<'_>,
    answer: &Answer<'_>,
    deadline: Option<Duration>,
) -> Result<Built> {
    let package = answer.exercise.package();
    let which = ["--package", package.as_str(), "--test", answer.name.as_str()];
    let compiled = workspace.compile(&which, deadline)?;
    if let Some(built) = result(&compiled, answer) {
        return Ok(built);
    }
    match compiled.ended {
        Some(why) => Ok(Built::Broken(why)),
        // The compiler itself gave up: too deep a recursion, for example.
        None if compiled.has_begun => {
            let said = format!("the compiler gave up on it:\n{}", compiled.log);
            Ok(Built::Broken(said))
        }
        None => bail!("{} was not built: {}", answer.name, compiled.log.trim()),
    }
}

fn result(compiled: &Compiled, answer: &Answer<'_>) -> Option<Built> {
    let program = compiled.programs.get(&answer.name).cloned().map(Built::Program);
    let broken = || {
        let errors = compiled.errors.get(&answer.name)?;
        Some(Built::Broken(as_if_in_place(errors, answer)))
    };
    program.or_else(broken)
}

/// The right to build in `folder`, which other programs have to wait for; the user is told if there
/// is one to wait for here.
///
/// # Errors
/// A folder that cannot be written to.
pub fn lock(folder: &Path) -> Result<File> {
    let wait =
        || note("waiting for another program that does the same in this repository");
    file::lock(&folder.with_extension("lock"), wait)
        .with_context(|| format!("{} cannot be written", folder.display()))
}

fn write(root: &Path, folder: &Path, answers: &[Answer<'_>]) -> Result<()> {
    let mut chapters: BTreeMap<&str, Vec<&Answer<'_>>> = BTreeMap::new();
    for answer in answers {
        chapters.entry(&answer.exercise.chapter).or_default().push(answer);
    }
    fs::create_dir_all(folder)?;
    let members: Vec<&str> = chapters.keys().copied().collect();
    fs::write(folder.join("Cargo.toml"), manifests::workspace(root, &members)?)?;
    if let Ok(lock) = fs::read(root.join("Cargo.lock")) {
        fs::write(folder.join("Cargo.lock"), lock)?;
    }
    for (chapter, answers) in chapters {
        let own = folder.join(chapter);
        // What an earlier run left there is not part of this one.
        match fs::remove_dir_all(&own) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error)?,
            _ => fs::create_dir_all(own.join("src"))?,
        }
        fs::write(
            own.join("Cargo.toml"),
            manifests::package(root, chapter, &targets(&answers))?,
        )?;
        fs::write(own.join("src/lib.rs"), "//! Answers.\n")?;
        let further = further(root, chapter)?;
        for answer in answers {
            place(root, &own.join(&answer.name), answer, &further)?;
        }
    }
    Ok(())
}

/// Names and paths of the answers' targets.
fn targets(answers: &[&Answer<'_>]) -> Vec<(String, String)> {
    let target = |answer: &&Answer<'_>| {
        let path = format!("{}/tests/{}.rs", answer.name, answer.exercise.entry.id);
        (answer.name.clone(), path)
    };
    answers.iter().map(target).collect()
}

/// An answer, its test, and what else these may refer to.
fn place(
    root: &Path,
    place: &Path,
    answer: &Answer<'_>,
    further: &[PathBuf],
) -> Result<()> {
    let id = &answer.exercise.entry.id;
    let file = |path: &Path, content: &[u8]| -> Result<()> {
        let to = place.join(path);
        fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
        Ok(fs::write(to, content)?)
    };
    file(&Path::new("src").join(format!("{id}.rs")), answer.source.as_bytes())?;
    // Written, not copied: a copy may seem as old as its original, and cargo goes by that.
    let test = fs::read(answer.exercise.test())?;
    file(&Path::new("tests").join(format!("{id}.rs")), &test)?;
    for path in further {
        let from = root.join(CRATES).join(&answer.exercise.chapter).join(path);
        file(path, &fs::read(from)?)?;
    }
    Ok(())
}

/// The files of a chapter's crate that are not an exercise's own, such as data.
fn further(root: &Path, chapter: &str) -> Result<Vec<PathBuf>> {
    let own = root.join(CRATES).join(chapter);
    let exercises: BTreeSet<String> = super::catalogue::all(root)?
        .into_iter()
        .filter(|exercise| exercise.chapter == chapter)
        .map(|exercise| format!("{}.rs", exercise.entry.id))
        .collect();
    let is_own = |path: &Path| {
        let first = path.iter().next().and_then(|it| it.to_str()).unwrap_or_default();
        let name = path.iter().nth(1).and_then(|it| it.to_str()).unwrap_or_default();
        match first {
            "src" => name != "lib.rs" && !exercises.contains(name),
            "tests" => !exercises.contains(name),
            "sealed" | "target" | "Cargo.toml" | "exercises.toml" => false,
            _ => true,
        }
    };
    let files = WalkDir::new(&own).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let paths =
        files.filter_map(|it| it.path().strip_prefix(&own).ok().map(Path::to_owned));
    Ok(paths.filter(|path| is_own(path)).collect())
}

/// The compiler's words with the file's own path instead of the scratch one.
fn as_if_in_place(said: &str, answer: &Answer<'_>) -> String {
    let chapter = &answer.exercise.chapter;
    let scratch = format!("{chapter}/{}/", answer.name);
    said.replace(&format!("{scratch}tests/../"), &format!("{CRATES}/{chapter}/"))
        .replace(&scratch, &format!("{CRATES}/{chapter}/"))
}
