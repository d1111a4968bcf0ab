//! What is wrong with the book, where, and what mends it.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// One thing that is wrong, shown as `book/ch05_image_pool.md:41: what; expected what; remedy`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file to look at, from the workspace's root.
    pub file: PathBuf,
    /// The line to look at, from 1; `None` if it is the whole file.
    pub line: Option<usize>,
    /// What is wrong, what was expected, and the command or the edit that mends it.
    pub what: String,
}

impl Problem {
    /// A problem of a whole file.
    pub fn file(file: impl Into<PathBuf>, what: impl fmt::Display) -> Problem {
        Problem { file: file.into(), line: None, what: what.to_string() }
    }

    /// A problem of one line.
    pub fn line(
        file: impl Into<PathBuf>,
        line: usize,
        what: impl fmt::Display,
    ) -> Problem {
        Problem { file: file.into(), line: Some(line), what: what.to_string() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Always with `/`, so that a message is the same on every system.
        let file = self.file.to_string_lossy().replace('\\', "/");
        match self.line {
            Some(line) => write!(f, "{file}:{line}: {}", self.what),
            None => write!(f, "{file}: {}", self.what),
        }
    }
}

impl std::error::Error for Problem {}

/// Everything that is wrong with one build, in the order of files and lines.
#[derive(Debug)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `Ok` if nothing is wrong.
    ///
    /// # Errors
    /// All of `problems`, each once.
    pub fn none_of(mut problems: Vec<Problem>) -> Result<(), Problems> {
        problems.sort();
        problems.dedup();
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }

    /// The problems, in order.
    pub fn all(&self) -> &[Problem] {
        &self.0
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Problems {
        Problems(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Problem::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Problems {}

/// `path` as seen from `root`, for messages.
pub fn within(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

/// The line, from 1, at which the byte `offset` of `text` stands.
pub fn line_at(text: &str, offset: usize) -> usize {
    let end = offset.min(text.len());
    1 + text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count()
}
