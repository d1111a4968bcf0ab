//! Timetables: what fits into a lecture, half a day, or a term, computed from the minutes that
//! chapters and exercises say they take.

use std::{fmt::Write, fs, path::Path};

use serde::Deserialize;

use super::{
    html::{TABLE_END, escape, table_start},
    library::Library,
};
use crate::problem::{Problem, parse_toml, unknown};

/// Where the tracks are declared, from the root.
pub const FILE: &str = "book/tracks.toml";
/// The version of that file.
const SCHEMA: u32 = 1;
/// What a timetable has of each session.
const COLUMNS: [&str; 4] = ["Session", "In class", "In all", "At home"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    schema: u32,
    #[serde(rename = "track")]
    tracks: Vec<Track>,
}

/// A way through the book for a class.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Its name in directives.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// When the class meets.
    #[serde(rename = "session")]
    pub sessions: Vec<Session>,
}

/// A meeting of the class.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// What it is about.
    pub title: String,
    /// How long it lasts.
    pub minutes: u32,
    /// Of that, what is left free: breaks, questions, setting up.
    pub breaks: u32,
    /// Chapters to read together or to show (`ch05`), exercises to solve (`ch05.ordered`).
    pub parts: Vec<String>,
    /// What is done at home.
    #[serde(default)]
    pub home: Vec<String>,
}

/// The tracks of the book at `root`.
///
/// # Errors
/// A file that cannot be read or makes no sense; the problem names the line.
pub fn tracks(root: &Path) -> Result<Vec<Track>, Problem> {
    let text = fs::read_to_string(root.join(FILE))
        .map_err(|error| Problem::file(FILE, error))?;
    let manifest: Manifest = parse_toml(Path::new(FILE), &text)?;
    if manifest.schema != SCHEMA {
        let what = format!("schema {}; expected {SCHEMA}", manifest.schema);
        return Err(Problem::line(FILE, 1, what));
    }
    Ok(manifest.tracks)
}

/// The track called `id` as a table.
///
/// # Errors
/// No such track; a part that does not exist; or a session that overflows.
pub fn timetable(root: &Path, id: &str, library: &Library) -> Result<String, String> {
    let tracks = tracks(root).map_err(|problem| problem.to_string())?;
    let track = tracks.iter().find(|track| track.id == id).ok_or_else(|| {
        let there: Vec<&str> = tracks.iter().map(|track| track.id.as_str()).collect();
        format!("{}, see {FILE}", unknown("track", id, &there))
    })?;
    let mut html = "<div class=\"wb-timetable\">".to_owned();
    html.push_str(&table_start(&COLUMNS));
    let mut whole = [0; 3];
    for session in &track.sessions {
        let (mut parts, needed) = listed(&session.parts, library)?;
        let (mut home, at_home) = listed(&session.home, library)?;
        parts.push(format!("Breaks and questions {}", minutes(session.breaks)));
        let needed = needed + session.breaks;
        if needed > session.minutes {
            return Err(format!(
                "session `{}` of track `{id}` takes {needed} minutes with its breaks, and has {}; \
                 leave a part out in {FILE}, or give it more time",
                session.title, session.minutes
            ));
        }
        if home.len() > 1 {
            home.push(format!("In all {}", minutes(at_home)));
        }
        let sums = [needed, session.minutes, at_home];
        whole.iter_mut().zip(sums).for_each(|(sum, one)| *sum += one);
        let needed = of(needed, session.minutes);
        html.push_str(&row(&session.title, [list(&parts), needed, list(&home)]));
    }
    if let count @ 2.. = track.sessions.len() {
        let [needed, limit, at_home] = whole;
        let cells = [format!("{count} sessions"), of(needed, limit), minutes(at_home)];
        html.push_str(&row("All", cells));
    }
    Ok(html + TABLE_END + "</div>")
}

fn minutes(minutes: u32) -> String {
    format!("<span class=\"wb-minutes\">{minutes} min</span>")
}

fn of(needed: u32, limit: u32) -> String {
    format!("<span class=\"wb-minutes\">{needed} of {limit} min</span>")
}

/// A row: a title that is text, and cells that are HTML.
fn row(title: &str, cells: [String; 3]) -> String {
    let mut html = format!("<tr><th scope=\"row\">{}</th>", escape(title));
    for (column, cell) in COLUMNS[1..].iter().zip(cells) {
        let _ = write!(html, "<td data-label=\"{column}\">{cell}</td>");
    }
    html + "</tr>"
}

/// What is done, one under another; nothing if it is nothing.
fn list(parts: &[String]) -> String {
    if parts.is_empty() {
        return String::new();
    }
    let items: String = parts.iter().map(|part| format!("<li>{part}</li>")).collect();
    format!("<ul>{items}</ul>")
}

/// Links to chapters and exercises with their minutes, and the minutes that they take together.
fn listed(parts: &[String], library: &Library) -> Result<(Vec<String>, u32), String> {
    let mut sum = 0;
    let mut links = Vec::new();
    for part in parts {
        let (chapter, anchor, title, takes) = found(part, library)?;
        sum += takes;
        links.push(format!(
            "<a href=\"{chapter}.html{anchor}\">{}</a> {}",
            escape(&title),
            minutes(takes)
        ));
    }
    Ok((links, sum))
}

fn found(
    part: &str,
    library: &Library,
) -> Result<(String, String, String, u32), String> {
    if part.contains('.') {
        let exercise = library.exercise(part)?;
        let entry = &exercise.entry;
        let title = format!("{}: {}", exercise.id(), entry.title);
        let anchor = format!("#{}", exercise.id());
        return Ok((exercise.chapter.clone(), anchor, title, entry.minutes));
    }
    let chapter = &library.shelf(part)?.chapter;
    let manifest = chapter.manifest().map_err(|problem| problem.to_string())?;
    Ok((chapter.name.clone(), String::new(), manifest.title, manifest.minutes))
}
