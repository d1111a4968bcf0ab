//! What is wrong with the book, where, and what mends it.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

/// Names that have so much in common, of 1, may be one with a slip in it.
const ALIKE: f64 = 0.65;

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
        let file = shown(&self.file);
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

/// The name among `there` that `name` may be a slip for.
pub fn nearest<'a>(
    name: &str,
    there: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let alike =
        |other: &'a str| (strsim::normalized_damerau_levenshtein(name, other), other);
    let alike = there.into_iter().map(alike).filter(|(score, _)| *score > ALIKE);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}

/// That there is no `kind` called `name`, which one may be meant, and which there are.
pub fn unknown(kind: &str, name: &str, there: &[impl AsRef<str>]) -> String {
    let there: Vec<&str> = there.iter().map(AsRef::as_ref).collect();
    let meant = nearest(name, there.iter().copied());
    let meant = meant.map(|it| format!("did you mean `{it}`? ")).unwrap_or_default();
    format!("no {kind} `{name}`; {meant}there is: {}", there.join(", "))
}

/// `path` as seen from `root`, for messages.
pub fn within(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

/// A path with `/` on every system, as on the command line and in the repository.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// What a TOML file says; `file` is for the problem.
///
/// # Errors
/// A text that makes no sense; the problem names the line.
pub fn parse_toml<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        Problem::line(file, line, error.message().trim())
    })
}

/// The line, from 1, at which the byte `offset` of `text` stands.
pub fn line_at(text: &str, offset: usize) -> usize {
    let end = offset.min(text.len());
    1 + text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_word() {
        let there = ["ch05.ordered", "ch05.bounded"];
        assert_eq!(nearest("ch05.oredred", there), Some("ch05.ordered"));
        assert_eq!(nearest("ch05.panics", there), None, "but for the chapter");
        assert_eq!(
            unknown("track", "tern", &["lecture", "term"]),
            "no track `tern`; did you mean `term`? there is: lecture, term"
        );
    }
}
