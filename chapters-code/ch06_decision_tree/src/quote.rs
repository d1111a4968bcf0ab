//! Names as they can be shown: to a shell, and to eyes.

use std::ffi::OsStr;

/// A word that a shell reads as this text, however odd that is.
#[must_use]
pub fn for_shell(text: &OsStr) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_-./,".contains(it);
    match text.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(is_plain) => text.to_owned(),
        Some(text) if !text.chars().any(paints) => {
            format!("'{}'", text.replace('\'', r"'\''"))
        }
        // Only here can a character be named that must not be shown.
        _ => {
            let bytes = text.as_encoded_bytes().iter();
            let named = bytes.map(|byte| match byte {
                b'\'' | b'\\' => format!("\\{}", char::from(*byte)),
                b' '..=b'~' => char::from(*byte).to_string(),
                _ => format!("\\{byte:03o}"),
            });
            format!("$'{}'", named.collect::<String>())
        }
    }
}

/// The text, with what a terminal would obey instead of show in words.
#[must_use]
pub fn for_eyes(text: &str) -> String {
    let one = |it: char| match paints(it) {
        true => it.escape_default().to_string(),
        false => it.to_string(),
    };
    text.chars().map(one).collect()
}

/// Whether a terminal obeys it: a control character, or one that turns the writing around.
fn paints(it: char) -> bool {
    it.is_control() || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_needs_it() {
        for (text, word) in [
            ("../my_fetcher-2", "../my_fetcher-2"),
            ("", "''"),
            ("my fetcher", "'my fetcher'"),
            ("~/$HOME;&*", "'~/$HOME;&*'"),
            ("it's", r"'it'\''s'"),
            ("ü", "'ü'"),
            ("a\n'b\\\u{1b}[1m", r"$'a\012\'b\\\033[1m'"),
        ] {
            assert_eq!(for_shell(OsStr::new(text)), word);
        }
    }

    #[test]
    #[cfg(unix)]
    #[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
    fn a_shell_reads_the_same_text() {
        use std::{os::unix::ffi::OsStrExt, process::Command};
        // Other shells know `$'…'` as well, but not all of them.
        if Command::new("bash").arg("--version").output().is_err() {
            return;
        }
        for text in [&b"it's"[..], b"a b\t\x1b[1m", b"!`$x\\", b"\xff\xfe0", b"'\n'"] {
            let script = format!("printf %s {}", for_shell(OsStr::from_bytes(text)));
            let output = Command::new("bash").args(["-c", &script]).output().unwrap();
            assert_eq!(output.stdout, text, "{script}");
        }
    }

    #[test]
    fn a_terminal_is_shown_and_not_painted() {
        assert_eq!(for_eyes("a\n\u{1b}[31mb\u{202e}"), r"a\n\u{1b}[31mb\u{202e}");
        assert_eq!(for_eyes("größer 'x' \\"), "größer 'x' \\");
    }
}
