//! The ledger of claims: a chapter that exists judges every claim that names it.

use std::{collections::BTreeSet, fs, path::Path};

use lab::record::Record;
use serde::Deserialize;
use workbook::chapters;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ledger {
    claim: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    sources: Vec<String>,
    says: String,
    chapters: Vec<u8>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ledger() -> Vec<Row> {
    let text =
        fs::read_to_string(root().join("chapters-code/claims.toml")).expect("a ledger");
    toml::from_str::<Ledger>(&text).expect("a ledger").claim
}

#[test]
fn the_ledger_has_ninety_four_claims_each_with_a_source_and_a_chapter() {
    let rows = ledger();
    let ids: BTreeSet<String> = rows.iter().map(|row| row.id.clone()).collect();
    assert_eq!(ids, (1..=94).map(|number| format!("C{number:02}")).collect());
    for row in rows {
        assert!(!row.says.is_empty() && !row.chapters.is_empty(), "{}", row.id);
        assert!(
            row.sources
                .iter()
                .all(|s| ["S0", "S1", "S2", "S3", "S4"].contains(&s.as_str()))
        );
    }
}

#[test]
fn every_chapter_judges_exactly_the_claims_that_name_it() {
    for chapter in chapters::all(root()).expect("chapters") {
        let number: u8 = chapter.id()[2..].parse().expect("chNN");
        let named: BTreeSet<(String, String)> = ledger()
            .into_iter()
            .filter(|row| row.chapters.contains(&number))
            .map(|row| (row.id, row.sources.join(", ")))
            .collect();
        for name in chapter.references() {
            let record = Record::read(&chapter.record(&name)).expect("a record");
            let judged = record
                .claims
                .iter()
                .map(|claim| (claim.id.clone(), claim.source.clone()));
            assert_eq!(
                judged.collect::<BTreeSet<_>>(),
                named,
                "{} {name}",
                chapter.name
            );
        }
        assert!(
            !chapter.references().is_empty(),
            "{} has no reference record",
            chapter.name
        );
    }
}
