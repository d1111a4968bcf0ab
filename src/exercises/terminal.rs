//! What a learner sees: plain lines, coloured where a terminal shows colours and `NO_COLOR` is not
//! set.

use std::{fmt::Display, io::Write};

use anstyle::{AnsiColor, Style};

/// What went well.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What did not.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is open.
pub const OPEN: Style = AnsiColor::Yellow.on_default().bold();
/// A heading.
pub const STRONG: Style = Style::new().bold();
/// What a program printed.
pub const FAINT: Style = Style::new().dimmed();

/// `text` in a style.
pub fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A line to standard output; whoever reads it may have gone.
pub fn say(line: impl Display) {
    drop(writeln!(anstream::stdout(), "{line}"));
}

/// A line to standard error.
pub fn note(line: impl Display) {
    drop(writeln!(anstream::stderr(), "{line}"));
}

/// `1 point`, `2 points`.
pub fn counted(count: impl Display, what: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {what}{ending}")
}

/// A name that a stranger chose, as it may be shown: on one line, with escapes in the place of
/// characters that a terminal would go by, or that would make it look like another.
pub fn on_one_line(name: &str) -> String {
    escaped(name, |c| c.escape_default().collect())
}

/// A text with strangers' words in it, as it may be shown: as it is, but for such characters.
pub fn on_lines(text: &str) -> String {
    let lines = |c| match c {
        '\n' | '\t' => String::from(c),
        c => c.escape_default().collect(),
    };
    escaped(&text.replace("\r\n", "\n"), lines)
}

/// A text with `escape` in the place of the characters that are not shown.
pub fn escaped(text: &str, escape: impl Fn(char) -> String) -> String {
    let is_shown = |c: char| {
        let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
        let isolates = matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}');
        !c.is_control() && !turns && !isolates
    };
    let mut shown = String::new();
    for c in text.chars() {
        match is_shown(c) {
            true => shown.push(c),
            false => shown.push_str(&escape(c)),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_moves_the_cursor_or_turns_the_line_around() {
        assert_eq!(on_one_line("ada\n\x1b[2J\u{9b}"), "ada\\n\\u{1b}[2J\\u{9b}");
        assert_eq!(on_lines("a\r\n\tb\x1b"), "a\n\tb\\u{1b}");
        assert_eq!(on_one_line("\u{202e}evil, “ä” 漢"), "\\u{202e}evil, “ä” 漢");
    }
}
