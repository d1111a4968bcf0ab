//! What the sources say, with our verdict and what was measured.

use std::fmt::Write;

use lab::{
    claim::{Bound, Holds, Judged, Verdict},
    record::Record,
    value::Value,
};

use super::{
    html::{TABLE_END, escape, table_start},
    value,
};

/// One claim as a card; `id` is the chapter's.
pub fn card(id: &str, claim: &Judged, record: &Record) -> String {
    let class = class(claim.verdict);
    format!(
        "<aside id=\"{id}-{0}\" class=\"wb-claim wb-{class}\" data-claim=\"{0}\" aria-label=\"Claim {0}\">\
         <p class=\"wb-claim-head\"><span class=\"wb-claim-id\">{0}</span> \
         <span class=\"wb-claim-source\">{1}</span> \
         <span class=\"wb-badge wb-{class}\">{2}</span></p>\
         <p class=\"wb-claim-says\">{3}</p><p>{4}</p>\
         <p class=\"wb-claim-measured\">{5}</p></aside>",
        escape(&claim.id),
        escape(&claim.source),
        claim.verdict,
        escape(&claim.says),
        escape(&claim.because),
        outcome(id, claim, record),
    )
}

/// Claims as a table; `id` is the chapter's.
pub fn table<'a>(
    id: &str,
    claims: impl Iterator<Item = &'a Judged>,
    record: &Record,
) -> String {
    let head = ["Claim", "The source says", "Verdict", "Measured"];
    let mut html = table_start(&head);
    for claim in claims {
        let _ = write!(
            html,
            "<tr id=\"{id}-{0}\" data-claim=\"{0}\"><th scope=\"row\">{0}</th>\
             <td data-label=\"{7}\">{1} ({2})</td>\
             <td data-label=\"{8}\"><span class=\"wb-badge wb-{3}\">{4}</span><br>{5}</td>\
             <td data-label=\"{9}\">{6}</td></tr>",
            escape(&claim.id),
            escape(&claim.says),
            escape(&claim.source),
            class(claim.verdict),
            claim.verdict,
            escape(&claim.because),
            outcome(id, claim, record),
            head[1],
            head[2],
            head[3],
        );
    }
    format!("<div class=\"wb-claims\">{html}{TABLE_END}</div>")
}

/// What was measured with its bounds, and whether the verdict stands.
fn outcome(id: &str, claim: &Judged, record: &Record) -> String {
    let also = claim
        .also
        .iter()
        .map(|one| (&one.measure, &one.what, one.bound, one.value.as_ref()));
    let parts: Vec<String> =
        [(&claim.measure, &claim.what, claim.bound, claim.value.as_ref())]
            .into_iter()
            .chain(also)
            .map(|(measure, what, bound, value)| {
                part(id, measure, what, bound, value, record)
            })
            .collect();
    format!(
        "{}: <span class=\"wb-holds\">{}</span>",
        parts.join("; "),
        escape(&judgement(&claim.holds))
    )
}

/// One value that decides a claim, with where it must lie; its name alone if it was not measured.
fn part(
    id: &str,
    measure: &str,
    what: &str,
    bound: Bound,
    value: Option<&Value>,
    record: &Record,
) -> String {
    let what = escape(what);
    let Some(value) = value else { return what };
    let note = value::note(measure, value, record);
    format!(
        "{what}: {}, the verdict needs {}",
        value::span(&format!("{id}.{measure}"), value, &note),
        escape(&bound.show(value.unit)),
    )
}

fn judgement(holds: &Holds) -> String {
    match holds {
        Holds::Yes => "the verdict holds here".to_owned(),
        Holds::No => "the verdict does not hold here".to_owned(),
        Holds::Inconclusive(why) | Holds::NotMeasured(why) => {
            format!("{holds} ({why})")
        }
    }
}

/// The style of a verdict.
pub fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Confirmed => "confirmed",
        Verdict::TrueWithACondition => "condition",
        Verdict::Outdated => "outdated",
        Verdict::Misleading => "misleading",
        Verdict::False => "false",
    }
}
