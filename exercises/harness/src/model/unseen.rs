//! What the model cannot see: locks, signals, atomics and threads of `std`.

use crate::fail;

/// What is in `std::sync` and waits, or makes others wait.
const WAITS: [&str; 10] = [
    "Barrier",
    "Condvar",
    "LazyLock",
    "Mutex",
    "Once",
    "OnceLock",
    "RwLock",
    "mpmc",
    "mpsc",
    "nonpoison",
];
/// What is in `std::thread` and takes part in no order that is tried.
const THREADS: [&str; 6] =
    ["Builder", "park", "park_timeout", "scope", "sleep", "spawn"];

/// Fails if `source`, the text of the learner's file, uses locks, signals, atomics or threads of
/// `std`: the model tries no orders of their steps. To be called before the model:
/// `sees(include_str!("../src/queue.rs"))`.
pub fn sees(source: &str) {
    if let Some((path, line)) = unseen(source) {
        fail(
            "nothing but what the model can see",
            format_args!("line {line} uses `{path}`"),
            "use the `sync` (or `thread`) that this file imports: it is as in `std`, and the \
             orders of its steps are tried",
        );
    }
}

/// The first path that leads to something unseen, and its line.
fn unseen(source: &str) -> Option<(String, usize)> {
    let tokens = tokens(source);
    let mut leaves = Vec::new();
    for (at, (token, _)) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map_or("", |at| &tokens[at].0);
        // `::std` too, but not `other::std`.
        let is_first = before(1) != "::" || !before(2).starts_with(char::is_lowercase);
        if token == "std" && (is_first || before(2) == "use") {
            tree(&tokens, at, Vec::new(), &mut leaves);
        }
    }
    // Also by the module's own name: `use std::sync::atomic;`, and then `atomic::AtomicBool`.
    for (module, path) in [("atomic", "std::sync::atomic"), ("thread", "std::thread")] {
        let is_module = |leaf: &Leaf| {
            let leaf = leaf.path.join("::");
            leaf == path || leaf == format!("{path}::self")
        };
        if leaves.iter().any(is_module) {
            for at in (0..tokens.len()).filter(|at| tokens[*at].0 == module) {
                if at == 0 || tokens[at - 1].0 != "::" {
                    let outer = path.split("::").map(str::to_owned);
                    let outer = outer.take_while(|part| part != module).collect();
                    tree(&tokens, at, outer, &mut leaves);
                }
            }
        }
    }
    leaves.sort_by_key(|leaf| leaf.line);
    let leaf = leaves.into_iter().find(Leaf::is_unseen)?;
    Some((leaf.path.join("::"), leaf.line))
}

/// Where a path ends, such as `std::sync::Mutex` in `use std::sync::{Arc, Mutex}`.
struct Leaf {
    path: Vec<String>,
    line: usize,
}

impl Leaf {
    fn is_unseen(&self) -> bool {
        let parts: Vec<&str> = self.path.iter().skip(1).map(String::as_str).collect();
        match parts[..] {
            ["sync"] | ["sync", "self" | "*"] => true,
            ["sync", "atomic", part, ..] => {
                part.starts_with("Atomic") || ["*", "fence"].contains(&part)
            }
            ["sync", part, ..] => WAITS.contains(&part),
            ["thread", part, ..] => THREADS.contains(&part) || part == "*",
            _ => false,
        }
    }
}

/// Follows the path, or the tree of paths, that begins at `at`; returns what comes behind it.
fn tree(
    tokens: &[(String, usize)],
    mut at: usize,
    mut path: Vec<String>,
    leaves: &mut Vec<Leaf>,
) -> usize {
    while let Some((token, line)) = tokens.get(at) {
        if token == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|it| it.0 != "}") {
                at = tree(tokens, at, path.clone(), leaves);
                while tokens.get(at).is_some_and(|it| it.0 != "," && it.0 != "}") {
                    at += 1; // `as` another name
                }
                at += usize::from(tokens.get(at).is_some_and(|it| it.0 == ","));
            }
            return at + 1;
        }
        path.push(token.clone());
        at += 1;
        if tokens.get(at).is_none_or(|it| it.0 != "::") {
            leaves.push(Leaf { path, line: *line });
            return at;
        }
        at += 1;
    }
    at
}

/// Names, `::`, and single characters, each with its line; no comments, and no texts.
fn tokens(source: &str) -> Vec<(String, usize)> {
    let mut tokens = Vec::new();
    let mut is_text = false;
    for (number, line) in (1..).zip(source.lines()) {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_name = |it: char| it.is_alphanumeric() || it == '_';
            let length = match first {
                '"' => {
                    is_text = !is_text;
                    1
                }
                '\\' if is_text => {
                    1 + rest[1..].chars().next().map_or(0, char::len_utf8)
                }
                _ if is_text => first.len_utf8(),
                '/' if rest.starts_with("//") => break,
                _ if rest.starts_with("'\"'") => 3,
                ':' if rest.starts_with("::") => 2,
                _ if is_name(first) => {
                    rest.find(|it| !is_name(it)).unwrap_or(rest.len())
                }
                _ => first.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            if !is_text && token != "\"" && !token.trim().is_empty() {
                tokens.push((token.to_owned(), number));
            }
            rest = after;
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Option<String> {
        unseen(source).map(|(path, line)| format!("{line} {path}"))
    }

    #[test]
    fn what_the_model_cannot_see_is_found_however_it_is_named() {
        let all = [
            ("use std::sync::Mutex;", "1 std::sync::Mutex"),
            ("\nuse std::{io, sync::{Arc, Mutex as M}};", "2 std::sync::Mutex"),
            (
                "fn f() { let (a, b) = std::sync::mpsc::channel(); }",
                "1 std::sync::mpsc::channel",
            ),
            (
                "use std::sync::atomic::{self, Ordering};\nlet x = atomic::AtomicBool::new(true);",
                "2 std::sync::atomic::AtomicBool::new",
            ),
            ("use std::thread;\nfn f() { thread::sleep(x) }", "2 std::thread::sleep"),
            (
                "use std::{collections::*, sync::{\n  atomic::{AtomicUsize, Ordering::SeqCst},\n}};",
                "2 std::sync::atomic::AtomicUsize",
            ),
            ("use ::std::sync;", "1 std::sync"),
        ];
        for (source, expected) in all {
            assert_eq!(found(source).as_deref(), Some(expected), "{source}");
        }
    }

    #[test]
    fn what_it_need_not_see_is_left_alone() {
        let all = [
            "use std::sync::atomic::Ordering::Relaxed;\nuse crate::sync::{AtomicUsize, Mutex};",
            "use std::{mem, sync::{Arc, atomic::{self, Ordering}}};\nlet x = atomic::Ordering::SeqCst;",
            "//! As those of `std::sync::Mutex`.\nuse crate::given::thread;\nfn f() { thread::spawn(g) }",
            "fn f() { println!(\"std::sync::Mutex \\\" std::sync::Mutex\"); std::thread::yield_now() }",
        ];
        for source in all {
            assert_eq!(found(source), None, "{source}");
        }
    }
}
