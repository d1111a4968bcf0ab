//! Lines that are no longer than a terminal is wide.

/// How wide the text is at most.
const WIDTH: usize = 78;

/// Breaks `text` into lines, each indented by `indent`.
pub fn wrap(text: &str, indent: &str) -> String {
    let mut lines = vec![indent.to_owned()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        let full = line.chars().count() + 1 + word.chars().count() > WIDTH;
        match full && line.trim() != "" {
            true => lines.push(format!("{indent}{word}")),
            false if line.trim() == "" => line.push_str(word),
            false => {
                line.push(' ');
                line.push_str(word);
            }
        }
    }
    lines.join("\n")
}
