//! Which characters the bytes of a page stand for.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::head::Reader;

/// So many bytes of a page are looked at for what they say about their charset. The standard asks
/// authors to say it within 1,024; not all do.
pub const PRESCAN: usize = 4096;

/// The encoding of a page, of which `start` has arrived. `label` is the charset of its HTTP header.
///
/// In the order of the standard: a byte order mark, the header, a `meta` element, the XML
/// declaration. If all are silent, then UTF-8 if it can be that, and otherwise what the web was
/// written in before.
#[must_use]
pub fn of(label: Option<&str>, start: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return encoding;
    }
    let header = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    header.or_else(|| declared(start)).unwrap_or_else(|| guess(start))
}

/// What the start of the page says: a `meta` element, even behind the title, or else the XML
/// declaration.
fn declared(start: &[u8]) -> Option<&'static Encoding> {
    // As if each byte were a character: tags and labels are ASCII in all that is not UTF-16.
    let text: String =
        start.iter().take(PRESCAN).map(|&byte| char::from(byte)).collect();
    let mut reader = Reader::new();
    reader.feed(&text);
    let said = reader.encoding().or_else(|| xml(&text))?;
    // The tag could be read, so it cannot be UTF-16, whatever it says.
    if [UTF_16LE, UTF_16BE].contains(&said) { Some(UTF_8) } else { Some(said) }
}

/// What an XML declaration says: `<?xml version="1.0" encoding="iso-8859-2"?>`.
fn xml(text: &str) -> Option<&'static Encoding> {
    let (declaration, _) = text.strip_prefix("<?xml")?.split_once('>')?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    Encoding::for_label(rest[1..].split(quote).next()?.as_bytes())
}

/// What it looks like.
fn guess(start: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(start) {
        Ok(_) => UTF_8,
        // A character may be cut in two where the start ends.
        Err(error) if error.error_len().is_none() => UTF_8,
        Err(_) => WINDOWS_1252,
    }
}

/// The `charset` of a content type such as `text/html; charset="utf-8"`.
#[must_use]
pub fn parameter(content_type: &str) -> Option<String> {
    // Lower case has the same length, byte for byte, as long as only ASCII changes.
    let at = content_type.to_ascii_lowercase().find("charset")? + "charset".len();
    let rest = content_type[at..].trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    let label = match quote {
        Some(quote) => rest[1..].split(quote).next(),
        None => rest.split(|end: char| end == ';' || end.is_whitespace()).next(),
    };
    label.map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned)
}
