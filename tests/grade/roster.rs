//! A folder of submissions.

use std::fs;

use crate::bench::{Bench, HALF, NOISY, Ran, SOLVED, Sheet};

impl Bench {
    fn roster(&self, further: &[&str]) -> (Ran, Vec<Vec<String>>) {
        let mut arguments = vec!["roster", "../class", "--csv", "../grades.csv"];
        arguments.extend(further);
        let ran = self.run(&arguments);
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_path(self.path("grades.csv"));
        let rows = reader.expect("a file").into_records();
        let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
        (ran, rows.map(|it| row(it.expect("a row"))).collect())
    }
}

#[test]
fn each_learner_has_a_row_whatever_the_others_do() {
    let bench = Bench::new(&["one", "two"]);
    for (learner, one) in [("ada", SOLVED), ("bob", HALF), ("=1+1", SOLVED)] {
        bench.hand_in(&format!("class/{learner}"), "one", one);
        bench.hand_in(&format!("class/{learner}"), "two", SOLVED);
    }
    let exits = "pub fn answer() -> u32 {\n    std::process::abort()\n}\n";
    bench.hand_in("class/eve", "one", exits);
    bench.copy("class/mallory");
    bench.write("class/mallory/build.rs", "fn main() {}\n");
    fs::create_dir(bench.path("class/nobody")).expect("a folder");
    bench.write("class/readme.txt", "not a submission");
    let (ran, rows) = bench.roster(&[]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.errors);
    let head = "learner,points,of,inconclusive,percent,ch05.one,ch05.one state,ch05.two,\
                ch05.two state,hints,gave up,notes";
    assert_eq!(rows[0].join(","), head);
    let short: Vec<String> = rows[1..].iter().map(|row| row[..9].join(",")).collect();
    assert_eq!(
        short,
        [
            "'=1+1,10,10,0,100.0,5,passed,5,passed",
            "ada,10,10,0,100.0,5,passed,5,passed",
            "bob,7,10,0,70.0,2,failed,5,passed",
            "eve,0,10,0,0.0,0,failed,0,not handed in",
            "mallory,,,,,,refused,,refused",
            "nobody,,,,,,not graded,,not graded",
            "readme.txt,,,,,,not graded,,not graded",
        ]
    );
    assert!(rows[5][11].starts_with("all of it is refused: "), "{:?}", rows[5]);
    assert!(rows[5][11].contains("build.rs could change how"), "{:?}", rows[5]);
    assert!(rows[6][11].contains("belongs to an exercise"), "{:?}", rows[6]);
    assert!(rows[7][11].contains("it is not a folder: unpack it"), "{:?}", rows[7]);
    for line in [
        "ada: 10 of 10\n",
        "mallory: refused: build.rs could change how",
        "nobody: not graded: nothing in ",
        "4 of 7 graded whole; 3 not, or not wholly: ../grades.csv\n",
    ] {
        assert!(ran.out.contains(line), "`{line}` is missing in {}", ran.out);
    }
}

#[test]
fn what_is_refused_in_part_keeps_the_points_of_the_rest_and_is_told_apart() {
    let bench = Bench::new(&["one", "three", "two"]);
    bench.hand_in("class/ada", "one", SOLVED);
    for (id, size) in [("two", 2 << 20), ("three", 3 << 20)] {
        bench.hand_in("class/ada", id, &"x".repeat(size));
    }
    let (ran, rows) = bench.roster(&[]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.errors);
    assert_eq!(rows[1][..5].join(","), "ada,5,15,0,33.3");
    assert_eq!(rows[1][5..11].join(","), "5,passed,,refused,,refused");
    let said = "ada: 5 of 15; 1 exercise refused: ch05_image_pool/src/three.rs is larger than \
                1 MiB; and 1 for other reasons, see the notes\n\
                0 of 1 graded whole; 1 not, or not wholly: ../grades.csv\n";
    assert_eq!(ran.out, said);
}

#[test]
fn a_roster_of_bad_answers_is_graded_all_the_same() {
    let bench = Bench::new(&["one"]);
    bench.hand_in("class/ada", "one", "fn answer() {");
    let (ran, rows) = bench.roster(&["--only", "ch05.one"]);
    assert_eq!((ran.code, rows.len()), (Some(0), 2));
    assert_eq!(rows[1][6], "does not compile");
}

#[test]
fn what_could_not_be_judged_lowers_no_percentage_and_unknown_hints_are_empty() {
    let bench = Bench::new(&["one", "two"]);
    bench.hand_in("class/ada", "one", SOLVED);
    bench.hand_in("class/ada", "two", NOISY);
    bench.write("class/ada/.workbook/progress.toml", "schema = 1\n");
    bench.hand_in("class/bob", "one", NOISY);
    bench.hand_in("class/bob", "two", NOISY);
    let (ran, rows) = bench.roster(&[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.errors);
    let cells = |row: usize, of: std::ops::Range<usize>| rows[row][of].join(",");
    assert_eq!(cells(1, 0..5), "ada,5,10,5,100.0");
    assert_eq!(cells(2, 0..5), "bob,0,10,10,");
    assert_eq!((cells(1, 9..11), cells(2, 9..11)), ("0,".into(), ",".into()));
}

#[test]
fn what_is_no_folder_of_submissions_or_no_file_is_said() {
    let bench = Bench::new(&["one"]);
    fs::create_dir(bench.path("class")).expect("a folder");
    let ran = bench.run(&["roster", "../class", "--csv", "../grades.csv"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.errors.contains("expected one for each learner"), "{}", ran.errors);
    bench.hand_in("class/ada", "one", SOLVED);
    let ran = bench.run(&["roster", "../class", "--csv", "../class"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.errors.contains("is not a file"), "{}", ran.errors);
}

#[test]
fn one_submission_is_no_folder_of_them() {
    let bench = Bench::new(&["one"]);
    bench.copy("class/ada");
    bench.hand_in("class/bob", "one", SOLVED);
    for one in ["../class/ada", "../class/ada/exercises", "../class/bob"] {
        let ran = bench.run(&["roster", one, "--csv", "../grades.csv"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.errors);
        let remedy = format!(
            "{one} is one submission, not a folder of them: cargo run -- grade {one}\n"
        );
        assert!(ran.errors.ends_with(&remedy), "{}", ran.errors);
    }
    let (ran, rows) = bench.roster(&[]);
    assert_eq!((ran.code, rows.len()), (Some(0), 3), "{}", ran.errors);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_is_nobodys_id_or_a_link_has_a_row_too() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, os::unix::fs::symlink};

    let bench = Bench::new(&["one"]);
    bench.hand_in("class/ada", "one", SOLVED);
    let class = bench.path("class");
    fs::create_dir(class.join(OsStr::from_bytes(b"odd\xff"))).expect("a folder");
    symlink("ada", class.join("copycat")).expect("a link");
    let (ran, rows) = bench.roster(&[]);
    assert_eq!((ran.code, rows.len()), (Some(2), 4), "{}", ran.errors);
    assert_eq!(rows[1][1], "5");
    assert!(rows[2][9].contains("it is a link"), "{:?}", rows[2]);
    assert!(rows[3][9].contains("not UTF-8"), "{:?}", rows[3]);
}

#[cfg(unix)]
#[test]
fn names_never_reach_a_terminal_or_a_spreadsheet_as_more_than_names() {
    let bench = Bench::new(&["one"]);
    let all = ["-rf", "=cmd|' calc'!A0", "a\x1b[2Jb", "c\nd,9,9", "\u{202e}ada"];
    for name in all {
        let says = "compile_error!(\"\x1b[2J\u{9b}2J\");\n";
        bench.hand_in(&format!("class/{name}"), "one", says);
    }
    let (ran, rows) = bench.roster(&["--reports", "../reports"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.errors);
    let names: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    let expected =
        ["'-rf", "'=cmd|' calc'!A0", "a\\u{1b}[2Jb", "c\\nd,9,9", "\\u{202e}ada"];
    assert_eq!(names, expected);
    let folder = fs::read_dir(bench.path("reports")).expect("a folder");
    assert_eq!(folder.count(), all.len());
    let csv = fs::read_to_string(bench.path("grades.csv")).expect("a file");
    assert_eq!(csv.lines().count(), all.len() + 1);
    let is_odd = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    let odd = format!("../class/{}", all[2]);
    let table = bench.run(&["grade", &odd]);
    assert!(table.out.contains("does not compile"), "{}", table.out);
    let json = bench.run(&["grade", &odd, "--json"]);
    let none = bench.run(&["grade", &format!("{odd}/none")]);
    for text in [csv, ran.out, ran.errors, table.out, json.out, none.errors] {
        assert!(!text.contains(is_odd), "{text:?}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_earlier_grades_and_the_rows_so_far() {
    use std::{process::Stdio, thread, time::Duration};

    let bench = Bench::new(&["one"]);
    bench.hand_in("class/ada", "one", SOLVED);
    let hangs =
        "pub fn answer() -> u32 {\n    loop {\n        std::thread::park()\n    }\n}\n";
    bench.hand_in("class/bob", "one", hangs);
    let mut command = bench.command(&["roster", "../class", "--csv", "../grades.csv"]);
    bench.write("grades.csv", "those of last week");
    let mut running =
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a start");
    let rows = || fs::read_to_string(bench.path("grades.csv.part")).unwrap_or_default();
    while !rows().contains("ada,5,5") {
        assert!(running.try_wait().expect("a child").is_none(), "{}", rows());
        thread::sleep(Duration::from_millis(20));
    }
    let pid = running.id().to_string();
    let kill = std::process::Command::new("kill").args(["-INT", &pid]).status();
    assert!(kill.expect("kill").success());
    let ran = Ran::of(&running.wait_with_output().expect("a child"));
    assert_eq!(ran.code, Some(130));
    assert!(ran.errors.contains("so far are in ../grades.csv.part"), "{}", ran.errors);
    assert_eq!(rows().lines().count(), 2);
    let earlier = fs::read_to_string(bench.path("grades.csv")).expect("a file");
    assert_eq!(earlier, "those of last week");
}

#[test]
fn whoever_is_graded_or_not_has_a_report() {
    let bench = Bench::new(&["one"]);
    bench.hand_in("class/ada b", "one", SOLVED);
    bench.hand_in("class/ada.b", "one", HALF);
    bench.write("class/bob.zip", "PK");
    let (ran, rows) = bench.roster(&["--reports", "../class/reports"]);
    assert_eq!((ran.code, rows.len()), (Some(2), 4), "{}{}", ran.out, ran.errors);
    let report = |name: &str| {
        let file = bench.path(&format!("class/reports/{name}.json"));
        let text = fs::read_to_string(file).expect("a report");
        let sheet = serde_json::from_str(&text).expect("JSON");
        crate::formats::holds_to_the_schema(&sheet);
        Sheet(sheet)
    };
    let states = ["ada_b", "ada_b-2", "bob_zip"].map(report);
    let states = states.each_ref().map(|it| (&it.0["learner"], it.state("one")));
    let expected =
        [("ada b", "passed"), ("ada.b", "failed"), ("bob.zip", "not_graded")];
    assert_eq!(
        states.map(|(learner, state)| (learner.as_str(), state)),
        expected.map(|(learner, state)| (Some(learner), state))
    );
    // Its own output is nobody's submission.
    let (_, again) = bench.roster(&["--reports", "../class/reports"]);
    assert_eq!(again, rows);
}

#[test]
fn a_place_that_cannot_be_written_to_is_told_before_anything_is_graded() {
    let bench = Bench::new(&["one"]);
    bench.hand_in("class/ada", "one", SOLVED);
    bench.write("file", "");
    for (arguments, remedy) in [
        (["--csv", "../file/grades.csv"], "with --csv"),
        (["--reports", "../file"], "with --reports"),
    ] {
        let all = ["roster", "../class", "--csv", "../grades.csv"];
        let mut all = all[..if arguments[0] == "--csv" { 2 } else { 4 }].to_vec();
        all.extend(arguments);
        let ran = bench.run(&all);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.errors);
        assert!(ran.errors.contains("../file"), "{}", ran.errors);
        assert!(ran.errors.contains(remedy), "{}", ran.errors);
    }
}

#[test]
fn a_mistyped_folder_is_not_made_for_grades_or_reports() {
    let bench = Bench::new(&["one"]);
    bench.hand_in("class/ada", "one", SOLVED);
    let reports = ["--reports", "../reports"];
    let mut all = vec!["roster", "../class", "--csv", "../gardes/grades.csv"];
    all.extend(reports);
    let ran = bench.run(&all);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.errors);
    let said = "there is no folder ../gardes for the grades: make it, or name another place \
                with --csv";
    assert!(ran.errors.contains(said), "{}", ran.errors);
    assert!(["gardes", "reports"].iter().all(|it| !bench.path(it).exists()));
    let mut all = vec!["roster", "../class", "--csv", "../grades.csv"];
    all.extend(["--reports", "../mistyped/reports"]);
    let ran = bench.run(&all);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.errors);
    let said = "../mistyped/reports cannot be written";
    assert!(ran.errors.contains(said), "{}", ran.errors);
    assert!(!bench.path("mistyped").exists());
    // A name alone is one in this folder.
    let ran = bench.run(&["roster", "../class", "--csv", "grades.csv"]);
    assert_eq!(ran.code, Some(0), "{}", ran.errors);
    assert!(bench.path("repository/grades.csv").is_file());
}
