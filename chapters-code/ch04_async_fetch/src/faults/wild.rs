//! Pages of the kinds that one meets: in many charsets, with titles good, broken, and missing.

use encoding_rs::Encoding;

/// A page, and what it is called.
pub struct WildPage {
    /// Its name in the path.
    pub name: &'static str,
    /// What its header says about it, if anything.
    pub content_type: Option<&'static str>,
    /// Its bytes.
    pub body: Vec<u8>,
    /// Its title: the first that says something.
    pub title: Option<&'static str>,
}

/// All of them, each with a name of its own.
#[must_use]
pub fn pages() -> Vec<WildPage> {
    encoded().chain(declared_elsewhere()).chain(marked()).chain(shaped()).collect()
}

/// Titles in charsets, and where the page says which: the label of its charset, the header, the
/// start of the page, the title.
#[rustfmt::skip]
const ENCODED: [(&str, &str, Option<&'static str>, &str, &str); 17] = [
    ("utf-8", "utf-8", Some("text/html; charset=utf-8"), "", "Grüße aus Kraków ✂"),
    ("utf-8-meta", "utf-8", Some("text/html"), "<meta charset=utf-8>", "naïve café"),
    ("utf-8-unsaid", "utf-8", Some("text/html"), "", "déjà vu"),
    ("latin-1-header", "windows-1252", Some("text/html; charset=ISO-8859-1"), "", "Größe"),
    ("windows-1252", "windows-1252", Some("text/html;charset=\"windows-1252\""), "", "5 € – “net”"),
    ("windows-1252-unsaid", "windows-1252", Some("text/html"), "", "Müller & Söhne"),
    ("http-equiv", "iso-8859-2", Some("text/html"),
        "<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=iso-8859-2'>", "Łódź"),
    ("header-beats-meta", "koi8-r", Some("text/html; charset=koi8-r"), "<meta charset=utf-8>", "Привет"),
    ("unknown-label", "windows-1251", Some("text/html; charset=klingon"),
        "<meta charset=windows-1251>", "Здравствуй"),
    ("shift-jis", "shift_jis", Some("text/html"), "<meta charset=\"Shift_JIS\">", "日本語のページ"),
    ("euc-jp", "euc-jp", Some("text/html; charset=EUC-JP"), "", "東京の天気"),
    ("iso-2022-jp", "iso-2022-jp", Some("text/html; charset=iso-2022-jp"), "", "手紙"),
    ("gbk", "gbk", Some("text/html"), "<meta charset=gb2312>", "简体中文"),
    ("gb18030", "gb18030", Some("text/html; charset=gb18030"), "", "𠀀 rare"),
    ("big5", "big5", Some("text/html; charset=big5"), "", "繁體中文"),
    ("euc-kr", "euc-kr", Some("text/html; charset=euc-kr"), "", "한국어"),
    ("late-meta", "windows-1251", Some("text/html"),
        "<!-- some systems greet their readers at length ........................................\
         ..................................................................................... -->\
         <meta name=viewport content='width=device-width'><meta charset=windows-1251>", "Поздно"),
];

fn encoded() -> impl Iterator<Item = WildPage> {
    ENCODED.into_iter().map(|(name, label, content_type, start, title)| {
        let text =
            format!("<!DOCTYPE html><html><head>{start}<title>{title}</title></head>");
        let encoding =
            Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
        let body = encoding.encode(&text).0.into_owned();
        WildPage { name, content_type, body, title: Some(title) }
    })
}

/// Titles in charsets that are said at other places than right before them.
#[rustfmt::skip]
const ELSEWHERE: [(&str, &str, &str, &str, &str); 4] = [
    ("meta-after-title", "windows-1252", "text/html",
        "<html><head><title>Prêt à 5 €</title><meta charset=windows-1252>", "Prêt à 5 €"),
    // Neither of the guesses would be right.
    ("meta-after-title-cyrillic", "windows-1251", "text/html",
        "<html><head><title>После</title><meta charset=windows-1251>", "После"),
    ("xml-declaration", "iso-8859-2", "application/xhtml+xml",
        "<?xml version=\"1.0\" encoding=\"iso-8859-2\"?>\n<html xmlns='http://www.w3.org/1999/xhtml'>\
         <head><title>Zażółć gęślą jaźń</title></head></html>", "Zażółć gęślą jaźń"),
    ("meta-beats-xml-declaration", "koi8-r", "text/html",
        "<?xml version='1.0' encoding='utf-8'?><html><meta charset=koi8-r><title>Снова</title>", "Снова"),
];

fn declared_elsewhere() -> impl Iterator<Item = WildPage> {
    ELSEWHERE.into_iter().map(|(name, label, content_type, text, title)| {
        let encoding =
            Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
        let body = encoding.encode(text).0.into_owned();
        WildPage { name, content_type: Some(content_type), body, title: Some(title) }
    })
}

/// Titles in charsets that the first bytes give away, whatever else is said.
fn marked() -> impl Iterator<Item = WildPage> {
    let text = "<meta charset=koi8-r><title>Zażółć 🦀</title>";
    let units: Vec<u16> = text.encode_utf16().collect();
    let little = units.iter().flat_map(|unit| unit.to_le_bytes());
    let big = units.iter().flat_map(|unit| unit.to_be_bytes());
    [
        ("utf-8-mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("utf-16-little", b"\xFF\xFE".iter().copied().chain(little).collect()),
        ("utf-16-big", b"\xFE\xFF".iter().copied().chain(big).collect()),
    ]
    .into_iter()
    .map(|(name, body)| WildPage {
        name,
        content_type: Some("text/html; charset=windows-1252"),
        body,
        title: Some("Zażółć 🦀"),
    })
}

/// Titles that are hard to find, in plain ASCII.
#[rustfmt::skip]
const SHAPED: [(&str, &str, Option<&str>); 24] = [
    ("plain", "<!doctype html><title>A plain page</title>", Some("A plain page")),
    ("entities", "<title>Tom &amp; Jerry &lt;3 &eacute;&#8364;&#x1F980; &nosuch; AT&T</title>",
        Some("Tom & Jerry <3 é€🦀 &nosuch; AT&T")),
    ("spaces", "<title>\r\n\t  two \n  lines&nbsp;&#10;</title>", Some("two lines")),
    ("commas", "<title>\"Quotes\", commas; and 'such', all at once</title>",
        Some("\"Quotes\", commas; and 'such', all at once")),
    ("formula", "<title>=1+1</title>", Some("=1+1")),
    ("capitals", "<HTML><HEAD><TITLE LANG=en>LOUD</TITLE >", Some("LOUD")),
    ("tags", "<title>a <b>bold</b> title</title>", Some("a <b>bold</b> title")),
    ("doubled", "<title>first</title><title>second</title>", Some("first")),
    ("empty-first", "<title> </title><title>second</title>", Some("second")),
    ("in-body", "<html><body><h1>No head</h1><title>late</title>", Some("late")),
    ("missing", "<!doctype html><html><head></head><body><h1>No title</h1>", None),
    ("empty", "<title></title>", None),
    ("nothing", "", None),
    ("unclosed", "<title>goes on <p>and on", Some("goes on <p>and on")),
    ("cut-tag", "<title>cut</titl", Some("cut</titl")),
    ("comment", "<!-- <title>not this</title> --><title>this</title>", Some("this")),
    ("script", "<script>var s = '<title>not this</title>';</script><title>this</title>", Some("this")),
    ("style", "<style>/*<title>not this</title>*/</style><title>this</title>", Some("this")),
    ("textarea", "<textarea><title>not this</title></textarea><title>this</title>", Some("this")),
    ("drawing", "<svg><style/><title>not this</title><script/></svg><title>this</title>", Some("this")),
    ("only-drawing", "<body><svg viewBox='0 0 1 1'><title>Logo</title></svg>", None),
    ("template", "<template><title>not this</title></template><title>this</title>", Some("this")),
    ("broken", "<<!><html <head></p></div><title>still found</title>", Some("still found")),
    ("attribute", "<meta content='<title>not this</title>'><title>this</title>", Some("this")),
];

fn shaped() -> impl Iterator<Item = WildPage> {
    let shaped = SHAPED.into_iter().map(|(name, body, title)| WildPage {
        name,
        content_type: Some("text/html"),
        body: body.into(),
        title,
    });
    let far =
        format!("<script>{}</script><title>far</title>", "// code\n".repeat(20_000));
    let xhtml = "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>\
        <head><title>strict</title></head></html>";
    let others = [
        ("far", Some("text/html"), far, Some("far")),
        (
            "xhtml",
            Some("application/xhtml+xml; charset=utf-8"),
            xhtml.into(),
            Some("strict"),
        ),
        (
            "no-type",
            None,
            " <!DOCTYPE html><title>untyped</title>".into(),
            Some("untyped"),
        ),
        (
            "empty-type",
            Some(""),
            "\n<title>as good as untyped</title>".into(),
            Some("as good as untyped"),
        ),
    ];
    shaped.chain(others.into_iter().map(|(name, content_type, body, title)| WildPage {
        name,
        content_type,
        body: body.into_bytes(),
        title,
    }))
}
