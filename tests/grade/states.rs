//! What becomes of answers that mean no harm.

use serde_json::Value;

use crate::bench::{Bench, CHAPTER, HALF, NOISY, SOLVED, STARTER, Sheet};

#[test]
fn every_state_is_told_with_its_points() {
    let all = ["solved", "half", "noisy", "untouched", "absent", "broken"];
    let bench = Bench::new(&all);
    let answers =
        [SOLVED, HALF, NOISY, &STARTER.replace('\n', "\r\n"), "", "fn answer() {"];
    for (id, answer) in all.iter().zip(answers).filter(|(id, _)| **id != "absent") {
        bench.hand_in("ada", id, answer);
    }
    let progress =
        "schema = 1\n\"ch05.half\".hints = 2\n\"ch05.half\".gave_up = 2026-11-22\n";
    bench.write("ada/.workbook/progress.toml", progress);
    let (sheet, code) = bench.grade("ada", &[]);
    let states = all.map(|id| sheet.state(id));
    let expected = [
        "passed",
        "failed",
        "inconclusive",
        "not_begun",
        "not_handed_in",
        "does_not_compile",
    ];
    assert_eq!((states, code), (expected, 1));
    assert_eq!(sheet.0["layout"], "sources");
    assert_eq!(sheet.message("half"), "expected forty-two; 41 for nobody: think again");
    assert_eq!(sheet.exercise("half")["points"], 2);
    assert_eq!(sheet.exercise("half")["hints"], 2);
    assert_eq!(sheet.exercise("half")["gave_up"], true);
    assert_eq!(sheet.exercise("solved")["hints"], 0);
    let compiler = sheet.exercise("broken")["compiler"].as_str().expect("a text");
    assert!(
        compiler.contains("exercises/ch05_image_pool/src/broken.rs:1"),
        "{compiler}"
    );
    let totals = serde_json::json!({
        "points": 7, "of": 30, "inconclusive": 5, "percent": 28.0, "exercises": 6, "passed": 1
    });
    assert_eq!(sheet.0["totals"], totals);
}

#[test]
fn this_repository_itself_is_graded_if_no_folder_is_named() {
    let bench = Bench::new(&["solved", "noisy"]);
    bench.write("repository/exercises/ch05_image_pool/src/solved.rs", SOLVED);
    bench.write("repository/exercises/ch05_image_pool/src/noisy.rs", NOISY);
    let ran = bench.run(&["grade"]);
    // What could not be judged has not failed.
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.errors);
    for part in [
        "laid out as the repository",
        "ch05.solved  passed             5 of  5",
        "ch05.noisy   inconclusive       0 of  5",
        "5 of 10 points; 1 of 2 exercises passed; 5 points could not be judged",
        "the submission does not tell which hints were seen",
    ] {
        assert!(ran.out.contains(part), "`{part}` is missing in {}", ran.out);
    }
}

#[test]
fn a_copy_a_folder_and_a_packed_folder_are_recognised() {
    let bench = Bench::new(&["ordered"]);
    bench.copy("copy");
    bench.copy("packed/working-or-waiting-main");
    let layout = |folder: &str| bench.grade(folder, &[]).0.0["layout"].clone();
    assert_eq!(layout("copy"), "repository");
    assert_eq!(layout("copy/exercises"), "exercises");
    assert_eq!(layout("packed"), "repository");
    let (sheet, _) = bench.grade("packed", &[]);
    assert!(
        sheet.notes().contains("taken from working-or-waiting-main/"),
        "{}",
        sheet.notes()
    );
}

#[test]
fn parameters_are_those_of_the_learner() {
    let bench = Bench::new(&["half"]);
    bench.hand_in("submission", "half", HALF);
    bench
        .write("submission/.workbook/progress.toml", "schema = 1\nlearner = \"ada\"\n");
    let (sheet, _) = bench.grade("submission", &[]);
    assert!(sheet.message("half").contains("41 for ada"), "{}", sheet.message("half"));
    let (sheet, _) = bench.grade("submission", &["--learner", "grace"]);
    assert!(
        sheet.message("half").contains("41 for grace"),
        "{}",
        sheet.message("half")
    );
    assert!(sheet.notes().contains("as learner ada"), "{}", sheet.notes());
}

#[test]
fn a_learner_who_has_no_name_is_graded_as_nobody() {
    let bench = Bench::new(&["half"]);
    bench.hand_in("submission", "half", HALF);
    let odd = "schema = 1\nlearner = \"a\\u0000b\"\n";
    bench.write("submission/.workbook/progress.toml", odd);
    let (sheet, code) = bench.grade("submission", &[]);
    assert_eq!((sheet.state("half"), code), ("failed", 1));
    assert!(
        sheet.message("half").contains("41 for nobody"),
        "{}",
        sheet.message("half")
    );
    assert!(sheet.notes().contains("is not believed"), "{}", sheet.notes());
    let ran = bench.run(&["grade", "../submission", "--learner", ""]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.errors.contains("this one is empty"), "{}", ran.errors);
}

#[test]
fn only_what_is_named_is_graded() {
    let bench = Bench::new(&["ordered", "bounded"]);
    bench.hand_in("ada", "ordered", SOLVED);
    let (sheet, code) = bench.grade("ada", &["--only", "ch05.ordered"]);
    assert_eq!((sheet.0["totals"]["of"].as_u64(), code), (Some(5), 0));
    let ran = bench.run(&["grade", "../ada", "--only", "ch05.nothing"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.errors.contains("no exercise `ch05.nothing`"), "{}", ran.errors);
}

#[test]
fn what_is_no_submission_is_not_graded() {
    let bench = Bench::new(&["ordered"]);
    std::fs::create_dir(bench.path("empty")).expect("a folder");
    bench.write("ada.zip", "PK");
    for (folder, part) in [
        ("../empty", "belongs to an exercise"),
        ("../none", "there is no folder"),
        ("../ada.zip", "is not a folder: unpack it"),
    ] {
        let ran = bench.run(&["grade", folder]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
        assert!(ran.errors.contains(part), "{}", ran.errors);
    }
}

#[test]
fn without_cargo_nothing_is_graded() {
    let bench = Bench::new(&["ordered"]);
    bench.hand_in("ada", "ordered", SOLVED);
    let ran =
        bench.command(&["grade", "../ada"]).env("CARGO", "no-such-cargo").output();
    let ran = crate::bench::Ran::of(&ran.expect("the program starts"));
    assert_eq!(ran.code, Some(2));
    let remedy = "no `no-such-cargo` here, which builds the exercises: install Rust";
    assert!(ran.errors.contains(remedy), "{}", ran.errors);
}

#[test]
fn only_a_check_that_may_be_inconclusive_is_believed_when_it_says_so() {
    let bench = Bench::new(&["noisy"]);
    bench.hand_in("ada", "noisy", NOISY);
    let manifest = format!("exercises/{CHAPTER}/exercises.toml");
    let first = "says = \"There is an answer\"\n";
    bench.edit(&manifest, &format!("{first}may_be_inconclusive = true\n"), first);
    let (sheet, code) = bench.grade("ada", &[]);
    assert_eq!((sheet.state("noisy"), code), ("failed", 1));
    assert_eq!(sheet.exercise("noisy")["inconclusive"], 3);
    let said = sheet.message("noisy");
    assert!(
        said.starts_with("it was called inconclusive, and that cannot be"),
        "{said}"
    );
}

#[test]
fn what_nobody_could_judge_or_does_not_tell_is_no_number() {
    let bench = Bench::new(&["noisy"]);
    bench.hand_in("ada", "noisy", NOISY);
    let (sheet, _) = bench.grade("ada", &[]);
    assert_eq!(sheet.0["totals"]["percent"], Value::Null);
    let facts = |sheet: &Sheet| {
        let noisy = sheet.exercise("noisy");
        (noisy["hints"].clone(), noisy["gave_up"].clone())
    };
    assert_eq!(facts(&sheet), (Value::Null, Value::Null));
    // Of a damaged file, what it says is known, and nothing else.
    let damaged = "schema = 1\n\"ch05.noisy\".hints = 2\nmore\n";
    bench.write("ada/.workbook/progress.toml", damaged);
    let (sheet, _) = bench.grade("ada", &[]);
    assert_eq!(facts(&sheet), (2.into(), Value::Null));
    assert!(sheet.notes().contains("hints may be missing"), "{}", sheet.notes());
}

#[test]
fn progress_that_two_machines_have_written_is_whole() {
    let bench = Bench::new(&["ordered"]);
    bench.hand_in("ada", "ordered", SOLVED);
    let merged = "schema = 1\n\"ch05.ordered\".hints = 2\n\"ch05.ordered\".hints = 1\n";
    let two = format!("{merged}learner = \"ada\"\nlearner = \"bob\"\n");
    let note = ".workbook/progress.toml is taken for that of ada: it names the learners ada \
                and bob";
    for (text, notes) in [(merged, vec![]), (&two, vec![note])] {
        bench.write("ada/.workbook/progress.toml", text);
        let (sheet, _) = bench.grade("ada", &[]);
        let ordered = sheet.exercise("ordered");
        assert_eq!(
            (&ordered["hints"], &ordered["gave_up"]),
            (&2.into(), &false.into())
        );
        assert_eq!(sheet.0["notes"], serde_json::json!(notes));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_grade_that_nobody_gets_is_an_error() {
    let bench = Bench::new(&["ordered"]);
    let full = std::fs::File::create("/dev/full").expect("a device");
    let ran = bench.command(&["grade", "--json"]).stdout(full).output();
    let ran = crate::bench::Ran::of(&ran.expect("the program starts"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.errors.contains("to standard output: No space left"), "{}", ran.errors);
}
