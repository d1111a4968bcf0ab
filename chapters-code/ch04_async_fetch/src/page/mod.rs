//! What a page is called, whatever bytes it is made of.
//!
//! A page is read as it arrives, and never kept: a few kilobytes decide the [`charset`], then
//! the decoded text runs through a parser that looks for the title ([`head`]).

pub mod charset;
pub mod head;

use encoding_rs::Decoder;

use charset::PRESCAN;
use head::Reader;

/// A page on its way in.
pub struct Page {
    /// What the `Content-Type` header said about the charset.
    label: Option<String>,
    /// The first bytes, until there are enough of them to tell the charset.
    start: Vec<u8>,
    decoder: Option<Decoder>,
    reader: Reader,
}

impl Page {
    /// A page of which nothing has arrived. `label` is the charset of its HTTP header, if any.
    #[must_use]
    pub fn new(label: Option<&str>) -> Self {
        Self {
            label: label.map(str::to_owned),
            start: Vec::new(),
            decoder: None,
            reader: Reader::new(),
        }
    }

    /// Takes the next bytes. Once the title is known, they are let pass.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.reader.is_done() {
            return;
        }
        if self.decoder.is_some() {
            return self.decode(bytes, false);
        }
        self.start.extend_from_slice(bytes);
        if self.start.len() >= PRESCAN {
            self.begin(false);
        }
    }

    /// The title, with white space collapsed, once all bytes are there. `None` if there is none.
    #[must_use]
    pub fn finish(mut self) -> Option<String> {
        match self.decoder {
            None => self.begin(true),
            Some(_) => self.decode(&[], true),
        }
        self.reader.finish()
    }

    /// Decides the charset, and decodes what has been waiting for that.
    fn begin(&mut self, last: bool) {
        let start = std::mem::take(&mut self.start);
        let encoding = charset::of(self.label.as_deref(), &start);
        self.decoder = Some(encoding.new_decoder_with_bom_removal());
        self.decode(&start, last);
    }

    fn decode(&mut self, mut bytes: &[u8], last: bool) {
        let Some(decoder) = &mut self.decoder else { return };
        let mut text = String::with_capacity(bytes.len() + 16);
        loop {
            let (result, read, _) = decoder.decode_to_string(bytes, &mut text, last);
            self.reader.feed(&text);
            text.clear();
            bytes = &bytes[read..];
            if result == encoding_rs::CoderResult::InputEmpty {
                return;
            }
        }
    }
}

/// The title of a page that is there as a whole.
#[must_use]
pub fn title_of(label: Option<&str>, bytes: &[u8]) -> Option<String> {
    let mut page = Page::new(label);
    page.feed(bytes);
    page.finish()
}
