//! One file, several variants: the starter, the solution, and the wrong answers, kept together so
//! that they cannot drift apart.
//!
//! ```text
//! pub fn total(numbers: &[u64]) -> u64 {
//!     //@ starter
//!     todo!()
//!     //@ solution
//!     numbers.iter().sum()
//!     //@ wrong first
//!     numbers[0]
//!     //@ end
//! }
//! ```
//!
//! From the first `//@` to `//@ end` is a choice. A variant that a choice has no part for takes the
//! solution's.

use std::{collections::BTreeSet, fmt, fs, path::Path};

use crate::problem::Problem;

/// What a line begins with that says something about the variants.
const MARK: &str = "//@";

/// One of the programs that a sealed file holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// What a learner begins with.
    Starter,
    /// What passes every check.
    Solution,
    /// An answer that somebody might hand in, and that fails.
    Wrong(String),
}

/// A file with all variants of an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Shared(String),
    Choice(Vec<Part>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part {
    variants: Vec<Variant>,
    text: String,
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Variant::Starter => f.write_str("starter"),
            Variant::Solution => f.write_str("solution"),
            Variant::Wrong(name) => write!(f, "wrong {name}"),
        }
    }
}

impl Variant {
    fn named(name: &str) -> Option<Variant> {
        match name.split_whitespace().collect::<Vec<_>>()[..] {
            ["starter"] => Some(Variant::Starter),
            ["solution"] => Some(Variant::Solution),
            ["wrong", name] => Some(Variant::Wrong(name.to_owned())),
            _ => None,
        }
    }
}

impl Sealed {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// A file that cannot be read, or whose markers make no sense; the problem names the line.
    pub fn read(path: &Path) -> Result<Sealed, Problem> {
        let text =
            fs::read_to_string(path).map_err(|error| Problem::file(path, error))?;
        Sealed::parse(&text).map_err(|(line, what)| Problem::line(path, line, what))
    }

    /// The text of one variant.
    pub fn derive(&self, variant: &Variant) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Shared(text) => text.clone(),
            Piece::Choice(parts) => {
                let part_of = |wanted: &Variant| {
                    parts.iter().find(|part| part.variants.contains(wanted))
                };
                let part = part_of(variant).or_else(|| part_of(&Variant::Solution));
                part.map(|part| part.text.clone()).unwrap_or_default()
            }
        };
        self.pieces.iter().map(text).collect()
    }

    /// The names of the wrong answers that it holds, sorted.
    pub fn wrong(&self) -> BTreeSet<&str> {
        let choices = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Choice(parts) => Some(parts),
            Piece::Shared(_) => None,
        });
        let variants = choices.flatten().flat_map(|part| &part.variants);
        let names = variants.filter_map(|variant| match variant {
            Variant::Wrong(name) => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }

    /// Whether some part is the starter's own: otherwise the starter is the solution.
    pub fn has_starter(&self) -> bool {
        self.derive(&Variant::Starter) != self.derive(&Variant::Solution)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// Markers that make no sense: the line, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Sealed, (usize, String)> {
        let mut pieces = Vec::new();
        let mut shared = String::new();
        let mut choice: Option<(usize, Vec<Part>)> = None;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let Some(said) = line.trim_start().strip_prefix(MARK) else {
                match &mut choice {
                    Some((_, parts)) => {
                        let part = parts.last_mut().expect("a choice begins with one");
                        part.text.push_str(line);
                    }
                    None => shared.push_str(line),
                }
                continue;
            };
            match (said.trim(), choice.take()) {
                ("end", Some((began, parts))) => {
                    let is_solved =
                        |part: &Part| part.variants.contains(&Variant::Solution);
                    if !parts.iter().any(is_solved) {
                        let what = format!("the choice has no `{MARK} solution`");
                        return Err((began, what));
                    }
                    pieces.push(Piece::Choice(parts));
                }
                ("end", None) => {
                    return Err((number, format!("`{MARK} end` ends no choice")));
                }
                (said, open) => {
                    let variants = headed(said).map_err(|what| (number, what))?;
                    let (began, mut parts) = open.unwrap_or_else(|| {
                        pieces.push(Piece::Shared(std::mem::take(&mut shared)));
                        (number, Vec::new())
                    });
                    let known = parts.iter().flat_map(|part: &Part| &part.variants);
                    if let Some(twice) =
                        known.clone().find(|known| variants.contains(known))
                    {
                        let what =
                            format!("`{twice}` has a part in this choice already");
                        return Err((number, what));
                    }
                    parts.push(Part { variants, text: String::new() });
                    choice = Some((began, parts));
                }
            }
        }
        if let Some((began, _)) = choice {
            return Err((began, format!("the choice has no `{MARK} end`")));
        }
        pieces.push(Piece::Shared(shared));
        Ok(Sealed { pieces })
    }
}

/// The variants that a marker names.
fn headed(said: &str) -> Result<Vec<Variant>, String> {
    let names = said.split(',').map(|name| {
        Variant::named(name).ok_or_else(|| {
            format!(
                "`{}` is no variant; expected starter, solution, wrong NAME, or end",
                name.trim()
            )
        })
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUM: &str = "\
use a;
//@ starter
//@ solution, wrong late
use b;
//@ end
fn f() {
    //@ starter
    todo!()
    //@ solution
    1
    //@ wrong late
    2
    //@ end
}
";

    #[test]
    fn each_variant_takes_its_part_or_the_solutions() {
        let sealed = Sealed::parse(SUM).expect("good markers");
        let derive = |variant| sealed.derive(&variant);
        assert_eq!(derive(Variant::Starter), "use a;\nfn f() {\n    todo!()\n}\n");
        assert_eq!(derive(Variant::Solution), "use a;\nuse b;\nfn f() {\n    1\n}\n");
        let late = derive(Variant::Wrong("late".to_owned()));
        assert_eq!(late, "use a;\nuse b;\nfn f() {\n    2\n}\n");
        assert_eq!(sealed.wrong().into_iter().collect::<Vec<_>>(), ["late"]);
        assert!(sealed.has_starter());
    }

    #[test]
    fn a_bad_marker_is_named_with_its_line() {
        let problem = |text| Sealed::parse(text).expect_err("a bad marker");
        assert_eq!(problem("a\n//@ end\n").0, 2);
        assert_eq!(problem("//@ solution\na\n").0, 1);
        let (line, what) = problem("//@ solution\n//@ wrnog x\n//@ end\n");
        assert_eq!(line, 2);
        assert!(what.contains("`wrnog x` is no variant"), "{what}");
        assert!(problem("//@ starter\n//@ end\n").1.contains("no `//@ solution`"));
        let (line, what) = problem("//@ solution\n//@ starter, solution\n//@ end\n");
        assert_eq!((line, what.contains("already")), (2, true));
    }
}
