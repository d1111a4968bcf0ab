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
