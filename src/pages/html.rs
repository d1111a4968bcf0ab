//! Small pieces of HTML.
//!
//! Whatever a directive becomes is one line: a blank line would end a block of HTML in Markdown.

use std::fmt::Write;

use lab::record::Record;

use crate::chapters::Chapter;

/// `text` for use between tags and in quoted attributes, in Markdown, also in a table's cell.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '|' => escaped.push_str("&#124;"),
            '\n' => escaped.push_str("&#10;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// As [`escape`], for a heading or an item of a list in Markdown: nothing in `text` is a mark there,
/// or a directive.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (place, character) in text.trim().char_indices() {
        // What only begins with `1.` or `-` is no list.
        let is_mark = place == 0 && !character.is_alphabetic();
        if is_mark || "\\`*_{}[]~^$:".contains(character) {
            let _ = write!(plain, "&#{};", u32::from(character));
        } else {
            plain.push_str(&escape(character.encode_utf8(&mut [0; 4])));
        }
    }
    plain
}

/// A table in a `<details>`: what a chart shows, for those who would rather read it.
pub fn data_table(summary: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    let mut html = format!(
        "<details class=\"wb-data\"><summary>{}</summary>{}",
        escape(summary),
        table_start(head)
    );
    for row in rows {
        html.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            // The first cell names its row.
            let (open, close) = if column == 0 {
                ("<th scope=\"row\">", "</th>")
            } else {
                ("<td>", "</td>")
            };
            let _ = write!(html, "{open}{}{close}", escape(cell));
        }
        html.push_str("</tr>");
    }
    html + TABLE_END + "</details>"
}

/// The start of a table that scrolls sideways on its own where the page is narrow.
pub fn table_start(head: &[&str]) -> String {
    let cells: String = head
        .iter()
        .map(|name| format!("<th scope=\"col\">{}</th>", escape(name)))
        .collect();
    format!(
        "<div class=\"wb-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\
         <thead><tr>{cells}</tr></thead><tbody>"
    )
}

/// What [`table_start`] opened.
pub const TABLE_END: &str = "</tbody></table></div>";

/// A figure: a plot that scrolls on its own where the page is narrow, what to see in it, its data.
pub fn figure(
    class: &str,
    path: &str,
    plot: &str,
    caption: &str,
    data: &str,
) -> String {
    format!(
        "<figure class=\"wb-figure {class}\" data-path=\"{}\">\
         <div class=\"wb-plot\" tabindex=\"0\" role=\"group\" aria-label=\"Figure\">{plot}</div>\
         <figcaption>{}</figcaption>{data}</figure>",
        escape(path),
        escape(caption),
    )
}

/// The command that runs a chapter, in the place of the later panel.
pub fn run(chapter: &Chapter) -> String {
    let name = escape(&chapter.name);
    format!(
        "<section class=\"wb-run\" data-chapter=\"{name}\" aria-label=\"Run it\">\
         <p class=\"wb-run-title\">In your terminal</p>\
         <pre><code class=\"language-text\">cargo run -p {name}</code></pre></section>"
    )
}

/// What the recorded run wrote to the terminal.
pub fn transcript(record: &Record) -> String {
    format!(
        "<figure class=\"wb-figure wb-transcript\"><pre tabindex=\"0\">\
         <code class=\"language-text\">{}&#10;</code></pre>\
         <figcaption>As recorded on {}.</figcaption></figure>",
        escape(record.transcript.trim_end()),
        escape(&record.machine.line()),
    )
}
