//! An exercise's card: the task, what it is worth, where to begin, and the command that checks it.

use std::fmt::Write;

use super::html::escape;
use crate::exercises::{catalogue::Exercise, sealed::Variant};

/// The card of one exercise, as Markdown with HTML around it.
///
/// # Errors
/// A sealed file that cannot be read or makes no sense.
pub fn card(exercise: &Exercise) -> Result<String, String> {
    let (id, entry) = (escape(&exercise.id()), &exercise.entry);
    let sealed = exercise.sealed().map_err(|problem| problem.to_string())?;
    let starter = sealed.derive(&Variant::Starter);
    let mut card = format!(
        "<section class=\"wb-exercise\" data-exercise=\"{id}\" aria-labelledby=\"{id}\">\n\n\
         ### {} {{ #{id} }}\n\n\
         <p class=\"wb-exercise-facts\">{} minutes · {} points</p>\n\n{}\n\n",
        entry.title,
        entry.minutes,
        exercise.points(),
        entry.task.trim(),
    );
    card.push_str("<p class=\"wb-exercise-head\">You practise to</p>\n\n");
    for objective in &entry.objectives {
        let _ = writeln!(card, "- {objective}");
    }
    card.push_str("\n<p class=\"wb-exercise-head\">Graded</p>\n\n");
    for check in &entry.checks {
        let points = if check.points == 1 { "point" } else { "points" };
        let _ = writeln!(card, "- {} ({} {points})", check.says, check.points);
    }
    let _ = write!(
        card,
        "\n<p class=\"wb-exercise-head\">Edit <code>{}</code>, then</p>\n\n\
         ```console\ncargo run -- check {id}\n```\n\n\
         <details>\n<summary>It begins as</summary>\n\n\
         ```rust\n{}\n```\n\n</details>\n\n</section>",
        escape(&exercise.path().to_string_lossy().replace('\\', "/")),
        starter.trim_end(),
    );
    Ok(card)
}
