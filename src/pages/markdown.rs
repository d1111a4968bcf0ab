//! What stands where in a page: code, quotations, prose.

use std::ops::Range;

use pulldown_cmark::{
    BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd,
};

/// A page, read as Markdown.
#[derive(Debug, Default)]
pub struct Outline {
    /// Code spans and code blocks: nothing in them is a directive.
    pub code: Vec<Range<usize>>,
    /// Fenced blocks.
    pub fences: Vec<Fence>,
    /// Lists, quotations and tables: what stands in them cannot become a block of the page.
    pub containers: Vec<Range<usize>>,
    /// The prose, a paragraph, heading or cell each, without plain quotations.
    pub prose: Vec<Prose>,
}

/// A fenced block.
#[derive(Debug)]
pub struct Fence {
    /// Where it stands, fences included.
    pub place: Range<usize>,
    /// The first word after the fence.
    pub language: String,
    /// What is in it.
    pub content: String,
}

/// A stretch of prose without its markup, so that `**170** ms` reads `170 ms`.
#[derive(Debug, Default)]
pub struct Prose {
    /// Its words.
    pub text: String,
    /// Where parts of `text` stand in the page: from this byte of `text`, that byte of the page.
    places: Vec<(usize, usize)>,
}

impl Prose {
    fn push(&mut self, text: &str, place: usize) {
        self.places.push((self.text.len(), place));
        self.text.push_str(text);
    }

    /// Where the byte `offset` of the text stands in the page.
    pub fn place(&self, offset: usize) -> usize {
        let before = self.places.iter().rev().find(|(from, _)| *from <= offset);
        before.map_or(0, |(from, place)| place + (offset - from))
    }
}

/// Reads `text` as mdBook does, but for typographic quotes, which would hide what was written.
pub fn outline(text: &str) -> Outline {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    let mut reader = Reader::default();
    for (event, place) in Parser::new_ext(text, options).into_offset_iter() {
        reader.take(event, place);
    }
    reader.finish();
    reader.outline
}

/// Stands in for what is not prose, so that the words around it do not touch.
const OBJECT: &str = "\u{fffc}";

#[derive(Default)]
struct Reader {
    outline: Outline,
    prose: Prose,
    /// Whether each open quotation is a plain one: a source's words, where figures may stand.
    quotes: Vec<bool>,
    fence: Option<Fence>,
    in_code: bool,
}

impl Reader {
    fn take(&mut self, event: Event, place: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, place),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code => {
                if let Some(fence) = &mut self.fence {
                    fence.content.push_str(&text);
                }
            }
            Event::Text(text) => self.prose.push(&text, place.start),
            Event::Code(_) => {
                self.prose.push(OBJECT, place.start);
                self.outline.code.push(place);
            }
            Event::SoftBreak | Event::HardBreak => self.prose.push(" ", place.start),
            Event::Html(html) => self.prose.push(&untag(&html), place.start),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag, place: Range<usize>) {
        if is_block(&tag) {
            self.finish();
        }
        match tag {
            Tag::CodeBlock(kind) => {
                self.in_code = true;
                self.outline.code.push(place.clone());
                if let CodeBlockKind::Fenced(info) = kind {
                    let language =
                        info.split([',', ' ', '{']).next().unwrap_or("").to_owned();
                    self.fence =
                        Some(Fence { place, language, content: String::new() });
                }
            }
            Tag::BlockQuote(kind) => {
                self.quotes.push(is_plain(kind));
                self.outline.containers.push(place);
            }
            Tag::List(_)
            | Tag::Table(_)
            | Tag::DefinitionList
            | Tag::FootnoteDefinition(_) => {
                self.outline.containers.push(place);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.outline.fences.extend(self.fence.take());
            }
            TagEnd::BlockQuote(_) => {
                self.finish();
                self.quotes.pop();
            }
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link => {}
            _ => self.finish(),
        }
    }

    /// Ends a stretch of prose.
    fn finish(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        if !prose.text.is_empty() && !self.quotes.contains(&true) {
            self.outline.prose.push(prose);
        }
    }
}

fn is_plain(kind: Option<BlockQuoteKind>) -> bool {
    kind.is_none()
}

fn is_block(tag: &Tag) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

/// HTML without its tags and comments, each replaced by as many bytes, so that places stay right.
fn untag(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        let end = if rest[open..].starts_with("<!--") { "-->" } else { ">" };
        let close =
            rest[open..].find(end).map_or(rest.len(), |close| open + close + end.len());
        text.extend(std::iter::repeat_n('\u{1}', close - open));
        rest = &rest[close..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(text: &str) -> Vec<String> {
        outline(text).prose.into_iter().map(|prose| prose.text).collect()
    }

    #[test]
    fn markup_between_words_is_left_out() {
        assert_eq!(prose("It took **170** *ms*\nin all."), ["It took 170 ms in all."]);
    }

    #[test]
    fn code_and_plain_quotations_are_not_prose_but_notes_are() {
        let page =
            "a `5 ms`\n\n    5 ms\n\n> 5 ms\n\n> [!NOTE]\n> b\n\n```\n5 ms\n```\n";
        assert_eq!(prose(page), ["a \u{fffc}", "b"]);
    }

    #[test]
    fn every_word_knows_its_place() {
        let page = "# A\n\nIt took **170** ms.\n";
        let outline = outline(page);
        let prose = &outline.prose[1];
        let offset = prose.text.find("170").expect("it is there");
        assert_eq!(&page[prose.place(offset)..][..3], "170");
    }

    #[test]
    fn a_fence_keeps_its_language_and_content() {
        let outline = outline("```rust,ignore\n{{#include a.rs:b}}\n```\n");
        assert_eq!(outline.fences[0].language, "rust");
        assert_eq!(outline.fences[0].content, "{{#include a.rs:b}}\n");
    }
}
