//! The chapters: one name in three places, its manifest, and its records.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::problem::{Problem, parse_toml};

/// Where the chapters' crates are, from the root.
pub const CRATES: &str = "chapters-code";

/// A chapter, known by its crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chapter {
    /// The name of its crate and its page, such as `ch05_image_pool`.
    pub name: String,
    root: PathBuf,
}

/// What `chapter.toml` says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The chapter's title.
    pub title: String,
    /// The question that it answers.
    pub question: String,
    /// How long it takes to read.
    pub minutes: u32,
    /// What the reader can do afterwards.
    pub objectives: Vec<String>,
    /// Which of the five sources it draws on.
    pub sources: Vec<String>,
    /// Which reference machine the page shows; the first by name if it does not say.
    pub reference: Option<String>,
}

impl Chapter {
    /// Its name in directives and on the command line: `ch05`.
    pub fn id(&self) -> &str {
        self.name.split('_').next().unwrap_or(&self.name)
    }

    /// The folder of its crate.
    pub fn folder(&self) -> PathBuf {
        self.root.join(CRATES).join(&self.name)
    }

    /// The folder of its reference records.
    pub fn records(&self) -> PathBuf {
        self.folder().join("records")
    }

    /// The file of the reference record of the machine `name`.
    pub fn record(&self, name: &str) -> PathBuf {
        self.records().join(format!("{name}.json"))
    }

    /// The file of the reader's own record.
    pub fn own_record(&self) -> PathBuf {
        self.root.join(".workbook/records").join(format!("{}.json", self.name))
    }

    /// The names of its reference machines, sorted.
    pub fn references(&self) -> Vec<String> {
        let entries =
            fs::read_dir(self.records()).into_iter().flatten().filter_map(Result::ok);
        let mut names: Vec<String> = entries
            .filter_map(|entry| {
                Some(entry.file_name().to_str()?.strip_suffix(".json")?.to_owned())
            })
            .collect();
        names.sort();
        names
    }

    /// Reads its `chapter.toml`.
    ///
    /// # Errors
    /// A file that is missing or not a manifest; the problem names the line and the key.
    pub fn manifest(&self) -> Result<Manifest, Problem> {
        let file = self.folder().join("chapter.toml");
        let keys = "expected the keys title, question, minutes, objectives, sources";
        let text = fs::read_to_string(&file)
            .map_err(|error| Problem::file(&file, format!("{error}; {keys}")))?;
        parse_toml(&file, &text).map_err(|problem| {
            let what = format!("{}; {keys}", problem.what);
            Problem { what, ..problem }
        })
    }
}

/// The root of the workspace: the folder of `book.toml`, looked for from the current folder upward,
/// or else the folder that this program was built in.
///
/// # Errors
/// No book anywhere.
pub fn root() -> Result<PathBuf> {
    let here = env::current_dir().context("the current folder cannot be read")?;
    let built = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here
        .ancestors()
        .chain([built])
        .find(|folder| folder.join("book.toml").is_file());
    found.map(Path::to_owned).with_context(|| {
        format!(
            "no book.toml in {} or above it; run this in the workbook's repository",
            here.display()
        )
    })
}

/// All chapters of the workspace at `root`, in order.
///
/// # Errors
/// Where the folder of the crates cannot be read.
pub fn all(root: &Path) -> io::Result<Vec<Chapter>> {
    let mut chapters = Vec::new();
    for entry in fs::read_dir(root.join(CRATES))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_chapter(&name) && entry.path().join("Cargo.toml").is_file() {
            chapters.push(Chapter { name, root: root.to_owned() });
        }
    }
    chapters.sort();
    Ok(chapters)
}

/// The chapter called `name`: `ch05` or `ch05_image_pool`.
///
/// # Errors
/// No such chapter: which there are.
pub fn find(root: &Path, name: &str) -> Result<Chapter> {
    let chapters = all(root).with_context(|| format!("{CRATES} cannot be read"))?;
    let names: Vec<&str> =
        chapters.iter().map(|chapter| chapter.name.as_str()).collect();
    match chapters.iter().find(|chapter| chapter.is_called(name)) {
        Some(chapter) => Ok(chapter.clone()),
        None => bail!("no chapter `{name}`; there is: {}", names.join(", ")),
    }
}

/// The chapters called `names`, or all if none is named.
///
/// # Errors
/// As [`find`].
pub fn named(root: &Path, names: &[String]) -> Result<Vec<Chapter>> {
    if names.is_empty() {
        return all(root).with_context(|| format!("{CRATES} cannot be read"));
    }
    names.iter().map(|name| find(root, name)).collect()
}

impl Chapter {
    /// Whether `name` means this chapter.
    pub fn is_called(&self, name: &str) -> bool {
        name == self.name || name == self.id()
    }
}

/// Whether `name` is that of a chapter's crate or page: `chNN_name`.
pub fn is_chapter(name: &str) -> bool {
    let Some((id, rest)) = name.split_once('_') else { return false };
    let digits = id.strip_prefix("ch").unwrap_or_default();
    digits.len() == 2
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapter(manifest: &str) -> (tempfile::TempDir, Chapter) {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = root.path().join("chapters-code/ch07_mixed");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("Cargo.toml"), "").expect("a file");
        fs::write(folder.join("chapter.toml"), manifest).expect("a file");
        let chapter = find(root.path(), "ch07").expect("a chapter");
        (root, chapter)
    }

    const GOOD: &str = "title = \"T\"\nquestion = \"Q?\"\nminutes = 20\nobjectives = []\nsources = []\n";

    #[test]
    fn a_chapter_is_found_by_its_number_and_by_its_name() {
        let (root, chapter) = chapter(GOOD);
        assert_eq!(chapter.name, "ch07_mixed");
        assert_eq!(find(root.path(), "ch07_mixed").expect("a chapter"), chapter);
        let error = find(root.path(), "ch08").expect_err("no such chapter").to_string();
        assert_eq!(error, "no chapter `ch08`; there is: ch07_mixed");
    }

    #[test]
    fn a_wrong_key_in_the_manifest_is_named_with_its_line() {
        let (_root, chapter) = chapter(&format!("{GOOD}minuts = 3\n"));
        let problem = chapter.manifest().expect_err("an unknown key");
        assert_eq!(problem.line, Some(6));
        assert!(problem.what.contains("minuts"), "{problem}");
    }

    #[test]
    fn a_missing_key_in_the_manifest_is_named() {
        let (_root, chapter) = chapter("title = \"T\"\n");
        let problem = chapter.manifest().expect_err("a missing key");
        assert!(problem.what.contains("question"), "{problem}");
    }

    #[test]
    fn only_two_digits_and_a_name_make_a_chapter() {
        let names = ["ch05_image_pool", "lab", "ch5_x", "ch05", "ch05_"];
        assert_eq!(names.map(is_chapter), [true, false, false, false, false]);
    }
}
