//! The ledger: every claim of the sources that can be tested, with what became of it.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use lab::claim::{Holds, Judged};
use serde::Deserialize;

use super::{
    claims::class,
    html::{TABLE_END, escape, table_start},
    library::{Library, Missing, Shelf},
};

/// Where the ledger is, from the root.
const FILE: &str = "chapters-code/claims.toml";

/// A claim that can be tested.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its number, such as `C06`.
    pub id: String,
    /// The sources that make it, such as `S0`.
    pub sources: Vec<String>,
    /// What they say, in short.
    pub says: String,
    /// The numbers of the chapters that test it.
    pub chapters: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ledger {
    claim: Vec<Row>,
}

/// The claims of the workspace at `root`, in order.
///
/// # Errors
/// A file that cannot be read or is no ledger: its name, and what is wrong.
pub fn rows(root: &Path) -> Result<Vec<Row>, String> {
    let text = fs::read_to_string(root.join(FILE));
    let text = text.map_err(|error| format!("{FILE}: {error}"))?;
    let ledger: Ledger =
        toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?;
    Ok(ledger.claim)
}

/// A row for each claim and chapter that tests it, with the verdict of the chapter's record and a
/// link to where the page shows it; before it, how many have which verdict, and of how many the record
/// bears ours not out.
///
/// # Errors
/// No ledger; a chapter without a record; or one whose record does not judge what it should.
pub fn table(root: &Path, library: &Library) -> Result<String, Missing> {
    let head = ["Claim", "The sources say", "Verdict", "Chapter"];
    let mut html = table_start(&head);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(root)? {
        for number in &row.chapters {
            let chapter = format!("ch{number:02}");
            let (says, verdict, link) = match library.shelf(&chapter) {
                Ok(shelf) => {
                    let claim = judged(&row, shelf)?;
                    *counts.entry(outcome(claim)).or_default() += 1;
                    (claim.says.as_str(), badge(claim), link(&row.id, shelf))
                }
                // A chapter that is not written yet.
                Err(_) => {
                    *counts.entry("open".to_owned()).or_default() += 1;
                    let open = "<span class=\"wb-badge\">open</span>".to_owned();
                    (row.says.as_str(), open, format!("chapter {number}"))
                }
            };
            let _ = write!(
                html,
                "<tr data-claim=\"{0}\"><th scope=\"row\">{0}</th>\
                 <td data-label=\"{5}\">{1} ({2})</td><td data-label=\"{6}\">{3}</td>\
                 <td data-label=\"{7}\">{4}</td></tr>",
                escape(&row.id),
                escape(says),
                escape(&row.sources.join(", ")),
                verdict,
                link,
                head[1],
                head[2],
                head[3],
            );
        }
    }
    let counts: Vec<String> =
        counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    Ok(format!(
        "<p class=\"wb-ledger-counts\">{}.</p><div class=\"wb-claims\">{html}{TABLE_END}</div>",
        counts.join(", "),
    ))
}

/// What the chapter's record says of the claim.
fn judged<'s>(row: &Row, shelf: &'s Shelf) -> Result<&'s Judged, Missing> {
    let found = shelf.record()?.claims.iter().find(|claim| claim.id == row.id);
    found.ok_or_else(|| {
        let chapter = &shelf.chapter.name;
        Missing::Name(format!("{chapter} does not judge {}, which names it", row.id))
    })
}

/// What a claim is counted as: our verdict, where the record bears it out.
fn outcome(claim: &Judged) -> String {
    match &claim.holds {
        Holds::Yes => claim.verdict.to_string(),
        Holds::No => "not borne out here".to_owned(),
        other => other.to_string(),
    }
}

/// The verdict, and what its measurement said if it did not bear it out.
fn badge(claim: &Judged) -> String {
    let badge = format!(
        "<span class=\"wb-badge wb-{}\">{}</span>",
        class(claim.verdict),
        claim.verdict
    );
    match claim.holds {
        Holds::Yes => badge,
        _ => format!("{badge}<br>{}", claim.holds),
    }
}

fn link(id: &str, shelf: &Shelf) -> String {
    let (name, chapter) = (&shelf.chapter.name, shelf.chapter.id());
    let title = shelf.chapter.manifest().map_or_else(|_| name.clone(), |it| it.title);
    format!("<a href=\"{name}.html#{chapter}-{id}\">{}</a>", escape(&title))
}
