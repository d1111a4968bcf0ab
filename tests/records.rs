//! The record: the one contract between a chapter's code and its page.

use lab::record::{METHOD, Record, SCHEMA, Source};

mod fixture;

fn record() -> Record {
    fixture::record(Source { digest: "sha256:00".to_owned(), method: METHOD })
}

#[test]
fn a_record_comes_back_as_it_was_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("deep/here.json");
    let record = record();
    record.write(&path).expect("a record");
    assert_eq!(Record::read(&path).expect("the same record"), record);
}

#[test]
fn every_level_of_a_record_refuses_fields_that_it_does_not_know() {
    let json = serde_json::to_value(record()).expect("JSON");
    for place in [
        "",
        "/source",
        "/machine",
        "/experiments/0",
        "/experiments/0/noise",
        "/experiments/0/series/0",
        "/experiments/0/series/1/spans/0",
        "/experiments/0/chart",
        "/experiments/0/settings/0",
        "/claims/0",
    ] {
        let mut json = json.clone();
        let object =
            json.pointer_mut(place).and_then(|at| at.as_object_mut()).expect(place);
        object.insert("surprise".to_owned(), serde_json::Value::Null);
        let error = Record::parse(&json.to_string()).expect_err(place).to_string();
        assert!(error.contains("unknown field `surprise`"), "{place}: {error}");
    }
}

#[test]
fn another_schema_is_named_before_its_fields_are_looked_at() {
    let json = format!("{{\"schema\": {}, \"strange\": true}}", SCHEMA + 1);
    let error = Record::parse(&json).expect_err("another schema").to_string();
    assert_eq!(
        error,
        format!("schema {}, but this program reads schema {SCHEMA}", SCHEMA + 1)
    );
}
