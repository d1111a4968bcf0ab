//! Pages: what directives become, and what a build refuses.

use std::{fs, path::Path};

use insta::assert_snapshot;
use lab::{
    claim::{Also, Bound, Holds},
    record::{ChartKind, METHOD, Record},
    value::{Unit, Value},
};
use workbook::pages::site;

use crate::fixture::{CHAPTER, Fixture, refused};

mod fixture;

/// The built page, a tag a line.
fn built(page: &str) -> String {
    Fixture::new(page).built().replace("><", ">\n<")
}

/// The only refusal of a book with this page.
fn refusal(page: &str) -> String {
    let refused = refused(page);
    assert_eq!(refused.len(), 1, "{refused:#?}");
    refused[0].clone()
}

#[track_caller]
fn assert_says(refusal: &str, place: &str, parts: &[&str]) {
    assert!(refusal.starts_with(place), "{refusal}\nshould start with {place}");
    for part in parts {
        assert!(refusal.contains(part), "{refusal}\nshould say {part}");
    }
}

// What directives become.

#[test]
fn a_measured_value_is_rounded_and_says_how_it_was_come_by() {
    assert_snapshot!(built(
        "It took {{measured ch05.pool.rayon.wall}}, or {{measured ch05.pool.rayon.speedup}}."
    ));
}

#[test]
fn a_parameter_and_the_machine_can_be_referred_to() {
    assert_snapshot!(built(
        "{{measured ch05.pool.images}} images, {{measured ch05_image_pool.machine.usable_cpus}} CPUs, \
         at most {{measured ch05.pool.ceiling}}."
    ));
}

#[test]
fn a_noisy_run_shows_its_values_and_says_so() {
    let page = built("{{measured ch05.grain.rows_1.wall}}");
    assert!(page.contains("; noisy: the CPUs reached 1.40×;"), "{page}");
}

#[test]
fn bars_have_whiskers_numbers_and_a_table() {
    assert_snapshot!(built("{{chart ch05.pool}}"));
}

#[test]
fn lines_differ_by_more_than_colour() {
    assert_snapshot!(built("{{chart ch05.scaling}}"));
}

#[test]
fn a_logarithmic_axis_shows_what_was_varied() {
    assert_snapshot!(built("{{chart ch05.grain}}"));
}

#[test]
fn a_timeline_shows_who_was_working_and_who_was_waiting() {
    assert_snapshot!(built("{{timeline ch05.pool.threads}}"));
}

#[test]
fn a_timeline_of_an_experiment_shows_every_series_that_has_one() {
    let page = built("{{timeline ch05.pool}}");
    for name in [">thread 1<", ">thread 2<", ">process 1<", ">process 2<"] {
        assert!(page.contains(name), "{page}\nshould show {name}");
    }
}

#[test]
fn a_transcript_keeps_its_blank_lines_and_its_angle_brackets() {
    assert_snapshot!(built("{{transcript ch05}}\n\nAfter it."));
}

/// A book whose page shows the matrix of an experiment with these values.
fn judged(values: &[(&str, f64)]) -> Fixture {
    let fixture = Fixture::new("{{matrix ch05.pool}}\n");
    let mut record = fixture.record();
    for (name, runs) in values {
        let value = Value::exact(*runs, Unit::Count);
        record.experiments[0].values.insert((*name).to_owned(), value);
    }
    fixture.write_record("reference", &record);
    fixture
}

#[test]
fn a_matrix_shows_what_was_said_of_what_and_marks_by_a_sign_what_is_right() {
    let fixture = judged(&[
        ("cell_ours_cpu-bound_cpu-bound_right", 19.0),
        ("cell_ours_cpu-bound_mixed_wrong", 1.0),
        ("cell_ours_gil-bound_gil-bound_right", 10.0),
        // Beside others, that is no mistake.
        ("cell_ours_cpu-bound_starved_right", 5.0),
        ("cell_rule_cpu-bound_cpu-bound_right", 20.0),
        ("cell_rule_cpu-bound_io-bound_wrong", 5.0),
        ("cell_rule_gil-bound_cpu-bound_right", 10.0),
    ]);
    assert_snapshot!(fixture.built().replace("><", ">\n<"));
}

#[test]
fn a_matrix_of_one_judge_has_no_column_for_the_other() {
    let page = judged(&[("cell_ours_mixed_mixed_right", 3.0)]).built();
    assert!(page.contains("This chapter’s profiler said"), "{page}");
    assert!(page.contains(">3 of 3<") && !page.contains("The sources’ rule"), "{page}");
}

#[test]
fn a_claim_shows_source_verdict_measurement_and_bound() {
    assert_snapshot!(built("{{claim C06}}"));
}

#[test]
fn a_claim_shows_every_condition() {
    let fixture = Fixture::new("{{claim C06}}\n");
    let mut record = fixture.record();
    record.claims[0].also = vec![Also {
        measure: "pool.processes.speedup".to_owned(),
        what: "speed-up of two processes".to_owned(),
        bound: Bound::AtMost(1.9),
        value: Some(fixture::value(1.82, Unit::Ratio)),
    }];
    fixture.write_record("reference", &record);
    let page = fixture.built();
    for part in [
        "data-path=\"ch05.pool.processes.speedup\"",
        "the verdict needs at least 1.6×; speed-up of two processes: ",
        "the verdict needs at most 1.9×: <span class=\"wb-holds\">the verdict holds here",
    ] {
        assert!(page.contains(part), "{page}\nshould show {part}");
    }
}

#[test]
fn the_claims_of_a_chapter_are_those_that_the_page_does_not_show_already() {
    let page = built("Here: {{claim C06}}\n\n{{claims ch05}}");
    assert_snapshot!(page);
    assert_eq!(page.matches("data-claim=\"C06\"").count(), 1);
}

/// A claim that the fixture's chapter judges, and one of a chapter that is not there.
const LEDGER: &str = r#"
[[claim]]
id = "C06"
sources = ["S0"]
says = "blur is CPU work"
chapters = [5]

[[claim]]
id = "C56"
sources = ["S3", "S4"]
says = "wait & work"
chapters = [7]
"#;

#[test]
fn the_ledger_shows_what_became_of_each_claim_and_which_are_open() {
    let fixture = Fixture::new("{{ledger}}");
    fixture.write("chapters-code/claims.toml", LEDGER);
    assert_snapshot!(fixture.built().replace("><", ">\n<"));
}

#[test]
fn a_verdict_that_the_record_does_not_bear_out_is_not_counted_as_one() {
    let fixture = Fixture::new("{{ledger}}");
    fixture.write("chapters-code/claims.toml", LEDGER);
    for (holds, counted) in [
        (Holds::No, "1 not borne out here, 1 open."),
        (Holds::Inconclusive("too noisy".to_owned()), "1 inconclusive, 1 open."),
    ] {
        let mut record = fixture.record();
        record.claims[0].holds = holds;
        fixture.write_record("reference", &record);
        let page = fixture.built();
        let count = format!("<p class=\"wb-ledger-counts\">{counted}</p>");
        assert!(page.contains(&count), "{page}");
    }
}

#[test]
fn a_ledger_is_refused_that_is_not_there_or_names_what_a_chapter_does_not_judge() {
    assert_says(
        &refusal("{{ledger}}"),
        "book/ch05_image_pool.md:1",
        &["chapters-code/claims.toml: "],
    );
    let fixture = Fixture::new("{{ledger}}");
    let unjudged = LEDGER.replace("C06", "C99");
    fixture.write("chapters-code/claims.toml", &unjudged);
    let refused = fixture.refused();
    assert_eq!(refused.len(), 1, "{refused:#?}");
    assert_says(
        &refused[0],
        "book/ch05_image_pool.md:1",
        &["ch05_image_pool does not judge C99"],
    );
    assert_says(
        &refusal("{{ledger ch05}}"),
        "book/ch05_image_pool.md:1",
        &["{{ledger ch05}} names too much; expected {{ledger}}"],
    );
}

#[test]
fn the_command_to_run_stands_in_the_place_of_the_later_panel() {
    assert_snapshot!(built("{{run ch05}}"));
}

#[test]
fn a_block_may_follow_words_in_a_paragraph() {
    assert_snapshot!(built("Before. {{run ch05}} After."));
}

#[test]
fn given_numbers_and_escaped_braces_are_plain_text() {
    assert_snapshot!(built(
        "A switch takes {{given 5 ms}}. Write \\{{measured PATH}} for it."
    ));
}

#[test]
fn nothing_in_code_is_touched() {
    assert_snapshot!(built(
        "`{{measured x}}` took `5 ms`.\n\n```text\n{{chart x}} 5 ms\n```\n\n    {{run x}} 5 ms\n"
    ));
}

#[test]
fn a_value_may_stand_in_a_table_a_list_and_a_note() {
    let value = "{{measured ch05.pool.rayon.wall}}";
    let page = built(&format!(
        "| a | b |\n|---|---|\n| {value} | c |\n\n- {value}\n\n> [!NOTE]\n> {value}\n"
    ));
    assert_eq!(page.matches("class=\"wb-value\"").count(), 3, "{page}");
}

#[test]
fn included_code_is_shown() {
    let page = built(
        "```rust\n{{#include ../chapters-code/ch05_image_pool/src/lib.rs:two}}\n```\n\n\
        ```python\n{{#include ../chapters-code/ch05_image_pool/python/original.py:three}}\n```\n\n\
        ```rust\n{{#rustdoc_include ../chapters-code/ch05_image_pool/src/lib.rs:2:4}}\n```\n",
    );
    assert!(page.contains("pub fn two()"), "{page}");
    assert!(page.contains("three = 3"), "{page}");
}

#[test]
fn code_inside_an_impl_is_moved_to_the_margin() {
    let fixture = Fixture::new(
        "```rust\n{{#include ../chapters-code/ch05_image_pool/src/three.rs:three}}\n```\n",
    );
    fixture.write(
        "chapters-code/ch05_image_pool/src/three.rs",
        "impl Two {\n    // ANCHOR: three\n    fn three() {\n\n        3\n    }\n    \
         // ANCHOR_END: three\n}\n",
    );
    // The record has to know the new file.
    fixture.write_record("reference", &fixture.record());
    let page = fixture.built();
    assert!(page.contains(">fn three() {\n\n    3\n}"), "{page}");
}

#[test]
fn no_directive_leaves_a_blank_line_or_an_id() {
    let fixture = Fixture::new(
        "{{chart ch05.pool}}\n\n{{timeline ch05.pool}}\n\n{{transcript ch05}}\n",
    );
    let page = fixture.built();
    let figures: Vec<&str> = page.split("<figure").skip(1).collect();
    assert_eq!(figures.len(), 3);
    assert!(!page.contains(" id=\"") && !page.contains("url(#"), "{page}");
}

#[test]
fn the_chosen_reference_machine_is_shown() {
    let fixture = Fixture::new("{{measured ch05.machine.usable_cpus}}");
    let mut large = fixture.record();
    large.machine.usable_cpus = 64;
    fixture.write_record("large", &large);
    let shown = |fixture: &Fixture| fixture.built().contains(">64</span>");
    assert!(shown(&fixture), "the first by name is the default");
    let manifest = fixture.chapter().join("chapter.toml");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    fs::write(&manifest, format!("{text}reference = \"reference\"\n"))
        .expect("a manifest");
    assert!(!shown(&fixture), "the manifest chooses another");
}

// The tree.

/// A small tree that rests on the fixture's record.
const TREE: &str = r#"
schema = 1

[[threshold]]
id = "many"
value = 2
unit = "workers"
says = "From here on it pays."
rule = { is = "first", sweep = "ch05.scaling", line = "rayon", of = "speedup", least = 1.5 }

[[question]]
id = "kind"
asks = "Is it `this` or that?"
help = "Look."
answer = [
    { id = "this", says = "This.", goes = "count" },
    { id = "that", says = "That | there.", goes = "rest" },
]

[[question]]
id = "count"
asks = "How many?"
help = "Count."
counts = "workers"
answer = [
    { id = "one", says = "", from = 1, below = "many", goes = "rest" },
    { id = "more", says = "", from = "many", goes = "work" },
]

[[leaf]]
id = "rest"
tool = "Nothing"
why = "There is no need."
first = "Sit."
chapter = "ch05"
allows = ["sequential"]

[[leaf]]
id = "work"
tool = "A pool"
why = "There is."
first = "Stand up."
chapter = "ch05"
template = "cpu-bound"
allows = ["threads"]
evidence = [{ says = "speed-up", path = "ch05.pool.rayon.speedup" }]

[[quick]]
scenario = "Images"
source = "processes"
answers = ["this", "3"]
leaf = "work"
verdict = "corrected"
because = "Threads do."

[[quick]]
scenario = "Reading"
source = "sequential"
answers = ["that"]
leaf = "rest"
verdict = "fine"
because = "It does."
"#;

/// A book with that tree in it, changed a little.
fn with_tree(page: &str, from: &str, to: &str) -> Fixture {
    let fixture = Fixture::new(page);
    assert!(TREE.contains(from), "there is no {from}");
    let tree = TREE.replacen(from, to, 1);
    fixture.write(&format!("chapters-code/{CHAPTER}/tree.toml"), &tree);
    fixture
}

#[test]
fn a_tree_is_a_key_to_be_read_without_a_script() {
    let page = with_tree("{{tree ch05}}", "", "").built();
    assert_snapshot!(page.replace("><", ">\n<"));
}

#[test]
fn the_quick_reference_has_a_verdict_a_row() {
    let page = with_tree("{{quick ch05}}", "", "").built();
    assert_snapshot!(page.replace("><", ">\n<"));
}

#[test]
fn a_tree_that_is_wrong_is_refused_with_what_mends_it() {
    for (from, to, says) in [
        (
            "goes = \"count\"",
            "goes = \"cont\"",
            "answer `this`: goes: `cont` is neither",
        ),
        (
            "pool.rayon.speedup\"",
            "pool.rayon.spedup\"",
            "no value `spedup`; there is: speedup",
        ),
        (
            "value = 2",
            "value = 3",
            "threshold `many`: value: it is 3, and the record says 2.0",
        ),
        ("least = 1.5", "least = 9", "no point of `rayon` in `scaling` reaches 9×"),
        (
            "chapter = \"ch05\"",
            "chapter = \"ch99\"",
            "no chapter `ch99`; there is: ch05",
        ),
        ("verdict = \"fine\"", "verdict = \"corrected\"", "it must be fine"),
    ] {
        let fixture = with_tree("# A\n\n{{tree ch05}}\n", from, to);
        let refused = fixture.refused();
        assert_eq!(refused.len(), 1, "{refused:#?}");
        assert_says(&refused[0], "book/ch05_image_pool.md:3: ", &["tree ch05", says]);
    }
    let refusal = refusal("# A\n\n{{quick ch05}}\n");
    assert_says(
        &refusal,
        "book/ch05_image_pool.md:3: ",
        &["ch05_image_pool: tree.toml: "],
    );
}

// What a build refuses.

#[test]
fn an_unknown_directive_is_refused_with_those_there_are() {
    let refusal = refusal("# A\n\nIt took {{mesured ch05.pool.rayon.wall}}.");
    assert_says(
        &refusal,
        "book/ch05_image_pool.md:3: ",
        &["no directive `mesured`", "measured, chart"],
    );
}

#[test]
fn a_path_that_names_nothing_is_refused_with_what_there_is() {
    for (directive, says) in [
        (
            "measured ch05.pool.rayn.wall",
            "no series `rayn`; there is: sequential, threads, rayon",
        ),
        ("measured ch05.pool.rayon.wal", "no value `wal`; there is: speedup, wall"),
        (
            "measured ch05.pol.rayon.wall",
            "no experiment `pol`; there is: pool, scaling, grain",
        ),
        ("measured ch06.pool.rayon.wall", "no chapter `ch06`; there is: ch05"),
        ("measured ch05.machine.speed", "there is: usable_cpus, physical_cpus, memory"),
        ("measured ch05", "the path ends too early"),
        ("given five", "gives no number; expected {{given 5 ms}}"),
        ("measured", "names nothing; expected {{measured ch05.pool.rayon.speedup}}"),
        ("chart ch05.poll", "no experiment `poll`"),
        (
            "timeline ch05.pool.rayon",
            "no timeline of `rayon` in `pool`; there is one of: threads, processes",
        ),
        ("timeline ch05.scaling", "there is one of: none"),
        ("transcript ch07", "no chapter `ch07`"),
        ("run ch07", "no chapter `ch07`"),
        ("claim C99", "no claim `C99` in any record; there is: C06, C07, C20"),
    ] {
        let refusal = refusal(&format!("# A\n\n{{{{{directive}}}}}\n"));
        assert_says(&refusal, "book/ch05_image_pool.md:3: ", &[says]);
    }
}

#[test]
fn a_chapter_without_a_record_is_refused_with_the_command_that_makes_one() {
    let fixture =
        Fixture::new("{{chart ch05.pool}}\n\n{{claim C06}}\n\n{{transcript ch05}}\n");
    fs::remove_dir_all(fixture.chapter().join("records")).expect("records");
    let refused = fixture.refused();
    assert_eq!(refused.len(), 1, "one command mends them all: {refused:#?}");
    assert_says(
        &refused[0],
        "book/ch05_image_pool.md:1: ",
        &["`cargo run -- measure ch05 --as NAME`", "2 more places"],
    );
}

#[test]
fn an_experiment_without_a_chart_or_with_an_empty_one_is_refused() {
    let fixture = Fixture::new("{{chart ch05.pool}}");
    let mut record = fixture.record();
    let spoil = |record: &Record, says: &str| {
        fixture.write_record("reference", record);
        assert_says(&fixture.refused()[0], "book/ch05_image_pool.md:1: ", &[says]);
    };
    let chart = record.experiments[0].chart.as_mut().expect("a chart");
    chart.reference = Some(("roof".to_owned(), "roof".to_owned()));
    spoil(&record, "refers to `roof`, which is not there");
    record.experiments[0].chart.as_mut().expect("a chart").kind = ChartKind::Lines;
    spoil(&record, "no series has this value and an `x`");
    record.experiments[0].chart = None;
    spoil(&record, "`pool` declares no chart");
}

#[test]
fn a_matrix_of_an_experiment_that_judges_nothing_is_refused() {
    assert_says(
        &refusal("{{matrix ch05.pool}}"),
        "book/ch05_image_pool.md:1: ",
        &["`pool` has no values for a matrix", "expected {{matrix ch06.zoo}}"],
    );
}

#[test]
fn a_missing_file_or_anchor_of_an_include_is_refused() {
    let lib = "../chapters-code/ch05_image_pool/src/lib.rs";
    for (include, says) in [
        (
            "#include ../chapters-code/ch05_image_pool/src/gone.rs:two".to_owned(),
            "cannot be included",
        ),
        (
            format!("#include {lib}:tow"),
            "has no anchor `tow`; there is: two, open, hollow",
        ),
        (format!("#rustdoc_include {lib}:tow"), "has no anchor `tow`"),
        (format!("#include {lib}:open"), "has no `ANCHOR_END: open`"),
        (format!("#include {lib}:hollow"), "anchor `hollow` of"),
        (format!("#include {lib}:40:50"), "has no lines 40:50"),
        (format!("#include {lib}:3:99"), "has no lines 3:99"),
    ] {
        let refusal = refusal(&format!("# A\n\n```rust\n{{{{{include}}}}}\n```\n"));
        assert_says(&refusal, "book/ch05_image_pool.md:4: ", &[says]);
    }
}

#[test]
fn an_include_of_what_is_not_compiled_is_refused() {
    let fixture = Fixture::new("```text\n{{#include ../notes.txt}}\n```\n");
    fixture.write("notes.txt", "a note\n");
    assert_says(
        &fixture.refused()[0],
        "book/ch05_image_pool.md:2: ",
        &["`../notes.txt` is not in a crate"],
    );
    fixture.write_page("```text\n{{#include title.md}}\n```\n");
    assert_says(
        &fixture.refused()[0],
        "book/ch05_image_pool.md:2: ",
        &["not in a crate of chapters-code/ or exercises"],
    );
}

#[test]
fn an_include_outside_a_fence_or_of_another_kind_is_refused() {
    let lib = "../chapters-code/ch05_image_pool/src/lib.rs:two";
    assert_says(
        &refusal(&format!("{{{{#include {lib}}}}}\n")),
        "book/ch05_image_pool.md:1: ",
        &["fenced block"],
    );
    assert_says(
        &refusal(&format!("{{{{#playground {lib}}}}}\n")),
        "book/ch05_image_pool.md:1: ",
        &["`#playground` is not for this book"],
    );
}

#[test]
fn a_rust_block_that_is_no_include_of_compiled_code_is_refused() {
    let typed = refusal("# A\n\n```rust\nfn main() {}\n```\n");
    assert_says(
        &typed,
        "book/ch05_image_pool.md:3: ",
        &["one {{#include FILE:ANCHOR}} of a compiled crate"],
    );
    let mixed = refusal(
        "```rust,ignore\n{{#include ../chapters-code/ch05_image_pool/src/lib.rs:two}}\nfn main() {}\n```\n",
    );
    assert_says(
        &mixed,
        "book/ch05_image_pool.md:1: ",
        &["one {{#include FILE:ANCHOR}}"],
    );
    let python = refusal(
        "```rust\n{{#include ../chapters-code/ch05_image_pool/python/original.py:three}}\n```\n",
    );
    assert_says(
        &python,
        "book/ch05_image_pool.md:1: ",
        &["is not compiled with its crate"],
    );
}

#[test]
fn a_stale_record_is_refused_with_the_command_that_mends_it() {
    let fixture = Fixture::new("Words.");
    fixture.write(
        &format!("chapters-code/{CHAPTER}/src/lib.rs"),
        "pub fn two() -> u32 { 3 }\n",
    );
    let record = format!("chapters-code/{CHAPTER}/records/reference.json: ");
    assert_says(
        &fixture.refused()[0],
        &record,
        &["stale", "run `cargo run -- measure ch05 --as reference`"],
    );

    let mut old = fixture.record();
    old.source.as_mut().expect("a source").method = METHOD + 1;
    fixture.write_record("reference", &old);
    assert_says(&fixture.refused()[0], &record, &["stale: measured by method"]);

    old.source = None;
    fixture.write_record("reference", &old);
    assert_says(&fixture.refused()[0], &record, &["does not say which code"]);
}

#[test]
fn a_comment_in_the_chapters_code_stales_nothing() {
    let fixture = Fixture::new("{{measured ch05.pool.rayon.wall}}");
    let lib = fixture.chapter().join("src/lib.rs");
    let code = fs::read_to_string(&lib).expect("code");
    fs::write(&lib, format!("//! A chapter.\n{code}// The end.\n")).expect("code");
    assert!(fixture.build().is_ok());
}

#[test]
fn a_record_that_cannot_be_used_is_refused_with_its_line() {
    let fixture = Fixture::new("Words.");
    let file = format!("chapters-code/{CHAPTER}/records/reference.json");
    let json = fs::read_to_string(fixture.root().join(&file)).expect("a record");
    for (from, to, place, says) in [
        (
            "\"schema\": 2",
            "\"schema\": 3",
            ":2: ",
            "schema 3, but this program reads schema 2",
        ),
        ("\"full\": true", "\"fall\": true", ":9: ", "unknown field `fall`"),
        (
            "\"opt_level\": \"3\"",
            "\"opt_level\": \"0\"",
            ":",
            "does not measure real speed (opt-level 0)",
        ),
        (
            "\"debug_assertions\": false",
            "\"debug_assertions\": true",
            ":",
            "debug assertions are on",
        ),
        ("{", "", ":", "not a record of schema 2"),
    ] {
        fixture.write(&file, &json.replacen(from, to, 1));
        let refused = fixture.refused();
        assert_says(
            &refused[0],
            &format!("{file}{place}"),
            &[says, "measure ch05 --as reference"],
        );
    }
}

#[test]
fn a_page_may_not_assert_what_its_own_record_refutes() {
    let fixture = Fixture::new("# A\n\n{{claim C06}}\n");
    let mut record = fixture.record();
    record.claims[0].holds = Holds::No;
    fixture.write_record("reference", &record);
    let says =
        ["refutes C06", "speed-up of two threads is 1.90×, expected at least 1.6×"];
    assert_says(&fixture.refused()[0], "book/ch05_image_pool.md:3: ", &says);
    fixture.write_page("# A\n\n{{claims ch05}}\n");
    assert_says(&fixture.refused()[0], "book/ch05_image_pool.md:3: ", &says);
}

#[test]
fn a_typed_figure_is_refused_at_its_line_and_a_quoted_one_is_not() {
    let refusal = refusal(
        "# A\n\n> The source says 15.5 s.\n\nSigma 15 gave\n**170** ms, so said\n`5 ms`.\n",
    );
    assert_says(
        &refusal,
        "book/ch05_image_pool.md:6: ",
        &["`170 ms` is typed", "{{given 170 ms}}"],
    );
}

#[test]
fn a_block_inside_a_list_or_beside_words_in_a_quotation_is_refused() {
    let refusal = refusal("- See {{chart ch05.pool}}\n");
    assert_says(
        &refusal,
        "book/ch05_image_pool.md:1: ",
        &["alone between blank lines"],
    );
}

#[test]
fn braces_that_are_not_closed_are_refused() {
    let refusal = refusal("# A\n\nSee {{measured ch05.pool.rayon.wall}\n");
    assert_says(&refusal, "book/ch05_image_pool.md:3: ", &["`{{` is not closed"]);
}

#[test]
fn whatever_mdbook_warns_of_is_refused() {
    let refusal = refusal("# A\n\n<b>open\n");
    assert_says(
        &refusal,
        "book/ch05_image_pool.md: mdBook: unclosed HTML tag `<b>`",
        &[],
    );
}

#[test]
fn braces_left_over_in_a_built_page_are_refused() {
    // The entity hides them from us and not from the reader.
    let refusal = refusal("# A\n\nSee &#123;&#123;chart x}}.\n");
    assert_says(
        &refusal,
        "book/ch05_image_pool.md: ",
        &["`{{chart x}}.` is left over"],
    );
}

#[test]
fn a_page_without_a_crate_and_a_crate_without_a_page_are_refused() {
    let fixture = Fixture::new("Words.");
    fixture.write("chapters-code/ch07_mixed/Cargo.toml", "");
    fixture.write(
        "chapters-code/ch07_mixed/chapter.toml",
        "title = \"T\"\nquestion = \"Q\"\nminutes = 1\nobjectives = []\nsources = []\n",
    );
    fixture.write("book/ch09_gone.md", "Words.\n");
    let refused = fixture.refused();
    assert_eq!(refused.len(), 2, "{refused:#?}");
    assert_says(
        &refused[0],
        "book/SUMMARY.md: ",
        &["chapters-code/ch07_mixed has no page"],
    );
    assert_says(
        &refused[1],
        "book/ch09_gone.md: ",
        &["no crate chapters-code/ch09_gone"],
    );
}

#[test]
fn a_manifest_with_an_unknown_key_is_refused_with_its_line() {
    let fixture = Fixture::new("Words.");
    fixture.write(
        &format!("chapters-code/{CHAPTER}/chapter.toml"),
        "title = \"T\"\ntitel = \"T\"\n",
    );
    let refused = fixture.refused();
    assert_says(
        &refused[0],
        "chapters-code/ch05_image_pool/chapter.toml:2: ",
        &["titel"],
    );
}

#[test]
fn a_missing_page_of_the_summary_is_refused() {
    let fixture = Fixture::new("Words.");
    fs::remove_file(fixture.root().join("book/title.md")).expect("a page");
    assert!(fixture.refused()[0].contains("mdBook"), "{:?}", fixture.refused());
    assert!(!fixture.root().join("book/title.md").exists(), "nothing is made up");
}

#[test]
fn everything_that_is_wrong_is_reported_at_once_and_in_order() {
    let fixture = Fixture::new(
        "# A\n\nIt took 5 ms.\n\n{{chart ch05.poll}}\n\n```rust\nfn main() {}\n```\n\n<b>open\n\n\
         ```text\n{{#include ../gone.rs}}\n```\n",
    );
    let mut record = fixture.record();
    record.source = None;
    fixture.write_record("reference", &record);
    let refused = fixture.refused();
    let places: Vec<&str> =
        refused.iter().filter_map(|line| line.split(": ").next()).collect();
    let page = "book/ch05_image_pool.md";
    assert_eq!(
        places,
        [
            page.to_owned(),
            format!("{page}:3"),
            format!("{page}:5"),
            format!("{page}:7"),
            format!("{page}:14"),
            format!("chapters-code/{CHAPTER}/records/reference.json"),
        ],
        "{refused:#?}"
    );
}

// Where a site may be written.

fn publish(fixture: &Fixture, out: &Path) -> Result<(), String> {
    site::publish(fixture.root(), Some(out))
        .map(drop)
        .map_err(|problems| problems.to_string())
}

#[test]
fn a_site_replaces_an_older_one_and_nothing_else() {
    let fixture = Fixture::new("Words.");
    let out = fixture.root().join("site");
    publish(&fixture, &out).expect("a new folder");
    fs::write(out.join("title.html"), "old").expect("a file");
    publish(&fixture, &out).expect("a site of ours");
    assert_ne!(fs::read_to_string(out.join("title.html")).expect("a page"), "old");

    let strangers = fixture.root().join("photos");
    fs::create_dir(&strangers).expect("a folder");
    publish(&fixture, &strangers).expect("an empty folder");
    fs::remove_dir_all(&strangers).expect("a folder");
    fixture.write("photos/cat.jpg", "a cat");
    let refused = publish(&fixture, &strangers).expect_err("a stranger's folder");
    assert!(refused.contains("not empty"), "{refused}");
    assert_eq!(fs::read_to_string(strangers.join("cat.jpg")).expect("a cat"), "a cat");
}

#[test]
fn a_refused_book_leaves_the_older_site_as_it_was() {
    let fixture = Fixture::new("Words.");
    let out = fixture.root().join("site");
    publish(&fixture, &out).expect("a site");
    fixture.write_page("{{chart gone}}");
    publish(&fixture, &out).expect_err("a refusal");
    assert!(out.join("ch05_image_pool.html").is_file());
    let beside = fs::read_dir(fixture.root()).expect("a folder").filter_map(Result::ok);
    let left = beside
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".workbook-"));
    assert_eq!(left.count(), 0, "no half-built site is left beside it");
}

#[test]
fn a_folder_that_holds_the_pages_is_never_built_into() {
    let fixture = Fixture::new("Words.");
    for out in ["book", "book/site", "."] {
        let refused = publish(&fixture, &fixture.root().join(out))
            .expect_err("the pages are there");
        assert!(refused.contains("would delete the pages"), "{refused}");
    }
    let config = fs::read_to_string(fixture.root().join("book.toml")).expect("a file");
    for dir in ["book", "book/site", "."] {
        let spoilt = config
            .replace("build-dir = \"target/book\"", &format!("build-dir = \"{dir}\""));
        fixture.write("book.toml", &spoilt);
        assert!(fixture.refused()[0].contains("would delete the pages"), "{dir}");
    }
    assert!(fixture.root().join("book/ch05_image_pool.md").is_file());
}

#[test]
fn a_site_to_which_somebody_added_a_file_is_not_replaced() {
    let fixture = Fixture::new("Words.");
    let out = fixture.root().join("site");
    publish(&fixture, &out).expect("a site");
    fs::write(out.join("CNAME"), "book.example").expect("a file");
    let refused = publish(&fixture, &out).expect_err("it is refused");
    assert!(refused.contains("`CNAME` was put into this site"), "{refused}");
    assert!(out.join("CNAME").is_file());
}

#[test]
fn a_roundabout_path_to_a_site_replaces_it() {
    let fixture = Fixture::new("Words.");
    let out = fixture.root().join("site");
    publish(&fixture, &out).expect("a site");
    publish(&fixture, &out.join("../site")).expect("the same again");
    assert!(out.join("index.html").is_file());
}
