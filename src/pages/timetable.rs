//! Timetables: what fits into a lecture, half a day, or a term, computed from the minutes that
//! chapters and exercises say they take.

use std::{fmt::Write, fs, path::Path};

use serde::Deserialize;

use super::{
    html::{TABLE_END, escape, table_start},
    library::Library,
};
use crate::problem::{Problem, line_at};

/// Where the tracks are declared, from the root.
pub const FILE: &str = "book/tracks.toml";
/// The version of that file.
const SCHEMA: u32 = 1;

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
    let manifest: Manifest = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(&text, span.start));
        Problem::line(FILE, line, error.message().trim())
    })?;
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
        format!("no track `{id}` in {FILE}; there is: {}", there.join(", "))
    })?;
    let mut html = table_start(&["Session", "In class", "At home", "Minutes"]);
    for session in &track.sessions {
        let (parts, needed) = listed(&session.parts, library)?;
        let (home, at_home) = listed(&session.home, library)?;
        let needed = needed + session.breaks;
        if needed > session.minutes {
            return Err(format!(
                "session `{}` of track `{id}` takes {needed} minutes with its breaks, and has {}; \
                 leave a part out in {FILE}, or give it more time",
                session.title, session.minutes
            ));
        }
        let home =
            if at_home == 0 { home } else { format!("{home} ({at_home} minutes)") };
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{parts}</td><td>{home}</td>\
             <td>{needed} of {}</td></tr>",
            escape(&session.title),
            session.minutes,
        );
    }
    Ok(html + TABLE_END)
}

/// Links to chapters and exercises, and the minutes that they take together.
fn listed(parts: &[String], library: &Library) -> Result<(String, u32), String> {
    let mut minutes = 0;
    let mut links = Vec::new();
    for part in parts {
        let (chapter, anchor, title, takes) = found(part, library)?;
        minutes += takes;
        links.push(format!(
            "<a href=\"{chapter}.html{anchor}\">{}</a> {takes}",
            escape(&title)
        ));
    }
    Ok((links.join("<br>"), minutes))
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
