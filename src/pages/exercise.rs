//! An exercise's card: the task, what it is worth, where to begin, and the command that checks it.

use std::fmt::Write;

use super::html::{escape, plain};
use crate::{
    exercises::{catalogue::Exercise, sealed::Variant, terminal::counted},
    problem::shown,
};

/// The card of one exercise, as Markdown with HTML around it.
///
/// # Errors
/// A sealed file that cannot be read or makes no sense.
pub fn card(exercise: &Exercise) -> Result<String, String> {
    let (id, entry) = (escape(&exercise.id()), &exercise.entry);
    let sealed = exercise.sealed().map_err(|problem| problem.to_string())?;
    let starter = sealed.derive(&Variant::Starter);
    let fence = fence(&starter);
    let mut card = format!(
        "<section class=\"wb-exercise\" data-exercise=\"{id}\" aria-labelledby=\"{id}\">\n\n\
         ### {} {{ #{id} }}\n\n\
         <p class=\"wb-exercise-facts\">{} · {}</p>\n\n{}\n\n",
        plain(&entry.title),
        counted(entry.minutes, "minute"),
        counted(exercise.points(), "point"),
        entry.task.trim(),
    );
    card.push_str("<p class=\"wb-exercise-head\">You practise to</p>\n\n");
    for objective in &entry.objectives {
        let _ = writeln!(card, "- {}", plain(objective));
    }
    card.push_str("\n<p class=\"wb-exercise-head\">Graded</p>\n\n");
    for check in &entry.checks {
        let points = counted(check.points, "point");
        let _ = writeln!(card, "- {} ({points})", plain(&check.says));
    }
    let _ = write!(
        card,
        "\n<p class=\"wb-exercise-head\">Edit <code>{}</code>, then</p>\n\n\
         ```console\ncargo run -- check {id}\n```\n\n\
         <details>\n<summary>It begins as</summary>\n\n\
         {fence}rust\n{}\n{fence}\n\n</details>\n\n</section>",
        escape(&shown(&exercise.path())),
        starter.trim_end(),
    );
    Ok(card)
}

/// What a block of this code can stand between: more backticks than it has in a row.
fn fence(code: &str) -> String {
    let longest = code.split(|letter| letter != '`').map(str::len).max();
    "`".repeat(longest.unwrap_or_default().max(2) + 1)
}
