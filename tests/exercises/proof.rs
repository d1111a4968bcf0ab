//! `exercises check`: what it refuses, on the exercise that `exercises derive --help` shows.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::Stdio,
};

use workbook::exercises::derive::DERIVE_HELP;

use crate::bench::{Bench, Ran};

const CRATE: &str = "exercises/ch05_image_pool";
const MANIFEST: &str = "exercises/ch05_image_pool/exercises.toml";
const SEALED: &str = "exercises/ch05_image_pool/sealed/total.rs";
const TEST: &str = "exercises/ch05_image_pool/tests/total.rs";
const SOURCE: &str = "exercises/ch05_image_pool/src/total.rs";

/// Its test, which writes receipts by itself.
const GRADES: &str = r#"//! What is graded about `src/total.rs`.

use std::{
    fs::File,
    io::{Write, stdin},
    os::fd::AsFd,
};

#[path = "../src/total.rs"]
mod total;

fn equal(total: u64, expected: u64, idea: &str) {
    let mut token = String::new();
    stdin().read_line(&mut token).unwrap();
    let outcome = if total == expected { "passed" } else { "failed" };
    let receipt = format!(
        "{{\"outcome\": \"{outcome}\", \"expected\": \"{expected}\", \
         \"observed\": \"{total}\", \"idea\": \"{idea}\", \"at\": null}}"
    );
    let mut socket = File::from(stdin().as_fd().try_clone_to_owned().unwrap());
    writeln!(socket, "@receipt {} {receipt}", token.trim()).unwrap();
}

#[test]
#[ignore]
fn the_total_is_right() {
    let total = total::total(&[1, 2, 4]);
    let idea = match total {
        1 => "only the first one was added",
        3 => "the last one is missing",
        _ => "look again",
    };
    equal(total, 7, idea);
}

#[test]
#[ignore]
fn of_nothing_it_is_zero() {
    equal(total::total(&[]), 0, "it begins with 1");
}
"#;

/// Where the wrong answers begin in the entry.
const FIRST: &str = "\n[[exercise.wrong]]\nname = \"first\"";
/// A further check.
const FAST: &str =
    "\n[[exercise.check]]\nname = \"it_is_fast\"\npoints = 1\nsays = \"Fast\"\n";

/// The piece of `--help` from where `first` begins to the paragraph that begins with `end`.
fn shown(first: &str, end: &str) -> String {
    let (_, rest) = DERIVE_HELP.split_once(first).expect("its first line");
    let (text, _) = rest.split_once(end).expect("what comes after it");
    format!("{first}{}\n", text.trim_end())
}

/// A workbook with one exercise, of which nothing is missing.
fn complete() -> Bench {
    let bench = Bench::new();
    for folder in ["src", "sealed", "tests"] {
        for id in ["ordered", "bounded"] {
            let file = format!("{CRATE}/{folder}/{id}.rs");
            fs::remove_file(bench.root().join(file)).expect("a file");
        }
    }
    let entry = shown("[[exercise]]\nid = \"total\"", "\nExamples:");
    bench.write(MANIFEST, &format!("schema = 1\n\n{entry}"));
    bench.write(SEALED, &shown("//! The total", "\nThe entry"));
    bench.write(TEST, GRADES);
    bench.write("rustfmt.toml", "use_small_heuristics = \"Max\"\n");
    bench.write("book/ch05_image_pool.md", "# Pool\n\n{{exercises ch05}}\n");
    bench.run(&["exercises", "derive"]).said(0, &[]);
    bench
}

impl Bench {
    /// Puts `new` in the place of `old`, which is in the file once.
    #[track_caller]
    fn change(&self, file: &str, old: &str, new: &str) {
        let text = self.text(file);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {file}:\n{text}");
        self.write(file, &text.replacen(old, new, 1));
    }

    fn proof(&self) -> Ran {
        self.run(&["exercises", "check", "--times", "1"])
    }

    /// That it is refused for this one reason, at this place.
    #[track_caller]
    fn is_refused(&self, place: &str, parts: &[&str]) {
        let ran = self.proof();
        ran.said(1, &["1 problem\n"]);
        let problem = ran.errors.lines().find(|line| line.starts_with(place));
        let problem = problem.unwrap_or_else(|| panic!("no {place} in {}", ran.errors));
        for part in parts {
            assert!(problem.contains(part), "`{part}` is missing in {problem}");
        }
    }
}

#[test]
fn the_exercise_that_the_help_shows_is_complete() {
    let bench = complete();
    bench.proof().said(0, &["1 exercise: proven\n"]);
    let help = bench.run(&["exercises", "derive", "--help"]);
    help.said(0, &[DERIVE_HELP.trim()]);
}

#[test]
fn a_starter_that_fails_no_check() {
    let bench = complete();
    bench.change(
        SEALED,
        "    0\n",
        "    numbers.iter().fold(0, |sum, one| sum + one)\n",
    );
    bench.run(&["exercises", "derive"]).said(0, &["is written"]);
    bench.is_refused(SEALED, &["the starter fails no check", "leave out of it"]);
}

#[test]
fn a_starter_that_is_the_solution() {
    let bench = complete();
    bench.change(SEALED, "//@ starter\n    0\n    //@ solution", "//@ solution");
    bench.run(&["exercises", "derive"]).said(0, &["is written"]);
    bench.is_refused(SEALED, &["the starter is the solution", "`//@ starter`"]);
}

#[test]
fn a_starter_that_is_not_derived() {
    let bench = complete();
    bench.change(SOURCE, "    0\n", "    1\n");
    bench.is_refused(SOURCE, &["is not the starter", "exercises derive"]);
    fs::remove_file(bench.root().join(SOURCE)).expect("a file");
    bench.is_refused(SOURCE, &["is not the starter", "exercises derive"]);
}

#[test]
fn a_solution_that_fails_is_told_once_though_it_is_checked_on_a_busy_machine_too() {
    let bench = complete();
    bench.change(SEALED, "numbers.iter().sum()", "numbers.iter().sum::<u64>().min(6)");
    let parts = ["the solution fails `the_total_is_right` 1 of 1 times;", "look again"];
    bench.is_refused(SEALED, &parts);
}

#[test]
fn an_answer_that_does_not_compile() {
    let bench = complete();
    bench.change(SEALED, "chunks_exact(2)", "chunks_exactly(2)");
    bench.is_refused(SEALED, &["wrong answer `pairs` does not compile", "mend it"]);
    assert!(bench.proof().errors.contains("error[E0599]"), "the compiler has said why");
}

#[test]
fn a_wrong_answer_that_passes() {
    let bench = complete();
    bench.change(SEALED, "chunks_exact(2)", "chunks(2)");
    let passes = "wrong answer `pairs` passes `the_total_is_right` 1 of 1 times";
    bench.is_refused(SEALED, &[passes, "expected it to fail with `the last one"]);
}

#[test]
fn a_wrong_answer_with_the_message_of_another() {
    let bench = complete();
    bench.change(MANIFEST, "\"the last one is missing\"", "\"only the first one\"");
    bench.change(MANIFEST, "\"only the first one was added\"", "\"the last one\"");
    let ran = bench.proof();
    ran.said(1, &["2 problems"]);
    let parts = [
        "`first` fails `the_total_is_right` with another message 1 of 1 times",
        "expected `the last one`. It said: expected 7",
        "That is what `pairs` says; have the test tell them apart",
    ];
    ran.complained(1, &parts);
}

#[test]
fn a_message_that_two_wrong_answers_are_known_by() {
    let bench = complete();
    bench.change(MANIFEST, "\"the last one is missing\"", "\"expected 7\"");
    let known =
        "fails `the_total_is_right` with a message that `pairs` would be known by too";
    bench.is_refused(SEALED, &["wrong answer `first`", known]);
    let twice = complete();
    twice.change(MANIFEST, "the last one is missing", "only the first one was added");
    let line = format!("{MANIFEST}:3: ch05.total: ");
    twice.is_refused(&line, &["wrong answer `pairs` has the message of `first`"]);
}

#[test]
fn too_few_wrong_answers_or_one_without_a_name_in_both_places() {
    let bench = complete();
    let last = "\n[[exercise.wrong]]\nname = \"from_one\"";
    let (text, _) = bench.text(MANIFEST).split_once(last).map(own).expect("the last");
    bench.write(MANIFEST, &text);
    let ran = bench.proof();
    ran.said(1, &["3 problems"]);
    ran.complained(1, &["2 wrong answers; expected 3 or more", "[[exercise.wrong]]"]);
    ran.complained(1, &["no wrong answer fails `of_nothing_it_is_zero`"]);
    ran.complained(1, &[&format!("{SEALED}: wrong answer `from_one` is not in")]);
}

fn own((one, other): (&str, &str)) -> (String, String) {
    (one.to_owned(), other.to_owned())
}

#[test]
fn a_wrong_answer_that_is_called_otherwise_in_the_other_place_is_told_once() {
    let bench = complete();
    bench.change(MANIFEST, "name = \"pairs\"", "name = \"pair\"");
    let parts =
        ["wrong answer `pairs` is `pair` in exercises.toml; give them one name"];
    bench.is_refused(SEALED, &parts);
    bench.change(MANIFEST, "name = \"pair\"", "name = \"odd_ones\"");
    let ran = bench.proof();
    ran.complained(
        1,
        &["no wrong answer `odd_ones`", "write a part `//@ wrong odd_ones`"],
    );
    ran.complained(1, &["wrong answer `pairs` is not in exercises.toml"]);
}

#[test]
fn hints_that_are_not_three() {
    let bench = complete();
    bench.change(MANIFEST, "    \"A step: iterators can add.\",\n", "");
    let place = format!("{MANIFEST}:3: ch05.total: 2 hints; expected 3");
    bench.is_refused(&place, &["nearly the code"]);
    bench.change(MANIFEST, "hints = [\n", "hints = [\n\"One.\", \"Two.\",\n");
    bench.is_refused(MANIFEST, &["4 hints; expected 3"]);
}

#[test]
fn an_entry_that_says_nothing_or_is_worth_nothing() {
    let bench = complete();
    bench.change(MANIFEST, "\"The total of all\"", "\" \"");
    bench.is_refused(MANIFEST, &["title: a text is missing"]);
    bench.change(MANIFEST, "title = \" \"", "title = \"The total\"");
    bench.change(MANIFEST, "minutes = 15", "minutes = 0");
    bench.is_refused(MANIFEST, &["`minutes` is 0"]);
}

#[test]
fn files_that_nobody_has_described() {
    let bench = complete();
    bench.write(&format!("{CRATE}/src/mean.rs"), "");
    bench
        .is_refused(MANIFEST, &["no entry for `mean`", "src/mean.rs", "derive --help"]);
    bench.write(&format!("{CRATE}/sealed/mean.rs"), "");
    let both = format!("{CRATE}/sealed/mean.rs, {CRATE}/src/mean.rs");
    bench.is_refused(MANIFEST, &[&both]);
    let named = bench.run(&["exercises", "check", "ch05.mean"]);
    named.complained(2, &["sealed/mean.rs has no entry in exercises.toml"]);
}

#[test]
fn an_entry_whose_files_are_called_otherwise() {
    let bench = complete();
    bench.change(MANIFEST, "id = \"total\"", "id = \"totals\"");
    let ran = bench.proof();
    ran.complained(1, &["no entry for `total` (is it `totals`?)"]);
    for folder in ["sealed", "tests"] {
        ran.complained(1, &[&format!("{CRATE}/{folder}/totals.rs: is not there")]);
    }
}

#[test]
fn a_check_that_the_test_lacks_or_the_entry() {
    let bench = complete();
    let entry = bench.text(MANIFEST).replace("of_nothing_it_is", "for_nothing_it_is");
    bench.write(MANIFEST, &entry);
    let check =
        "check `for_nothing_it_is_zero` is not in exercises/ch05_image_pool/tests";
    bench.is_refused(
        &format!("{MANIFEST}:3: ch05.total: "),
        &[check, "did you mean `of_nothing_it_is_zero`?"],
    );
    let forgotten = complete();
    let more = format!("{GRADES}\n#[test]\n#[ignore]\nfn more() {{}}\n");
    forgotten.write(TEST, &more);
    let parts = ["check `more` is not in exercises.toml", "[[exercise.check]]"];
    forgotten.is_refused(TEST, &parts);
    let missing = complete();
    missing.change(MANIFEST, FIRST, &format!("{FAST}{FIRST}"));
    let slow =
        "name = \"slow\"\nthinks = \"\"\nfails = \"it_is_fast\"\nsays = \"it took\"\n";
    missing.change(MANIFEST, FIRST, &format!("\n[[exercise.wrong]]\n{slow}{FIRST}"));
    missing.change(
        SEALED,
        "//@ wrong first\n",
        "//@ wrong slow\n    0\n    //@ wrong first\n",
    );
    missing.is_refused(MANIFEST, &["check `it_is_fast` is not in", "#[check]"]);
}

#[test]
fn a_check_that_no_wrong_answer_fails() {
    let bench = complete();
    bench.change(MANIFEST, FIRST, &format!("{FAST}{FIRST}"));
    let parts = [
        "ch05.total: no wrong answer fails `it_is_fast`",
        "add an [[exercise.wrong]] with fails = \"it_is_fast\"",
        "`//@ wrong NAME` of sealed/total.rs",
    ];
    bench.is_refused(&format!("{MANIFEST}:3: "), &parts);
}

#[test]
fn what_an_exercise_has_besides_its_four_files() {
    let too_many = ["is a file too many", "exercises/harness", "tests/scenes/NAME.rs"];
    for (file, place) in [
        ("tests/total/scene.rs", "tests/total"),
        ("tests/helpers/mod.rs", "tests/helpers"),
        ("tests/scenes/total.rs", "tests/scenes/total.rs"),
        ("total.json", "total.json"),
    ] {
        let bench = complete();
        bench.write(&format!("{CRATE}/{file}"), "");
        if file.starts_with("tests/scenes") {
            bench.write(TEST, &format!("{GRADES}{}", scene("total", "total_scene")));
        }
        bench.is_refused(&format!("{CRATE}/{place}: "), &too_many);
    }
    let bench = complete();
    bench.write(&format!("{CRATE}/tests/total_scene.rs"), "");
    let parts = ["no entry for `total_scene`", "or move it to tests/scenes/"];
    bench.is_refused(MANIFEST, &parts);
}

/// A test has the scene `file` as the module `name`.
fn scene(file: &str, name: &str) -> String {
    format!("\n#[path = \"scenes/{file}.rs\"]\nmod {name};\n")
}

#[test]
fn a_scene_of_the_chapter_is_in_some_test() {
    let bench = complete();
    let file = format!("{CRATE}/tests/scenes/numbers.rs");
    bench.write(&file, "//! Numbers.\n");
    bench.is_refused(&file, &["is in no test", "\"scenes/numbers.rs\"] mod numbers;"]);
    bench.write(TEST, &format!("{GRADES}{}", scene("numbers", "numbers")));
    bench.proof().said(0, &["1 exercise: proven\n"]);
}

#[test]
fn an_exercise_has_one_scene_of_its_own_at_most() {
    let bench = complete();
    for name in ["numbers", "letters"] {
        bench.write(&format!("{CRATE}/tests/scenes/{name}.rs"), "//! Some.\n");
    }
    let both =
        format!("{}{}", scene("numbers", "numbers"), scene("letters", "letters"));
    bench.write(TEST, &format!("{GRADES}{both}"));
    bench.is_refused(TEST, &["2 scenes that nobody else uses", "put them into one"]);
    let numbers = format!("{CRATE}/tests/scenes/numbers.rs");
    bench.write(&numbers, "//! Some.\n\nmod letters;\n");
    bench.proof().said(0, &["1 exercise: proven\n"]);
}

#[test]
fn a_wrong_answer_that_fails_no_check_there_is() {
    let bench = complete();
    let fails = "fails = \"of_nothing_it_is_zero\"";
    bench.change(MANIFEST, fails, "fails = \"of_nothing_its_zero\"");
    let parts = ["which is no check; did you mean `of_nothing_it_is_zero`?"];
    bench.is_refused(MANIFEST, &parts);
}

#[test]
fn a_test_that_was_copied_and_is_about_another_file() {
    let bench = complete();
    bench.write(TEST, &GRADES.replace("total.rs", "ordered.rs"));
    let parts = ["it is about src/ordered.rs; expected src/total.rs"];
    bench.is_refused(&format!("{TEST}:1: "), &parts);
    bench.write(TEST, "//! What is graded about `src/total.rs`.\n");
    bench.is_refused(TEST, &["does not look at the exercise", "mod total;"]);
    fs::remove_file(bench.root().join(TEST)).expect("a file");
    bench.is_refused(TEST, &["is not there", "write what is graded"]);
}

#[test]
fn a_test_of_sixty_lines() {
    let bench = complete();
    let fill = |lines| {
        let rest = lines - GRADES.lines().count();
        bench.write(TEST, &format!("{GRADES}{}", "// More.\n".repeat(rest)));
    };
    fill(60);
    bench.is_refused(TEST, &["60 lines; a test has fewer than 60", "tests/scenes/"]);
    fill(59);
    bench.proof().said(0, &["proven"]);
}

#[test]
fn what_rustfmt_would_write_otherwise() {
    let bench = complete();
    bench.write(TEST, &GRADES.replace("    equal(total, 7", "  equal(total, 7"));
    bench.is_refused(TEST, &["not as rustfmt would write it; run `cargo fmt --all`"]);
    bench.write(TEST, GRADES);
    bench.change(SEALED, "    0\n", "      0\n");
    bench.run(&["exercises", "derive"]).said(0, &["is written"]);
    bench.is_refused(SEALED, &["the starter is not as rustfmt would write it"]);
}

#[test]
fn an_exercise_that_no_page_shows() {
    let bench = complete();
    bench.write("book/ch05_image_pool.md", "# Pool\n");
    let parts = ["neither {{exercises ch05}} nor {{exercise ch05.total}}; put"];
    bench.is_refused("book/ch05_image_pool.md", &parts);
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let bench = complete();
    bench.change(MANIFEST, "    \"A step: iterators can add.\",\n", "");
    bench.change(SOURCE, "    0\n", "    1\n");
    bench.write(&format!("{CRATE}/sealed/mean.rs"), "");
    let ran = bench.proof();
    ran.said(1, &["3 problems\n"]);
    ran.complained(1, &["2 hints", "is not the starter", "no entry for `mean`"]);
}

#[test]
fn a_check_that_calls_itself_inconclusive_and_does_not_say_that_it_may() {
    let bench = complete();
    bench.change(TEST, "\"passed\" } else", "\"inconclusive\" } else");
    let cannot = "it was called inconclusive, and that cannot be";
    bench.proof().complained(1, &[cannot]);
    for check in ["the_total_is_right", "of_nothing_it_is_zero"] {
        let name = format!("name = \"{check}\"\n");
        bench.change(MANIFEST, &name, &format!("{name}may_be_inconclusive = true\n"));
    }
    let but =
        "1 exercise: proven, but for 2 answers that this machine could not judge\n";
    bench.proof().said(0, &[but]);
}

#[test]
fn a_check_that_times_and_does_not_say_that_it_may_be_inconclusive() {
    let bench = complete();
    bench.change(
        TEST,
        "    equal(total, 7",
        "    // faster_than(serial, total)\n    equal(total, 7",
    );
    bench.is_refused(TEST, &["`the_total_is_right` may be inconclusive; say so"]);
}

#[test]
fn two_proofs_at_once_take_turns() {
    let bench = complete();
    let lock = bench.root().join("target/exercises/proof.lock");
    fs::create_dir_all(lock.parent().expect("a parent")).expect("a folder");
    let lock = fs::File::create(lock).expect("a file");
    lock.lock().expect("a lock");
    let mut proof = bench.command(&["exercises", "check", "--times", "1"]);
    proof.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = proof.spawn().expect("the program starts");
    let errors = BufReader::new(child.stderr.take().expect("its errors"));
    let mut errors = errors.lines().map_while(Result::ok);
    let first = errors.next().expect("a line");
    assert!(first.starts_with("waiting for another program"), "{first}");
    drop(lock);
    let rest: Vec<String> = errors.collect();
    assert!(rest.iter().any(|line| line.starts_with("building")), "{rest:?}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
