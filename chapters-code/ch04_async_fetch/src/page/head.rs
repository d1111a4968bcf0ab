//! Reads what the text of a page says about itself: its title, and its charset.
//!
//! Only the first half of an HTML parser is needed: the one that knows where tags, comments and
//! scripts begin and end. No tree is built, so a page of any size takes the same memory.

use std::cell::{Cell, RefCell};

use encoding_rs::Encoding;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

use super::charset;

/// A title with more characters than this is cut: it was probably never closed.
pub const LONGEST: usize = 1000;

/// So much text of a title is looked at, in bytes. It may be mostly white space.
const ENOUGH: usize = 16 * LONGEST;

/// So much text goes to the tokenizer at a time, in bytes.
const PART: usize = 1024;

/// The longest tag or comment, in bytes. It is kept in memory until its end, so this bounds what a
/// page may take. Pictures that are written into a tag are shorter.
const LONGEST_TAG: usize = 1 << 20;

/// The most words of a tag or comment. Each may be an attribute, and the tokenizer compares each
/// attribute with all before it: so many take some milliseconds, a megabyte of them many seconds.
const MOST_WORDS: usize = 4096;

/// Text in, title out.
pub struct Reader {
    tokenizer: Tokenizer<Head>,
    queue: BufferQueue,
    /// Bytes and words since anything came to its end.
    open: (usize, usize),
    /// Whether a tag had no end, so that the rest of the page is not looked at.
    given_up: bool,
}

impl Reader {
    /// A reader that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        let tokenizer = Tokenizer::new(Head::default(), TokenizerOpts::default());
        let queue = BufferQueue::default();
        Self { tokenizer, queue, open: (0, 0), given_up: false }
    }

    /// Whether the title is known, or will not be, so that the rest of the page does not matter.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.given_up || self.tokenizer.sink.title.borrow().is_some()
    }

    /// Takes the next piece of the page.
    pub fn feed(&mut self, mut text: &str) {
        if self.is_done() {
            return;
        }
        // Not only up to the title: a `meta` behind it counts, too.
        while !text.is_empty() && !self.given_up {
            let (part, rest) = text.split_at(text.floor_char_boundary(PART));
            self.queue.push_back(StrTendril::from(part));
            let _ = self.tokenizer.feed(&self.queue);
            self.watch(part);
            text = rest;
        }
    }

    /// Gives up if what is open grows and grows. The title is then what there is of it.
    fn watch(&mut self, part: &str) {
        if self.tokenizer.sink.said.take() {
            self.open = (0, 0);
            return;
        }
        let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '"' | '\'');
        let words = part.split(is_end).filter(|word| !word.is_empty()).count();
        self.open.0 += part.len();
        self.open.1 += words;
        if self.open.0 > LONGEST_TAG || self.open.1 > MOST_WORDS {
            self.given_up = true;
            self.tokenizer.sink.close();
        }
    }

    /// The charset that a `meta` element named: the first that is known.
    #[must_use]
    pub fn encoding(&self) -> Option<&'static Encoding> {
        self.tokenizer.sink.encoding.get()
    }

    /// The title, if there was one.
    #[must_use]
    pub fn finish(self) -> Option<String> {
        if !self.is_done() {
            let _ = self.tokenizer.feed(&self.queue);
            self.tokenizer.end();
            // A title that is never closed goes on to the end of the page, as in a browser.
            self.tokenizer.sink.close();
        }
        self.tokenizer.sink.title.take()
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

/// What was read so far. The title is the first that says something. (A browser looks at the first
/// only, and shows the address if it is empty; a row is better off with the second.)
#[derive(Default)]
struct Head {
    /// How deep in drawings and templates: their titles are not the page's.
    apart: Cell<usize>,
    /// Whether the text that comes is the title's.
    inside: Cell<bool>,
    text: RefCell<String>,
    title: RefCell<Option<String>>,
    encoding: Cell<Option<&'static Encoding>>,
    /// Whether anything came to its end: a tag, a comment, a piece of text.
    said: Cell<bool>,
}

impl TokenSink for Head {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        // An error may come amidst a tag.
        if !matches!(token, Token::ParseError(_)) {
            self.said.set(true);
        }
        match token {
            Token::TagToken(tag) => return self.tag(&tag),
            Token::CharacterTokens(text) if self.inside.get() => self.add(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.apart.get() > 0
    }
}

impl Head {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let (opens, apart) = (tag.kind == TagKind::StartTag, self.apart.get());
        match &*tag.name {
            "svg" | "math" | "template" if opens && !tag.self_closing => {
                self.apart.set(apart + 1);
            }
            "svg" | "math" | "template" if !opens => {
                self.apart.set(apart.saturating_sub(1));
            }
            "title" if opens && apart == 0 => self.inside.set(true),
            "meta" if self.encoding.get().is_none() => {
                let label = label(tag).unwrap_or_default();
                self.encoding.set(Encoding::for_label(label.as_bytes()));
            }
            "title" => self.close(),
            _ => {}
        }
        if apart == 0 { raw_text(tag) } else { TokenSinkResult::Continue }
    }

    fn add(&self, text: &str) {
        let mut all = self.text.borrow_mut();
        if all.len() < ENOUGH {
            all.push_str(text);
        }
    }

    /// The title ends, or the page does.
    fn close(&self) {
        if self.inside.replace(false) && self.title.borrow().is_none() {
            let text = tidy(&self.text.take());
            *self.title.borrow_mut() = (!text.is_empty()).then_some(text);
        }
    }
}

/// One line, one space between words, no characters that steer a terminal, and not too long.
fn tidy(text: &str) -> String {
    let text = harmless(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The text without the characters that steer a terminal, or that turn the order of others round so
/// that they read as what they are not.
#[must_use]
pub fn harmless(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let steers = |c: char| turns(c) || c.is_control() && !c.is_whitespace();
    text.chars().filter(|c| !steers(*c)).collect()
}

/// Tells the tokenizer which elements hold text only, so that a tag in a script is none.
fn raw_text(tag: &Tag) -> TokenSinkResult<()> {
    if tag.kind == TagKind::EndTag {
        return TokenSinkResult::Continue;
    }
    match &*tag.name {
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "plaintext" => TokenSinkResult::Plaintext,
        _ => TokenSinkResult::Continue,
    }
}

/// The charset that a `meta` element names, in the new way or in the old one.
fn label(meta: &Tag) -> Option<String> {
    let value = |name: &str| {
        let named = meta.attrs.iter().find(|attr| &*attr.name.local == name);
        named.map(|attr| attr.value.to_string())
    };
    if let Some(label) = value("charset") {
        return Some(label);
    }
    let is_type = value("http-equiv")?.eq_ignore_ascii_case("content-type");
    value("content").filter(|_| is_type).as_deref().and_then(charset::parameter)
}
