//! The tree of chapter 6: a key to be read from question to question, and the quick reference of the
//! sources with our verdicts.
//!
//! The key is whole without a script, and on paper. With `tree.js` a dialogue takes its place, made
//! from the `data-` attributes that stand here, and the key is folded away.

use std::fmt::Write;

use self::model::{Answer, Leaf, Question, Quick, Step, Threshold, Tree, Verdict};
use super::{
    html::{TABLE_END, escape, table_start},
    library::{Library, Missing, Shelf},
    value,
};

/// The chapter's own reading of its file: a page cannot understand it in another way.
#[path = "../../chapters-code/ch06_decision_tree/src/tree/mod.rs"]
pub mod model;

/// The file of a chapter's tree.
const FILE: &str = "tree.toml";

/// The tree of the chapter on `shelf`.
///
/// # Errors
/// There is none, or something is wrong with it.
fn read(shelf: &Shelf) -> Result<Tree, String> {
    let file = shelf.chapter.folder().join(FILE);
    let text = std::fs::read_to_string(&file)
        .map_err(|error| format!("{}: {FILE}: {error}", shelf.chapter.name))?;
    let name = format!("chapters-code/{}/{FILE}", shelf.chapter.name);
    Tree::parse(&name, &text).map_err(|wrong| wrong.to_string().replace('\n', "; "))
}

/// The whole tree as a figure.
///
/// # Errors
/// A tree that is wrong, or one with a number that its record does not support.
pub fn tree(shelf: &Shelf, library: &Library) -> Result<String, Missing> {
    let tree = read(shelf)?;
    let key = Key { tree: &tree, library, chapter: shelf.chapter.id() };
    let id = escape(shelf.chapter.id());
    let mut html = format!(
        "<figure class=\"wb-figure wb-tree\" data-path=\"{id}.tree\"><div class=\"wb-key\">\
         <p>Begin with question 1. The arrow behind your answer leads to another question, or to \
         a letter: that is what to do.</p><ol class=\"wb-questions\">"
    );
    for (place, question) in tree.questions.iter().enumerate() {
        key.question(&mut html, place, question);
    }
    html += "</ol><ol class=\"wb-leaves\">";
    for (place, leaf) in tree.leaves.iter().enumerate() {
        key.leaf(&mut html, place, leaf)?;
    }
    html += "</ol>";
    html += &key.thresholds()?;
    let _ = write!(
        html,
        "</div><figcaption>Which tool? The same in your terminal: \
         <code>cargo run -p {} -- advise</code>.</figcaption></figure>",
        escape(&shelf.chapter.name)
    );
    Ok(html)
}

/// The quick reference of the sources as a table.
///
/// # Errors
/// A tree that is wrong, or one without it.
pub fn quick(shelf: &Shelf) -> Result<String, Missing> {
    let tree = read(shelf)?;
    if tree.quick.is_empty() {
        return Err(Missing::Name(format!("{FILE} has no [[quick]]")));
    }
    let head = ["Scenario", "The source", "The tree", "Verdict"];
    let mut html = table_start(&head);
    for row in &tree.quick {
        let (class, verdict) = match row.verdict {
            Verdict::Fine => ("confirmed", "fine"),
            Verdict::Corrected => ("misleading", "corrected"),
        };
        let (leaf, answers) = ours(&tree, row)?;
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td data-label=\"{}\">{}</td>\
             <td data-label=\"{}\"><a href=\"#tree={}\">{}</a><br><span class=\"wb-way\">{}</span></td>\
             <td data-label=\"{}\"><span class=\"wb-badge wb-{class}\">{verdict}</span><br>{}</td></tr>",
            escape(&row.scenario),
            head[1],
            row.source,
            head[2],
            escape(&answers.join(",")),
            text(&leaf.tool),
            escape(&row.answers.join(", ")),
            head[3],
            text(&row.because),
        );
    }
    Ok(format!("<div class=\"wb-claims wb-quick\">{html}{TABLE_END}</div>"))
}

/// What the tree advises for a row, and the ids of the answers that lead there: in a page's address,
/// no number stands for a range.
fn ours<'t>(tree: &'t Tree, row: &Quick) -> Result<(&'t Leaf, Vec<&'t str>), String> {
    let walk = tree.walk(&model::Known::default(), &row.answers);
    let walk = walk.map_err(|error| error.to_string())?;
    match walk.step {
        Step::Take(leaf) => {
            let ids = walk.taken.iter().map(|taken| taken.answer.id.as_str());
            Ok((leaf, ids.collect()))
        }
        Step::Ask(question) => Err(format!("`{}` is left open", question.id)),
    }
}

struct Key<'a> {
    tree: &'a Tree,
    library: &'a Library,
    /// The chapter's id, with which all ids of the key begin.
    chapter: &'a str,
}

impl Key<'_> {
    fn question(&self, html: &mut String, place: usize, question: &Question) {
        let _ = write!(
            html,
            "<li id=\"{}\" data-question=\"{}\"><p class=\"wb-ask\">\
             <span class=\"wb-place\">{}</span> \
             <span>{}</span></p><p class=\"wb-help\">{}</p><ul>",
            self.anchor(&question.id),
            escape(&question.id),
            place + 1,
            text(&question.asks),
            text(&question.help),
        );
        for answer in &question.answers {
            let _ = write!(
                html,
                "<li data-answer=\"{}\" data-goes=\"{}\"><span class=\"wb-answer\">{}</span> \
                 <a class=\"wb-goes\" href=\"#{}\">→ {}</a></li>",
                escape(&answer.id),
                escape(&answer.goes),
                self.words(question, answer),
                self.anchor(&answer.goes),
                self.place(&answer.goes),
            );
        }
        html.push_str("</ul></li>");
    }

    /// An answer in words; a bare number says what it counts.
    fn words(&self, question: &Question, answer: &Answer) -> String {
        let words = text(&self.tree.words(answer));
        match &question.counts {
            Some(counts) if answer.says.is_empty() && words != "one" => {
                format!("{words} {}", text(counts))
            }
            _ => words,
        }
    }

    /// The id of a question's or a leaf's element.
    fn anchor(&self, id: &str) -> String {
        escape(&format!("{}-tree-{id}", self.chapter))
    }

    /// How the key calls what an answer leads to: questions by number, leaves by letter.
    fn place(&self, id: &str) -> String {
        let question =
            self.tree.questions.iter().position(|question| question.id == id);
        let leaf = self.tree.leaves.iter().position(|leaf| leaf.id == id);
        match (question, leaf) {
            (Some(place), _) => (place + 1).to_string(),
            (None, Some(place)) => letters(place),
            (None, None) => String::new(),
        }
    }

    fn leaf(
        &self,
        html: &mut String,
        place: usize,
        leaf: &Leaf,
    ) -> Result<(), Missing> {
        let chapter = &self.library.shelf(&leaf.chapter)?.chapter;
        let title = chapter.manifest().map_err(|problem| problem.to_string())?.title;
        let _ = write!(
            html,
            "<li id=\"{}\" data-leaf=\"{}\"><p class=\"wb-tool\">\
             <span class=\"wb-place\">{}</span> <span>{}</span></p><p>{}</p><p><strong>First:</strong> {}</p>\
             <p><strong>Read:</strong> <a href=\"{}.html\">{}</a></p>",
            self.anchor(&leaf.id),
            escape(&leaf.id),
            letters(place),
            text(&leaf.tool),
            text(&leaf.why),
            text(&leaf.first),
            escape(&chapter.name),
            text(&title),
        );
        if let Some(template) = &leaf.template {
            let _ = write!(
                html,
                "<p><strong>Begin with:</strong> <code>new-template {} DIR</code></p>",
                escape(template)
            );
        }
        if !leaf.evidence.is_empty() {
            html.push_str("<p class=\"wb-evidence\"><strong>Measured:</strong> ");
            for (number, evidence) in leaf.evidence.iter().enumerate() {
                let stop = if number == 0 { "" } else { "; " };
                let value = self.measured(&evidence.path)?;
                let _ = write!(html, "{stop}{} {value}", text(&evidence.says));
            }
            html.push_str("</p>");
        }
        html.push_str("</li>");
        Ok(())
    }

    /// A value of some chapter's record.
    fn measured(&self, path: &str) -> Result<String, Missing> {
        let (chapter, rest) = path.split_once('.').unwrap_or((path, ""));
        let shelf = self.library.shelf(chapter)?;
        let (record, own) = (shelf.record()?, shelf.own.as_ref());
        let value = value::measured(shelf.chapter.id(), rest, record, own);
        Ok(value.map_err(|what| format!("{FILE}: {path}: {what}"))?)
    }

    /// Where the numbers come from, as a table.
    fn thresholds(&self) -> Result<String, Missing> {
        if self.tree.thresholds.is_empty() {
            return Ok(String::new());
        }
        let mut html = String::from(
            "<details class=\"wb-data\"><summary>Where the numbers come from</summary>",
        );
        html += &table_start(&["From", "What happens there", "By what was measured"]);
        for threshold in &self.tree.thresholds {
            let _ = write!(
                html,
                "<tr><th scope=\"row\">{} {}</th><td>{}</td><td>{}</td></tr>",
                threshold.value,
                text(&threshold.unit),
                text(&threshold.says),
                self.decided(threshold)?,
            );
        }
        Ok(html + TABLE_END + "</details>")
    }

    /// The values that a threshold follows from, if it does.
    fn decided(&self, threshold: &Threshold) -> Result<String, Missing> {
        for chapter in threshold.rule.chapters() {
            self.library.shelf(chapter)?.record()?;
        }
        let record = |chapter: &str| self.library.shelf(chapter).ok()?.record().ok();
        let decided = threshold.rule.follows(threshold.value, &record);
        let decided = decided.map_err(|what| {
            format!("{FILE}: threshold `{}`: value: {what}; correct it", threshold.id)
        })?;
        let values = decided.iter().map(|(path, _)| self.measured(path));
        let values = values.collect::<Result<Vec<_>, _>>()?.join(", ");
        Ok(format!("{values}: {}", text(&threshold.rule.words())))
    }
}

/// A, B, … Z, AA, AB, …
fn letters(place: usize) -> String {
    let letter = char::from(b'A' + (place % 26) as u8);
    match place / 26 {
        0 => letter.to_string(),
        more => letters(more - 1) + &letter.to_string(),
    }
}

/// Text of the file, with code between backticks.
fn text(text: &str) -> String {
    let mut html = String::new();
    for (number, part) in text.split('`').enumerate() {
        let part = escape(part);
        let _ = match number % 2 {
            0 => write!(html, "{part}"),
            _ => write!(html, "<code>{part}</code>"),
        };
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_the_alphabet() {
        assert_eq!([0, 25, 26, 27, 52].map(letters), ["A", "Z", "AA", "AB", "BA"]);
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(text("take `a<b>` now"), "take <code>a&lt;b&gt;</code> now");
    }
}
