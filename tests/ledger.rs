//! The ledger of claims: a chapter that exists judges every claim that names it.

use std::{collections::BTreeSet, path::Path};

use lab::record::Record;
use workbook::{
    chapters,
    pages::ledger::{self, Row},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ledger() -> Vec<Row> {
    ledger::rows(root()).expect("a ledger")
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
