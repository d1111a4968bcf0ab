//! Titles, out of whatever comes.

use ch04_async_fetch::faults::wild;
use ch04_async_fetch::page::{Page, charset, head, title_of};
use proptest::prelude::*;

use crate::fixtures::Site;

fn label(content_type: Option<&str>) -> Option<String> {
    content_type.and_then(charset::parameter)
}

#[test]
fn every_wild_page_has_its_title() {
    for page in wild::pages() {
        let title = title_of(label(page.content_type).as_deref(), &page.body);
        assert_eq!(title.as_deref(), page.title, "{}", page.name);
    }
}

#[test]
fn it_does_not_matter_in_which_pieces_a_page_comes() {
    for wild in wild::pages() {
        for size in [1, 7, 4095] {
            let mut page = Page::new(label(wild.content_type).as_deref());
            wild.body.chunks(size).for_each(|piece| page.feed(piece));
            assert_eq!(page.finish().as_deref(), wild.title, "{}, {size}", wild.name);
        }
    }
}

#[test]
fn every_wild_page_gets_its_row_through_the_program() {
    let site = Site::new();
    let pages = wild::pages();
    let paths: Vec<String> =
        pages.iter().map(|page| format!("/page/{}", page.name)).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let ran = site.fetch(&paths, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for ((page, row), path) in pages.iter().zip(&ran.rows).zip(&paths) {
        assert_eq!(row.title, page.title.unwrap_or_default(), "{}", page.name);
        assert_eq!((row.status, row.bytes), (Some(200), page.body.len() as u64));
        assert_eq!((&row.url, &row.final_url), (&site.server.url(path), &row.url));
    }
    assert_eq!(ran.rows.len(), pages.len());
}

#[test]
fn a_title_without_end_is_cut() {
    let long = format!("<title>{}", "é ".repeat(1 << 20));
    let found = title_of(None, long.as_bytes()).unwrap();
    assert_eq!(found.chars().count(), head::LONGEST + 1);
    assert!(found.ends_with('…'));
}

/// A page that opens a tag with so many words.
fn tag_of(words: usize) -> String {
    let words: String = (0..words).map(|number| format!(" a{number}")).collect();
    format!("<body{words}><title>behind</title>")
}

#[test]
fn a_tag_without_end_is_not_read_to_its_end() {
    // Each of these words would be compared with all before it.
    assert_eq!(title_of(None, tag_of(170_000).as_bytes()), None);
    assert_eq!(title_of(None, tag_of(2_000).as_bytes()).as_deref(), Some("behind"));
    let closing = tag_of(170_000).replace("<body", "<title>before</title");
    assert_eq!(title_of(None, closing.as_bytes()).as_deref(), Some("before"));
    // Nor is what would have to be kept in memory until then.
    let (opens, closes) = ("<a href='data:,", "'><title>behind</title>");
    for (length, title) in [(900 << 10, Some("behind")), (2 << 20, None)] {
        let long = [opens, &"x".repeat(length), closes].concat();
        assert_eq!(title_of(None, long.as_bytes()).as_deref(), title, "{length}");
    }
}

#[test]
fn many_tags_and_much_text_are_read_to_the_title() {
    let tags =
        "<p class='a b c' id=x>&amp; text, <b>bold</b> <!-- a word or two --></p>";
    let page = format!("{}<title>far</title>", tags.repeat(20_000));
    assert_eq!(title_of(None, page.as_bytes()).as_deref(), Some("far"));
}

#[test]
fn a_title_keeps_no_characters_that_turn_others_round() {
    let page = "<title>\u{202E}gpj\u{202C}.\u{2066}x\u{2069}\u{202A}y\u{202B}\u{202D}z\u{2067}\u{2068}\
                \x1b[2J שלום\u{200F}!</title>";
    let title = title_of(None, page.as_bytes());
    assert_eq!(title.as_deref(), Some("gpj.xyz[2J שלום\u{200F}!"));
}

#[test]
fn the_charset_of_a_header_is_found_however_it_is_written() {
    for (content_type, expected) in [
        ("text/html; charset=utf-8", Some("utf-8")),
        ("text/html;Charset = \"Shift_JIS\"; x=y", Some("Shift_JIS")),
        ("text/html; charset='koi8-r'", Some("koi8-r")),
        ("text/html; charset=", None),
        ("text/html; charset=\"", None),
        ("text/html", None),
        ("charsetcharset=x", None),
        ("ſ; charset=é", Some("é")),
    ] {
        assert_eq!(
            charset::parameter(content_type).as_deref(),
            expected,
            "{content_type}"
        );
    }
}

/// Bytes that look like a page here and there.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let tags = prop::sample::select(vec![
        "<title>",
        "</title>",
        "<title",
        "</titl",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<svg>",
        "</svg>",
        "<svg/>",
        "<![CDATA[",
        "]]>",
        "<meta charset=",
        "utf-16",
        "shift_jis",
        ">",
        "&amp",
        "&#x",
        "&#99999999;",
        "<plaintext>",
        "<template>",
        "\0",
        " ",
        "<textarea>",
        "\u{feff}",
        "iso-2022-jp>",
        "\x1b$B",
    ]);
    let piece = prop_oneof![
        tags.prop_map(|tag| tag.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// No bytes make it panic, and what comes out fits into one row.
    #[test]
    fn any_bytes_give_a_title_of_one_line_or_none(
        bytes in soup(),
        label in prop::option::of("[a-z0-9-]{0,12}|utf-16le|iso-2022-jp|replacement"),
    ) {
        if let Some(found) = title_of(label.as_deref(), &bytes) {
            prop_assert!(!found.is_empty() && found.trim() == found);
            prop_assert!(!found.contains(char::is_control), "{:?}", found);
            prop_assert!(found.chars().count() <= head::LONGEST + 1);
        }
    }

    /// Where it is cut into pieces changes nothing.
    #[test]
    fn pieces_give_the_same_title_as_the_whole(bytes in soup(), size in 1_usize..20) {
        let mut page = Page::new(Some("utf-8"));
        bytes.chunks(size).for_each(|piece| page.feed(piece));
        prop_assert_eq!(page.finish(), title_of(Some("utf-8"), &bytes));
    }

    /// A title that is written correctly comes out as it was meant.
    #[test]
    fn a_title_that_is_escaped_comes_back(text in "\\PC{0,60}") {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let page = format!("<title>{escaped}</title>");
        let expected = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = Some(expected).filter(|text| !text.is_empty());
        prop_assert_eq!(title_of(Some("utf-8"), page.as_bytes()), expected);
    }
}
