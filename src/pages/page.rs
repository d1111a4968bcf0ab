//! One page: its directives resolved, and everything that may not stand in it reported.

use std::{collections::BTreeSet, ops::Range, path::Path, sync::LazyLock};

use lab::claim::{Holds, Judged};
use regex::Regex;

use super::{
    chart, claims, exercise, figures, html, includes, ledger,
    library::{Library, Missing, Shelf},
    markdown::{self, Outline},
    matrix, timeline, timetable, tree, value,
};
use crate::problem::{Problem, line_at, within};

/// What a directive is for, by name.
const DIRECTIVES: [(&str, &str); 15] = [
    ("measured", "ch05.pool.rayon.speedup"),
    ("chart", "ch05.pool"),
    ("timeline", "ch05.pool.rayon"),
    ("matrix", "ch06.zoo"),
    ("transcript", "ch05"),
    ("claim", "C06"),
    ("claims", "ch05"),
    ("run", "ch05"),
    // It shows all there is.
    ("ledger", ""),
    ("tree", "ch06"),
    ("quick", "ch06"),
    ("exercise", "ch05.ordered"),
    ("exercises", "ch05"),
    ("timetable", "lecture"),
    ("given", "5 ms"),
];

/// A page as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The root of the workspace.
    pub root: &'a Path,
    /// The page's file.
    pub file: &'a Path,
    /// Its Markdown.
    pub text: &'a str,
}

/// A page that was resolved as far as it can be.
#[derive(Debug)]
pub struct Resolved {
    /// Its Markdown. What is wrong is left out, so that mdBook does not stumble over it again.
    pub text: String,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Where a record is wanted that is not there.
    pub unrecorded: Vec<Problem>,
}

/// The page with its directives resolved, and what is wrong with it.
pub fn resolve(page: Page<'_>, library: &Library) -> Resolved {
    let outline = markdown::outline(page.text);
    let claimed = claimed(page.text, &outline);
    let mut resolver = Resolver {
        page,
        library,
        outline,
        claimed,
        problems: Vec::new(),
        unrecorded: Vec::new(),
    };
    resolver.check_rust_blocks();
    resolver.check_figures();
    let text = resolver.directives();
    Resolved { text, problems: resolver.problems, unrecorded: resolver.unrecorded }
}

/// `{{…}}`, perhaps with the backslash that makes it plain text.
fn directive() -> &'static Regex {
    static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(\\?)\{\{([^{}]*)\}\}")
            .unwrap_or_else(|error| unreachable!("{error}"))
    });
    &DIRECTIVE
}

/// The claims that the page shows on their own.
fn claimed(text: &str, outline: &Outline) -> BTreeSet<String> {
    let all = directive().captures_iter(text);
    let shown =
        all.filter(|found| found[1].is_empty() && !outline.is_code(whole(found).start));
    let names = shown.filter_map(|found| {
        Some(found[2].trim().strip_prefix("claim ")?.trim().to_owned())
    });
    names.collect()
}

fn whole(found: &regex::Captures<'_>) -> Range<usize> {
    found.get(0).map_or(0..0, |whole| whole.range())
}

impl Outline {
    fn is_code(&self, offset: usize) -> bool {
        self.code.iter().any(|range| range.contains(&offset))
    }

    fn is_fenced(&self, offset: usize) -> bool {
        self.fences.iter().any(|fence| fence.place.contains(&offset))
    }

    fn is_contained(&self, offset: usize) -> bool {
        self.containers.iter().any(|range| range.contains(&offset))
    }
}

/// What a directive becomes.
enum Becomes {
    /// Words of a sentence.
    Inline(String),
    /// A block of its own.
    Block(String),
}

struct Resolver<'a> {
    page: Page<'a>,
    library: &'a Library,
    outline: Outline,
    claimed: BTreeSet<String>,
    problems: Vec<Problem>,
    unrecorded: Vec<Problem>,
}

impl Resolver<'_> {
    fn refuse(&mut self, offset: usize, what: impl std::fmt::Display) {
        let problem = self.problem(offset, what);
        self.problems.push(problem);
    }

    fn problem(&self, offset: usize, what: impl std::fmt::Display) -> Problem {
        let line = line_at(self.page.text, offset);
        Problem::line(within(self.page.root, self.page.file), line, what)
    }

    fn folder(&self) -> &Path {
        self.page.file.parent().unwrap_or(self.page.root)
    }

    fn check_rust_blocks(&mut self) {
        let rust = self.outline.fences.iter().filter(|fence| fence.language == "rust");
        let wrong: Vec<(usize, String)> = rust
            .filter_map(|fence| {
                let error =
                    includes::check_rust(&fence.content, self.page.root, self.folder())
                        .err()?;
                Some((fence.place.start, error))
            })
            .collect();
        for (offset, what) in wrong {
            self.refuse(offset, what);
        }
    }

    fn check_figures(&mut self) {
        let mut typed = Vec::new();
        for prose in &self.outline.prose {
            // As many bytes as the directive had, so that places stay right.
            let mask = |found: &regex::Captures<'_>| "\u{1}".repeat(found[0].len());
            let text = directive().replace_all(&prose.text, mask);
            for (offset, figure) in figures::find(&text) {
                typed.push((prose.place(offset), figure.to_owned()));
            }
        }
        for (offset, figure) in typed {
            self.refuse(
                offset,
                format!(
                    "`{figure}` is typed, but looks measured; refer to a record with \
                     {{{{measured ch05.pool.rayon.wall}}}}, or write {{{{given {figure}}}}} if a \
                     source, a parameter or a definition gives it"
                ),
            );
        }
    }

    fn directives(&mut self) -> String {
        let text = self.page.text;
        let mut resolved = String::with_capacity(text.len() * 2);
        let mut done = 0;
        for found in directive().captures_iter(text) {
            let place = whole(&found);
            let (escaped, inner) = (&found[1] == "\\", found[2].trim());
            self.check_unclosed(done..place.start);
            resolved.push_str(&text[done..place.start]);
            resolved.push_str(&self.replace(place.clone(), escaped, inner));
            done = place.end;
        }
        self.check_unclosed(done..text.len());
        resolved + &text[done..]
    }

    fn check_unclosed(&mut self, place: Range<usize>) {
        let open = self.page.text[place.clone()]
            .match_indices("{{")
            .map(|(at, _)| place.start + at);
        let open: Vec<usize> = open.filter(|at| !self.outline.is_code(*at)).collect();
        for offset in open {
            self.refuse(
                offset,
                "`{{` is not closed; expected {{directive path}}, or \\{{ for the braces \
                 themselves",
            );
        }
    }

    /// What stands in the place of one directive.
    fn replace(&mut self, place: Range<usize>, escaped: bool, inner: &str) -> String {
        let as_written = self.page.text[place.clone()].to_owned();
        let code = self.outline.is_code(place.start);
        if inner.starts_with('#') && !escaped {
            return match self.include(place.start, inner) {
                Ok(code) => code.unwrap_or(as_written),
                Err(what) => {
                    self.refuse(place.start, what);
                    String::new()
                }
            };
        }
        if code {
            return as_written;
        }
        if escaped {
            // The comment keeps the braces apart, for mdBook and for the check of what is left over.
            return format!("{{<!-- -->{{{}}}}}", html::escape(inner));
        }
        let placed = self.resolve(inner).and_then(|becomes| match becomes {
            Becomes::Inline(html) => Ok(html),
            Becomes::Block(html) => Ok(self.set(&place, inner, html)?),
        });
        match placed {
            Ok(html) => html,
            Err(Missing::Name(what)) => {
                self.refuse(place.start, what);
                String::new()
            }
            Err(Missing::Record(what)) => {
                self.unrecorded.push(self.problem(place.start, what));
                String::new()
            }
        }
    }

    fn include(&self, offset: usize, inner: &str) -> Result<Option<String>, String> {
        let code = includes::check(inner, self.page.root, self.folder())?;
        if self.outline.is_fenced(offset) || inner.starts_with("#title") {
            return Ok(code);
        }
        Err(format!(
            "{{{{{inner}}}}} must stand in a fenced block, alone between ``` and ```"
        ))
    }

    /// Places a block: in its own lines, as Markdown wants it.
    fn set(
        &self,
        place: &Range<usize>,
        inner: &str,
        html: String,
    ) -> Result<String, String> {
        let text = self.page.text;
        let start = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[place.end..].find('\n').map_or(text.len(), |at| place.end + at);
        let blank = |part: &str| part.trim_matches([' ', '\t', '>']).is_empty();
        let alone = blank(&text[start..place.start]) && blank(&text[place.end..end]);
        let before = text[..start].lines().next_back().is_none_or(blank);
        let after = text[end..].lines().nth(1).is_none_or(blank);
        match (alone && before && after, self.outline.is_contained(place.start)) {
            (true, _) => Ok(html),
            (false, false) => Ok(format!("\n\n{html}\n\n")),
            (false, true) => Err(format!(
                "{{{{{inner}}}}} becomes a block; in a list, a table or a quotation it must stand \
                 alone between blank lines"
            )),
        }
    }

    fn resolve(&self, inner: &str) -> Result<Becomes, Missing> {
        let (name, argument) =
            inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let argument = argument.trim();
        let Some((_, example)) = DIRECTIVES.iter().find(|(known, _)| *known == name)
        else {
            let names: Vec<&str> = DIRECTIVES.iter().map(|(name, _)| *name).collect();
            let there = names.join(", ");
            return Err(Missing::Name(format!(
                "no directive `{name}`; there is: {there}"
            )));
        };
        let usage =
            format!("expected {{{{{}}}}}", format!("{name} {example}").trim_end());
        if argument.is_empty() != example.is_empty() {
            return Err(Missing::Name(format!(
                "{{{{{inner}}}}} names {}; {usage}",
                if argument.is_empty() { "nothing" } else { "too much" }
            )));
        }
        if name == "given" {
            if !argument.contains(|letter: char| letter.is_ascii_digit()) {
                return Err(Missing::Name(format!(
                    "{{{{{inner}}}}} gives no number; {usage}"
                )));
            }
            return Ok(Becomes::Inline(html::escape(argument)));
        }
        let becomes = match name {
            "measured" => self.measured(argument).map(Becomes::Inline),
            "chart" => self.chart(argument).map(Becomes::Block),
            "timeline" => self.timeline(argument).map(Becomes::Block),
            "matrix" => self.matrix(argument).map(Becomes::Block),
            "transcript" => self.transcript(argument).map(Becomes::Block),
            "claim" => self.claim(argument).map(Becomes::Block),
            "claims" => self.claims(argument).map(Becomes::Block),
            "ledger" => ledger::table(self.page.root, self.library).map(Becomes::Block),
            "tree" => self.tree(argument).map(Becomes::Block),
            "quick" => self.quick(argument).map(Becomes::Block),
            "exercise" => self.exercise(argument).map(Becomes::Block),
            "exercises" => self.exercises(argument).map(Becomes::Block),
            "timetable" => self.timetable(argument).map(Becomes::Block),
            _ => self.run(argument).map(Becomes::Block),
        };
        becomes.map_err(|missing| match missing {
            Missing::Name(what) => {
                Missing::Name(format!("{{{{{inner}}}}}: {what}; {usage}"))
            }
            missing => missing,
        })
    }

    /// The chapter at the start of `path`, and the rest of it.
    fn split<'p>(&self, path: &'p str) -> Result<(&Shelf, &'p str), Missing> {
        let (chapter, rest) = path.split_once('.').unwrap_or((path, ""));
        let shelf = self.library.shelf(chapter)?;
        if rest.is_empty() {
            return Err(Missing::Name("the path ends too early".to_owned()));
        }
        Ok((shelf, rest))
    }

    fn run(&self, name: &str) -> Result<String, Missing> {
        Ok(html::run(&self.library.shelf(name)?.chapter))
    }

    fn tree(&self, name: &str) -> Result<String, Missing> {
        tree::tree(self.library.shelf(name)?, self.library)
    }

    fn quick(&self, name: &str) -> Result<String, Missing> {
        tree::quick(self.library.shelf(name)?)
    }

    fn exercise(&self, id: &str) -> Result<String, Missing> {
        Ok(exercise::card(self.library.exercise(id)?)?)
    }

    fn exercises(&self, name: &str) -> Result<String, Missing> {
        let exercises = self.library.exercises(&self.library.shelf(name)?.chapter);
        let cards: Result<Vec<String>, String> =
            exercises.map(exercise::card).collect();
        let cards = cards?;
        if cards.is_empty() {
            return Err(Missing::Name(format!("{name} has no exercises")));
        }
        Ok(cards.join("\n\n"))
    }

    fn timetable(&self, track: &str) -> Result<String, Missing> {
        Ok(timetable::timetable(self.page.root, track, self.library)?)
    }

    fn measured(&self, path: &str) -> Result<String, Missing> {
        let (shelf, rest) = self.split(path)?;
        let own = shelf.own.as_ref();
        Ok(value::measured(shelf.chapter.id(), rest, shelf.record()?, own)?)
    }

    fn chart(&self, path: &str) -> Result<String, Missing> {
        let (shelf, id) = self.split(path)?;
        let record = shelf.record()?;
        Ok(chart::chart(shelf.chapter.id(), experiment(record, id)?, record)?)
    }

    fn timeline(&self, path: &str) -> Result<String, Missing> {
        let (shelf, rest) = self.split(path)?;
        let record = shelf.record()?;
        let (id, series) = match rest.split_once('.') {
            Some((id, series)) => (id, Some(series)),
            None => (rest, None),
        };
        Ok(timeline::timeline(
            shelf.chapter.id(),
            experiment(record, id)?,
            series,
            record,
        )?)
    }

    fn matrix(&self, path: &str) -> Result<String, Missing> {
        let (shelf, id) = self.split(path)?;
        let record = shelf.record()?;
        Ok(matrix::matrix(shelf.chapter.id(), experiment(record, id)?, record)?)
    }

    fn transcript(&self, name: &str) -> Result<String, Missing> {
        Ok(html::transcript(self.library.shelf(name)?.record()?))
    }

    fn claim(&self, id: &str) -> Result<String, Missing> {
        let page = self.page.file.file_stem().unwrap_or_default();
        let (shelf, claim) = self.library.claim(id, &page.to_string_lossy())?;
        held(claim)?;
        Ok(claims::card(shelf.chapter.id(), claim, shelf.record()?))
    }

    fn claims(&self, name: &str) -> Result<String, Missing> {
        let shelf = self.library.shelf(name)?;
        let record = shelf.record()?;
        let rest =
            || record.claims.iter().filter(|claim| !self.claimed.contains(&claim.id));
        if rest().next().is_none() {
            let what = "no claim is left that the page does not show already";
            return Err(Missing::Name(what.to_owned()));
        }
        rest().try_for_each(held)?;
        Ok(claims::table(shelf.chapter.id(), rest(), record))
    }
}

fn experiment<'r>(
    record: &'r lab::record::Record,
    id: &str,
) -> Result<&'r lab::record::Experiment, String> {
    record.experiment(id).ok_or_else(|| {
        let there: Vec<&str> =
            record.experiments.iter().map(|one| one.id.as_str()).collect();
        format!("no experiment `{id}`; there is: {}", there.join(", "))
    })
}

/// A page may not assert what its own record refutes.
fn held(claim: &Judged) -> Result<(), String> {
    if claim.holds != Holds::No {
        return Ok(());
    }
    let also = claim.also.iter().map(|one| (&one.what, &one.value, one.bound));
    let measured: Vec<String> = [(&claim.what, &claim.value, claim.bound)]
        .into_iter()
        .chain(also)
        .filter_map(|(what, value, bound)| {
            let value = value.as_ref()?;
            let (is, expected) = (value.show(), bound.show(value.unit));
            Some(format!("{what} is {is}, expected {expected}"))
        })
        .collect();
    Err(format!(
        "the reference record refutes {}: {}; correct the verdict in the chapter's code, or \
         measure again",
        claim.id,
        measured.join("; "),
    ))
}
