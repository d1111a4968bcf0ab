//! Checks what pages include: only compiled code, and only what is there.
//!
//! mdBook leaves a page as it is where a file is missing, and empty where an anchor is.

use std::{
    fs,
    path::{Component, Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

/// Where code may come from.
const CODE: [&str; 2] = ["chapters-code", "exercises"];

/// An include: its file, and what of it.
#[derive(Debug, PartialEq)]
struct Include<'a> {
    kind: &'a str,
    file: &'a str,
    part: Option<&'a str>,
}

/// What stands between the braces of an include.
fn parse(inner: &str) -> Option<Include<'_>> {
    let (kind, rest) =
        inner.trim().strip_prefix('#')?.split_once(char::is_whitespace)?;
    let target = rest.split_whitespace().next()?;
    let (file, part) = match target.split_once(':') {
        Some((file, part)) => (file, Some(part)),
        None => (target, None),
    };
    Some(Include { kind, file, part })
}

/// Checks `{{#…}}` of a page in `folder`, all paths absolute. Returns what an anchor holds, moved to
/// the left margin; the rest of what can be included is left to mdBook.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub fn check(
    inner: &str,
    root: &Path,
    folder: &Path,
) -> Result<Option<String>, String> {
    let include = parse(inner).ok_or_else(|| {
        format!(
            "`{{{{{inner}}}}}` names no file; expected {{{{#include FILE:ANCHOR}}}}"
        )
    })?;
    match include.kind {
        "title" => return Ok(None),
        "include" | "rustdoc_include" => {}
        kind => {
            return Err(format!(
                "`#{kind}` is not for this book; expected #include, #rustdoc_include or #title"
            ));
        }
    }
    let file = plain(&folder.join(include.file));
    if code_crate(root, &file).is_none() {
        return Err(format!(
            "`{}` is not in a crate of {}; include only code that is compiled and tested",
            include.file,
            CODE.join("/ or ")
        ));
    }
    let text = fs::read_to_string(&file).map_err(|error| {
        format!("`{}` cannot be included: {error}; mend the path", include.file)
    })?;
    let Some(part) = include.part else { return Ok(None) };
    let first = part.split(':').next().unwrap_or_default();
    if first.is_empty() || first.parse::<usize>().is_ok() {
        return check_lines(part, &text, include.file).map(|()| None);
    }
    let held = anchored(first, &text, include.file)?;
    Ok((include.kind == "include").then(|| at_the_margin(&held)))
}

/// The lines that an anchor holds.
fn anchored<'a>(
    first: &str,
    text: &'a str,
    file: &str,
) -> Result<Vec<&'a str>, String> {
    let (mut started, mut ended, mut held) = (false, false, Vec::new());
    for line in text.lines() {
        let named = |found: Option<&str>| found == Some(first);
        if named(anchor(line, true)) {
            started = true;
        } else if named(anchor(line, false)) {
            ended = started;
        } else if started
            && !ended
            && anchor(line, true).or(anchor(line, false)).is_none()
        {
            held.push(line);
        }
    }
    match (started, ended, held.iter().all(|line| line.trim().is_empty())) {
        (false, ..) => {
            Err(format!("`{file}` has no anchor `{first}`; {}", anchors(text)))
        }
        (true, false, _) => Err(format!(
            "anchor `{first}` of `{file}` has no `ANCHOR_END: {first}` after it"
        )),
        (true, true, true) => Err(format!("anchor `{first}` of `{file}` is empty")),
        (true, true, false) => Ok(held),
    }
}

/// The lines without the indentation that they all share, such as that of an `impl`.
fn at_the_margin(lines: &[&str]) -> String {
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let written = lines.iter().filter(|line| !line.trim().is_empty());
    let shared = written.map(indent).min().unwrap_or(0);
    let moved: Vec<&str> =
        lines.iter().map(|line| line.get(shared..).unwrap_or_default()).collect();
    moved.join("\n")
}

fn check_lines(part: &str, text: &str, file: &str) -> Result<(), String> {
    let mut parts = part.split(':').map(|number| number.parse::<usize>().ok());
    let start = parts.next().flatten().unwrap_or(1).max(1);
    let end = parts.next().map_or(start, |end| end.unwrap_or(usize::MAX));
    let there = text.lines().count();
    if start > end || start > there || (end != usize::MAX && end > there) {
        return Err(format!("`{file}` has no lines {part}; it has {there} lines"));
    }
    Ok(())
}

/// The anchor that starts or ends in a line, as mdBook finds it.
fn anchor(line: &str, start: bool) -> Option<&str> {
    static START: LazyLock<Regex> = LazyLock::new(|| pattern(r"ANCHOR:\s*([\w_-]+)"));
    static END: LazyLock<Regex> = LazyLock::new(|| pattern(r"ANCHOR_END:\s*([\w_-]+)"));
    let found = if start { &START } else { &END }.captures(line)?;
    found.get(1).map(|name| name.as_str())
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
}

fn anchors(text: &str) -> String {
    let there: Vec<&str> = text.lines().filter_map(|line| anchor(line, true)).collect();
    if there.is_empty() {
        "it has none; write `// ANCHOR: name` and `// ANCHOR_END: name` around the code"
            .to_owned()
    } else {
        format!("there is: {}", there.join(", "))
    }
}

/// Checks that a fenced Rust block is one include from a compiled crate.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub fn check_rust(content: &str, root: &Path, folder: &Path) -> Result<(), String> {
    const WANTED: &str = "a Rust block must be one {{#include FILE:ANCHOR}} of a compiled crate, so \
        that what is shown is what was tested; for what must not compile, fence it as `text`";
    let inner =
        content.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    let include = inner.filter(|inner| !inner.contains("}}")).and_then(parse);
    let Some(include) = include.filter(|include| include.kind.ends_with("include"))
    else {
        return Err(WANTED.to_owned());
    };
    let file = plain(&folder.join(include.file));
    let Some(inside) = code_crate(root, &file) else {
        // `check` has said so already.
        return Ok(());
    };
    let compiled = ["src", "tests", "benches", "examples"]
        .iter()
        .any(|part| inside.starts_with(part));
    if file.extension().is_some_and(|extension| extension == "rs") && compiled {
        Ok(())
    } else {
        Err(format!("`{}` is not compiled with its crate; {WANTED}", include.file))
    }
}

/// The rest of the path of `file` inside the crate that it belongs to; `None` if it is in none.
fn code_crate(root: &Path, file: &Path) -> Option<PathBuf> {
    let mut parts = file.strip_prefix(plain(root)).ok()?.components();
    let (room, name) = (parts.next()?, parts.next()?);
    let known = CODE.iter().any(|code| room.as_os_str() == *code);
    let manifest = root.join(room).join(name).join("Cargo.toml");
    (known && manifest.is_file()).then(|| parts.as_path().to_owned())
}

/// `path` without `.` and `..`; the file itself need not be there.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            _ => plain.push(part),
        }
    }
    plain
}

/// The files that `text`, a page in `folder`, includes.
pub fn files(text: &str, folder: &Path) -> Vec<PathBuf> {
    static INCLUDE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\{\{\s*(#(?:rustdoc_)?include\s[^}]*)\}\}"));
    let inner = INCLUDE.captures_iter(text).filter_map(|found| found.get(1));
    let includes = inner.filter_map(|inner| parse(inner.as_str()));
    includes.map(|include| plain(&folder.join(include.file))).collect()
}
