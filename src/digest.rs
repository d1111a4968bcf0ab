//! A digest of a chapter's code, by which a record knows whether it is stale.
//!
//! It covers the tokens of the chapter's Rust files, so that a comment, a doc comment or a line break
//! changes nothing, and a literal, an operator or a file's name does. The Python originals are
//! covered byte by byte. So are the modules that it uses from another chapter, and what those use in
//! turn: their tokens say which.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use lab::record::{METHOD, Source};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::{
    chapters,
    problem::{Problem, shown},
};

/// The digest of the chapter in `folder`, such as `sha256:0f3c…`.
///
/// # Errors
/// A file or folder that cannot be read, or a file that is not Rust.
pub fn of(folder: &Path) -> Result<String, Problem> {
    let mut hash = Sha256::new();
    for file in files(folder)? {
        let path = folder.join(&file);
        let content = fs::read(&path).map_err(|error| Problem::file(&path, error))?;
        let name = shown(&file);
        piece(&mut hash, b'f', name.as_bytes());
        if is_rust(&file) {
            let tokens =
                parse(&content).map_err(|error| Problem::file(&path, error))?;
            add(&mut hash, tokens);
        } else {
            piece(&mut hash, b'b', &content);
        }
    }
    for path in borrowed(folder)? {
        let room = folder.parent().unwrap_or(folder);
        let name = shown(path.strip_prefix(room).unwrap_or(&path));
        piece(&mut hash, b'f', name.as_bytes());
        add(&mut hash, tokens(&path)?);
    }
    let hex: String =
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("sha256:{hex}"))
}

/// What a record of the chapter in `folder` says about its source, if it is made now.
///
/// # Errors
/// As [`of`].
pub fn source(folder: &Path) -> Result<Source, Problem> {
    Ok(Source { digest: of(folder)?, method: METHOD })
}

/// The covered files, as seen from `folder`, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let covered = |file: &Path| {
        let ends = |end| file.extension().is_some_and(|extension| extension == end);
        let python = file.parent() == Some(Path::new("python"));
        (file.starts_with("src") && ends("rs"))
            || (python && (ends("py") || file.ends_with("requirements.txt")))
    };
    let parts = ["src", "python"].map(|part| folder.join(part));
    let mut files = Vec::new();
    // Not every chapter has a Python original.
    for part in parts.into_iter().filter(|part| part.symlink_metadata().is_ok()) {
        for entry in WalkDir::new(&part) {
            let entry = entry.map_err(|error| {
                Problem::file(error.path().unwrap_or(&part), &error)
            })?;
            let file = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            if entry.file_type().is_file() && covered(file) {
                files.push(file.to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The files of the modules that the chapter in `folder` uses from other chapters, sorted.
fn borrowed(folder: &Path) -> Result<BTreeSet<PathBuf>, Problem> {
    let (Some(room), Some(own)) = (folder.parent(), folder.file_name()) else {
        return Ok(BTreeSet::new());
    };
    let mut found = BTreeSet::new();
    let own_files = files(folder)?.into_iter().map(|file| folder.join(file));
    let mut unread: Vec<PathBuf> = own_files.filter(|file| is_rust(file)).collect();
    while let Some(file) = unread.pop() {
        let inside = file.strip_prefix(room).unwrap_or(&file);
        let chapter = inside.iter().next().unwrap_or_default();
        let mut named = Vec::new();
        uses(tokens(&file)?, &chapter.to_string_lossy(), &mut named);
        for (chapter, module) in named {
            // Its own files are covered already.
            if OsStr::new(&chapter) == own {
                continue;
            }
            for part in module_files(&room.join(chapter).join("src"), &module)? {
                if found.insert(part.clone()) {
                    unread.push(part);
                }
            }
        }
    }
    Ok(found)
}

/// The files of a module of the crate whose code is in `src`; all of them if it is none of its
/// modules, but something that the crate hands on. None if there is no such crate.
fn module_files(src: &Path, module: &str) -> Result<Vec<PathBuf>, Problem> {
    let file = src.join(module).with_extension("rs");
    let folder = src.join(module);
    let named = [file, folder].into_iter().filter(|part| part.exists());
    let mut roots: Vec<PathBuf> = named.collect();
    if roots.is_empty() && src.is_dir() {
        roots.push(src.to_owned());
    }
    let mut files = Vec::new();
    for root in roots {
        for entry in WalkDir::new(&root) {
            let entry = entry.map_err(|error| {
                Problem::file(error.path().unwrap_or(&root), &error)
            })?;
            if entry.file_type().is_file() && is_rust(entry.path()) {
                files.push(entry.into_path());
            }
        }
    }
    Ok(files)
}

/// Which modules of which chapters the code of `chapter` names: `chNN_name::module`, and
/// `crate::module` of its own. A chapter named in another way counts with an empty module.
/// `super` counts as `crate`: it leads at most as far up.
fn uses(tokens: TokenStream, chapter: &str, found: &mut Vec<(String, String)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let name = match token {
            TokenTree::Group(group) => {
                uses(group.stream(), chapter, found);
                continue;
            }
            TokenTree::Ident(name) => name.to_string(),
            _ => continue,
        };
        let name = match name.as_str() {
            "crate" | "super" => chapter.to_owned(),
            name if chapters::is_chapter(name) => name.to_owned(),
            _ => continue,
        };
        let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
        let path = colon(tokens.get(at + 1)) && colon(tokens.get(at + 2));
        match tokens.get(at + 3).filter(|_| path) {
            Some(TokenTree::Ident(module)) => found.push((name, module.to_string())),
            Some(TokenTree::Group(group)) => {
                let modules = firsts(group.stream());
                found.extend(modules.into_iter().map(|module| (name.clone(), module)));
            }
            // `pub(crate)` and `use super::*` name no other module.
            _ if !chapters::is_chapter(&token.to_string()) => {}
            _ => found.push((name, String::new())),
        }
    }
}

/// The first word of each part between commas.
fn firsts(tokens: TokenStream) -> Vec<String> {
    let mut firsts = Vec::new();
    let mut begins = true;
    for token in tokens {
        let comma = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ',');
        if begins && !comma {
            firsts.push(token.to_string());
        }
        begins = comma;
    }
    firsts
}

fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs")
}

/// The tokens of a file.
fn tokens(path: &Path) -> Result<TokenStream, Problem> {
    let content = fs::read(path).map_err(|error| Problem::file(path, error))?;
    parse(&content).map_err(|error| Problem::file(path, error))
}

fn parse(content: &[u8]) -> Result<TokenStream, io::Error> {
    let invalid = |error: String| io::Error::new(io::ErrorKind::InvalidData, error);
    let text = str::from_utf8(content).map_err(|error| invalid(error.to_string()))?;
    text.parse()
        .map_err(|error| invalid(format!("not Rust, so it has no digest: {error}")))
}

/// Adds tokens, without doc comments, which the parser turns into `#[doc = "…"]`.
///
/// Whether two punctuation marks touch is left out: it follows from how a line was broken.
fn add(hash: &mut Sha256, tokens: TokenStream) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                let inner = |token: &TokenTree| matches!(token, TokenTree::Punct(m) if m.as_char() == '!');
                let bang = tokens.next_if(inner);
                if tokens.next_if(is_doc).is_none() {
                    piece(hash, b'p', b"#");
                    if bang.is_some() {
                        piece(hash, b'p', b"!");
                    }
                }
            }
            TokenTree::Punct(mark) => {
                piece(hash, b'p', mark.as_char().to_string().as_bytes())
            }
            TokenTree::Ident(name) => piece(hash, b'i', name.to_string().as_bytes()),
            TokenTree::Literal(literal) => {
                piece(hash, b'l', literal.to_string().as_bytes())
            }
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                piece(hash, b'g', open);
                add(hash, group.stream());
                piece(hash, b'g', close);
            }
        }
    }
}

/// Whether the token is the `[doc = "…"]` of a doc comment.
fn is_doc(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let mut tokens = group.stream().into_iter();
    let doc = matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "doc");
    doc && matches!(tokens.next(), Some(TokenTree::Punct(mark)) if mark.as_char() == '=')
}

fn brackets(delimiter: Delimiter) -> (&'static [u8], &'static [u8]) {
    match delimiter {
        Delimiter::Parenthesis => (b"(", b")"),
        Delimiter::Brace => (b"{", b"}"),
        Delimiter::Bracket => (b"[", b"]"),
        Delimiter::None => (b"", b""),
    }
}

/// Adds one piece, marked and measured, so that no two sequences of pieces look alike.
fn piece(hash: &mut Sha256, kind: u8, content: &[u8]) {
    hash.update([kind]);
    hash.update((content.len() as u64).to_le_bytes());
    hash.update(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        of(folder.path()).expect("a digest")
    }

    const PLAIN: &str = "pub fn two() -> u32 { let list = [1, 2]; list[1] }";

    #[test]
    fn comments_doc_comments_and_line_breaks_change_nothing() {
        let same = "//! A map.\n#![doc = \"more\"]\n/// Two.\n\
            pub fn two() -> u32 { // two\n let list = [1,\n 2]; /* here */ list[1]\n}";
        assert_eq!(digest(&[("src/lib.rs", PLAIN)]), digest(&[("src/lib.rs", same)]));
    }

    #[test]
    fn a_changed_literal_changes_it() {
        let other = PLAIN.replace("2]", "3]");
        assert_ne!(digest(&[("src/lib.rs", PLAIN)]), digest(&[("src/lib.rs", &other)]));
    }

    #[test]
    fn an_attribute_changes_it() {
        let other = format!("#[inline] {PLAIN}");
        assert_ne!(digest(&[("src/lib.rs", PLAIN)]), digest(&[("src/lib.rs", &other)]));
    }

    #[test]
    fn a_renamed_file_changes_it() {
        assert_ne!(digest(&[("src/a.rs", PLAIN)]), digest(&[("src/b.rs", PLAIN)]));
    }

    #[test]
    fn python_counts_byte_by_byte_and_tests_and_records_do_not_count() {
        let with = |python: &str, test: &str| {
            digest(&[
                ("src/lib.rs", PLAIN),
                ("python/original.py", python),
                ("tests/it.rs", test),
                ("records/here.json", test),
            ])
        };
        assert_eq!(with("x = 1", "a"), with("x = 1", "b"));
        assert_ne!(with("x = 1", "a"), with("x = 1 # one", "a"));
    }

    /// The digest of chapter 5 with `code`, beside a chapter 2 whose files are `lent`.
    fn beside(code: &str, lent: &[(&str, &str)]) -> String {
        let room = tempfile::tempdir().expect("a temporary folder");
        let lent =
            lent.iter().map(|(name, content)| (format!("ch02_b/{name}"), *content));
        for (name, content) in lent.chain([("ch05_a/src/lib.rs".to_owned(), code)]) {
            let path = room.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        of(&room.path().join("ch05_a")).expect("a digest")
    }

    #[test]
    fn a_module_of_another_chapter_counts_if_it_is_used() {
        for code in [
            "use ch02_b::crew;",
            "use ch02_b::crew::{self, Errand};",
            "use ch02_b::{pi::darts, crew::run};",
            "pub fn f() { [ch02_b::crew::run(1)]; }",
        ] {
            let with = |crew, other| {
                beside(
                    code,
                    &[
                        ("src/crew.rs", crew),
                        ("src/other.rs", other),
                        ("src/pi.rs", ""),
                    ],
                )
            };
            assert_ne!(
                with("const A: u8 = 1;", ""),
                with("const A: u8 = 2;", ""),
                "{code}"
            );
            assert_eq!(
                with("", "const A: u8 = 1;"),
                with("", "const A: u8 = 2;"),
                "{code}"
            );
            assert_eq!(with("", ""), with("/* a comment */", ""), "{code}");
        }
    }

    #[test]
    fn what_a_used_module_uses_counts_too() {
        for crew in ["use crate::deep;", "use super::deep;", "use crate::{deep};"] {
            let with = |deep| {
                let lent = [
                    ("src/crew.rs", crew),
                    ("src/deep/mod.rs", ""),
                    ("src/deep/er.rs", deep),
                ];
                beside("use ch02_b::crew;", &lent)
            };
            assert_ne!(with("const A: u8 = 1;"), with("const A: u8 = 2;"), "{crew}");
        }
    }

    #[test]
    fn what_is_no_module_counts_the_whole_chapter() {
        for code in ["use ch02_b::Crew;", "use ch02_b::*;", "use ch02_b as b;"] {
            let with =
                |inner| beside(code, &[("src/lib.rs", ""), ("src/inner.rs", inner)]);
            assert_ne!(with("const A: u8 = 1;"), with("const A: u8 = 2;"), "{code}");
        }
    }

    #[test]
    fn a_chapter_that_nobody_uses_changes_nothing() {
        let lent: [(&str, &str); 1] = [("src/crew.rs", "const A: u8 = 1;")];
        let code =
            "pub(crate) fn ch02() { \"ch02_b::crew\"; crate::two() } // ch02_b::crew";
        assert_eq!(beside(code, &lent), beside(code, &[]));
        assert_eq!(beside(code, &[]), digest(&[("src/lib.rs", code)]));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let src = folder.path().join("src");
        std::os::unix::fs::symlink("gone", &src).expect("a link");
        assert_eq!(of(folder.path()).expect_err("a problem").file, src);
    }

    #[test]
    fn what_is_not_rust_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("src")).expect("a folder");
        fs::write(folder.path().join("src/lib.rs"), "fn (").expect("a file");
        let problem = of(folder.path()).expect_err("it is not Rust").to_string();
        assert!(problem.contains("src/lib.rs: not Rust"), "{problem}");
    }
}
