//! What is read, kept and salvaged.

use super::*;

const TEXT: &str = "\
schema = 1
learner = \"ada\"

\"ch05.bounded\".hints = 2

\"ch05.ordered\".passed = 2026-11-22
\"ch05.ordered\".points = 5
";

fn date(text: &str) -> Option<Date> {
    let date: toml::value::Datetime = text.parse().expect("a date");
    date.date
}

#[test]
fn a_text_that_is_read_and_written_is_the_same() {
    let progress = Progress::parse(TEXT).expect("good text");
    assert_eq!(progress.of("ch05.ordered").passed, date("2026-11-22"));
    assert_eq!(progress.of("ch05.bounded").hints, 2);
    assert_eq!(progress.text(), TEXT);
}

#[test]
fn a_heading_for_an_exercise_says_the_same_as_its_name_on_each_line() {
    let text = "schema = 1\n[\"ch05.ordered\"]\npassed = 2026-11-22\n";
    let progress = Progress::parse(text).expect("good text");
    assert_eq!(progress.of("ch05.ordered").passed, date("2026-11-22"));
}

#[test]
fn what_another_version_noted_is_written_again() {
    let text = "\
schema = 1
\"machine\" = { cpus = 2 }

\"ch05.ordered\".\"mood\" = \"good\"
\"ch05.ordered\".points = 1
";
    let mut progress = Progress::parse(text).expect("good text");
    progress.of_mut("ch05.ordered").points = 2;
    assert_eq!(progress.text(), text.replace("points = 1", "points = 2"));
    assert_eq!(Progress::parse(&progress.text()), Ok(progress));
}

#[test]
fn a_newer_schema_is_no_damage() {
    assert_eq!(Progress::parse("schema = 2\n"), Err(Unreadable::Newer(2)));
}

#[test]
fn damage_is_named_with_its_line() {
    for (text, at) in [
        ("schema = 1\n<<<<<<< ours\n", 2),
        ("schema = 1\n\n\"ch05.ordered\".points = \"many\"\n", 3),
        ("\"ch05.ordered\".points = 2\n", 1),
        ("schema = 1\npoints = 2\n", 2),
    ] {
        match Progress::parse(text) {
            Err(Unreadable::Damaged { line, .. }) => assert_eq!(line, at, "{text}"),
            other => panic!("{text} is {other:?}"),
        }
    }
}

#[test]
fn of_a_merge_conflict_both_sides_are_taken() {
    let text = "\
schema = 1

<<<<<<< ours
\"ch05.bounded\".hints = 1
\"ch05.bounded\".passed = 2026-11-23
=======
\"ch05.bounded\".hints = 3
\"ch05.bounded\".passed = 2026-11-22
>>>>>>> theirs
\"ch05.ordered\".points = 5
";
    let salvaged = Progress::salvage(text);
    let bounded = salvaged.progress.of("ch05.bounded");
    assert_eq!((bounded.hints, bounded.passed), (3, date("2026-11-22")));
    assert_eq!(salvaged.progress.of("ch05.ordered").points, 5);
    assert_eq!((salvaged.facts, salvaged.lost), (5, 0));
}

#[test]
fn several_lines_for_one_fact_are_read_if_that_is_all_that_is_wrong() {
    let twice = "\
schema = 1
schema = 1
learner = \"ada\"
learner = \"ada\"
\"machine\".cpus = 2
\"machine\".cpus = 2

\"ch05.bounded\".hints = 3
\"ch05.bounded\".hints = 1
\"ch05.bounded\".passed = 2026-11-23
\"ch05.bounded\".gave_up = 2026-11-20
\"ch05.bounded\".passed = 2026-11-22
[\"ch05.bounded\"]
points = 5
";
    assert!(Progress::is_merged(twice) && !Progress::is_merged(TEXT));
    let progress = Progress::parse(twice).expect("good text");
    let once = "\
schema = 1
learner = \"ada\"
\"machine\" = { cpus = 2 }

\"ch05.bounded\".gave_up = 2026-11-20
\"ch05.bounded\".hints = 3
\"ch05.bounded\".passed = 2026-11-22
\"ch05.bounded\".points = 5
";
    assert_eq!(progress.text(), once);
    for (more, lost) in [
        ("<<<<<<< ours\n", 0),
        ("schema = 2\n", 0),
        ("hints = \"many\"\n", 1),
        ("[\"ch05.ordered\"]\n\"mood\" = \"good\"\n\"mood\" = \"bad\"\n", 1),
    ] {
        let text = format!("{twice}{more}");
        let read = Progress::parse(&text);
        assert!(matches!(read, Err(Unreadable::Damaged { .. })), "{more}: {read:?}");
        assert_eq!(Progress::salvage(&text).lost, lost, "{more}");
    }
}

#[test]
fn two_learners_are_both_named_and_the_first_is_kept() {
    let text = format!("{TEXT}learner = \"bob\"\nlearner = \"ada\"\n");
    let why = Progress::parse(&text).expect_err("a choice");
    assert_eq!(why.to_string(), "it names the learners ada and bob");
    assert_eq!(Progress::salvage(&text).progress.text(), TEXT);
}

#[test]
fn of_a_torn_text_the_whole_lines_are_taken() {
    let salvaged = Progress::salvage(&format!("{TEXT}\"ch05.shared\".passed = 2026-1"));
    assert_eq!((salvaged.facts, salvaged.lost), (4, 1));
    assert_eq!(salvaged.progress.text(), TEXT);
}

#[test]
fn a_fact_below_a_torn_heading_is_given_to_no_exercise() {
    let text = "schema = 1\n[\"ch05.a\"]\nhints = 1\n[\"ch05.b\nhints = 2\n";
    let salvaged = Progress::salvage(text);
    assert_eq!(salvaged.progress.of("ch05.a").hints, 1);
    assert_eq!((salvaged.facts, salvaged.lost), (1, 2));
}
