//! What a script reads.

use std::{collections::BTreeSet, fs, path::Path};

use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::bench::{Bench, HALF, NOISY, SOLVED, STARTER};

/// That a sheet is as `exercises/grade.schema.json` says.
#[track_caller]
pub(crate) fn holds_to_the_schema(sheet: &Value) {
    if let Err(error) = judged(sheet) {
        panic!("{error}\n{sheet:#}");
    }
}

fn schema() -> Value {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/grade.schema.json");
    let text = fs::read_to_string(file).expect("the schema");
    serde_json::from_str(&text).expect("JSON")
}

fn judged(sheet: &Value) -> Result<(), String> {
    let schema = schema();
    let mut compiler = Compiler::new();
    compiler.add_resource("grade.schema.json", schema).expect("a name");
    let mut schemas = Schemas::new();
    let schema = compiler.compile("grade.schema.json", &mut schemas).expect("a schema");
    schemas.validate(sheet, schema).map_err(|error| error.to_string())
}

#[test]
fn the_schema_tells_a_sheet_from_what_is_none() {
    let bench = Bench::new(&["ordered"]);
    bench.hand_in("ada", "ordered", SOLVED);
    let (sheet, _) = bench.grade("ada", &["--learner", "ada"]);
    holds_to_the_schema(&sheet.0);
    let spoiled = |change: fn(&mut Value)| {
        let mut sheet = sheet.0.clone();
        change(&mut sheet);
        judged(&sheet).is_err()
    };
    assert!(spoiled(|sheet| sheet["schema"] = 1.into()));
    assert!(spoiled(|sheet| sheet["new"] = true.into()));
    assert!(spoiled(|sheet| sheet["exercises"][0]["state"] = "great".into()));
    assert!(
        spoiled(|sheet| sheet["exercises"][0]["checks"][0]["seconds"] = "1".into())
    );
    assert!(spoiled(|sheet| sheet["totals"]["points"] = (-1).into()));
    assert!(spoiled(|sheet| sheet["totals"]["percent"] = 101.into()));
    assert!(spoiled(|sheet| sheet["exercises"][0]["hints"] = "none".into()));
}

#[test]
fn every_state_in_the_schema_comes_up_and_is_described_by_it() {
    let ids = ["solved", "half", "noisy", "broken", "absent", "untouched", "refused"];
    let bench = Bench::new(&ids);
    let answers =
        [SOLVED, HALF, NOISY, "fn answer() {", "", STARTER, &"//\n".repeat(1 << 19)];
    for (id, answer) in ids.iter().zip(answers).filter(|(id, _)| **id != "absent") {
        bench.hand_in("class/ada", id, answer);
    }
    bench.write("class/bob.zip", "PK");
    let roster =
        ["roster", "../class", "--csv", "../grades.csv", "--reports", "../reports"];
    assert_eq!(bench.run(&roster).code, Some(2));
    let mut states = BTreeSet::new();
    for name in ["ada", "bob_zip"] {
        let report = bench.path(&format!("reports/{name}.json"));
        let report = fs::read_to_string(report).expect("a report");
        let report: Value = serde_json::from_str(&report).expect("JSON");
        holds_to_the_schema(&report);
        let exercises = report["exercises"].as_array().expect("exercises");
        states
            .extend(exercises.iter().map(|it| it["state"].as_str().map(str::to_owned)));
    }
    let all = &schema()["$defs"]["exercise"]["properties"]["state"]["enum"];
    let all = all.as_array().expect("states").iter();
    assert_eq!(states, all.map(|it| it.as_str().map(str::to_owned)).collect());
}

#[test]
fn junit_has_a_case_for_each_check() {
    let bench = Bench::new(&["solved", "half", "noisy", "broken", "absent"]);
    bench.hand_in("ada", "solved", SOLVED);
    bench.hand_in("ada", "half", HALF);
    bench.hand_in("ada", "noisy", NOISY);
    bench.hand_in("ada", "broken", "pub fn answer() -> u32 { \"<>&\" }");
    let ran = bench.run(&["grade", "../ada", "--junit"]);
    assert_eq!(ran.code, Some(1), "{}", ran.errors);
    for part in [
        "<testsuites name=\"workbook\" tests=\"10\" failures=\"5\" errors=\"0\" skipped=\"2\">",
        "<testsuite name=\"ch05.half\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">",
        "<failure message=\"It is the right one\">expected forty-two; 41",
        "<skipped message=\"inconclusive: expected",
        "<failure message=\"does not compile\">error[E0308]",
        "&lt;&gt;&amp;",
        "<failure message=\"not handed in\">",
        "<property name=\"points\" value=\"2\"/>",
    ] {
        assert!(ran.out.contains(part), "`{part}` is missing in {}", ran.out);
    }
}

#[test]
fn formats_exclude_each_other_and_times_have_units() {
    let bench = Bench::new(&["ordered"]);
    for arguments in [["--json", "--junit"], ["--deadline", "60"]] {
        let ran = bench.run(&[&["grade"][..], &arguments].concat());
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.errors);
    }
}
