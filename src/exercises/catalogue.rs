//! The exercises: where their files are, and what `exercises.toml` says of them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use toml::Spanned;

use super::{
    cell::{self, Circumstances},
    sealed::Sealed,
    verdict::{Outcome, Verdict},
};
use crate::{
    chapters::is_chapter,
    problem::{Problem, line_at, nearest, parse_toml, shown},
};

/// Where the exercises' crates are, from the root.
pub const CRATES: &str = "exercises";
/// The version of `exercises.toml`.
const SCHEMA: u32 = 1;
/// A learner who is stuck is helped in so many steps.
pub const HINTS: usize = 3;

/// What is said of a check that may not call itself inconclusive, and did.
pub const UNBELIEVED: &str = "it was called inconclusive, and that cannot be: this check can be \
     judged on every machine";

/// An exercise and its place.
#[derive(Clone, Debug)]
pub struct Exercise {
    /// The name of its crate's folder, which is its chapter's: `ch05_image_pool`.
    pub chapter: String,
    /// What `exercises.toml` says.
    pub entry: Entry,
    /// Where it begins to say it.
    pub line: usize,
    root: PathBuf,
}

/// What `exercises.toml` says about one exercise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name of its files, without their ending.
    pub id: String,
    /// A few words. Plain text, as all that is not said to be Markdown.
    pub title: String,
    /// How long a learner takes.
    pub minutes: u32,
    /// What the learner can do afterwards.
    pub objectives: Vec<String>,
    /// The task, in Markdown.
    pub task: String,
    /// From a direction to nearly the code, in Markdown.
    pub hints: Vec<String>,
    /// What is graded.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
    /// Answers that somebody might hand in, and that fail.
    pub wrong: Vec<Wrong>,
}

/// One thing that is graded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its function in the test file.
    pub name: String,
    /// What it is worth.
    pub points: u32,
    /// It in words, as a sentence that is true of a solution.
    pub says: String,
    /// Whether there are machines that it cannot judge on. Of any other check that says so, the
    /// answer is to blame: it can call `harness::inconclusive`, too.
    #[serde(default)]
    pub may_be_inconclusive: bool,
}

/// A wrong answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// Its name in the sealed file.
    pub name: String,
    /// What somebody thinks who writes it.
    pub thinks: String,
    /// The check that it must fail.
    pub fails: String,
    /// A part of what that check must say.
    pub says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    schema: u32,
    #[serde(rename = "exercise", default)]
    exercises: Vec<Spanned<Entry>>,
}

impl Check {
    /// Runs it in a cell of its own; `program` holds it.
    ///
    /// # Errors
    /// As [`cell::check`].
    pub fn run(&self, program: &Path, under: &Circumstances<'_>) -> Result<Verdict> {
        Ok(self.believed(cell::check(program, &self.name, under)?))
    }

    /// A verdict, unless it is one that this check never gives.
    fn believed(&self, verdict: Verdict) -> Verdict {
        if verdict.outcome != Outcome::Inconclusive || self.may_be_inconclusive {
            return verdict;
        }
        let message = format!("{UNBELIEVED} (it said: {})", verdict.message);
        Verdict { outcome: Outcome::Failed, message, ..verdict }
    }
}

impl Exercise {
    /// Its name on the command line: `ch05.ordered`.
    pub fn id(&self) -> String {
        format!("{}.{}", self.chapter_id(), self.entry.id)
    }

    /// Its chapter's short name: `ch05`.
    pub fn chapter_id(&self) -> &str {
        self.chapter.split('_').next().unwrap_or(&self.chapter)
    }

    /// Whether `name` is its name, or its chapter's.
    pub fn is_called(&self, name: &str) -> bool {
        self.id() == name || self.chapter_id() == name || self.chapter == name
    }

    /// The package that it is a target of: `ex05_image_pool`.
    pub fn package(&self) -> String {
        package(&self.chapter)
    }

    /// The folder of its crate.
    pub fn folder(&self) -> PathBuf {
        self.root.join(CRATES).join(&self.chapter)
    }

    /// What the learner edits, from the root.
    pub fn path(&self) -> PathBuf {
        Path::new(CRATES).join(&self.chapter).join("src").join(self.file_name())
    }

    /// Where its entry is, from the root.
    pub fn manifest(&self) -> PathBuf {
        manifest(&self.chapter)
    }

    /// What the learner edits.
    pub fn source(&self) -> PathBuf {
        self.root.join(self.path())
    }

    /// The test that grades it.
    pub fn test(&self) -> PathBuf {
        self.folder().join("tests").join(self.file_name())
    }

    /// The file with all its variants.
    pub fn sealed_file(&self) -> PathBuf {
        self.folder().join("sealed").join(self.file_name())
    }

    /// All its variants.
    ///
    /// # Errors
    /// As [`Sealed::read`].
    pub fn sealed(&self) -> Result<Sealed, Problem> {
        Sealed::read(&self.sealed_file())
    }

    /// What all checks together are worth.
    pub fn points(&self) -> u32 {
        self.entry.checks.iter().map(|check| check.points).sum()
    }

    fn file_name(&self) -> String {
        format!("{}.rs", self.entry.id)
    }
}

/// Where the exercises of a chapter are described, from the root.
pub fn manifest(chapter: &str) -> PathBuf {
    Path::new(CRATES).join(chapter).join("exercises.toml")
}

/// The package of the exercises of a chapter.
fn package(chapter: &str) -> String {
    format!("ex{}", chapter.trim_start_matches("ch"))
}

/// All exercises of the workspace at `root`, in the order of chapters and entries.
///
/// # Errors
/// An `exercises.toml` that cannot be read or makes no sense; the problem names the line.
pub fn all(root: &Path) -> Result<Vec<Exercise>, Problem> {
    let mut exercises = Vec::new();
    for chapter in crates(root)? {
        exercises.extend(of_chapter(root, &chapter)?);
    }
    Ok(exercises)
}

/// The exercises called `name`: one (`ch05.ordered`) or all of a chapter (`ch05`).
///
/// # Errors
/// None of that name: which may be meant; or as [`all`].
pub fn named(root: &Path, name: &str) -> Result<Vec<Exercise>> {
    let all = all(root)?;
    let found: Vec<Exercise> =
        all.iter().filter(|exercise| exercise.is_called(name)).cloned().collect();
    if found.is_empty() {
        let ids: Vec<String> = all.iter().map(Exercise::id).collect();
        if let Some(sealed) = without_entry(root, name) {
            let sealed = shown(&sealed);
            bail!(
                "{sealed} has no entry in exercises.toml; \
                 cargo run -- exercises derive --help  shows one"
            );
        }
        let meant = meant(name, &ids).map(|it| format!("did you mean {it}? "));
        let meant = meant.unwrap_or_default();
        bail!("no exercise `{name}`; {meant}all of them:  cargo run -- list");
    }
    Ok(found)
}

/// Which of `ids` may be meant by a name that is none: it may lack its chapter, or have a slip in it.
fn meant(name: &str, ids: &[String]) -> Option<String> {
    let short = |id: &str| id.split_once('.').map_or("", |(_, it)| it).to_owned();
    let called = |name: &str| {
        let ids = ids.iter().filter(|id| short(id) == name);
        ids.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" or ")
    };
    let slip = || nearest(name, ids.iter().map(String::as_str));
    let shorts: Vec<String> = ids.iter().map(|id| short(id)).collect();
    let short_slip = || nearest(name, shorts.iter().map(String::as_str)).map(called);
    match called(name) {
        exactly if !exactly.is_empty() => Some(exactly),
        _ => slip().map(|id| format!("`{id}`")).or_else(short_slip),
    }
}

/// The exercises called by one of `names`, each once, in their own order; all if there are none.
///
/// # Errors
/// As [`named`].
pub fn chosen(root: &Path, names: &[String]) -> Result<Vec<Exercise>> {
    for name in names {
        named(root, name)?;
    }
    let mut all = all(root)?;
    all.retain(|it| names.is_empty() || names.iter().any(|name| it.is_called(name)));
    Ok(all)
}

/// The exercise called `name`, such as `ch05.ordered`.
///
/// # Errors
/// None, or several; or as [`named`].
pub fn find(root: &Path, name: &str) -> Result<Exercise> {
    let found = named(root, name)?;
    match &found[..] {
        [one] => Ok(one.clone()),
        several => {
            let ids: Vec<String> = several.iter().map(Exercise::id).collect();
            bail!("`{name}` is several exercises; choose one of: {}", ids.join(", "))
        }
    }
}

/// The sealed file of an exercise that nobody has described yet.
fn without_entry(root: &Path, name: &str) -> Option<PathBuf> {
    let (chapter, id) = name.split_once('.')?;
    let crates = crates(root).ok()?;
    let chapter = crates.iter().find(|it| it.split('_').next() == Some(chapter))?;
    let file = Path::new(CRATES).join(chapter).join("sealed").join(format!("{id}.rs"));
    root.join(&file).is_file().then_some(file)
}

/// The chapters that have exercises.
///
/// # Errors
/// No folder of them.
pub fn crates(root: &Path) -> Result<Vec<String>, Problem> {
    let entries = fs::read_dir(root.join(CRATES))
        .with_context(|| format!("{CRATES} cannot be read"))
        .map_err(|error| Problem::file(CRATES, format!("{error:#}")))?;
    let names = entries.filter_map(Result::ok);
    let mut names: Vec<String> =
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| is_chapter(name));
    names.sort();
    Ok(names)
}

fn of_chapter(root: &Path, chapter: &str) -> Result<Vec<Exercise>, Problem> {
    let file = manifest(chapter);
    let text = fs::read_to_string(root.join(&file))
        .map_err(|error| Problem::file(&file, error))?;
    let manifest: Manifest = parse_toml(&file, &text)?;
    if manifest.schema != SCHEMA {
        let what = format!("schema {}; expected {SCHEMA}", manifest.schema);
        return Err(Problem::line(&file, 1, what));
    }
    let mut ids = BTreeSet::new();
    let mut exercises = Vec::new();
    for entry in manifest.exercises {
        let line = line_at(&text, entry.span().start);
        let entry = entry.into_inner();
        if !ids.insert(entry.id.clone()) {
            let what = format!("a second exercise `{}`; give it another id", entry.id);
            return Err(Problem::line(&file, line, what));
        }
        let (chapter, root) = (chapter.to_owned(), root.to_owned());
        exercises.push(Exercise { chapter, entry, line, root });
    }
    Ok(exercises)
}
