//! What the sources say, with our verdict and what was measured.

use std::fmt::Write;

use lab::{
    claim::{Holds, Judged, Verdict},
    record::Record,
};

use super::{
    html::{TABLE_END, escape, table_start},
    value,
};

/// One claim as a card; `id` is the chapter's.
pub fn card(id: &str, claim: &Judged, record: &Record) -> String {
    let class = class(claim.verdict);
    format!(
        "<aside class=\"wb-claim wb-{class}\" data-claim=\"{0}\" aria-label=\"Claim {0}\">\
         <p class=\"wb-claim-head\"><span class=\"wb-claim-id\">{0}</span> \
         <span class=\"wb-claim-source\">{1}</span> \
         <span class=\"wb-badge wb-{class}\">{2}</span></p>\
         <p class=\"wb-claim-says\">{3}</p><p>{4}</p>\
         <p class=\"wb-claim-measured\">{5}: {6}</p></aside>",
        escape(&claim.id),
        escape(&claim.source),
        claim.verdict,
        escape(&claim.says),
        escape(&claim.because),
        escape(&claim.what),
        outcome(id, claim, record),
    )
}

/// Claims as a table; `id` is the chapter's.
pub fn table<'a>(
    id: &str,
    claims: impl Iterator<Item = &'a Judged>,
    record: &Record,
) -> String {
    let mut html = table_start(&["Claim", "The source says", "Verdict", "Measured"]);
    for claim in claims {
        let _ = write!(
            html,
            "<tr data-claim=\"{0}\"><th scope=\"row\">{0}</th><td>{1} ({2})</td>\
             <td><span class=\"wb-badge wb-{3}\">{4}</span><br>{5}</td><td>{6}: {7}</td></tr>",
            escape(&claim.id),
            escape(&claim.says),
            escape(&claim.source),
            class(claim.verdict),
            claim.verdict,
            escape(&claim.because),
            escape(&claim.what),
            outcome(id, claim, record),
        );
    }
    format!("<div class=\"wb-claims\">{html}{TABLE_END}</div>")
}

/// What was measured, the bound, and whether the verdict stands.
fn outcome(id: &str, claim: &Judged, record: &Record) -> String {
    let Some(value) = &claim.value else {
        return format!(
            "<span class=\"wb-holds\">{}</span>",
            escape(&judgement(&claim.holds))
        );
    };
    let path = format!("{id}.{}", claim.measure);
    let span = value::span(&path, value, &value::note(&claim.measure, value, record));
    format!(
        "{span}; the verdict needs {}: <span class=\"wb-holds\">{}</span>",
        escape(&claim.bound.show(value.unit)),
        escape(&judgement(&claim.holds)),
    )
}

fn judgement(holds: &Holds) -> String {
    match holds {
        Holds::Yes | Holds::No => holds.to_string(),
        Holds::Inconclusive(why) | Holds::NotMeasured(why) => {
            format!("{holds} ({why})")
        }
    }
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Confirmed => "confirmed",
        Verdict::TrueWithACondition => "condition",
        Verdict::Outdated => "outdated",
        Verdict::Misleading => "misleading",
        Verdict::False => "false",
    }
}
